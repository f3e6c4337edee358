"""Signals that come before anybody listens: the default action of HUP, USR1 and USR2 is to end the process.

Blocked ones are kept by the kernel, and arrive when they are let through. INT is different: a shell without job control
starts what it puts in the background with INT ignored, and Python then leaves it so; whoever sends it means it all the same.
"""

import signal

ASKING = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
"""They ask a daemon for something; TERM and INT may end what has not begun."""


def block() -> None:
    """Keep these signals for later."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)


def hear_interrupts() -> None:
    """Let INT interrupt, whatever the parent said of it; children that are started then get the default, too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def let_through() -> None:
    """Deliver what has come, and what will."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)

"""What every command gets: the settings, and a way to run something asynchronous that ends cleanly."""

import asyncio
import functools
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from daemon import logs
from tane.cli.failures import Failure
from tane.settings.model import Log, Settings
from tane.settings.sources import load_settings
from tane.store.session import Session, open_session

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
T = TypeVar("T")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def limit_option(otherwise: int, *, highest: int = 10_000, of: str = "") -> Callable[[F], F]:
    """Return the option that says how many are shown."""
    kind = click.IntRange(1, highest)
    return click.option(
        "--limit", type=kind, default=otherwise, show_default=True, help=f"At most so many{of and ' '}{of}."
    )


def confirm(question: str, *, otherwise: str, undone: str) -> None:
    """Ask before something is lost; without a terminal nobody can be asked.

    Raises:
        Failure: not confirmed.
    """
    if not sys.stdin.isatty():
        raise Failure(f"{undone}; --yes {otherwise} without asking")
    if not click.confirm(question, err=True):
        raise Failure(undone)


@dataclass
class Invocation:
    """One call of `tane`, with its global options."""

    config: Path | None = None
    overrides: dict[str, str] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        """The settings; a wrong configuration ends the command with status 78."""
        return self.reload()

    def reload(self) -> Settings:
        """Read the settings again; what was set by flags still holds."""
        return load_settings(self.config, self.overrides)

    def run(self, work: Coroutine[Any, Any, T], *, quiet: bool = True) -> T:
        """Run something asynchronous; TERM and HUP end it as Ctrl-C does, so that nothing is left running.

        Not HUP where nohup has had it ignored.

        quiet: write warnings and errors to the log only.
        """
        return self._run(work, self.settings.log, quiet=quiet)

    def run_unsettled(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something that looks at the configuration itself, and must work with a wrong one."""
        return self._run(work, Log(), quiet=True)

    @staticmethod
    def _run(work: Coroutine[Any, Any, T], log: Log, *, quiet: bool) -> T:
        if quiet and log.level in ("debug", "info"):
            log = log.model_copy(update={"level": "warning"})
        logs.configure(log)
        try:
            return asyncio.run(_ended_by_signals(work))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


async def _ended_by_signals(work: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, task.cancel)
    return await work


def in_session(
    command: Callable[Concatenate[Invocation, Session, P], Awaitable[None]],
) -> Callable[P, None]:
    """Make a callback for click out of `async def command(invocation, session, ...)`; the database is open."""

    @click.pass_obj
    @functools.wraps(command)
    def call(invocation: Invocation, /, *args: P.args, **kwargs: P.kwargs) -> None:
        settings = invocation.settings  # before there is anything to await

        async def work() -> None:
            async with open_session(settings.database) as session:
                await command(invocation, session, *args, **kwargs)

        invocation.run(work())

    return call

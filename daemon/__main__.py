"""The command `tane`, also as `python -m daemon`."""

from daemon.early_signals import block, hear_interrupts


def main() -> None:
    """Run the command line; INT interrupts it, signals that ask a daemon for something wait until it can hear them."""
    block()
    hear_interrupts()
    from tane.cli import main as run  # noqa: PLC0415 - loading takes long enough for a signal to come

    run()


if __name__ == "__main__":
    main()

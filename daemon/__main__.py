"""`python -m daemon` is `tane`."""

from daemon.cli import main

main()

"""The steps of the night, in order."""

from daemon.nightly.step import Step

STEPS: tuple[Step, ...] = ()

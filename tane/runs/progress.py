"""How far a run is, and how long it will still take. Pure."""

from collections.abc import Sequence
from typing import Any

from tane.runs.step import Step

# Too little to tell anything from.
LEAST_FRACTION = 0.02


class Progress:
    """The fraction of a run, from the steps that are done and what the current one reports."""

    def __init__(self, steps: Sequence[Step[Any]]) -> None:
        self._weights = {step.name: step.weight for step in steps}
        self._done: set[str] = set()
        self.step: str | None = None
        self.step_fraction = 0.0

    def begin(self, step: str) -> None:
        """Take a step as the current one."""
        self.step, self.step_fraction = step, 0.0

    def report(self, fraction: float) -> None:
        """Take what the current step says of itself; it cannot go back, nor beyond its end."""
        self.step_fraction = max(self.step_fraction, min(1.0, fraction))

    def end(self, step: str) -> None:
        """Take a step as done."""
        self._done.add(step)
        self.step, self.step_fraction = None, 0.0

    @property
    def fraction(self) -> float:
        """The part of the expected time that is over, 0..1."""
        current = self._weights.get(self.step, 0.0) * self.step_fraction if self.step is not None else 0.0
        total = sum(self._weights.values())
        return (sum(self._weights[name] for name in self._done) + current) / total if total else 0.0


def eta_s(*, worked_s: float, fraction: float | None) -> float | None:
    """Return the seconds left if the rest goes as the beginning did; None while that says nothing."""
    if fraction is None or fraction < LEAST_FRACTION:
        return None
    return worked_s * (1 - fraction) / fraction

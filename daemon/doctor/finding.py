"""A finding: what was looked at, how it is, why, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]
_SEVERITY: dict[State, int] = {"ok": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor's; `remedy` is there unless all is well."""

    check: str
    state: State
    cause: str
    remedy: str | None = None


def ok(check: str, cause: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check=check, state="ok", cause=cause)


def warn(check: str, cause: str, remedy: str) -> Finding:
    """Return a finding that Tane works, but not as it should."""
    return Finding(check=check, state="warn", cause=cause, remedy=remedy)


def fail(check: str, cause: str, remedy: str) -> Finding:
    """Return a finding that something cannot work."""
    return Finding(check=check, state="fail", cause=cause, remedy=remedy)


def worst(findings: Iterable[Finding]) -> State:
    """Return the worst state among the findings."""
    return max((finding.state for finding in findings), key=_SEVERITY.__getitem__, default="ok")

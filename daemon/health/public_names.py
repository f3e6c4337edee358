"""Names that may leave this machine: ours as they are, everybody else's as "other".

Other programs insert jobs of any type, and with them any text: as a label it would show what was said and grow
without end.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from handlers.fused_questions import JOB_TYPE
from tane.runs.night.steps import STEPS
from tane.store.domain import JOB_TYPES

OTHER = "other"
KNOWN_TYPES = JOB_TYPES | {JOB_TYPE}
"""Those of the queue, and the name of what answers several of them at once."""
STEP_NAMES = frozenset(step.name for step in STEPS)
CAUSES = re.compile(r"[a-z][a-z0-9_]{0,39}|[A-Z][A-Za-z0-9]{0,59}")
"""How causes and classes of errors are spelt."""
RELEASES = re.compile(r"v?[0-9][A-Za-z0-9.+\-]{0,39}")


def job_type(name: str) -> str:
    """Return a job type that Tane knows."""
    return name if name in KNOWN_TYPES else OTHER


def step(name: Any) -> str:
    """Return the name of a step of the night."""
    return name if isinstance(name, str) and name in STEP_NAMES else OTHER


def release(name: str | None) -> str | None:
    """Return a version as programs give theirs."""
    return name if name is None or RELEASES.fullmatch(name) else OTHER


def cause(name: Any) -> str:
    """Return the name of a cause or of a class of errors."""
    return name if isinstance(name, str) and CAUSES.fullmatch(name) else OTHER


def jobs(queue: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, str], int]:
    """Return the number of jobs by type and state; those of unknown types together."""
    counted: Counter[tuple[str, str]] = Counter()
    for name, by_state in queue.items():
        for state, number in by_state.items():
            counted[job_type(name), state] += number
    return dict(counted)


def oldest(waiting_s: Mapping[str, float]) -> dict[str, float]:
    """Return the age of the oldest waiting job by type; 0 where none waits, so that an alert can end."""
    ages = dict.fromkeys(sorted(JOB_TYPES), 0.0)
    for name, age_s in waiting_s.items():
        ages[job_type(name)] = max(age_s, ages.get(job_type(name), 0.0))
    return ages


def paused(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the job types that are paused, each once; * stands for all. Their reasons are somebody's text."""
    return sorted({"*" if row["job_type"] == "*" else job_type(row["job_type"]) for row in rows})


def dead(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return dead jobs counted by type and cause."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counted[job_type(row["job_type"]), cause(row["cause"])] += row["n"]
    return [{"job_type": name, "cause": why, "n": n} for (name, why), n in counted.most_common()]

"""docs/reliability.md, as a run of the scenarios writes it."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chaos.scenarios.ledger import ScenarioResult

INTRODUCTION = """\
# Reliability

Written by `make chaos`, never by hand: real daemons, a real PostgreSQL, real sockets on the loopback interface, a
stand-in for the model server behind a proxy that falsifies its answers. Each daemon is a process of its own, forked from one
that has imported the program, so that killing two hundred of them costs no hours. A short version of every row is part of the
tests (`tests/system/test_faults.py`); `make accept` has what depends on the machine's speed.

How it is known that nothing was lost and nothing happened twice: triggers in the database note every effect at the
moment it is written (a job's end, an utterance's mark, a seed, a vector), so that an effect that happened twice is
seen even where the second overwrote the first with the same value. Afterwards a list of questions
(`chaos/scenarios/ledger.py`) must have no answer: jobs not done, effects twice, seeds without utterance, job or vector,
vectors of another length or size. What a crash of the database would forget together with its account of it is held
against what was put in and against the daemons' own logs: nothing that was confirmed may be missing, no job may be
reported done twice, or reported done and not be. After nights the map is asked in the same way
(`tests/tane/runs/night/soundness.py`), and yesterday's map is compared byte by byte until the next is published.
"""

TRAPS = """\
## The ten traps of operating

| trap | test |
|---|---|
| 1. tracebacks that show local variables | `tests/daemon/test_logs.py::TestPrivacy`, `tests/system/test_silence.py` |
| 2. errors of PostgreSQL and pydantic that quote rows and values | `tests/daemon/test_logs.py::TestPrivacy`, `tests/tane/store/test_errors.py`, `tests/system/test_silence.py` |
| 3. a scheduler that drops a night when it is a second late | `tests/tane/runs/test_schedule.py`, `tests/daemon/test_traps.py` |
| 4. a night that dies with its scheduler | `tests/daemon/test_traps.py` |
| 5. workers that inherit the daemon's signal handling | `tests/tane/runs/test_pool.py`, `tests/daemon/test_traps.py` |
| 6. a web server that takes the signals away | `tests/daemon/test_traps.py` |
| 7. to 10. units, compiled code and accounts | `tests/deploy`, `tests/tane/store/test_embedded.py` |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fault that was played, and how long it took."""

    fault: str
    outcome: ScenarioResult
    seconds: float


def written(
    rows: Sequence[Row], *, scale: float, at_once: int, lease_s: float, command: str, began: datetime
) -> str:
    """Return the whole document; the last of the rows has just ended."""
    wrong = sum(count for row in rows for count in row.outcome.wrong.values())
    lines = [
        INTRODUCTION,
        "## The run",
        "",
        f"- when: {began:%Y-%m-%d %H:%M} UTC, for {(datetime.now(UTC) - began).total_seconds() / 60:.0f} minutes",
        f"- how: `{command}`, that is {scale:g} of the demanded numbers, {at_once} faults at a time, leases of {lease_s:g} s",
        f"- where: {machine()}",
        f"- lost, repeated or wrong: **{wrong or 'nothing'}**",
        "",
        "| fault | what was done and counted | wrong | s |",
        "|---|---|---|---|",
        *(_line(row) for row in rows),
        "",
        TRAPS,
    ]
    return "\n".join(lines)


def machine() -> str:
    """Describe this machine."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, {memory_gib:.0f} GiB, "
        f"load {os.getloadavg()[2]:.1f} from everything, Python {platform.python_version()}"
    )


def _line(row: Row) -> str:
    did = "; ".join(
        f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value}"
        for name, value in row.outcome.did.items()
    )
    wrong = "; ".join(f"{name}: {count}" for name, count in row.outcome.wrong.items()) or "nothing"
    return f"| {row.fault} | {did} | {wrong} | {row.seconds:.0f} |"

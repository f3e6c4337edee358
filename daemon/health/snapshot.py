"""One look at everything an operator asks for: the queue, what is stored, the night, the model server and this process.

Health, metrics, `tane status`, the service manager's status line and the support bundle all read this one value.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from daemon.health.model_server import ModelServer
from daemon.health.process import Process
from tane.runs.night.view import NightReport, NightView
from tane.store.health import LastEdition, LastMap, Replies
from tane.store.memory import StoredSample
from tane.store.reading import Counts

SILENT = "no answer in time"
"""The trouble of a database that can be reached, and keeps whoever asks waiting."""
STATES = ("queued", "scheduled", "running", "done", "dead", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What the database says."""

    at: datetime
    oldest_waiting_s: float | None
    waiting_s: Mapping[str, float]  # job type -> age of its oldest job that may be claimed
    queue: Mapping[str, Mapping[str, int]]  # job type -> state -> number
    dead: list[dict[str, Any]]  # job_type, cause, n
    pauses: list[dict[str, Any]]
    counts: Counts | None  # None: counting took too long
    night: NightView | None  # the open one, or the last
    last_map: LastMap | None
    nights: list[NightReport]  # those that have ended, the newest first
    schema_trouble: str | None  # why this program does not fit the database
    replies: Replies = field(default_factory=Replies)  # of the text model, in the last day
    memory: StoredSample | None = None  # the last look at what the database takes
    editions: list[LastEdition] = field(default_factory=list)  # recaps and mornings that a clock asks for

    def total(self, *states: str) -> int:
        """Return how many jobs are in these states."""
        return sum(by_state.get(state, 0) for by_state in self.queue.values() for state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSnapshot:
    """The state of one Tane at one moment."""

    stored: DatabaseState | None  # None: the database does not answer
    trouble: str | None  # why not
    models: ModelServer
    process: Process | None  # the daemon that looked; None where a command did

    def as_json(self) -> dict[str, Any]:
        """Return the snapshot for programs."""
        stored: dict[str, Any] = {}
        if self.stored is not None:
            jobs = {state: self.stored.total(state) for state in STATES}
            stored = asdict(self.stored) | {"jobs": jobs}
        process = None if self.process is None else asdict(self.process)
        return {**stored, "database": self.trouble or "ok", "models": asdict(self.models), "process": process}

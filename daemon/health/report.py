"""What is wrong, and what to do about it: the decision behind /livez, /readyz and /healthz. Pure."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from daemon.health import public_names
from daemon.health.process import Process
from daemon.health.snapshot import SILENT, DatabaseState, HealthSnapshot
from tane.llm.builtin import BUILTIN
from tane.store.health import Replies
from tane.web.health import Report, Trouble

DEAD_AFTER_S = 60.0
"""A process that has not read the queue for so long (or 3 polls, if that is longer) is better started anew."""

FEWEST_REPLIES = 20
MOST_UNUSABLE = 0.2
"""A share of replies of no use from which a model is too weak for its work, or something is wrong with it."""


def alive(process: Process | None) -> Report:
    """Decide whether this process should run on; of the database nothing is asked."""
    return Report(troubles=tuple(_of_process(process)))


def ready(snapshot: HealthSnapshot) -> Report:
    """Decide whether work is being done, and collect what an operator wants to see."""
    troubles = [*_of_process(snapshot.process), *_of_database(snapshot), *_of_models(snapshot)]
    if snapshot.stored is not None:
        troubles += _of_content(snapshot.stored)
    return Report(troubles=tuple(troubles), facts=facts(snapshot))


def facts(snapshot: HealthSnapshot) -> dict[str, Any]:
    """Return the snapshot as it may be shown to anybody: numbers, times and names of ours."""
    process = snapshot.process
    found: dict[str, Any] = {
        "models": {
            "state": snapshot.models.state,
            "version": public_names.release(snapshot.models.version),
            "vectors": "builtin" if snapshot.models.embed_model == BUILTIN else "host",
            "has_offer": snapshot.models.offer is not None,
        },
        "process": None
        if process is None
        else {
            "version": process.version,
            "uptime_s": round(process.uptime_s, 1),
            "idle_s": round(process.idle_s, 3),
            "is_claiming": process.is_claiming,
            "slots": dict(process.slots),
            "busy": dict(process.busy),
            "blocked": list(process.blocked),
            "unfit": list(process.unfit),
            "is_listening": process.is_listening,
            "loop_lag_s": round(process.loop_lag_s, 3),
            "resident_bytes": process.resident_bytes,
        },
    }
    stored = snapshot.stored
    if stored is None:
        return found
    jobs: dict[str, dict[str, int]] = {}
    for (name, state), number in public_names.jobs(stored.queue).items():
        jobs.setdefault(name, {})[state] = number
    return {
        "oldest_waiting_s": None if stored.oldest_waiting_s is None else round(stored.oldest_waiting_s, 1),
        "jobs": jobs,
        "dead": public_names.dead(stored.dead),
        "replies": asdict(stored.replies),
        "paused": public_names.paused(stored.pauses),
        "night": _night(stored),
        "nights": [{**asdict(one), "at": one.at.isoformat()} for one in stored.nights],
        **found,
    }


def is_much(replies: Replies) -> bool:
    """Tell whether so many replies are of no use that the owner should know. Pure."""
    return replies.replies >= FEWEST_REPLIES and replies.unusable > MOST_UNUSABLE * replies.replies


def _night(stored: DatabaseState) -> dict[str, Any]:
    night, last = stored.night, stored.last_map
    return {
        "status": None if night is None else night.status,
        "step": None if night is None or night.step is None else public_names.step(night.step),
        "fraction": None if night is None else night.fraction,
        "eta_s": None if night is None or night.eta_s is None else round(night.eta_s, 1),
        "last_success_age_s": None if last is None else round(last.age_s, 1),
        "clusters": None if last is None else last.clusters,
        "coverage": None if last is None or last.coverage is None else round(last.coverage, 4),
    }


def _of_process(process: Process | None) -> Iterator[Trouble]:
    if process is None:
        return
    if process.is_stopping:
        yield Trouble(degree="unready", what="stopping", remedy="wait: it ends when its jobs are done")
    elif not process.has_claimed:
        yield Trouble(degree="unready", what="starting", remedy="wait: the queue has not been read yet")
    elif process.idle_s > max(DEAD_AFTER_S, 3 * process.poll_s):
        yield Trouble(
            degree="dead", what="not_claiming", remedy="look for locks in the database, or restart Tane"
        )
    elif not process.is_claiming:
        yield Trouble(degree="degraded", what="claims_late", remedy="look for load or locks in the database")


def _of_database(snapshot: HealthSnapshot) -> Iterator[Trouble]:
    if snapshot.trouble == SILENT:
        yield Trouble(
            degree="unready", what="database_silent", remedy="look for locks and load in PostgreSQL"
        )
    elif snapshot.stored is None:
        yield Trouble(
            degree="unready", what="database_unreachable", remedy="start PostgreSQL, or correct database.url"
        )
    elif snapshot.stored.schema_trouble is not None:
        yield Trouble(
            degree="unready", what="schema_mismatch", remedy="run `tane db migrate`, or update Tane"
        )


def _of_models(snapshot: HealthSnapshot) -> Iterator[Trouble]:
    process, state = snapshot.process, snapshot.models.state
    if state == "missing" or (process is not None and process.missing):
        yield Trouble(
            degree="degraded", what="model_missing", remedy="`tane status` names it, and what to do"
        )
    elif process is not None and process.unfit:
        yield Trouble(
            degree="degraded",
            what="model_unfit",
            remedy=f"`tane doctor` tells what is wrong with the model ({', '.join(process.unfit)}); its jobs wait",
        )
    elif state == "down" or (process is not None and process.blocked):
        yield Trouble(
            degree="degraded", what="model_server_down", remedy="start it, or correct llm.url; its jobs wait"
        )


def _of_content(stored: DatabaseState) -> Iterator[Trouble]:
    if is_much(stored.replies):
        yield Trouble(
            degree="degraded",
            what="replies_unusable",
            remedy=f"{stored.replies.unusable} of {stored.replies.replies} replies of the text model were of no use"
            " in the last day: `tane doctor`, or name a larger model",
        )
    if stored.total("dead"):
        yield Trouble(degree="degraded", what="dead_jobs", remedy="`tane dead` lists them and their causes")
    if stored.pauses:
        yield Trouble(degree="degraded", what="paused", remedy="`tane resume` when it is time")
    night = stored.night
    if night is not None and night.status == "failed":
        yield Trouble(
            degree="degraded", what="night_failed", remedy="`tane nightly status`; the last map is in use"
        )

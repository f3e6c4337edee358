"""The canonical line of a job: one event for each, with everything an operator asks about it."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog

from daemon.queue.batch import Batch
from daemon.queue.meter import Meter
from tane.store.jobs import Ending, Verdict

log = structlog.get_logger()

_EVENTS = {
    Ending.DONE: "job.done",
    Ending.RETRY: "job.retry",
    Ending.LATER: "job.later",
    Ending.RELEASE: "job.released",
    Ending.RETURN: "job.returned",
    Ending.DEAD: "job.dead",
    Ending.CANCELLED: "job.cancelled",
}


def log_batch(batch: Batch, settled: Sequence[Verdict], meter: Meter) -> None:
    """Write one line per job; for larger batches those that went well only at debug, and one line for all."""
    costs = _costs(batch, meter)
    is_single = len(batch.jobs) == 1
    for verdict in settled:
        fields = {**_facts(verdict), **(costs if is_single else {})}
        if verdict.ending is Ending.DEAD:
            log.error(_EVENTS[verdict.ending], **fields)
        elif verdict.error is not None:
            log.warning(_EVENTS[verdict.ending], **fields)
        elif is_single:
            log.info(_EVENTS[verdict.ending], **fields)
        else:
            log.debug(_EVENTS[verdict.ending], **fields)
    if not is_single:
        endings = Counter(verdict.ending.value for verdict in settled)
        log.info("batch.done", kind=batch.handler.job_type, jobs=len(batch.jobs), **endings, **costs)
    if lost := len(batch.jobs) - len(settled):
        log.warning("job.lost_claim", kind=batch.handler.job_type, count=lost)


def _facts(verdict: Verdict) -> dict[str, Any]:
    job = verdict.job
    facts: dict[str, Any] = {
        "job_id": job.job_id,
        "kind": job.job_type,
        "attempt": job.attempts,
        "outcome": verdict.outcome,
        "wait_ms": round((job.claimed_at - job.created_at).total_seconds() * 1000),
    }
    if verdict.error is not None:
        facts |= {f"error_{key}": value for key, value in verdict.error.items()}
    if verdict.ending in (Ending.RETRY, Ending.LATER):
        facts["delay_s"] = round(verdict.delay_s, 3)
    return facts


def _costs(batch: Batch, meter: Meter) -> dict[str, Any]:
    costs: dict[str, Any] = {"run_ms": round((time.monotonic() - batch.started_s) * 1000)}
    if meter.calls:
        costs |= {
            "llm_calls": meter.calls,
            "llm_ms": round(meter.seconds * 1000),
            "tokens_in": meter.prompt_tokens,
            "tokens_out": meter.reply_tokens,
            "model": meter.model,
        }
    if meter.unusable:
        costs |= {"replies": meter.replies, "replies_unusable": meter.unusable}
    return costs

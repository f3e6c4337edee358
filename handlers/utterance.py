"""What all questions about an utterance share: reading it, and writing only if its words still stand."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from handlers.contract import Finished, JobError, Skip
from store.jobs import Job, NewJob, enqueue
from store.pool import Connection
from store.utterances import Utterance, load_utterances, lock_utterances


class AboutUtterance(Protocol):
    """An item that asks about an utterance."""

    @property
    def utterance(self) -> Utterance: ...  # noqa: D102


ItemT = TypeVar("ItemT", bound=AboutUtterance)
ResultT = TypeVar("ResultT")


async def load_targets(conn: Connection, jobs: Sequence[Job]) -> list[Utterance | Skip | JobError]:
    """Return the utterance of each job, or why there is nothing to ask."""
    found = await load_utterances(conn, [job.target_id for job in jobs])
    return [_askable(found.get(job.target_id)) for job in jobs]


def _askable(utterance: Utterance | None) -> Utterance | Skip | JobError:
    if utterance is None:
        return JobError("target_missing")
    if utterance.is_deleted:
        return Skip("skipped:deleted")
    if not utterance.contents.strip():
        return Skip("skipped:no_text")
    return utterance


async def save_unmoved(
    conn: Connection,
    finished: Sequence[Finished[ItemT, ResultT]],
    write: Callable[[ItemT, ResultT], Awaitable[str]],
) -> list[str]:
    """Write each result whose utterance still says what the model was asked about; queue the others again.

    The utterances stay locked, so their words cannot change between this look and the commit.
    """
    hashes = await lock_utterances(conn, [entry.item.utterance.utterance_id for entry in finished])
    outcomes = []
    for entry in finished:
        present = hashes.get(entry.item.utterance.utterance_id)
        if present is None:
            outcomes.append("skipped:deleted")
        elif present != entry.item.utterance.content_hash:
            await enqueue(conn, [_again(entry.job)])
            outcomes.append("requeued")
        else:
            outcomes.append(await write(entry.item, entry.result))
    return outcomes


def _again(job: Job) -> NewJob:
    return NewJob(
        job_type=job.job_type,
        target_type=job.target_type,
        target_id=job.target_id,
        priority=job.priority,
        payload=job.payload,
    )

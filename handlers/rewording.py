"""What the new words of an utterance are asked (A7).

A trigger asks again what had an answer, at the very UPDATE. What was asked in vain (a score without a number, a role
without a match, a dead job) leaves no mark on the utterance; the queue still knows it for as long as it keeps ended
jobs. An utterance that an import brought is asked all that is enabled, as a second import of the new words would.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from handlers.job_graph import EXTRACTION_PRIORITY, MEASUREMENT_PRIORITY, ROLE_PRIORITY, jobs_for_utterance
from handlers.options import Options
from tane.store.domain import EXTRACTION, QUESTION_JOBS, ROLE_JOB
from tane.store.jobs import NewJob
from tane.store.pool import Connection
from tane.store.rewording import Reworded, read_reworded


async def jobs_for_new_words(
    conn: Connection, edits: Mapping[UUID, datetime], *, options: Options
) -> list[NewJob]:
    """Return what utterances are to be asked, in order of their ids; `edits` tells since when they have new words.

    Those that were never written to since they came are none of them. Reads the queue once for all.
    """
    reworded = await read_reworded(conn, edits, sorted(QUESTION_JOBS))
    return [job for one in reworded for job in _jobs(one, options)]


def _jobs(one: Reworded, options: Options) -> list[NewJob]:
    wanted = set(one.asked)
    if one.is_imported:
        jobs = jobs_for_utterance(
            one.utterance_id, one.contents, one.speaker, [one.utterance_id], options=options
        )
        wanted.update(job.job_type for job in jobs if job.job_type in QUESTION_JOBS)
    return [
        NewJob(
            job_type=question,
            target_type="utterance",
            target_id=one.utterance_id,
            priority=_priority(question),
        )
        for question in sorted(wanted - one.answered - one.pending)
    ]


def _priority(question: str) -> int:
    if question == ROLE_JOB:
        return ROLE_PRIORITY
    return EXTRACTION_PRIORITY if question.startswith(EXTRACTION) else MEASUREMENT_PRIORITY

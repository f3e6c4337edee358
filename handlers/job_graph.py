"""Which jobs follow from which: what an import queues for an utterance, and who is asked for seeds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from handlers.options import Options
from tane.store.domain import (
    EXTRACTION,
    EXTRACTION_JOBS,
    JOB_TYPES,
    QUESTION_JOBS,
    ROLE_JOB,
    SCORES,
    VECTOR_JOBS,
)
from tane.store.jobs import NewJob
from tane.store.pool import Connection
from tane.store.rewording import Reworded, read_reworded

# Lower runs first (A3); the numbers of document 000 stay, the others are ours.
CLUSTER_BODY_PRIORITY = 5
EMBEDDING_PRIORITY = 10
EMBEDDING_UTTERANCE_PRIORITY = 11
RECAP_TIE_BREAK_PRIORITY = 14
RECAP_SECTION_PRIORITY = 15  # behind names and vectors, before what an import asks of thousands of utterances
EXTRACTION_PRIORITY = 20
ROLE_PRIORITY = 30
MEASUREMENT_PRIORITY = 40

# Seeds and splits always get their vectors (D10): a list of job types chooses among the questions only.
DOCUMENT_000 = VECTOR_JOBS | {ROLE_JOB, EXTRACTION_JOBS["knowledge"]}


def enabled_types(setting: str | Iterable[str]) -> frozenset[str]:
    """Return the job types that `jobs.enabled` stands for: "full", "000" or a list.

    Raises:
        ValueError: a name in the list is no job type.
    """
    if setting == "full":
        return JOB_TYPES
    if setting == "000":
        return DOCUMENT_000
    chosen = frozenset([setting] if isinstance(setting, str) else setting)
    if unknown := chosen - JOB_TYPES:
        raise ValueError(
            f"no such job type: {', '.join(sorted(unknown))}; there are {', '.join(sorted(JOB_TYPES))}"
        )
    return chosen | VECTOR_JOBS


def jobs_for_utterance(
    utterance_id: UUID, contents: str, speaker: str | None, split_ids: Sequence[UUID], *, options: Options
) -> list[NewJob]:
    """Return what an import queues for an utterance with these splits; nothing for one without text.

    The vector of the utterance itself follows when the last split has its own (D5). When some roles are
    excluded, the role is found first and its job queues the extractions (C8).
    """
    if not split_ids:
        return []
    jobs = [_job("embedding", "utterance_split", split_id, EMBEDDING_PRIORITY) for split_id in split_ids]
    extractions = extraction_jobs(utterance_id, contents, speaker, options=options)
    role_decides = bool(options.roles_exclude and extractions)
    if ROLE_JOB in options.enabled or role_decides:
        jobs.append(_job(ROLE_JOB, "utterance", utterance_id, ROLE_PRIORITY))
    scores = [score for score in SCORES if score in options.enabled]
    jobs += [_job(score, "utterance", utterance_id, MEASUREMENT_PRIORITY) for score in scores]
    return jobs if role_decides else jobs + extractions


def jobs_for_article(
    utterance_id: UUID, contents: str, speaker: str | None, split_ids: Sequence[UUID], *, options: Options
) -> list[NewJob]:
    """Return what an import queues for an article with these splits."""
    chosen = replace(options, enabled=options.article_jobs, roles_exclude=frozenset())
    return jobs_for_utterance(utterance_id, contents, speaker, split_ids, options=chosen)


def extraction_jobs(
    utterance_id: UUID, contents: str, speaker: str | None, *, options: Options
) -> list[NewJob]:
    """Return the enabled extractions of an utterance that is long enough and whose speaker is asked (C8)."""
    if len(contents.strip()) < options.min_chars or speaker in options.speakers_exclude:
        return []
    questions = [question for question in EXTRACTION_JOBS.values() if question in options.enabled]
    return [_job(question, "utterance", utterance_id, EXTRACTION_PRIORITY) for question in questions]


def embedding_jobs(target_type: str, target_ids: Iterable[UUID]) -> list[NewJob]:
    """Return the embedding jobs of new rows."""
    return [_job("embedding", target_type, target_id, EMBEDDING_PRIORITY) for target_id in target_ids]


def _job(job_type: str, target_type: str, target_id: UUID, priority: int) -> NewJob:
    return NewJob(job_type=job_type, target_type=target_type, target_id=target_id, priority=priority)


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
        jobs_for = jobs_for_article if one.is_article else jobs_for_utterance
        jobs = jobs_for(one.utterance_id, one.contents, one.speaker, [one.utterance_id], options=options)
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

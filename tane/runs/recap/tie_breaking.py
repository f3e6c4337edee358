"""Ties between genres: the text model chooses where there is one, in jobs of the queue; else the weighted score stands."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from tane.recap import refining
from tane.recap.documents import GenreDecision
from tane.recap.taxonomy import Genre
from tane.runs.recap.recap_files import Recap, RecapFiles
from tane.runs.recap.waiting import until_done
from tane.store import genres, jobs, runs
from tane.store.jobs import NewJob
from tane.store.pool import Connection, connection, transaction

JOB_TYPE = "recap_tie_break"
TARGET = "recap_document"
PRIORITY = 14  # before the sections, which wait for genres
MOST_TIES = 30  # of a recap
SECONDS_A_TIE = 20.0


async def with_ties(
    recap: Recap, files: RecapFiles, decisions: Sequence[GenreDecision]
) -> list[GenreDecision]:
    """Return the decisions, those that a model may still change with what it chooses from."""
    if not await asyncio.to_thread(files.ties.path.exists):
        return list(decisions)
    ties = await asyncio.to_thread(files.ties.load)
    if not ties or not await recap.options.can_write():
        return list(decisions)
    taxonomy = await asyncio.to_thread(files.taxonomy.load)
    names = {genre.genre: genre for genre in taxonomy.genres}
    asked = set(sorted(ties)[:MOST_TIES])
    return [
        replace(one, telemetry={"tied": [_shown(names[genre]) for genre in ties[str(one.document_id)]]})
        if str(one.document_id) in asked
        else one
        for one in decisions
    ]


def _shown(genre: Genre) -> dict[str, str]:
    return {"genre": genre.genre, "name": " / ".join(dict.fromkeys((genre.name_ja, genre.name_en)))}


async def break_ties(
    recap: Recap, files: RecapFiles, decisions: Sequence[GenreDecision]
) -> tuple[list[GenreDecision], dict[str, Any]]:
    """Have the ties broken that are stored; return the decisions as they are then, and what the step tells of it."""
    tied = [one.document_id for one in decisions if "tied" in one.telemetry]
    if not tied:
        return list(decisions), {}
    async with transaction(recap.session.pool) as conn:
        new = [
            NewJob(job_type=JOB_TYPE, target_type=TARGET, target_id=document, priority=PRIORITY)
            for document in tied
        ]
        await jobs.enqueue(conn, new)
        await runs.fence(conn, recap.run_id, recap.epoch)

    async def count_left(conn: Connection) -> int:
        return await genres.count_ties(conn, tied)

    waited_s, why = await until_done(recap, count_left, asked=len(tied), limit_s=SECONDS_A_TIE * len(tied))
    async with connection(recap.session.pool) as conn:
        if why is not None:
            await genres.cancel_ties(conn, tied)
        broken = await genres.read_broken(conn, recap.run_id)
    settled = [_settled(one, broken) for one in decisions]
    await asyncio.to_thread(files.decisions.save, settled)
    facts = {"ties_asked": len(tied), "ties_broken": len(broken), "ties_waited_s": round(waited_s, 1)}
    return settled, facts | ({"degraded": f"ties were left to the weighted score: {why}"} if why else {})


def _settled(one: GenreDecision, broken: dict[UUID, str]) -> GenreDecision:
    genre = broken.get(one.document_id)
    return one if genre is None else refining.broken(one, genre, one.confidence)

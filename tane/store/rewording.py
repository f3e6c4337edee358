"""Utterances with new words, and what is known of the questions they were asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("rewording")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """An utterance that was written to after it came; questions are job types."""

    utterance_id: UUID
    contents: str
    speaker: str | None
    is_imported: bool
    is_article: bool
    asked: frozenset[str]  # by jobs that ended before the words were new, done or dead
    pending: frozenset[str]  # by jobs that wait or run
    answered: frozenset[str]  # of the present words


async def read_reworded(
    conn: Connection, edits: Mapping[UUID, datetime], questions: Sequence[str]
) -> list[Reworded]:
    """Return those of the living utterances that were written to, in order of their ids.

    `edits` gives the time since when each has its words. Reads the whole queue once if there is any.
    """
    written = [row["utterance_id"] for row in await conn.fetch(_SQL["written_to"], list(edits))]
    if not written:
        return []
    rows = await conn.fetch(
        _SQL["read_reworded"], written, [edits[utterance_id] for utterance_id in written], questions
    )
    return [
        Reworded(
            utterance_id=row["utterance_id"],
            contents=row["contents"] or "",
            speaker=row["speaker"],
            is_imported=row["is_imported"],
            is_article=row["is_article"],
            asked=frozenset(row["asked"]),
            pending=frozenset(row["pending"]),
            answered=frozenset(row["answered"]),
        )
        for row in rows
    ]

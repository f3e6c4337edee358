"""What was said: reading utterances, writing what was found out about them, and their splits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("utterances")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """An utterance as a handler needs it."""

    utterance_id: UUID
    contents: str
    content_hash: bytes
    speaker: str | None
    is_deleted: bool
    asked: frozenset[str]  # kinds of seeds that were asked for already
    title: str | None = None  # of its metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTurn:
    """Something said earlier in the same conversation."""

    speaker: str | None
    contents: str


class TextPart(Protocol):
    """A part of a text, however it was cut."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


async def load_utterances(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Utterance]:
    """Return the utterances that exist, deleted ones included."""
    rows = await conn.fetch(_SQL["load_utterances"], ids)
    return {
        row["utterance_id"]: Utterance(
            utterance_id=row["utterance_id"],
            contents=row["contents"] or "",
            content_hash=row["content_hash"],
            speaker=row["speaker"],
            is_deleted=row["is_deleted"],
            asked=frozenset(row["asked"]),
            title=row["title"],
        )
        for row in rows
    }


async def list_turns_before(
    conn: Connection, ids: Sequence[UUID], *, turns: int, longest_chars: int
) -> dict[UUID, list[EarlierTurn]]:
    """Return what was said just before each of these utterances, the earliest first, of a long turn its end."""
    before: dict[UUID, list[EarlierTurn]] = {}
    for row in await conn.fetch(_SQL["list_turns_before"], ids, turns, longest_chars):
        turn = EarlierTurn(speaker=row["speaker"], contents=row["contents"])
        before.setdefault(row["utterance_id"], []).append(turn)
    return before


async def lock_utterances(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Lock the living utterances until the transaction ends and return their present content hashes."""
    rows = await conn.fetch(_SQL["lock_utterances"], ids)
    return {row["utterance_id"]: row["content_hash"] for row in rows}


async def set_role(
    conn: Connection, utterance_id: UUID, role_id: UUID | None, confidence: float | None
) -> bool:
    """Store an utterance's role and return whether it has one now: a role may be gone, or None."""
    has_role = await conn.fetchval(_SQL["set_role"], utterance_id, role_id, confidence)
    return bool(has_role)


async def set_score(conn: Connection, utterance_id: UUID, score: str, value: float | None) -> None:
    """Store one of an utterance's five scores, by its column's name; None when it could not be read."""
    await conn.execute(_SQL["set_score"], utterance_id, score, value)


async def mark_asked(conn: Connection, utterance_id: UUID, kind: str) -> None:
    """Remember that an utterance was asked for seeds of a kind, whatever was found (A6)."""
    await conn.execute(_SQL["mark_asked"], utterance_id, kind)


async def replace_splits(conn: Connection, utterance_id: UUID, parts: Sequence[TextPart]) -> list[UUID]:
    """Make these parts the utterance's splits and return their ids in order; equal ones keep id and vector."""
    ids = [_split_id(utterance_id, ordinal, part) for ordinal, part in enumerate(parts)]
    async with conn.transaction():
        await conn.execute(_SQL["lock_utterance"], utterance_id)
        await conn.execute(_SQL["delete_other_splits"], utterance_id, ids)
        await conn.execute(
            _SQL["insert_splits"], utterance_id, ids,
            [part.start for part in parts], [part.end for part in parts], [part.text for part in parts],
        )  # fmt: skip
    return ids


def _split_id(utterance_id: UUID, ordinal: int, part: TextPart) -> UUID:
    digest = hashlib.sha256(part.text.encode()).hexdigest()
    return uuid5(utterance_id, f"split:{ordinal}:{part.start}:{part.end}:{digest}")

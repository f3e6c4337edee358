"""Recaps as people and programs are shown them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tane.store import sql
from tane.store.codecs import listed
from tane.store.pool import Connection

_SQL = sql.load("recap_reading")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapLine:
    """A recap in a list."""

    run_id: int
    status: str
    trigger: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    params: Mapping[str, Any]
    report: Mapping[str, Any]
    is_pinned: bool
    sections: int
    stories: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """A section, and what it says once it is stored."""

    genre: str
    name: str
    cluster_id: UUID | None
    rank: int
    status: str
    reason: str | None
    documents: int
    sentences: int
    clusters: int
    facts: Mapping[str, Any]
    response_id: UUID | None
    title: str | None
    bullets: list[dict[str, Any]]
    tags: list[str]
    is_degraded: bool
    degraded_reason: str | None
    model_name: str | None
    prompt_version: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedRow:
    """A sentence that a section may cite, with the place that it leads to."""

    genre: str
    number: int
    cluster: int
    story_id: UUID | None
    document_id: UUID
    utterance_id: UUID | None
    lang: str
    said_at: datetime
    sentence: str | None
    publisher: str | None
    is_deleted: bool
    has_changed: bool
    is_central: bool
    title: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """How a story stands in a recap."""

    story_id: UUID
    title: str | None
    genre: str
    cluster: int
    state: str
    place: str
    rank: int
    documents: int
    added: int
    publishers: int
    score: float
    first_said_at: datetime
    last_said_at: datetime
    facts: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """How many documents say the same as one."""

    document_id: UUID
    copies: int
    publishers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """What a document of a run went through."""

    document_id: UUID
    kind: str
    utterance_id: UUID | None
    publisher: str | None
    lang: str
    said_at: datetime
    chars: int
    tokens: int
    dropped_by: str | None
    reason: str | None
    duplicate_of: UUID | None
    similarity: float | None
    genre: str | None
    score: float | None
    details: Mapping[str, Any]
    strategy: str | None
    confidence: float | None
    coarse_candidates: list[Any]
    refine_decision: Mapping[str, Any] | None
    tag_profile: Mapping[str, Any] | None
    feedback: Mapping[str, Any] | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSentence:
    """A sentence of a document that a section may cite, and whether it does."""

    genre: str
    number: int
    sentence: str | None
    is_cited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """How many documents a stage left out for a reason; of stage `kept`, how many it did not."""

    stage: str
    reason: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedDocument:
    """A document of a morning's group."""

    edition_date: date
    group_id: UUID
    document_id: UUID
    utterance_id: UUID
    kind: str
    is_primary: bool
    similarity: float | None
    rank: int
    score: float
    title: str | None
    contents: str
    publisher: str | None
    url: str | None
    speaker: str | None
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningEdition:
    """A morning's edition."""

    edition_date: date
    run_id: int | None
    groups: int
    letter: Mapping[str, Any] | None
    is_degraded: bool
    reason: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionDay:
    """A day that has a morning."""

    edition_date: date
    groups: int
    created_at: datetime


async def list_recaps(conn: Connection, *, limit: int) -> list[RecapLine]:
    """Return the last recaps, the newest first."""
    return [RecapLine(**row) for row in await conn.fetch(_SQL["list_recaps"], limit)]


async def latest_recap(conn: Connection) -> int | None:
    """Return the last recap that came to something."""
    found: int | None = await conn.fetchval(_SQL["latest_recap"])
    return found


async def neighbours_of(conn: Connection, run_id: int) -> tuple[int | None, int | None]:
    """Return the recap before this one and the one after it."""
    row = await conn.fetchrow(_SQL["neighbours_of"], run_id)
    assert row is not None
    return row["before"], row["after"]


async def read_sections(conn: Connection, run_id: int) -> list[SectionRow]:
    """Return the sections of a recap in order."""
    rows = await conn.fetch(_SQL["read_sections"], run_id)
    return [
        SectionRow(**{**row, "bullets": listed(row["bullets"]), "tags": listed(row["tags"])}) for row in rows
    ]


async def read_evidence(conn: Connection, run_id: int) -> list[CitedRow]:
    """Return what the sections of a recap may cite."""
    return [CitedRow(**row) for row in await conn.fetch(_SQL["read_evidence"], run_id)]


async def read_stories(conn: Connection, run_id: int) -> list[ToldStory]:
    """Return the stories of a recap, the leading ones first."""
    rows = await conn.fetch(_SQL["read_stories"], run_id)
    return [ToldStory(**{**row, "facts": listed(row["facts"])}) for row in rows]


async def read_duplicates(conn: Connection, run_id: int) -> dict[UUID, Copies]:
    """Return, for documents that others repeat, how many do."""
    rows = await conn.fetch(_SQL["read_duplicates"], run_id)
    return {row["document_id"]: Copies(**row) for row in rows}


async def read_documents(
    conn: Connection,
    run_id: int,
    *,
    stage: str | None = None,
    genre: str | None = None,
    document: UUID | None = None,
    limit: int = 1_000,
) -> list[ReadDocument]:
    """Return the documents of a run: all, or those that a stage left out, those of a genre, or one by its id or its utterance's."""
    rows = await conn.fetch(_SQL["read_documents"], run_id, stage, genre, limit, document)
    return [ReadDocument(**{**row, "coarse_candidates": listed(row["coarse_candidates"])}) for row in rows]


async def find_document(conn: Connection, first: UUID, last: UUID) -> tuple[int, UUID] | None:
    """Return the newest run that read a document whose id, or whose utterance's, lies between these, and the document."""
    row = await conn.fetchrow(_SQL["find_document"], first, last)
    return None if row is None else (row["run_id"], row["document_id"])


async def cited_from(conn: Connection, run_id: int, document_id: UUID) -> list[CitedSentence]:
    """Return the sentences of a document that a recap may cite."""
    return [CitedSentence(**row) for row in await conn.fetch(_SQL["cited_from"], run_id, document_id)]


async def stage_counts(conn: Connection, run_id: int) -> list[StageCount]:
    """Return how many documents each stage left out, and why; together with the kept ones they are what was fetched."""
    return [StageCount(**row) for row in await conn.fetch(_SQL["stage_counts"], run_id)]


async def read_morning(conn: Connection, day: date) -> list[GroupedDocument]:
    """Return the groups of an edition, each with its primary first."""
    return [GroupedDocument(**row) for row in await conn.fetch(_SQL["read_morning"], day)]


async def read_edition(conn: Connection, day: date | None = None) -> MorningEdition | None:
    """Return the edition of a day, or the last one."""
    row = await conn.fetchrow(_SQL["read_edition"], day)
    return None if row is None else MorningEdition(**row)


async def list_editions(conn: Connection, *, limit: int) -> list[EditionDay]:
    """Return the days that have a morning, the newest first."""
    return [EditionDay(**row) for row in await conn.fetch(_SQL["list_editions"], limit)]

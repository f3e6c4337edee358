"""What the API answers of recaps and mornings, as types; see `tane.web.api.models`."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from tane.web.api.models import ExactAnswer

DocumentKind = Literal["article", "talk"]


class RecapRow(ExactAnswer):
    """A recap in the list of recaps; the window and what it reads are null until it has begun."""

    run_id: int
    status: str
    trigger: str
    reason: str | None
    requested_at: datetime
    finished_at: datetime | None
    window_start: datetime | None
    window_end: datetime | None
    sources: str | None
    mode: str | None
    is_pinned: bool
    documents: int
    stories: int
    sections: int


class RecapCitation(ExactAnswer):
    """A cited sentence and where it stands; text, title, url and utterance_id are null once that was deleted."""

    number: int
    text: str | None
    said_at: datetime
    publisher: str | None
    title: str | None
    url: str | None
    utterance_id: UUID | None
    has_changed: bool = Field(description="The document says it otherwise now.")
    copies: int = Field(description="Other documents that say the same.")


class RecapBullet(ExactAnswer):
    """What a recap says, and from where; is_degraded: a document's own sentence in place of the model's words."""

    text: str
    citations: list[RecapCitation]
    story_id: UUID | None
    is_verified: bool
    is_degraded: bool
    is_deleted: bool
    reason: str | None


class RecapStory(ExactAnswer):
    """A story, how it stands in this recap, and what is said of it."""

    story_id: UUID
    title: str | None
    genre: str
    state: str
    place: str
    documents: int
    added: int
    publishers: int
    first_said_at: datetime
    last_said_at: datetime
    bullets: list[RecapBullet]


class RecapPart(ExactAnswer):
    """A genre with all that is said of it."""

    genre: str
    name: str
    cluster_id: UUID | None
    status: str
    reason: str | None
    title: str | None
    bullets: list[RecapBullet]
    tags: list[str]
    is_degraded: bool
    degraded_reason: str | None
    model: str | None
    documents: int
    sentences: int
    clusters: int
    facts: dict[str, Any]


class StageFigure(ExactAnswer):
    """How many documents a stage left out for a reason; of stage `kept`, how many none did."""

    stage: str
    reason: str
    documents: int


class RecapAnswer(ExactAnswer):
    """A recap; before and after are the ones beside it that came to something."""

    run_id: int
    status: str
    trigger: str
    reason: str | None
    window_start: datetime | None
    window_end: datetime | None
    sources: str | None
    mode: str | None
    finished_at: datetime | None
    is_pinned: bool
    before: int | None
    after: int | None
    documents: int
    stages: list[StageFigure]
    leading: list[RecapStory]
    further: list[RecapStory]
    folded: list[RecapStory]
    unchanged: int
    sections: list[RecapPart]


class ReadByRecap(ExactAnswer):
    """A document that a recap read, and what became of it there."""

    document_id: UUID
    kind: DocumentKind
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
    details: dict[str, Any]
    strategy: str | None
    confidence: float | None
    coarse_candidates: list[dict[str, Any]]
    refine_decision: dict[str, Any] | None
    tag_profile: dict[str, Any] | None
    feedback: dict[str, Any] | None
    title: str | None


class StageAnswer(ExactAnswer):
    """What a stage of a recap did: the documents that it left out, and a page of all documents."""

    run_id: int
    stage: str
    details: dict[str, Any]
    dropped: list[ReadByRecap]
    documents: list[ReadByRecap]
    next_offset: int | None


class QuotableSentence(ExactAnswer):
    """A sentence of a document that a section may cite, and whether it does."""

    genre: str
    number: int
    sentence: str | None
    is_cited: bool


class WhyAnswer(ExactAnswer):
    """What a recap did with one document, and what it may cite of it."""

    run_id: int
    document: ReadByRecap
    evidence: list[QuotableSentence]


class RecapAsked(ExactAnswer):
    """The recap that was asked for; not is_new: one was open already."""

    run_id: int
    status: str
    is_new: bool


class EditionRow(ExactAnswer):
    """A day that has a morning."""

    edition_date: date
    groups: int
    created_at: datetime


class MorningDocument(ExactAnswer):
    """A document of a morning's group."""

    edition_date: date
    group_id: UUID
    document_id: UUID
    utterance_id: UUID
    kind: DocumentKind
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


class DocumentGroup(ExactAnswer):
    """What says the same, or speaks of one matter; its primary first."""

    group_id: UUID
    documents: list[MorningDocument]


class MorningLetter(ExactAnswer):
    """What a morning says in whole sentences, where one is wanted."""

    title: str | None
    bullets: list[RecapBullet]
    model: str | None


class MorningAnswer(ExactAnswer):
    """The edition of a day."""

    edition_date: date
    created_at: datetime
    letter: MorningLetter | None
    is_degraded: bool
    reason: str | None
    articles: list[DocumentGroup]
    talk: list[DocumentGroup]

"""What a recap reads and what becomes of it: documents, their passages, and why one was left out. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

DocumentKind: TypeAlias = Literal["article", "talk"]
Stage: TypeAlias = Literal[
    "fetch", "preprocess", "dedup", "genre", "select", "evidence", "stories", "summary"
]
Strategy: TypeAlias = Literal[
    "tag_consistency", "graph_boost", "weighted_score", "llm_tie_break", "label_spreading", "coarse_only",
    "fallback_other", "map_cluster",
]  # fmt: skip
OTHER = "other"
"""The genre of what belongs to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag of a document, from its feed or from a program that tags."""

    tag: str
    confidence: float = 1.0  # 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a document that has one vector: a split of an utterance."""

    utterance_id: UUID
    start: int  # first character in the utterance's contents
    text: str
    speaker: str | None
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article, or what one conversation said on one local day."""

    document_id: UUID  # of an article, its utterance
    kind: DocumentKind
    title: str | None
    publisher: str  # host of an article, else its source; of talk, the conversation's source
    lang: str  # "ja", "en", another code of two letters, or "und"
    said_at: datetime  # publication; of talk, its last utterance
    passages: tuple[Passage, ...]  # in reading order
    tags: tuple[Tag, ...] = ()
    raw_hash: str | None = None  # hexadecimal
    url: str | None = None

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(passage.text for passage in self.passages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Why a document goes no further. Nothing vanishes: kept and dropped are what was fetched."""

    document_id: UUID
    stage: Stage
    reason: str  # a stable word: empty, too_short, exact_duplicate, near_duplicate, over_limit, outlier, no_sentences ...
    duplicate_of: UUID | None = None
    similarity: float | None = None  # 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreDecision:
    """Which genre a document belongs to, and how that was decided."""

    document_id: UUID
    genre: str
    strategy: Strategy
    confidence: float  # 0..1
    candidates: tuple[Mapping[str, Any], ...] = ()  # {genre, score, confidence, keyword_support}
    reasons: Mapping[str, Any] = field(default_factory=dict)  # of the refining pass
    tag_profile: Mapping[str, Any] = field(default_factory=dict)
    graph_context: Mapping[str, Any] = field(default_factory=dict)
    telemetry: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSentence:
    """A sentence that may be cited, and where it stands."""

    document_id: UUID
    utterance_id: UUID
    start: int  # first character in the utterance's contents
    end: int
    text: str
    lang: str
    said_at: datetime
    publisher: str  # of talk, the speaker where he is known
    passage: int  # row of the passage's vector
    is_talk: bool = False

"""What the steps of a recap work with: options and files."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

import numpy as np

from tane.llm.protocol import Embedded
from tane.recap.dedup import Duplicates
from tane.recap.documents import Document, EvidenceSentence, GenreDecision
from tane.recap.taxonomy import Taxonomy
from tane.runs.step import StepContext
from tane.runs.workspace import Array, Json, JsonLines, Record, StoredFile, VectorRows, Workspace

FILES_VERSION = 3
"""Of the files below; a run that another version began is begun anew."""

Sources = Literal["talk", "articles", "both"]
Mode = Literal["clusters", "taxonomy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapOptions:
    """The settings that decide a recap, as plain values."""

    zone: str
    days: float
    sources: Sources
    mode: Mode
    language: str
    """In which sections are written: ja or en; empty: each in that of most of what it cites."""
    most_documents: int
    per_genre: int
    min_documents: int
    budget_s: float
    refine: bool
    refine_rollout_percent: int
    material_tokens: int
    """What a section's sentences may cost together."""
    passed_over: Sequence[str]
    """Speakers whose words are read nowhere."""
    builtin_unlike: Sequence[float]
    """The scale of the built-in encoder, which ships with it."""
    letter: bool
    """Of a morning: whether a letter is wanted."""
    can_write: Callable[[], Awaitable[bool]]
    """Tells whether a text model is there, and somebody who works off its jobs; else sections are extractive at once."""
    embed: Callable[[Sequence[str]], Awaitable[Embedded]] | None
    """Embeds the texts by which genres are learned, where the model is not the built-in encoder; None: nobody is there to."""
    refresh_graph: bool
    """Build the graph of tags anew before a recap."""


Recap = StepContext[RecapOptions]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run works by: its configuration as it was when it began."""

    since: datetime
    until: datetime
    sources: Sources
    mode: Mode
    language: str
    most_documents: int
    per_genre: int
    min_documents: int
    min_documents_by_genre: Mapping[str, int]
    budget_s: float
    refine: bool
    refine_rollout_percent: int
    model_id: int
    digest: str
    dims: int
    unlike: tuple[float, ...]

    @property
    def days(self) -> float:
        """The length of the window."""
        return (self.until - self.since).total_seconds() / 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTheme:
    """A theme of the map, as a genre."""

    cluster_id: UUID
    title: str | None
    attach_sim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreShare:
    """A genre with its documents, by row of `RecapFiles.prepared`."""

    genre: str
    name: str | None
    cluster_id: UUID | None
    members: tuple[int, ...]
    """All of them."""
    chosen: tuple[int, ...]
    """Those that are read closely, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """A story that earlier recaps told."""

    story_id: UUID
    genre: str | None
    members: tuple[UUID, ...]
    last_said_at: datetime
    told_facts: tuple[str, ...]


class RecapFiles(Workspace):
    """Everything that a recap leaves in its folder."""

    plan = StoredFile(partial(Record, Plan))

    # fetch
    fetched = StoredFile(partial(JsonLines, Document))
    passage_vectors = StoredFile(VectorRows)
    """(p, d) of length one, in the order of documents and their passages; zero where there is none yet."""

    # preprocess
    prepared = StoredFile(partial(JsonLines, Document))
    """Those that are kept, with their languages."""
    passage_spans = StoredFile(Array[np.int64])
    """(n, 2): where the passages of each prepared document begin and end in `passage_vectors`."""
    document_vectors = StoredFile(Array[np.float32])
    """(n, d) of length one; zero where a document has none."""

    # dedup
    duplicates = StoredFile(partial(Record, Duplicates))
    unique = StoredFile(Array[np.int64])
    """Rows of the prepared documents that are kept."""

    # genre
    themes = StoredFile(partial(JsonLines, MapTheme))
    theme_vectors = StoredFile(Array[np.float32])
    taxonomy = StoredFile(partial(Record, Taxonomy))
    taxonomy_vectors = StoredFile(Array[np.float32])
    """(t, d) of `Taxonomy.texts()`; zero where a text has none."""
    tag_edges = StoredFile(Json[list[tuple[str, str, float]]])
    decisions = StoredFile(partial(JsonLines, GenreDecision))
    other_genres = StoredFile(Json[dict[str, list[str]]])
    """Of documents without a theme, by row of the prepared ones: a genre of the taxonomy, and its names in Japanese and English."""
    ties = StoredFile(Json[dict[str, list[str]]])
    """By document, the genres between which a model may choose."""

    # select
    shares = StoredFile(partial(JsonLines, GenreShare))

    # evidence
    sentences = StoredFile(partial(JsonLines, EvidenceSentence))
    facts = StoredFile(Json[dict[str, dict[str, Any]]])

    # stories
    earlier_vectors = StoredFile(Array[np.float32])
    """(n, d) of `earlier`; zero where a story has none of this model. Written before it."""
    earlier = StoredFile(partial(JsonLines, KnownStory))
    """Stories of earlier recaps, as they were before this one wrote: a step that is done again finds them changed."""
    grouped = StoredFile(Json[dict[str, Any]])
    """Rows as `tane.store.stories` takes them."""
    story_vectors = StoredFile(Array[np.float32])

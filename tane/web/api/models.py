"""What the API answers, as types: the document of the API and the types of the page are made from these.

A field without a default is always there. Scores are put together from the domain's list: of utterances, clusters and maps.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model

from tane.store.domain import SCORES, ItemType, ReviewState

Flag = Literal[0, 1]
Scope = Literal["atlas", "global", "cluster"]


class ExactAnswer(BaseModel):
    """What is answered holds nothing that is not said here."""

    model_config = ConfigDict(extra="forbid")


class OpenAnswer(BaseModel):
    """What is answered may hold more than what is said here."""

    model_config = ConfigDict(extra="allow")


class MapFacts(ExactAnswer):
    """A map in use; `cluster_id` and `title` belong to the map of a cluster."""

    id: UUID
    scope: Scope
    cluster_id: UUID | None
    title: str | None
    at: datetime


class MapRow(MapFacts):
    """A map in the list of maps."""

    points: int


class ClusterName(ExactAnswer):
    """A cluster on a map; `theme` is the place in the list of the cluster on top of it."""

    id: UUID
    parent_id: UUID | None
    title: str | None
    depth: int
    seeds: int
    theme: int


class _Columns(ExactAnswer):
    kind: list[ItemType]
    id: list[UUID]
    x: list[float]
    y: list[float]
    cluster: list[int]
    theme: list[int]
    sort: list[str | None]
    speaker: list[str | None]
    at: list[int | None]
    is_provisional: list[Flag]


_scores: Any = dict.fromkeys(SCORES, (float | None, ...))
_score_columns: Any = dict.fromkeys(SCORES, (list[float | None], ...))
MapColumns = create_model("MapColumns", __base__=_Columns, **_score_columns)
MapColumns.__doc__ = (
    "One list an attribute, all of one length. cluster and theme count in clusters, -1 is none; sort is the kind of a "
    "seed or the role of an utterance; at counts seconds since 1970."
)


class _Map(ExactAnswer):
    map: MapFacts | None = Field(
        description="null where nothing was placed on the atlas or the global map yet."
    )
    clusters: list[ClusterName]


MapPoints = create_model("MapPoints", __base__=_Map, columns=(MapColumns, ...))
MapPoints.__doc__ = "All points of a map."


class NearItem(ExactAnswer):
    """Something near to an item."""

    kind: ItemType
    id: UUID
    weight: float
    text: str


class ArticleFacts(ExactAnswer):
    """What an utterance that is an article has besides its words."""

    title: str | None
    publisher: str | None
    url: str | None


class SameWords(ExactAnswer):
    """Another item that says what a found one says."""

    kind: ItemType
    id: UUID


class FoundItem(ExactAnswer):
    """A sentence that a search found; `similarity` is null where only its words were found."""

    kind: ItemType
    id: UUID
    text: str
    speaker: str | None
    at: datetime
    by: Literal["words", "meaning", "both"]
    similarity: float | None
    also: list[SameWords]
    article: ArticleFacts | None


class EdgeEnd(ExactAnswer):
    """The other end of an item's edge."""

    type: Literal["near", "part_of"]
    role: str | None
    weight: float
    kind: ItemType
    id: UUID


class Snippet(ExactAnswer):
    """The beginning of an item's text."""

    kind: ItemType
    id: UUID
    text: str
    speaker: str | None


class ClusterRow(ExactAnswer):
    """A cluster in the tree of all of them."""

    id: UUID
    parent_id: UUID | None
    depth: int
    title: str | None
    overview: str | None
    category: str | None
    seeds: int
    is_pinned: bool


class ClusterStep(ExactAnswer):
    """A cluster on the way down to another one."""

    id: UUID
    title: str | None


class ClusterChild(ClusterStep):
    """A cluster within another one."""

    seeds: int | None


class ClusterMember(ExactAnswer):
    """A seed in a cluster, or an utterance that has none."""

    type: Literal["seed", "utterance"]
    id: UUID
    kind: str | None
    text: str
    grounding: float | None
    weight: float


class MemberPage(ExactAnswer):
    """A page of the members of a cluster."""

    items: list[ClusterMember]
    next_offset: int | None


Averages = create_model("Averages", __base__=ExactAnswer, **_scores)


class _Cluster(ExactAnswer):
    id: UUID
    title: str | None
    overview: str | None
    overview_source: str | None
    category: str | None
    strength: int | None
    depth: int
    cohesion: float | None
    is_pinned: Flag
    at: datetime
    seeds: int | None
    map_id: UUID | None
    path: list[ClusterStep]
    children: list[ClusterChild]
    members: MemberPage
    neighbours: list[NearItem]


ClusterDetail = create_model("ClusterDetail", __base__=_Cluster, averages=(Averages, ...))
ClusterDetail.__doc__ = "A cluster with what hangs on it."


class SeedSource(ExactAnswer):
    """An utterance that says a seed; the span counts characters (code points) of its contents."""

    id: UUID
    contents: str | None
    speaker: str | None
    at: datetime
    relation_type: str
    span_start: int | None
    span_end: int | None


class SeedCluster(ClusterStep):
    """A cluster that a seed belongs to."""

    role: str
    weight: float


class SeedDetail(ExactAnswer):
    """A seed with where it comes from."""

    id: UUID
    kind: str
    body: str
    grounding: float | None
    review_status: ReviewState
    source_changed: Flag
    model_name: str | None
    prompt_version: str | None
    at: datetime
    sources: list[SeedSource]
    clusters: list[SeedCluster]
    neighbours: list[NearItem]


class SaidSeed(ExactAnswer):
    """A seed that was taken from an utterance."""

    id: UUID
    kind: str
    body: str
    grounding: float | None
    review_status: ReviewState


class _Words(ExactAnswer):
    id: UUID
    contents: str | None
    speaker: str | None
    at: datetime
    conversation_id: UUID | None
    position: int | None
    source: str | None
    role: str | None
    role_confidence: float | None
    metadata: dict[str, Any]
    article: ArticleFacts | None


_hanging: Any = {"seeds": (list[SaidSeed], ...), "neighbours": (list[NearItem], ...)}
UtteranceDetail = create_model("UtteranceDetail", __base__=_Words, **_scores, **_hanging)
UtteranceDetail.__doc__ = "An utterance with what was taken from it."


class TodayLine(OpenAnswer):
    """A quotation: a seed or an utterance, and the utterance in which it stands."""

    type: Literal["seed", "utterance"]
    id: UUID
    text: str
    utterance_id: UUID
    speaker: str | None
    at: datetime


class TodayTheme(OpenAnswer):
    """What comes back, and on which days."""

    id: UUID
    title: str | None
    days: list[date]
    utterances: int
    lines: list[TodayLine]


class TodayTurn(OpenAnswer):
    """A changed mind, and what was thought before, where it is known."""

    before: TodayLine | None
    after: TodayLine


class TodayNews(OpenAnswer):
    """What is new since the last visit."""

    since: datetime | None
    lines: list[TodayLine]


class TodayAnswer(OpenAnswer):
    """What comes back, what changed, what is open, what is new."""

    themes: list[TodayTheme]
    changed: list[TodayTurn]
    open_questions: list[TodayLine]
    without_text_model: bool
    new: TodayNews


class ArrivedItem(ExactAnswer):
    """The event `item`: what was put on a map by day."""

    map_id: UUID
    kind: ItemType
    id: UUID
    x: float
    y: float


class IngestReport(ExactAnswer):
    """What became of the utterances that a program sent."""

    read: int
    added: int
    updated: int
    unchanged: int
    rejected: dict[str, int] = Field(description="How many were refused, by reason.")
    jobs: int

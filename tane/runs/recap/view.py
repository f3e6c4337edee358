"""A recap and a morning as people and programs are shown them: every citation resolved to the very sentence."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tane.store import recap_reading, runs
from tane.store.pool import Connection
from tane.store.recap_reading import CitedRow, Copies, GroupedDocument, SectionRow, StageCount, ToldStory

GOOD = ("published", "partial")
LETTER = "letter"
"""The genre of the one section that a morning's letter is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A cited sentence, and where it stands."""

    number: int
    text: str | None  # None: its utterance was deleted
    said_at: datetime
    publisher: str | None
    title: str | None
    url: str | None
    utterance_id: UUID | None
    has_changed: bool  # the document says it otherwise now
    copies: int  # other documents that say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletView:
    """What a section says, and from where."""

    text: str
    citations: tuple[Citation, ...]
    story_id: UUID | None
    is_verified: bool
    is_degraded: bool  # a sentence of the documents instead of the model's words
    is_deleted: bool
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story with what the recap says of it."""

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
    bullets: tuple[BulletView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A genre with its bullets."""

    genre: str
    name: str
    cluster_id: UUID | None
    status: str
    reason: str | None
    title: str | None
    bullets: tuple[BulletView, ...]
    tags: tuple[str, ...]
    is_degraded: bool
    degraded_reason: str | None
    model: str | None
    documents: int
    sentences: int
    clusters: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapView:
    """One recap."""

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
    before: int | None  # the recap before this one
    after: int | None
    documents: int
    stages: tuple[StageCount, ...]
    leading: tuple[StoryView, ...]
    further: tuple[StoryView, ...]
    folded: tuple[StoryView, ...]
    unchanged: int  # stories that go on without anything new
    sections: tuple[SectionView, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values but for ids and times."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningGroup:
    """What says the same, or speaks of one matter; its primary first."""

    group_id: UUID
    documents: tuple[GroupedDocument, ...]

    @property
    def primary(self) -> GroupedDocument:
        """What stands for the group."""
        return self.documents[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """What a morning says in whole sentences, where one is wanted."""

    title: str | None
    bullets: tuple[BulletView, ...]
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningView:
    """One edition of the morning."""

    edition_date: date
    created_at: datetime
    letter: LetterView | None
    is_degraded: bool
    reason: str | None
    articles: tuple[MorningGroup, ...]
    talk: tuple[MorningGroup, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values but for ids and times."""
        return asdict(self)


async def read_recap(conn: Connection, run_id: int | None = None) -> RecapView | None:
    """Return a recap, or the last that came to something; None if there is none."""
    found = run_id if run_id is not None else await recap_reading.latest_recap(conn)
    run = await runs.read_run(conn, found) if found is not None else None
    if run is None or run.kind != runs.RECAP:
        return None
    sections = await recap_reading.read_sections(conn, run.run_id)
    evidence = await recap_reading.read_evidence(conn, run.run_id)
    told = await recap_reading.read_stories(conn, run.run_id)
    copies = await recap_reading.read_duplicates(conn, run.run_id)
    stages = await recap_reading.stage_counts(conn, run.run_id)
    before, after = await recap_reading.neighbours_of(conn, run.run_id)
    cited = {(one.genre, one.number): one for one in evidence}
    shown = tuple(_section(one, cited, copies) for one in sections)
    by_story: dict[UUID, list[BulletView]] = defaultdict(list)
    for section in shown:
        for bullet in section.bullets:
            if bullet.story_id is not None and not bullet.is_deleted:
                by_story[bullet.story_id].append(bullet)
    views = [_story(one, tuple(by_story.get(one.story_id, ()))) for one in told]
    params = run.params
    return RecapView(
        run_id=run.run_id,
        status=run.status,
        trigger=run.trigger,
        reason=run.report.get("reason"),
        window_start=_moment(params.get("window_start")),
        window_end=_moment(params.get("window_end")),
        sources=params.get("sources"),
        mode=params.get("mode"),
        finished_at=run.finished_at,
        is_pinned=run.is_pinned,
        before=before,
        after=after,
        documents=sum(one.documents for one in stages),
        stages=tuple(stages),
        leading=tuple(one for one in views if one.place == "leading"),
        further=tuple(one for one in views if one.place == "further"),
        folded=tuple(one for one in views if one.place == "folded" and one.documents > 1),
        unchanged=sum(one.place == "counted" and one.state in ("quiet", "continued") for one in views),
        sections=shown,
    )


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _section(
    one: SectionRow, cited: Mapping[tuple[str, int], CitedRow], copies: Mapping[UUID, Copies]
) -> SectionView:
    return SectionView(
        genre=one.genre,
        name=one.name,
        cluster_id=one.cluster_id,
        status=one.status,
        reason=one.reason,
        title=one.title,
        bullets=tuple(_bullet(one.genre, bullet, cited, copies) for bullet in one.bullets),
        tags=tuple(one.tags),
        is_degraded=one.is_degraded,
        degraded_reason=one.degraded_reason,
        model=one.model_name,
        documents=one.documents,
        sentences=one.sentences,
        clusters=one.clusters,
        facts=one.facts,
    )


def _bullet(
    genre: str,
    bullet: Mapping[str, Any],
    cited: Mapping[tuple[str, int], CitedRow],
    copies: Mapping[UUID, Copies],
) -> BulletView:
    numbers = [number for number in bullet.get("cites") or () if (genre, number) in cited]
    story = bullet.get("story_id")
    return BulletView(
        text=str(bullet.get("text") or ""),
        citations=tuple(_citation(cited[genre, number], copies) for number in numbers),
        story_id=UUID(story) if story else None,
        is_verified=bool(bullet.get("is_verified")),
        is_degraded=bool(bullet.get("is_degraded")),
        is_deleted=bool(bullet.get("is_deleted")),
        reason=bullet.get("reason"),
    )


def _citation(one: CitedRow, copies: Mapping[UUID, Copies]) -> Citation:
    known = copies.get(one.document_id)
    return Citation(
        number=one.number,
        text=one.sentence,
        said_at=one.said_at,
        publisher=one.publisher,
        title=None if one.is_deleted else one.title,
        url=None if one.is_deleted else one.url,
        utterance_id=None if one.is_deleted else one.utterance_id,
        has_changed=one.has_changed,
        copies=known.copies if known else 0,
    )


def _story(one: ToldStory, bullets: tuple[BulletView, ...]) -> StoryView:
    return StoryView(
        story_id=one.story_id,
        title=one.title,
        genre=one.genre,
        state=one.state,
        place=one.place,
        documents=one.documents,
        added=one.added,
        publishers=one.publishers,
        first_said_at=one.first_said_at,
        last_said_at=one.last_said_at,
        bullets=bullets,
    )


async def read_morning(conn: Connection, day: date | None = None) -> MorningView | None:
    """Return the edition of a day, or the last one."""
    edition = await recap_reading.read_edition(conn, day)
    if edition is None:
        return None
    groups: dict[UUID, list[GroupedDocument]] = {}
    for row in await recap_reading.read_morning(conn, edition.edition_date):
        groups.setdefault(row.group_id, []).append(row)
    views = [MorningGroup(group_id=group, documents=tuple(rows)) for group, rows in groups.items()]
    return MorningView(
        edition_date=edition.edition_date,
        created_at=edition.created_at,
        letter=None if edition.letter is None else await _letter(conn, edition.run_id, edition.letter),
        is_degraded=edition.is_degraded,
        reason=edition.reason,
        articles=tuple(one for one in views if one.primary.kind == "article"),
        talk=tuple(one for one in views if one.primary.kind == "talk"),
    )


async def _letter(conn: Connection, run_id: int | None, letter: Mapping[str, Any]) -> LetterView:
    evidence = [] if run_id is None else await recap_reading.read_evidence(conn, run_id)
    cited = {(one.genre, one.number): one for one in evidence}
    bullets = letter.get("bullets")
    return LetterView(
        title=letter.get("title"),
        bullets=tuple(
            _bullet(LETTER, one, cited, {})
            for one in (bullets if isinstance(bullets, list) else ())
            if isinstance(one, Mapping)
        ),
        model=letter.get("model"),
    )

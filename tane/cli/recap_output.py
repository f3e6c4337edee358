"""How a recap looks on a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from uuid import UUID

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from tane.cli.output import clean, console, fold, one_line, short, show, table, when, write_json
from tane.runs.recap.pages import section_note, story_facts, window_of
from tane.runs.recap.view import BulletView, RecapView, SectionView
from tane.store import recap_reading, runs
from tane.store.pool import Connection

SHOWN_BULLETS = 4
STYLES = {"published": "green", "partial": "yellow", "failed": "red", "running": "cyan"}


def drawn(view: RecapView, *, zone: str, genre: str | None) -> Iterator[RenderableType]:
    """Yield a recap: its leading stories, then its sections."""
    yield Text.assemble(
        ("Recap ", "bold"), (window_of(view, zone), "bold"), (f"  {view.documents:,} documents", "dim")
    )
    if view.status not in ("published", "partial"):
        yield Text(
            f"  {view.status}{f': {view.reason}' if view.reason else ''}", style=STYLES.get(view.status, "")
        )
    width = console().width
    for name, stories in (("", view.leading), ("Further", view.further)):
        if stories and genre is None:
            yield Text(f"\n{name}" if name else "", style="bold")
        for story in stories if genre is None else ():
            yield Text.assemble(
                "  ", (one_line(story.title or "", cells=width - 4), "bold green" if not name else "bold")
            )
            yield Text(f"    {story_facts(story)}", style="dim")
            for bullet in story.bullets[: 2 if not name else 1]:
                yield from _bullet(bullet, indent=4)
    if view.unchanged and genre is None:
        yield Text(
            f"\n{view.unchanged} {'continues' if view.unchanged == 1 else 'continue'} unchanged", style="dim"
        )
    told_already = (
        {story.story_id for story in (*view.leading, *view.further)} if genre is None else set[UUID]()
    )
    for section in view.sections:
        if genre is None or genre in (section.genre, section.name):
            yield from _section(section, told_already)


def _section(section: SectionView, told_already: set[UUID]) -> Iterator[RenderableType]:
    facts = f"  {section.documents} documents" if section.status == "stored" else f"  {section.status}"
    yield Text.assemble("\n", (one_line(section.name, cells=console().width - 24), "bold"), (facts, "dim"))
    if words := section_note(section):
        yield Text(f"  {words}", style="yellow")
    rest = [one for one in section.bullets if one.story_id not in told_already and not one.is_deleted]
    for bullet in rest[:SHOWN_BULLETS]:
        yield from _bullet(bullet, indent=2)
    if len(rest) > SHOWN_BULLETS:
        yield Text(f"  {len(rest) - SHOWN_BULLETS} more (`tane recap show --md`)", style="dim")


def _bullet(bullet: BulletView, *, indent: int) -> Iterator[RenderableType]:
    sources = ", ".join(
        f"{short(one.utterance_id)} {one_line(one.publisher or '', cells=24)}".rstrip()
        for one in bullet.citations
        if one.utterance_id is not None
    )
    text = fold(Text(f"· {clean(bullet.text)}"), console().width - indent - 4)
    yield Padding(text, (0, 2, 0, indent))
    mark = "" if bullet.is_verified or bullet.is_degraded else "  not verified"
    yield Text.assemble(" " * (indent + 2), (sources, "dim"), (mark, "yellow"))


async def show_stage(
    conn: Connection, view: RecapView, stage: str, genre: str | None, *, limit: int, as_json: bool
) -> None:
    """Show what a stage did: what it left out, or what it decided about what it kept."""
    dropped = await recap_reading.read_documents(conn, view.run_id, stage=stage, genre=genre, limit=limit)
    deciding = stage in ("genre", "select", "evidence", "stories", "fetch")
    kept: Sequence[recap_reading.ReadDocument] = (
        await recap_reading.read_documents(conn, view.run_id, genre=genre, limit=limit) if deciding else ()
    )
    steps = {one.step: one for one in await runs.read_steps(conn, view.run_id)}
    details = steps[stage].details if stage in steps else {}
    if as_json:
        stories = (
            [asdict(one) for one in await recap_reading.read_stories(conn, view.run_id)]
            if stage == "stories"
            else None
        )
        write_json(
            {
                "run_id": view.run_id, "stage": stage, "details": details,
                "dropped": [asdict(one) for one in dropped], "documents": [asdict(one) for one in kept],
                **({} if stories is None else {"stories": stories}),
            }
        )  # fmt: skip
        return
    show(Text(f"{stage} of recap {view.run_id}", style="bold"))
    for name, value in details.items():
        show(Text(f"  {name}: {clean(str(value))}", style="dim"))
    if stage == "stories":
        for story in (*view.leading, *view.further, *view.folded):
            show(Text(f"  {one_line(story.title or '', cells=console().width - 30)}  ({story_facts(story)})"))
        return
    rows = table("document", "genre", "why", "score", "title", right=["score"])
    for one in [row for row in kept if row.dropped_by is None] or dropped:
        why_ = one.reason or one.strategy or ""
        rows.add_row(
            short(one.document_id), one_line(one.genre or "", cells=10), why_, "" if one.score is None else f"{one.score:.2f}",
            one_line(one.title or "", cells=max(console().width - 50, 20)),
        )  # fmt: skip
    show(rows)


def why_lines(run_id: int, one: recap_reading.ReadDocument, zone: str) -> Iterator[tuple[str, str]]:
    """Yield what a recap did with a document, by name."""
    yield "recap", str(run_id)
    yield "document", f"{one.document_id} ({one.kind})"
    yield "said", when(one.said_at, zone)
    yield "by", one.publisher or ""
    yield "language", f"{one.lang}, {one.chars:,} characters, {one.tokens:,} words"
    if one.dropped_by is not None:
        alike = f", {one.similarity:.0%} alike" if one.similarity is not None else ""
        of = f" of {short(one.duplicate_of)}" if one.duplicate_of else ""
        yield "left out by", f"{one.dropped_by}: {one.reason}{of}{alike}"
    if one.genre is not None:
        yield "genre", one.genre
    if one.strategy is not None:
        yield "decided by", f"{one.strategy}, confidence {one.confidence or 0:.2f}"
        for candidate in one.coarse_candidates:
            yield "candidate", ", ".join(f"{name} {value}" for name, value in dict(candidate).items())
    if one.feedback:
        yield "corrected to", str(one.feedback.get("label"))
    if one.score is not None:
        yield "score", f"{one.score:.3f}"

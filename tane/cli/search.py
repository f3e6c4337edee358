"""tane search and show: look at what was said and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from daemon.model_server import kept_in, model_server
from tane.cli.commands import Command
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import clean, console, excerpt, fold, note, one_line, short, table, when, write_json
from tane.cli.output import show as show_data
from tane.search.searching import Found
from tane.search.searching import search as search_everything
from tane.store import reading
from tane.store.domain import SCORES
from tane.store.pool import connection
from tane.store.reading import Detail, Row
from tane.store.session import Session

MARKS = ("【", "】")


def drawn(detail: Detail, *, zone: str, width: int, has_style: bool) -> RenderableType:
    """Return the picture of an item; without colours the supporting words stand between 【 and 】."""
    parts: list[RenderableType] = [
        _head(detail, zone),
        Text(),
        Padding(fold(clean(_text(detail)), width - 4), (0, 2)),
    ]
    for source in detail.sources:
        parts += _source(source, zone=zone, width=width, has_style=has_style)
    parts += _section("seeds", [_seed(row, width) for row in detail.seeds], "kind", "grounding", "seed")
    parts += _section(
        "clusters", [_cluster(row, width) for row in detail.clusters], "role", "similarity", "cluster"
    )
    parts += _section(
        "members", [_neighbour(row, width) for row in detail.members], "what", "similarity", "text"
    )
    parts += _section(
        "neighbours", [_neighbour(row, width) for row in detail.neighbours], "what", "similarity", "text"
    )
    if len(detail.splits) > 1:
        parts += _section("splits", [_split(row, width) for row in detail.splits], "no.", "vector", "text")
    parts += _section("jobs", [_job(row, zone) for row in detail.jobs], "type", "state", "result")
    return Stack(*parts)


def marked(text: str, start: int | None, end: int | None, *, has_style: bool) -> Text:
    """Return a text in which the characters from `start` to `end` stand out."""
    if start is None or end is None or not 0 <= start < end <= len(text):
        return Text(clean(text))
    before, span, after = clean(text[:start]), clean(text[start:end]), clean(text[end:])
    if has_style:
        return Text.assemble(before, (span, "bold underline"), after)
    return Text(f"{before}{MARKS[0]}{span}{MARKS[1]}{after}")


def _head(detail: Detail, zone: str) -> Text:
    item = detail.item
    facts: list[str | None]
    if detail.kind == "utterance":
        role = item["role"] and f"role {item['role']}"
        if role and item["role_confidence"] is not None:
            role += f" ({item['role_confidence']:.2f})"
        facts = [
            item["title"],
            item["url"],
            item["speaker"],
            item["source"] and f"from {item['source']}",
            role,
        ]
        facts += [f"{name} {item[name]:.2f}" for name in SCORES if item[name] is not None]
    elif detail.kind == "seed":
        grounding = None if item["grounding"] is None else f"grounding {item['grounding']:.2f}"
        changed = "its source has changed since" if item["source_changed"] else None
        facts = [item["kind"], grounding, f"review {item['review_status']}", item["model_name"], changed]
    else:
        strength = None if item["strength"] is None else f"strength {item['strength']}"
        facts = [
            item["category"],
            strength,
            f"{item['member_count'] or 0} members",
            item["is_archived"] and "archived",
        ]
    gone = "deleted" if item.get("deleted_at") else None
    said = " · ".join(str(fact) for fact in (when(item["at"], zone), *facts, gone) if fact)
    return Text.assemble((f"{detail.kind} {detail.id}", "bold"), "\n", (clean(said), "dim"))


def _text(detail: Detail) -> str:
    item = detail.item
    if detail.kind == "cluster":
        return "\n".join(part for part in (item["title"] or "(no title yet)", item["overview"]) if part)
    return str(item["contents"] if detail.kind == "utterance" else item["body"]) or "(empty)"


def _source(row: Row, *, zone: str, width: int, has_style: bool) -> list[RenderableType]:
    who = " · ".join(
        part for part in (short(row["id"]), when(row["at"], zone), clean(row["speaker"] or "")) if part
    )
    text = marked(row["contents"] or "", row["span_start"], row["span_end"], has_style=has_style)
    return [Text(), Text.assemble(("said in ", "dim"), who), Padding(fold(text, width - 4), (0, 2))]


def _section(title: str, rows: Sequence[tuple[Any, ...]], *headers: str) -> list[RenderableType]:
    if not rows:
        return []
    with_id = len(rows[0]) > len(headers)
    made = table(*(["id"] if with_id else []), *headers, right=["similarity", "grounding"])
    for row in rows:
        made.add_row(*row)
    return [Text(), Text(title, style="bold"), Padding(made, (0, 0, 0, 2))]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _seed(row: Row, width: int) -> tuple[str, ...]:
    return short(row["id"]), row["kind"], _number(row["grounding"]), one_line(row["body"], cells=width - 38)


def _cluster(row: Row, width: int) -> tuple[str, ...]:
    return (
        short(row["id"]),
        row["role"],
        _number(row["weight"]),
        one_line(row["title"] or "", cells=width - 38),
    )


def _neighbour(row: Row, width: int) -> tuple[str, ...]:
    return short(row["id"]), row["kind"], _number(row["weight"]), one_line(row["text"], cells=width - 38)


def _split(row: Row, width: int) -> tuple[str, ...]:
    return (
        str(row["ordinal"] + 1),
        "yes" if row["has_vector"] else "no",
        one_line(row["contents"], cells=width - 20),
    )


def _job(row: Row, zone: str) -> tuple[str, ...]:
    error = row["last_error"] or {}
    result = row["outcome"] or clean(str(error.get("cause", "")))
    return (
        row["job_type"],
        row["status"],
        " · ".join(part for part in (result, when(row["at"], zone)) if part),
    )


BY_STYLES = {"both": "green", "words": "cyan", "meaning": "magenta"}


@click.command(
    cls=Command,
    examples=["tane search 睡眠", "tane search 眠れない 夜", "tane search 睡眠 --limit 50 --json"],
)
@click.argument("text", nargs=-1, required=True)
@limit_option(10, highest=1_000)
@json_option
@in_session
async def search(
    invocation: Invocation, session: Session, text: tuple[str, ...], limit: int, as_json: bool
) -> None:
    """Find utterances and seeds, by their words and by their meaning.

    Words are found inside others, as Japanese needs it; several words must all occur. When the model
    server is away, the search by words goes on alone.
    """
    async with model_server(invocation.settings.llm, kept=kept_in(session.pool)) as models:
        findings = await search_everything(session.pool, models, " ".join(text), limit=limit)
    if findings.note:
        note(findings.note)
    if as_json:
        write_json(
            [
                asdict(found.hit)
                | {
                    "by": found.by,
                    "similarity": found.similarity,
                    "also": [{"kind": one.kind, "id": one.id} for one in found.also],
                }
                for found in findings.found
            ]
        )
        return
    if not findings.found:
        note("nothing found, and nothing near")
        return
    show_data(*_drawn(findings.found, " ".join(text).split(), zone=invocation.settings.timezone))
    note("`tane show ID` shows one of them with everything that hangs on it")


@click.command(cls=Command, examples=["tane show 1f0c9a2e", "tane show 1f0c9a2e --json"])
@click.argument("item", metavar="ID")
@limit_option(10, highest=1_000, of="neighbours")
@json_option
@in_session
async def show(invocation: Invocation, session: Session, item: str, limit: int, as_json: bool) -> None:
    """Show one item with everything that hangs on it.

    An utterance, seed or cluster, named by its id or the beginning of it. A seed is shown with the utterance it comes from, in which the words that support it are marked.
    """
    async with connection(session.pool) as conn:
        found = await reading.find_items(conn, item)
        if len(found) != 1:
            raise Failure(_not_one(item, [f"{kind} {item_id}" for kind, item_id in found]))
        detail = await reading.read_item(conn, *found[0], limit=limit)
    show_detail(detail, zone=invocation.settings.timezone, as_json=as_json)


def show_detail(detail: reading.Detail, *, zone: str, as_json: bool) -> None:
    """Print one item, for people or for programs."""
    if as_json:
        write_json(asdict(detail))
        return
    screen = console()
    show_data(drawn(detail, zone=zone, width=screen.width, has_style=screen.is_terminal))


def _drawn(found: list[Found], words: Sequence[str], *, zone: str) -> Iterator[RenderableType]:
    """Two lines a hit: what it is, and its text, or the part of it in which a word was found."""
    width = console().width
    for one in found:
        hit = one.hit
        near = "" if one.similarity is None else f" {one.similarity:.2f}"
        said = "" if hit.kind == "cluster" else when(hit.at, zone)[:10]
        kinds = "+".join(dict.fromkeys(each.kind for each in (hit, *one.also)))
        who = " · ".join(part for part in (hit.speaker, hit.host, hit.title) if part)
        facts = f"  {kinds}  {said}  {clean(who)}".rstrip()
        yield Text.assemble((short(hit.id), "bold"), (facts, "dim"), (f"  {one.by}{near}", BY_STYLES[one.by]))
        yield Padding(fold(excerpt(hit.text, words, cells=2 * (width - 6)), width - 4), (0, 2, 0, 2))


def _not_one(prefix: str, found: list[str]) -> str:
    if not found:
        return f"nothing has an id that begins with {prefix}; `tane search` finds ids, `tane jobs show` shows jobs"
    return f"{prefix} is the beginning of {len(found)} ids: give more of it\n" + "\n".join(
        f"  {name}" for name in found
    )

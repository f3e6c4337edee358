"""tane memory: where the bytes are, how full that is, what was told of it, and how small vectors could be."""

import asyncio
from dataclasses import asdict

import click
import numpy as np
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from daemon.memory_look import MemoryReport, read_memory
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import console, fold, show, table, told, when, write_json
from tane.memory.precision import FEWEST_VECTORS, GOOD, TOP, Precision, measure_precision, smallest_good
from tane.memory.sizes import sized
from tane.store import memory as store
from tane.store.pool import connection
from tane.store.session import Session

MOST_QUERIES = 200
MOST_VECTORS = 100_000
SHOWN_TABLES = 5
STYLES: dict[str, str] = {
    "normal": "green",
    "warning": "yellow",
    "critical": "red",
    "emergency": "bold red",
}
_HOLDS = {
    "text": "utterances, seeds, articles",
    "vectors": "what meaning is searched by",
    "indexes": "of all tables",
    "edges": "between items",
    "maps": "clusters and places",
    "jobs": "the queue, nights and their steps",
    "recaps": "recaps, stories, mornings",
    "dead": "deleted rows, and room for new ones",
    "other": "small tables, and those that are not Tane's",
    "catalog": "PostgreSQL's own, in every database",
}


@click.group(cls=Group, examples=["tane memory status", "tane memory check"])
def memory() -> None:
    """Show where your bytes are, and what would help."""


@memory.command(cls=Command, examples=["tane memory status", "tane memory status --json"])
@json_option
@in_session
async def status(invocation: Invocation, session: Session, as_json: bool) -> None:
    """Measure what the database takes, and when it will be full.

    Nothing is changed. A level above normal is reached when two looks of the daemon in a row agree.
    """
    async with connection(session.pool) as conn:
        report = await read_memory(conn, invocation.settings)
    write_json(report.as_json()) if as_json else show(drawn(report, width=console().width))


@memory.command(cls=Command, examples=["tane memory alerts", "tane memory alerts --json"])
@limit_option(20, of="alerts")
@json_option
@in_session
async def alerts(invocation: Invocation, session: Session, *, limit: int, as_json: bool) -> None:
    """List what was told, at most once a day and level."""
    async with connection(session.pool) as conn:
        found = await store.list_alerts(conn, limit=limit)
    if as_json:
        write_json([asdict(one) for one in found])
        return
    zone = invocation.settings.timezone
    rows = table("id", "when", "level", "of", "at", "seen", "recommended", right=["id"])
    for one in found:
        used = "" if one.usage is None else f"{one.usage:.0%}"
        rows.add_row(
            str(one.alert_id), when(one.created_at, zone), one.alert_type, one.cause, used,
            "yes" if one.acknowledged_at else "no", ", ".join(one.recommended_actions),
        )  # fmt: skip
    show(rows if found else "nothing was told yet")


@memory.command(cls=Command, examples=["tane memory ack", "tane memory ack 3"])
@click.argument("alert", type=click.IntRange(1), required=False)
@json_option
@in_session
async def ack(_: Invocation, session: Session, alert: int | None, as_json: bool) -> None:
    """Mark an alert as seen, or all.

    What still holds is told again on another day.
    """
    async with connection(session.pool) as conn:
        seen = await store.acknowledge(conn, alert)
    if alert is not None and not seen:
        raise Failure(f"there is no alert {alert} that was not seen; `tane memory alerts` lists them")
    told(as_json, f"alerts marked as seen: {seen}", acknowledged=seen)


@memory.command(cls=Command, examples=["tane memory check", "tane memory check --json"])
@json_option
@in_session
async def check(_: Invocation, session: Session, as_json: bool) -> None:
    """Measure how well smaller vectors would find what your own find.

    Tane keeps no queries: up to 200 of your own utterances stand in for them, each looking for its nearest ten among all
    others. Truth is exact comparison in float32. It only measures: no smaller kind can be applied yet.
    """
    async with connection(session.pool) as conn:
        stored = await store.count_vectors(conn)
        vectors, is_own = await store.read_own_vectors(conn, most=MOST_VECTORS)
    if len(vectors) < FEWEST_VECTORS:
        raise Failure(f"{len(vectors)} vectors are too few to tell: {FEWEST_VECTORS} are needed")
    own = np.flatnonzero(is_own)
    queries = (own if len(own) else np.arange(len(vectors)))[:MOST_QUERIES]
    try:
        measured = await asyncio.to_thread(measure_precision, vectors, queries)
    except ValueError as error:
        raise Failure(f"these vectors cannot be compared: {error}") from None
    best = smallest_good(measured)
    if as_json:
        write_json(
            {
                "queries": len(queries), "vectors": len(vectors), "stored": stored, "dims": vectors.shape[1],
                "measured": [asdict(one) for one in measured], "smallest": None if best is None else asdict(best),
                "can_apply": False,
            }
        )  # fmt: skip
        return
    of = f" of {stored:,}" if stored > len(vectors) else ""
    head = f"{len(queries)} of your utterances as queries, {len(vectors):,}{of} vectors of {vectors.shape[1]} dimensions"
    show(Text(head), _measures(measured), Text(), fold(_verdict(best), console().width))


def drawn(report: MemoryReport, *, width: int) -> RenderableType:
    """Return the report for people."""
    fill = report.fill
    rows = table("", "", "", right=[])
    most = max(report.parts.values(), default=0) or 1
    for part, count in sorted(report.parts.items(), key=lambda item: -item[1]):
        rows.add_row(
            part, Text(sized(count), justify="right"), Text("█" * round(16 * count / most)), _HOLDS[part]
        )
    used = f"{sized(fill.effective_bytes)} in use of {sized(report.database_bytes)} in files"
    if fill.budget_bytes is not None:
        used += f"; budget {sized(fill.budget_bytes)}, {fill.usage:.0%} used"
    lines: list[tuple[str, Text | str]] = [("in use", used)]
    if fill.disk_free_bytes is not None and fill.disk_bytes is not None:
        lines.append(("disk", f"{sized(fill.disk_free_bytes)} free of {sized(fill.disk_bytes)}"))
    lines += [("level", _level(report)), ("forecast", forecast_line(report))]
    facts = table("", "")
    for name, said in lines:
        facts.add_row(Text(name, style="bold"), said)
    largest = table("table", "all", "indexes", "reusable", right=["all", "indexes", "reusable"])
    for one in report.tables[:SHOWN_TABLES]:
        largest.add_row(one.name, sized(one.bytes), sized(one.index_bytes), sized(one.reusable_bytes))
    parts: list[RenderableType] = [
        facts,
        Text(),
        Text("Where your bytes are", style="bold"),
        rows,
        Text(),
        largest,
    ]
    if report.advice:
        parts += [Text(), Text("What would help", style="bold"), *(_advice(report, width))]
    if report.alerts:
        parts += [
            Text(),
            Text(f"alerts not seen: {len(report.alerts)} (`tane memory alerts`, `tane memory ack`)"),
        ]
    return Stack(*parts)


def forecast_line(report: MemoryReport) -> str:
    """Say when it will be full."""
    seen = report.forecast
    if seen is None:
        return "not yet: the looks of a day and more are needed"
    pace = f"{'grows' if seen.bytes_a_day >= 0 else 'shrinks'} by {sized(abs(seen.bytes_a_day))} a day"
    if seen.days is None:
        return pace
    return f"{pace}: the {seen.what} is full in {seen.days:,.0f} days"


def _level(report: MemoryReport) -> Text:
    if report.fill.budget_bytes is None and report.level == "normal":
        said = Text("no budget is set (memory.budget): measured and shown only")
    else:
        said = Text(report.level, style=STYLES[report.level])
    if report.fill.is_on_floor:
        said.append(f"; the disk has less than {sized(report.fill.disk_floor_bytes or 0)} free")
    if not report.is_watched:
        said.append("; nobody looks (memory.enabled)")
    return said


def _advice(report: MemoryReport, width: int) -> list[Text]:
    return [
        fold(f"{one.action}: {f'`{one.command}` ' if one.command else ''}{one.about}", width)
        for one in report.advice
    ]


def _measures(measured: list[Precision]) -> Table:
    rows = table(
        "kind", "re-ranked", f"recall@{TOP}", "bytes in index", "with its row",
        right=["re-ranked", f"recall@{TOP}", "bytes in index", "with its row"],
    )  # fmt: skip
    for one in measured:
        rows.add_row(
            one.kind, str(one.reranked or ""), Text(f"{one.recall:.3f}", style="green" if one.recall >= GOOD else ""),
            str(one.index_bytes), str(one.bytes),
        )  # fmt: skip
    return rows


def _verdict(best: Precision | None) -> str:
    if best is None:
        said = f"None holds {GOOD}"
    else:
        again = f", {best.reranked} candidates compared again" if best.reranked else ""
        said = f"The smallest that holds {GOOD}: {best.kind}{again} ({best.bytes} bytes a vector)"
    return f"{said}. This only measures: no smaller kind can be applied yet."

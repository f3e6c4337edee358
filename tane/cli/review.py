"""tane seeds and clusters: the owner says which statements hold, how they are worded, and what clusters are called."""

from dataclasses import asdict

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import clean, console, fold, indent, note, one_line, short, table, told, write_json
from tane.cli.output import show as show_data
from tane.cli.search import marked, show_detail
from tane.cli.selection import add_decision, the_one
from tane.store import reading, review
from tane.store.domain import REVIEW_STATES, STORED_KINDS
from tane.store.pool import connection, transaction
from tane.store.review import ReviewedSeed
from tane.store.session import Session

STYLES = {"accepted": "green", "edited": "cyan", "rejected": "red"}
CONTEXT_CHARS = 60  # of the source, on either side of the supporting words


@click.group(cls=Group, examples=["tane seeds list --status auto", "tane seeds reject 1f0c9a2e"])
def seeds() -> None:
    """List, accept, edit or reject seeds.

    What you decide holds: an edited seed is never overwritten, and a rejected one does not come back, not even in other
    words from the same place. A seed is named by its id or the beginning of it.
    """


@seeds.command(
    "list",
    cls=Command,
    examples=["tane seeds list", "tane seeds list --kind knowledge --status auto --text 睡眠"],
)
@click.option("--kind", type=click.Choice(STORED_KINDS), help="Only seeds of this kind.")
@click.option("--status", type=click.Choice(REVIEW_STATES), help="Only seeds that were reviewed like this.")
@click.option("--text", default="", metavar="WORDS", help="Only seeds in which all these words occur.")
@limit_option(20)
@json_option
@in_session
async def list_seeds(
    _: Invocation, session: Session, /, *, kind: str | None, status: str | None, text: str, limit: int, as_json: bool
) -> None:  # fmt: skip
    """List seeds with their grounding and source, the newest first."""
    async with connection(session.pool) as conn:
        found = await review.list_seeds(conn, kind=kind, status=status, text=text, limit=limit)
    if as_json:
        write_json([asdict(seed) for seed in found])
        return
    if not found:
        note("no seeds")
        return
    screen = console()
    show_data(
        *(part for seed in found for part in _drawn(seed, width=screen.width, has_style=screen.is_terminal))
    )


add_decision(
    seeds, "accept", "accepted", review.accept_seeds, of="seed", examples=["1f0c9a2e", "1f0c9a2e 7be01d44"],
    help_="Let seeds stand, whatever is found later; rejected ones come back.",
)  # fmt: skip
add_decision(
    seeds, "reject", "rejected", review.reject_seeds, of="seed", examples=["1f0c9a2e"],
    help_="Hide seeds for good; `accept` brings them back.",
)  # fmt: skip


@seeds.command(cls=Command, examples=['tane seeds edit 1f0c9a2e "早く寝ると、朝が楽になる"'])
@click.argument("seed")
@click.argument("text")
@json_option
@in_session
async def edit(_: Invocation, session: Session, seed: str, text: str, as_json: bool) -> None:
    """Word a seed yourself; its vector and place are made anew."""
    async with transaction(session.pool) as conn:
        seed_id = await the_one(conn, "seed", seed)
        await review.edit_seed(conn, seed_id, written(text))
    told(as_json, f"{short(seed_id)} is edited", seed_id=seed_id)


def written(text: str) -> str:
    """Return what the owner wrote, without the blanks at its ends.

    Raises:
        Failure: it is blank, or holds what no text may hold.
    """
    text = text.strip()
    if not text:
        raise Failure("the text is empty")
    if any(char in "\0\N{REPLACEMENT CHARACTER}" or "\ud800" <= char <= "\udfff" for char in text):
        raise Failure("the text holds characters that cannot be stored")
    return text


def _drawn(seed: ReviewedSeed, *, width: int, has_style: bool) -> list[RenderableType]:
    grounding = "" if seed.grounding is None else f"  grounding {seed.grounding:.2f}"
    changed = "  its source has changed since" if seed.source_changed else ""
    head = Text.assemble(
        (short(seed.id), "bold"), f"  {seed.kind}  ", (seed.status, STYLES.get(seed.status, "dim")),
        (grounding + changed, "dim"),
    )  # fmt: skip
    parts: list[RenderableType] = [head, Padding(fold(clean(seed.body), width - 4), (0, 2))]
    if seed.source is not None:
        parts.append(Padding(fold(_source(seed, has_style=has_style), width - 6), (0, 2, 0, 4)))
    return parts


def _source(seed: ReviewedSeed, *, has_style: bool) -> Text:
    """Return who said it, and the words around those that support the seed."""
    source, start, end = seed.source or "", seed.span_start, seed.span_end
    if start is None or end is None or seed.source_changed or not 0 <= start < end <= len(source):
        start = end = 0
    before, after = max(0, start - CONTEXT_CHARS), min(len(source), end + CONTEXT_CHARS)
    words = marked(source[before:after], start - before, end - before, has_style=has_style)
    who = f"{clean(seed.speaker)}: " if seed.speaker else ""
    return Text.assemble(who, "…" if before else "", words, "…" if after < len(source) else "", style="dim")


@click.group(cls=Group, examples=["tane clusters list", "tane clusters rename 1f0c9a2e 眠りの工夫"])
def clusters() -> None:
    """List, show, rename, pin or unpin clusters.

    A pinned cluster keeps its words: no model writes over them. A cluster is named by its id or the beginning of it.
    """


@clusters.command("list", cls=Command, examples=["tane clusters list", "tane clusters list --text 睡眠"])
@click.option("--text", default="", metavar="WORDS", help="Only clusters whose words hold all these.")
@limit_option(50)
@json_option
@in_session
async def list_clusters(_: Invocation, session: Session, text: str, limit: int, as_json: bool) -> None:
    """List clusters as a tree, the largest first."""
    async with connection(session.pool) as conn:
        found = await review.list_clusters(conn, text=text, limit=limit)
    if as_json:
        write_json([asdict(cluster) for cluster in found])
        return
    if not found:
        note("no clusters")
        return
    rows = table("id", "seeds", "words by", "title", right=["seeds"])
    for cluster in found:
        blanks = indent(cluster.depth)
        title = one_line(cluster.title or "(no title yet)", cells=max(20, console().width - 34 - len(blanks)))
        rows.add_row(short(cluster.id), f"{cluster.seeds:,}", _words_by(cluster), blanks + title)
    show_data(rows)


@clusters.command(cls=Command, examples=["tane clusters show 1f0c9a2e", "tane clusters show 1f0c9a2e --json"])
@click.argument("cluster")
@limit_option(10, highest=1_000, of="members")
@json_option
@in_session
async def show(invocation: Invocation, session: Session, cluster: str, limit: int, as_json: bool) -> None:
    """Show a cluster with its members and neighbours."""
    async with connection(session.pool) as conn:
        detail = await reading.read_item(
            conn, "cluster", await the_one(conn, "cluster", cluster), limit=limit
        )
    show_detail(detail, zone=invocation.settings.timezone, as_json=as_json)


@clusters.command(
    cls=Command,
    examples=["tane clusters rename 1f0c9a2e 眠りの工夫", "tane clusters rename 1f0c9a2e 眠り --overview よく眠る工夫"],
)  # fmt: skip
@click.argument("cluster")
@click.argument("title")
@click.option("--overview", metavar="TEXT", help="Also say yourself what it is about.")
@json_option
@in_session
async def rename(
    _: Invocation, session: Session, cluster: str, title: str, overview: str | None, as_json: bool
) -> None:
    """Give a cluster your own words, and pin it."""
    title = " ".join(written(title).split())
    about = None if overview is None else written(overview)
    async with transaction(session.pool) as conn:
        cluster_id = await the_one(conn, "cluster", cluster)
        await review.rename_cluster(conn, cluster_id, title, about)
    told(as_json, f"{short(cluster_id)} is called {clean(title)}", cluster_id=cluster_id, title=title)


add_decision(
    clusters, "pin", "pinned", review.pin_clusters, of="cluster", examples=["1f0c9a2e"],
    help_="Keep the words of clusters as they are.",
)  # fmt: skip
add_decision(
    clusters, "unpin", "unpinned", review.unpin_clusters, of="cluster", examples=["1f0c9a2e"],
    then="; the model is asked for new words", help_="Let the model describe clusters again, your own words included.",
)  # fmt: skip


def _words_by(cluster: review.NamedCluster) -> str:
    writer = {"user": "you", "llm": "model", "nearest": "nearest"}.get(
        cluster.overview_source or "", "nobody"
    )
    if cluster.is_pinned:
        return f"{writer}, pinned"
    return f"{writer}, stale" if cluster.is_stale else writer

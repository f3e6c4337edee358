"""tane clusters: what grew together, and what the owner calls it."""

from dataclasses import asdict

import click

from tane.cli.commands import Command, Group
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.naming import decide, the_one
from tane.cli.output import clean, console, indent, note, one_line, short, table, told, write_json
from tane.cli.output import show as show_data
from tane.cli.reading import show_detail
from tane.cli.seeds import written
from tane.store import reading, review
from tane.store.pool import connection, transaction
from tane.store.session import Session


@click.group(cls=Group, examples=["tane clusters list", "tane clusters rename 1f0c9a2e 眠りの工夫"])
def clusters() -> None:
    """List, show, rename, pin or unpin clusters.

    A pinned cluster keeps its words: no model writes over them. A cluster is named by its id or the beginning of it.
    """


@clusters.command("list", cls=Command, examples=["tane clusters list", "tane clusters list --text 睡眠"])
@click.option("--text", default="", metavar="WORDS", help="Only clusters whose words hold all these.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many."
)
@json_option
@in_session
async def list_(_: Invocation, session: Session, text: str, limit: int, as_json: bool) -> None:
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
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many members."
)
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


@clusters.command(cls=Command, examples=["tane clusters pin 1f0c9a2e"])
@click.argument("cluster", nargs=-1, required=True)
@json_option
@in_session
async def pin(_: Invocation, session: Session, cluster: tuple[str, ...], as_json: bool) -> None:
    """Keep the words of clusters as they are."""
    number = await decide(session.pool, "cluster", cluster, review.pin_clusters)
    told(as_json, f"{number} pinned", pinned=number)


@clusters.command(cls=Command, examples=["tane clusters unpin 1f0c9a2e"])
@click.argument("cluster", nargs=-1, required=True)
@json_option
@in_session
async def unpin(_: Invocation, session: Session, cluster: tuple[str, ...], as_json: bool) -> None:
    """Let the model describe clusters again, your own words included."""
    number = await decide(session.pool, "cluster", cluster, review.unpin_clusters)
    told(as_json, f"{number} unpinned; the model is asked for new words", unpinned=number)


def _words_by(cluster: review.NamedCluster) -> str:
    writer = {"user": "you", "llm": "model", "nearest": "nearest"}.get(
        cluster.overview_source or "", "nobody"
    )
    if cluster.is_pinned:
        return f"{writer}, pinned"
    return f"{writer}, stale" if cluster.is_stale else writer

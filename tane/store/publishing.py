"""Publication of a night: yesterday's map until the commit, today's after it, never half of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.embeddings import Target
from tane.store.errors import Conflict, StoreError, mapped_errors
from tane.store.jobs import NewJob, enqueue
from tane.store.maps import own_links, own_maps, pass_maps
from tane.store.pool import Connection, encode_halfvec
from tane.store.runs import fence

_SQL = sql.load("publishing")
STALE_DRIFT = 0.2  # share of members that may change before a cluster's words are written anew (E8)
PUBLISH_TIMEOUT_S = 3600.0

# Rows of the staging tables in the binary COPY format: a field count, then length-prefixed fields.
_COLUMNS: Mapping[str, Sequence[tuple[str, str]]] = {
    "night_sources": (("kind", ">i2"), ("id", "V16")),
    "night_edges": (
        ("src_kind", ">i2"),
        ("src_id", "V16"),
        ("dst_kind", ">i2"),
        ("dst_id", "V16"),
        ("is_near", ">i2"),
        ("role", ">i2"),
        ("weight", ">f4"),
    ),
    "night_points": (
        ("scope", ">i2"),
        ("scope_id", "V16"),
        ("kind", ">i2"),
        ("id", "V16"),
        ("x", ">f4"),
        ("y", ">f4"),
    ),
}
STAGED = tuple(_COLUMNS)
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"


class OutdatedWords(StoreError):  # noqa: N818 - reads as the state it reports
    """What the placeholder words were made from has changed: name the clusters again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What the placeholder words of an edition were made from."""

    words: Mapping[UUID, bytes]  # SHA-256 of the words of each seed and utterance
    titles: Mapping[UUID, str]  # of the clusters that a model or the owner had named


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The small part of what is published; edges and points lie in the staging tables."""

    model_id: int
    mode: str
    params: Mapping[str, Any]
    is_partial: bool
    after_generation: int | None  # the one that the snapshot knew
    spoken: Spoken | None  # None where it was named while the maps and the clusters were held
    snapshot_at: datetime
    seeds: int
    coverage: float
    stats: Mapping[str, Any]
    start: bytes  # what the clustering began with
    clusters: Sequence[Mapping[str, Any]]  # as `upsert_clusters` names their columns, parents before children
    centroids: NDArray[np.floating]  # (c, d), of length one, in the order of `clusters`
    lineage: Sequence[Mapping[str, Any]]
    vanished: Sequence[UUID]
    runs: Sequence[Mapping[str, Any]]
    seed_info: Mapping[str, Any]
    unlike: Sequence[float] = ()  # the model's scale, where it was measured


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgesWritten:
    """How many edges differ from those of the former map."""

    written: int
    retired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication changed."""

    generation_id: int
    clusters_written: int
    clusters_archived: int
    edges_written: int
    edges_retired: int
    points_written: int
    points_retired: int
    described: int  # clusters whose words are to be written


def staged_path(folder: Path, table: str) -> Path:
    """Return where the rows of a staging table lie."""
    return folder / f"{table}.copy"


def write_staged(folder: Path, table: str, columns: Mapping[str, NDArray[Any]]) -> int:
    """Write the rows of a staging table as a binary COPY file and return their number; ids are V16 or (n, 16) bytes."""
    layout = np.dtype(
        [("fields", ">i2")]
        + [(name, np.dtype([("size", ">i4"), ("value", kind)])) for name, kind in _COLUMNS[table]]
    )
    count = len(next(iter(columns.values())))
    rows = np.zeros(count, dtype=layout)
    rows["fields"] = len(_COLUMNS[table])
    for name, kind in _COLUMNS[table]:
        rows[name]["size"] = np.dtype(kind).itemsize
        rows[name]["value"] = columns[name]
    with staged_path(folder, table).open("wb") as file:
        file.write(_HEADER)
        file.write(rows.view(np.uint8).data)  # without a copy; `tofile` forgets why a write failed
        file.write(_TRAILER)
    return count


async def stage(conn: Connection, folder: Path, run_id: int, epoch: int) -> None:
    """Load the staging tables from their files in the folder.

    Raises:
        RunLost: the run is not ours any more, and the tables are another's.
    """
    with mapped_errors():
        async with conn.transaction():
            await _clear_staging(conn)
            for table in STAGED:
                await conn.copy_to_table(
                    table,
                    source=staged_path(folder, table),
                    columns=[name for name, _ in _COLUMNS[table]],
                    format="binary",
                )
            await fence(conn, run_id, epoch)  # last, as it locks the row that heartbeats write
        await conn.execute(_SQL["analyze_staging"])


async def write_edges(conn: Connection) -> EdgesWritten:
    """Write the edges of the staged map, which nobody sees before the commit; the first of a publication's transaction.

    Nearly all that a publication writes are edges. New items are linked and placed meanwhile.

    Raises:
        Conflict: another program has inserted the same edge at the same time; begin again.
    """
    await own_links(conn)
    await pass_maps(conn)
    await conn.execute(_SQL["sort_in_memory"])
    retired = _count(await conn.execute(_SQL["retire_edges"]))
    updated = _count(await conn.execute(_SQL["update_edges"]))
    with mapped_errors():
        inserted = _count(await conn.execute(_SQL["insert_edges"]))
    return EdgesWritten(written=updated + inserted, retired=retired)


async def hold(conn: Connection) -> None:
    """Let nobody forget, place or rename anything until the transaction ends."""
    await own_maps(conn)
    await conn.execute(_SQL["lock_clusters"])


async def publish(conn: Connection, edition: Edition, edges: EdgesWritten) -> Published:
    """Replace the map whose edges are written, in the same transaction.

    What was rejected or forgotten since the snapshot counts for nothing, and a cluster that has no member left is none.

    Raises:
        Conflict: another night was published since the snapshot.
        OutdatedWords: a seed's words or a cluster's title are not those that the placeholders were made from.
    """
    await hold(conn)
    if await conn.fetchval(_SQL["last_generation"]) != edition.after_generation:
        raise Conflict("another night was published meanwhile")
    spoken, ids = edition.spoken, [UUID(cluster["cluster_id"]) for cluster in edition.clusters]
    if spoken is not None and await conn.fetchval(
        _SQL["is_outdated"],
        list(spoken.words), list(spoken.words.values()), ids, list(spoken.titles), list(spoken.titles.values()),
    ):  # fmt: skip
        raise OutdatedWords("words changed meanwhile")
    lost = {str(row["cluster_id"]): row for row in await conn.fetch(_SQL["lost_members"], edition.model_id)}
    clusters = surviving(edition.clusters, {id_: (row["members"], row["core"]) for id_, row in lost.items()})
    alive = {cluster["cluster_id"] for cluster in clusters}
    vanished = [*edition.vanished, *(id_ for id_ in ids if str(id_) not in alive)]
    generation_id = await conn.fetchval(
        _SQL["insert_generation"],
        edition.mode, dict(edition.params), "partial" if edition.is_partial else "published", edition.seeds,
        len(clusters), edition.coverage, edition.snapshot_at, dict(edition.stats), edition.start,
    )  # fmt: skip
    await conn.execute(_SQL["forget_former_starts"], generation_id)
    released = {row["cluster_id"] for row in await conn.fetch(_SQL["release_clusters"], vanished)}
    archived = await conn.execute(_SQL["archive_clusters"], [id_ for id_ in vanished if id_ not in released])
    written = await conn.execute(_SQL["upsert_clusters"], generation_id, clusters)
    await conn.execute(_SQL["add_drift"], clusters, STALE_DRIFT)
    lineage = [dict(row) for row in edition.lineage if row["cluster_id"] in alive]
    await conn.execute(_SQL["insert_lineage"], generation_id, lineage)
    await conn.execute(
        _SQL["upsert_centroids"],
        edition.model_id,
        [id_ for id_ in ids if str(id_) in alive],
        [
            encode_halfvec(vector)
            for id_, vector in zip(ids, edition.centroids, strict=True)
            if str(id_) in alive
        ],
    )
    await conn.execute(_SQL["forget_other_centroids"], edition.model_id)
    await _drop_edges_of_gone(conn, edition.model_id)
    runs = [dict(run) for run in edition.runs if run["cluster_id"] is None or run["cluster_id"] in alive]
    await conn.execute(_SQL["create_runs"], runs)
    await conn.execute(_SQL["update_runs"], runs)
    points_retired = await conn.execute(_SQL["retire_points"])
    points = await conn.execute(_SQL["upsert_points"], edition.model_id)
    info = edition.seed_info
    await conn.execute(
        _SQL["upsert_seed_info"],
        edition.model_id, info["n"], info["avg_seed_distance"], info["median_seed_distance"], info["avg_k10"],
        info["median_k10"], info["percentiles"],
    )  # fmt: skip
    if edition.unlike:
        await conn.execute(_SQL["set_scale"], edition.model_id, list(edition.unlike))
    described = await _queue_words(conn)
    return Published(
        generation_id=generation_id,
        clusters_written=_count(written),
        clusters_archived=_count(archived),
        edges_written=edges.written,
        edges_retired=edges.retired,
        points_written=_count(points),
        points_retired=_count(points_retired),
        described=described,
    )


async def _drop_edges_of_gone(conn: Connection, model_id: int) -> None:
    """Both ends must still be there: something may have been rejected or forgotten since the snapshot."""
    gone = await conn.fetch(_SQL["gone_sources"], model_id)
    if gone:
        ends = [row["kind"] for row in gone], [row["id"] for row in gone]
        await conn.execute(_SQL["remove_edges_of_gone"], *ends)
        await conn.execute(_SQL["retire_edges_of_gone"], *ends)


def surviving(
    clusters: Sequence[Mapping[str, Any]], lost: Mapping[str, tuple[int, int]]
) -> list[dict[str, Any]]:
    """Return the clusters that have a member left, with their counts as they are now. Pure.

    clusters: parents before children; lost: by cluster, how many of its own members are gone, and of the core.
    """
    gone = {cluster["cluster_id"]: lost.get(cluster["cluster_id"], (0, 0)) for cluster in clusters}
    below = dict(gone)
    for cluster in reversed(clusters):
        parent = cluster["parent_id"]
        if parent is not None:
            below[parent] = tuple(map(sum, zip(below[parent], below[cluster["cluster_id"]], strict=True)))
    kept = []
    for cluster in clusters:
        members, core = below[cluster["cluster_id"]]
        total = cluster["total_count"] - members
        if total > 0:
            kept.append({
                **cluster,
                "member_count": cluster["member_count"] - gone[cluster["cluster_id"]][0],
                "core_count": min(max(cluster["core_count"] - core, 0), total),
                "total_count": total,
            })  # fmt: skip
    return kept


async def analyze(conn: Connection) -> None:
    """Let the planner know the map that was published."""
    await conn.execute(_SQL["analyze_map"])


async def is_staged(conn: Connection) -> bool:
    """Tell whether the staging tables still hold what was published; a crash of the server empties them."""
    return bool(await conn.fetchval(_SQL["is_staged"]))


async def find_newcomers(conn: Connection, model_id: int, *, since: datetime) -> list[Target]:
    """Return the items that were embedded after the snapshot, or anew; it must be staged, or everything is new."""
    rows = await conn.fetch(_SQL["newcomers"], model_id, since)
    return [Target(row["target_type"], row["target_id"]) for row in rows]


async def find_voiceless(conn: Connection, model_id: int) -> list[Target]:
    """Return the utterances that have no vector, but a seed with one."""
    return [Target("utterance", row["utterance_id"]) for row in await conn.fetch(_SQL["voiceless"], model_id)]


async def embed_cluster_words(conn: Connection, model_id: int) -> None:
    """Queue a vector for the words of each living cluster that has none of this model for these words (D8)."""
    await conn.execute(_SQL["embed_cluster_words"], model_id)


async def clean_up(conn: Connection, *, days: int) -> None:
    """Remove what has been archived or inactive for so long (E13, I7), and empty the staging tables."""
    await conn.execute(_SQL["remove_archived"], days)
    await conn.execute(_SQL["remove_lineage"])
    await conn.execute(_SQL["remove_inactive_edges"], days)
    await conn.execute(_SQL["remove_inactive_points"], days)
    await conn.execute(_SQL["remove_inactive_runs"])
    await _clear_staging(conn)


async def _clear_staging(conn: Connection) -> None:
    await conn.execute(_SQL["clear_staging"])


async def _queue_words(conn: Connection) -> int:
    rows = await conn.fetch(_SQL["unworded_clusters"])
    jobs = [
        NewJob(job_type="cluster_body", target_type="cluster", target_id=row["cluster_id"], priority=5)
        for row in rows
    ]
    return await enqueue(conn, jobs)


def _count(status: str) -> int:
    return int(status.rsplit(" ", 1)[-1])

"""Maps: which one is active for a scope, who belongs on it, and where its points stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tane.store import sql
from tane.store.embeddings import Placed, Target
from tane.store.pool import Connection

_SQL = sql.load("maps")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPoint:
    """An item that belongs on a map."""

    target: Target
    layout_id: UUID
    is_whole: bool  # the map is not of one cluster, but of everything or of what is outside all
    is_placed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPoint:
    """A provisional place of an item on a map."""

    layout_id: UUID
    item: UUID
    x: float
    y: float


async def share_maps(conn: Connection, targets: Sequence[Target] = ()) -> None:
    """Let nobody publish new maps until the transaction ends; the first statement of a save that searches or places.

    targets: what the save may link. A night under publication has written the edges of all that it knows, and needs the
    maps to end: whoever links one of these waits for it without holding the maps, or the two would wait in a circle.
    """
    scope = conn.transaction()
    await scope.start()
    await conn.execute(_SQL["share_maps"])
    kinds, ids = [target.target_type for target in targets], [target.target_id for target in targets]
    if not targets or await conn.fetchval(_SQL["try_links"], kinds, ids):
        await scope.commit()
        return
    await scope.rollback()
    await conn.execute(_SQL["share_links"])
    await share_maps(conn)


async def own_maps(conn: Connection) -> None:
    """Wait for all saves under way and let none begin until the transaction ends."""
    await conn.execute(_SQL["own_maps"])


async def own_links(conn: Connection) -> None:
    """Let nobody link what the staged snapshot knows, and nobody forget, until the transaction ends.

    Saves of what is new go on. Whoever takes the maps too takes them after this.
    """
    await conn.execute(_SQL["own_links"])


async def pass_maps(conn: Connection) -> None:
    """Wait for all saves under way, and hold up none that comes later for longer than that."""
    await conn.execute(_SQL["pass_maps"])


async def find_wanted(
    conn: Connection, *, seed_ids: Sequence[UUID], utterance_ids: Sequence[UUID]
) -> list[WantedPoint]:
    """Return every place that should exist by the present edges (H8); maps that are missing are made.

    Call it once a transaction: two savers that make maps in two steps each could wait for each other in a circle.
    """
    rows = await conn.fetch(_SQL["wanted_points"], seed_ids, utterance_ids)
    if missing := [(row["scope_type"], row["scope_cluster_id"]) for row in rows if row["layout_id"] is None]:
        scopes, clusters = zip(*missing, strict=True)
        await conn.execute(_SQL["create_runs"], scopes, clusters)
        # A new statement sees the maps that another transaction made first.
        return await find_wanted(conn, seed_ids=seed_ids, utterance_ids=utterance_ids)
    return [
        WantedPoint(
            target=Target(row["target_type"], row["item"]),
            layout_id=row["layout_id"],
            is_whole=row["scope_type"] != "cluster",
            is_placed=row["is_placed"],
        )
        for row in rows
    ]


async def retire_points(
    conn: Connection, target_type: str, items: Sequence[UUID], *, kept: Sequence[tuple[UUID, UUID]]
) -> None:
    """Take the items off all maps but these (map, item)."""
    await conn.execute(
        _SQL["retire_points"],
        target_type,
        items,
        [layout_id for layout_id, _ in kept],
        [item for _, item in kept],
    )


async def upsert_points(conn: Connection, target_type: str, points: Sequence[NewPoint]) -> None:
    """Put items on maps, provisionally; one point per item and map (H7)."""
    await conn.execute(
        _SQL["upsert_points"],
        target_type,
        [point.layout_id for point in points],
        [point.item for point in points],
        [point.x for point in points],
        [point.y for point in points],
    )


async def coordinates_of(
    conn: Connection, wanted: Sequence[tuple[UUID, Target]]
) -> dict[tuple[UUID, Target], tuple[float, float]]:
    """Return where each of the (map, target) stands, if it does."""
    rows = await conn.fetch(
        _SQL["coordinates_of"],
        [layout_id for layout_id, _ in wanted],
        [target.target_type for _, target in wanted],
        [target.target_id for _, target in wanted],
    )
    return {
        (row["layout_id"], Target(row["target_type"], row["target_id"])): (row["x"], row["y"]) for row in rows
    }


async def extents_of(conn: Connection, layout_ids: Sequence[UUID]) -> dict[UUID, float]:
    """Return the larger side of each map that has points."""
    rows = await conn.fetch(_SQL["extents_of"], layout_ids)
    return {row["layout_id"]: row["extent"] for row in rows}


async def seeds_beside(
    conn: Connection, wanted: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Placed]:
    """Return, for each (map, utterance), where a seed of it stands on that map."""
    rows = await conn.fetch(_SQL["seeds_beside"], [run for run, _ in wanted], [item for _, item in wanted])
    return {(row["layout_id"], row["item"]): Placed(similarity=1.0, x=row["x"], y=row["y"]) for row in rows}


async def utterances_of(conn: Connection, seed_ids: Sequence[UUID]) -> list[UUID]:
    """Return the living utterances from which the seeds were taken."""
    rows = await conn.fetch(_SQL["utterances_of"], seed_ids)
    return [row["utterance_id"] for row in rows]

"""What stays and what goes over many nights: maps, edges, lineage, and what only the last night needs."""

from pathlib import Path

import pytest

from tane.store.pool import Pool
from tests.tane.runs.night.planted import Store
from tests.tane.runs.night.soundness import unsound


@pytest.fixture
async def store(pool: Pool, dsn: str, tmp_path: Path) -> Store:
    """Three themes of twenty seeds."""
    made = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    for theme in range(3):
        await made.plant(theme, 20)
    return made


async def test_maps_whose_clusters_did_not_change_keep_every_byte(store: Store):
    await store.night()
    before = await store.clusters()
    points = "SELECT p::text FROM layout_points p JOIN layout_runs r USING (layout_id) WHERE r.scope_cluster_id = $1 ORDER BY 1"
    maps = {id_: [row[0] for row in await store.pool.fetch(points, id_)] for id_ in before}
    await store.plant(0, 2)

    details = await store.night()

    after = await store.clusters()
    same = [id_ for id_ in before if after.get(id_) == before[id_]]
    assert len(same) == 2
    for id_ in same:
        assert [row[0] for row in await store.pool.fetch(points, id_)] == maps[id_]
    assert isinstance(details, dict)
    assert details["maps"]["of_clusters"]["kept"] == 2


async def test_an_edge_that_is_true_again_is_active_again_and_one_that_is_not_ends(store: Store):
    """I2, I3."""
    await store.night()
    true = await store.pool.fetchrow(
        "SELECT src_id, dst_id FROM edges WHERE edge_type = 'near' AND src_type = 'seed' LIMIT 1"
    )
    assert true is not None
    await store.pool.execute(
        "UPDATE edges SET is_active = 0, weight = 0.01 WHERE src_id = $1 AND dst_id = $2", *true
    )
    far = await store.pool.fetchrow(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight, source) "
        "SELECT 'seed', a.seed_id, 'seed', b.seed_id, 'near', 1, 'online' FROM seeds a, seeds b "
        "WHERE a.body LIKE '睡眠%' AND b.body LIKE '発酵%' AND NOT EXISTS ("
        "SELECT FROM edges e WHERE e.src_id = a.seed_id AND e.dst_id = b.seed_id) LIMIT 1 RETURNING src_id, dst_id"
    )
    assert far is not None

    await store.night(is_forced=True)

    state = (
        "SELECT is_active, weight > 0.5 FROM edges WHERE edge_type = 'near' AND src_id = $1 AND dst_id = $2"
    )
    assert tuple(await store.pool.fetchrow(state, *true) or ()) == (1, True)
    assert await store.pool.fetchval(state, *far) == 0


async def test_what_the_owner_drew_stays_as_it_is(store: Store):
    await store.night()
    one, other = [
        row["seed_id"] for row in await store.pool.fetch("SELECT seed_id FROM seeds ORDER BY body LIMIT 2")
    ]
    drawn = "edge_type = 'near' AND src_id = $1 AND dst_id = $2"
    await store.pool.execute(f"DELETE FROM edges WHERE {drawn}", one, other)
    await store.pool.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight, source) "
        "VALUES ('seed', $1, 'seed', $2, 'near', 0.125, 'user')", one, other,
    )  # fmt: skip
    await store.plant(1, 1)

    await store.night()

    row = await store.pool.fetchrow(f"SELECT weight, is_active, source FROM edges WHERE {drawn}", one, other)
    assert tuple(row or ()) == (0.125, 1, "user")


async def test_a_cluster_that_has_long_been_archived_leaves_with_all_that_names_it(store: Store):
    """E13, I7."""
    await store.night()
    await store.pool.execute("DELETE FROM seeds WHERE body LIKE '睡眠%'")
    await store.night()
    (archived,) = [
        row[0] for row in await store.pool.fetch("SELECT cluster_id FROM clusters WHERE is_archived = 1")
    ]
    named = "SELECT count(*) FROM cluster_lineage WHERE cluster_id = $1 OR from_cluster_id = $1"
    await store.pool.execute(
        "INSERT INTO cluster_lineage (generation_id, cluster_id, from_cluster_id, jaccard, kind) "
        "SELECT max(generation_id), $1, $1, 1, 'same' FROM cluster_generations", archived
    )  # fmt: skip
    await store.plant(1, 1)
    await store.night()
    assert await store.pool.fetchval(named, archived) == 1, "kept for thirty days"
    await store.pool.execute(
        "UPDATE clusters SET archived_at = now() - interval '31 days' WHERE is_archived = 1"
    )
    await store.plant(1, 1)

    await store.night()

    assert await store.pool.fetchval("SELECT count(*) FROM clusters WHERE cluster_id = $1", archived) == 0
    assert await store.pool.fetchval(named, archived) == 0
    assert await unsound(store.pool) == {}


async def test_what_a_night_began_with_is_kept_of_the_last_one_only(store: Store):
    for _ in range(2):
        await store.night(is_forced=True)

    rows = await store.pool.fetch(
        "SELECT start IS NULL AS is_gone FROM cluster_generations ORDER BY generation_id"
    )

    assert [row["is_gone"] for row in rows] == [True, False]

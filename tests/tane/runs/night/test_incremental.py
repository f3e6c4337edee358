"""Document 001 over several nights: what a night has to remember for the next one (F20 to F29)."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from handlers.placement import link_seeds
from tane.settings.model import Settings
from tane.store.embedded import EmbeddedServer
from tane.store.pool import transaction
from tests.conftest import Nursery
from tests.tane.runs.night.planted import Kept, Store, keeping
from tests.tane.runs.night.soundness import unsound

MAP = ("clusters", "edges", "layout_points", "layout_runs", "embeddings")


SETTINGS = Settings.model_validate(
    {"clustering": {"mode": "incremental", "incremental_split_from": 30, "incremental_split_least": 14}}
)


async def planted_and_mapped(store: Store) -> None:
    """Two themes, in clusters that are large enough to be tried at a split, and of one piece."""
    for theme in range(2):
        await store.plant(theme, 40)
    await store.plant(None, 20)
    await store.night()


@pytest.fixture(scope="module")
def kept(
    nursery: Nursery, server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    with keeping(nursery, server, folder, planted_and_mapped, settings=SETTINGS) as made:
        yield made


@pytest.fixture
async def store(kept: Kept, tmp_path: Path) -> AsyncIterator[Store]:
    """What was planted, after its first night."""
    async with kept.copy(tmp_path) as copied:
        yield copied


async def grow(store: Store, count: int) -> None:
    """Let seeds join their cluster as they do by day."""
    seeds = await store.plant(0, count)
    async with transaction(store.pool) as conn:
        model_id = await conn.fetchval("SELECT model_id FROM embedding_models")
        await link_seeds(conn, seeds, model_id)


async def sizes(store: Store) -> dict[UUID, tuple[int, int]]:
    """Of each cluster its members, and how many they were when a split was last tried in vain."""
    rows = await store.pool.fetch("SELECT * FROM clusters WHERE is_archived = 0")
    return {row["cluster_id"]: (row["total_count"], row["split_tried"]) for row in rows}


async def test_a_cluster_that_did_not_split_is_tried_again_only_when_it_has_grown_by_a_fifth(store: Store):
    """F21, over three nights after the one that made it."""
    await store.plant(None, 1)
    await store.night()
    first = await sizes(store)
    assert len(first) == 2
    assert all(size == tried >= 30 for size, tried in first.values())

    await grow(store, 4)
    await store.night()
    second = await sizes(store)
    (grown,) = (id_ for id_ in first if second[id_][0] > first[id_][0])
    assert second[grown][0] < 1.2 * first[grown][0]
    assert {id_: tried for id_, (_, tried) in second.items()} == {
        id_: tried for id_, (_, tried) in first.items()
    }

    await grow(store, 8)
    await store.night()
    third = await sizes(store)
    assert third[grown][0] >= 1.2 * first[grown][0]
    assert third[grown][1] == third[grown][0]
    assert await unsound(store.pool) == {}


async def test_a_forced_night_without_change_alters_no_byte(store: Store):
    """Its first night may have left something for the next one to split; that one begins where it began."""
    before = await store.dump(*MAP)

    assert isinstance(await store.night(is_forced=True), dict)

    after = await store.dump(*MAP)
    assert {table: after[table] == rows for table, rows in before.items()} == dict.fromkeys(MAP, True)


async def test_what_was_merged_away_is_archived_with_its_lineage(store: Store):
    """F24, F25, F28: a cluster of fewer than ten joins the nearest that takes it, in the publishing transaction."""
    small, large = await _cut(store, keep=6)

    await store.plant(None, 1)
    await store.night()

    state = await store.pool.fetchrow("SELECT is_archived FROM clusters WHERE cluster_id = $1", small)
    assert state is not None
    assert state["is_archived"] == 1
    assert large in await store.clusters()
    assert await unsound(store.pool) == {}
    vectors = await store.pool.fetchval("SELECT count(*) FROM embeddings WHERE target_id = $1", small)
    assert vectors == 0, "E1: its vector leaves with it"
    kinds = await store.pool.fetch(
        "SELECT kind FROM cluster_lineage WHERE cluster_id = $1 AND from_cluster_id = $2", large, small
    )
    assert [row["kind"] for row in kinds] == ["merge"]


async def test_inactive_affine_and_archived_memberships_count_for_nothing(store: Store):
    """F20."""
    cluster, other = await store.clusters()
    members = sorted((await store.clusters())[cluster])
    await store.pool.execute(
        "UPDATE edges SET is_active = 0 WHERE src_id = $1 AND role = 'member'", members[0]
    )
    await store.pool.execute(
        "UPDATE edges SET role = 'affinity' WHERE src_id = $1 AND role = 'member' AND is_active = 1",
        members[1],
    )
    await store.pool.execute("UPDATE clusters SET is_archived = 1 WHERE cluster_id = $1", other)
    await store.plant(None, 1)

    await store.night()

    found = await store.clusters()
    assert found[cluster] == frozenset(members[2:])
    assert other not in found


async def _cut(store: Store, *, keep: int) -> tuple[UUID, UUID]:
    """Move a few members of one cluster into a new one of their own; return the new one and the old."""
    (large, members), *_ = sorted((await store.clusters()).items())
    small: UUID = await store.pool.fetchval(
        "INSERT INTO clusters (cluster_title, cluster_overview, attach_sim, total_count, member_count, generation_id) "
        "SELECT '小さなまとまり', '', 0.9, $1, $1, max(generation_id) FROM cluster_generations RETURNING cluster_id", keep,
    )  # fmt: skip
    moved: Sequence[UUID] = sorted(members)[:keep]
    await store.pool.execute(
        "UPDATE edges SET dst_id = $1 WHERE src_id = ANY ($2) AND dst_id = $3 AND role = 'member'", small, moved, large
    )  # fmt: skip
    return small, large

"""The guard between saves and publication (override 10), and the derived rule of who stands where (H8)."""

import asyncio
from uuid import UUID

import pytest

from tane.store import maps, sql
from tane.store.embeddings import Target
from tane.store.maps import NewPoint
from tane.store.pool import Connection, Pool, transaction
from tests.tane.store.queue import explain, nodes
from tests.waiting import until


async def someone_waits(conn: Connection) -> bool:
    return bool(await conn.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))


class TestTheGuard:
    async def test_lets_two_saves_pass_at_once(self, pool: Pool):
        async with transaction(pool) as first, transaction(pool) as second:
            await maps.share_maps(first)
            await maps.share_maps(second)

    async def test_makes_publication_wait_for_saves_and_saves_for_publication(
        self, pool: Pool, conn: Connection
    ):
        order: list[str] = []

        async def publish() -> None:
            async with transaction(pool) as own:
                await maps.own_maps(own)
                order.append("published")

        async def save() -> None:
            async with transaction(pool) as own:
                await maps.share_maps(own)
                order.append("saved")

        async with transaction(pool) as early:
            await maps.share_maps(early)
            publication = asyncio.create_task(publish())
            await until(lambda: someone_waits(conn), what="publication waits")
            late = asyncio.create_task(save())
            order.append("early save ends")
        await asyncio.gather(publication, late)

        assert order[:2] == ["early save ends", "published"]

    async def test_lets_new_items_be_linked_while_a_publication_writes_the_edges_of_known_ones(
        self, pool: Pool, conn: Connection
    ):
        """A known one waits without the maps, which the publication needs to end."""
        known, new = Target("seed", UUID(int=1)), Target("seed", UUID(int=2))
        await conn.execute("INSERT INTO night_sources (kind, id) VALUES (0, $1)", known.target_id)
        order: list[str] = []

        async def link(target: Target) -> None:
            async with transaction(pool) as own:
                await maps.share_maps(own, [target])
                order.append(f"linked {target.target_id.int}")

        async with transaction(pool) as night:
            await maps.own_links(night)
            await maps.pass_maps(night)
            late = asyncio.create_task(link(known))
            await until(lambda: someone_waits(conn), what="the known one waits")
            await link(new)
            await maps.own_maps(night)
            order.append("published")
        await late

        assert order == ["linked 2", "published", "linked 1"]

    async def test_lets_known_items_be_linked_when_nobody_publishes(self, pool: Pool, conn: Connection):
        """Of a night that ended before its publication the snapshot may still lie there."""
        await conn.execute("INSERT INTO night_sources (kind, id) VALUES (0, $1)", UUID(int=1))

        async with transaction(pool) as first, transaction(pool) as second:
            await maps.share_maps(first, [Target("seed", UUID(int=1))])
            await maps.share_maps(second, [Target("seed", UUID(int=1))])


class TestWhoBelongsWhere:
    @pytest.fixture
    async def seed(self, conn: Connection) -> UUID:
        seed: UUID = await conn.fetchval("INSERT INTO seeds (body) VALUES ('s') RETURNING seed_id")
        return seed

    async def _join(self, conn: Connection, seed: UUID, role: str, source: str) -> UUID:
        cluster: UUID = await conn.fetchval("INSERT INTO clusters DEFAULT VALUES RETURNING cluster_id")
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source) "
            "VALUES ('seed', $1, 'cluster', $2, 'part_of', $3, 1, $4)",
            seed,
            cluster,
            role,
            source,
        )
        return cluster

    async def _maps(self, conn: Connection, seed: UUID) -> set[object]:
        rows = await conn.fetch("SELECT * FROM maps_of('seed', ARRAY[$1::uuid])", seed)
        return {row["scope_cluster_id"] or row["scope_type"] for row in rows}

    async def test_nothing_but_the_atlas_and_the_global_map_without_clusters(
        self, conn: Connection, seed: UUID
    ):
        assert await self._maps(conn, seed) == {"atlas", "global"}

    @pytest.mark.parametrize("role", ["member", "attached"])
    async def test_membership_of_either_kind_takes_it_off_the_global_map(
        self, conn: Connection, seed: UUID, role: str
    ):
        cluster = await self._join(conn, seed, role, "nightly")

        assert await self._maps(conn, seed) == {"atlas", cluster}

    async def test_an_affinity_of_the_night_is_no_place(self, conn: Connection, seed: UUID):
        """I4: maps follow membership; only the online second choice has a point as well (G3)."""
        await self._join(conn, seed, "affinity", "nightly")

        assert await self._maps(conn, seed) == {"atlas", "global"}

    async def test_an_edge_that_ended_counts_no_more(self, conn: Connection, seed: UUID):
        await self._join(conn, seed, "member", "nightly")
        await conn.execute("UPDATE edges SET is_active = 0")

        assert await self._maps(conn, seed) == {"atlas", "global"}


class TestPoints:
    async def test_of_one_item_and_map_are_one(self, conn: Connection):
        item = UUID(int=1)
        layout_id = await conn.fetchval(
            "INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id"
        )

        for x in (1.0, 2.0):
            await maps.upsert_points(conn, "seed", [NewPoint(layout_id=layout_id, item=item, x=x, y=0.0)])

        rows = await conn.fetch("SELECT x, is_provisional, is_active FROM layout_points")
        assert [tuple(row) for row in rows] == [(2.0, 1, 1)]

    async def test_of_a_map_tell_its_extent(self, conn: Connection):
        layout_id = await conn.fetchval(
            "INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id"
        )
        points = [NewPoint(layout_id=layout_id, item=UUID(int=n), x=float(n), y=3.0 * n) for n in range(5)]
        await maps.upsert_points(conn, "seed", points)

        assert await maps.extents_of(conn, [layout_id, UUID(int=9)]) == {layout_id: 12.0}


async def test_points_are_looked_up_by_their_key_although_the_plan_is_of_an_empty_map(conn: Connection):
    statement = sql.load("maps")["coordinates_of"].rstrip().removesuffix(";")
    await conn.execute("SET plan_cache_mode = force_generic_plan")
    await conn.execute(f"PREPARE look (uuid[], text[], uuid[]) AS {statement}")
    await conn.execute("EXECUTE look ('{}', '{}', '{}')")
    layout_id = await conn.fetchval(
        "INSERT INTO layout_runs (scope_type) VALUES ('atlas') RETURNING layout_id"
    )
    points = await conn.fetch(
        "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) "
        "SELECT $1, 'seed', gen_random_uuid(), 0, 0 FROM generate_series(1, 300) RETURNING target_id",
        layout_id,
    )
    lists = (
        ",".join(str(one) for one in column)
        for column in zip(*((layout_id, "seed", point["target_id"]) for point in points), strict=True)
    )
    arguments = ", ".join(f"'{{{one}}}'" for one in lists)

    plan = await explain(conn, f"EXECUTE look ({arguments})")

    looked_at = [
        (step["Actual Rows"] + step.get("Rows Removed by Join Filter", 0)) * step["Actual Loops"]
        for step in nodes(plan)
    ]
    assert max(looked_at) == len(points)

"""Points of new items: on which maps they stand (H8, H9, H15, H18, override 5) and where (H3-H7)."""

import asyncio
import itertools
from uuid import UUID

import numpy as np
import pytest

from handlers.placement import points_for
from tane.store import embeddings
from tane.store.pool import Connection, Pool
from tests.handlers.world import EMBEDDING_UTTERANCE, HandMadeModels, World, embed, mix, run

NO_MODELS = HandMadeModels({})


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


async def test_the_first_seed_of_an_empty_store_has_finite_coordinates(world: World, pool: Pool):
    utterance = await world.utterance()
    seed = await world.seed("s", utterance)

    assert await embed(pool, "seed", [seed], {"s": mix(a=1)}) == ["done"]

    for item in (seed, utterance):
        places = await world.points(item)
        assert set(places) == {"atlas", "global"}
        assert np.isfinite(list(places.values())).all()


class TestASeed:
    async def test_in_clusters_stands_on_their_maps_with_its_utterance_and_not_on_the_global_one(
        self, world: World, pool: Pool
    ):
        best, second = await world.cluster(mix(a=1, b=0.1)), await world.cluster(mix(a=1, b=0.5))
        utterance = await world.utterance()
        seed = await world.seed("s", utterance)

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert set(await world.points(seed)) == {"atlas", best, second}
        assert set(await world.points(utterance)) == {"atlas", best, second}

    async def test_that_moves_to_another_cluster_leaves_the_first_ones_map(
        self, world: World, pool: Pool, conn: Connection
    ):
        here, there = await world.cluster(mix(a=1)), await world.cluster(mix(b=1))
        utterance = await world.utterance()
        seed = await world.seed("s", utterance)
        await embed(pool, "seed", [seed], {"s": mix(a=1)})
        assert set(await world.points(seed)) == {"atlas", here}

        await conn.execute("UPDATE seeds SET body = 'edited'")
        await embed(pool, "seed", [seed], {"edited": mix(b=1)})

        assert set(await world.points(seed)) == {"atlas", there}
        assert set(await world.points(utterance)) == {"atlas", there}

    async def test_stands_among_its_neighbours_on_the_same_map(
        self, world: World, pool: Pool, conn: Connection
    ):
        """H4: the nearest of all stands on another map, and does not count on this one."""
        cluster = await world.cluster(mix(a=1, d=0.1), attach_sim=0.9)
        member, outsider = await world.seed("m"), await world.seed("o")
        await embed(pool, "seed", [member, outsider], {"m": mix(a=1), "o": mix(b=1)})
        await conn.execute(
            "UPDATE layout_points p SET x = CASE WHEN target_id = $1 THEN 10 ELSE -10 END, y = 0 "
            "FROM layout_runs r WHERE r.layout_id = p.layout_id",
            member,
        )
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1, b=0.9)})

        places = await world.points(seed)
        assert set(places) == {"atlas", "global"}
        np.testing.assert_allclose(places["global"], [-10, 0], atol=1)
        assert cluster not in places

    async def test_stands_where_many_candidates_say_as_where_the_map_itself_says(
        self, world: World, pool: Pool, conn: Connection
    ):
        """The shortcut through what was found near anywhere must not change the place."""
        names = [f"n{number}" for number in range(25)]
        crowd = [await world.seed(name) for name in names]
        vectors = {name: mix(a=1, b=number / 25, c=0.3) for number, name in enumerate(names)}
        await embed(pool, "seed", crowd, vectors)
        await conn.execute(
            "UPDATE layout_points SET x = ('x' || substr(md5(target_id::text), 1, 7))::bit(28)::int / 1e7, y = 0"
        )
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1, c=0.3)})

        atlas = await conn.fetchval("SELECT layout_id FROM layout_runs WHERE scope_type = 'atlas'")
        near = await embeddings.nearest_on_runs(conn, "seed", [(atlas, seed)], 1, count=10)
        (expected,) = points_for([(atlas, seed)], near, {}, rule="softmax")
        np.testing.assert_allclose((await world.points(seed))["atlas"], (expected.x, expected.y), rtol=1e-5)


class TestAnUtterance:
    @pytest.mark.parametrize("order", list(itertools.permutations("io")), ids="".join)
    async def test_with_seeds_in_and_out_of_clusters_is_not_on_the_global_map_whatever_the_order(
        self, world: World, pool: Pool, order: tuple[str, ...]
    ):
        cluster = await world.cluster(mix(a=1))
        utterance = await world.utterance("u", splits=["p"])
        seeds = {"i": await world.seed("i", utterance), "o": await world.seed("o", utterance)}
        vectors = {"i": mix(a=1), "o": mix(b=1)}

        for name in order:
            await embed(pool, "seed", [seeds[name]], vectors)

        assert set(await world.points(utterance)) == {"atlas", cluster}
        assert set(await world.points(seeds["o"])) == {"atlas", "global"}

    async def test_whose_two_seeds_are_saved_at_once_is_not_on_the_global_map(self, world: World, pool: Pool):
        await world.cluster(mix(a=1))
        utterances = [await world.utterance() for _ in range(6)]
        inside = [await world.seed("i", utterance) for utterance in utterances]
        outside = [await world.seed("o", utterance) for utterance in reversed(utterances)]
        vectors = {"i": mix(a=1), "o": mix(b=1)}

        await asyncio.gather(embed(pool, "seed", inside, vectors), embed(pool, "seed", outside, vectors))

        for utterance in utterances:
            assert "global" not in await world.points(utterance)

    async def test_without_a_vector_stands_beside_its_seed(self, world: World, pool: Pool):
        """H6."""
        utterance = await world.utterance()
        seed = await world.seed("s", utterance)

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        beside, spot = (await world.points(utterance))["atlas"], (await world.points(seed))["atlas"]
        assert beside != spot
        np.testing.assert_allclose(beside, spot, atol=0.02)

    async def test_moves_to_its_own_place_when_it_has_a_vector(
        self, world: World, pool: Pool, conn: Connection
    ):
        """Section 5 of the decisions: it stood beside its seed until now."""
        far = await world.seed("far")
        await embed(pool, "seed", [far], {"far": mix(b=1)})
        await conn.execute("UPDATE layout_points SET x = 50, y = 50")
        utterance = await world.utterance("u", splits=["p"])
        seed = await world.seed("s", utterance)
        await embed(pool, "seed", [seed], {"s": mix(a=1)})
        await conn.execute("UPDATE layout_points SET x = 0, y = 0 WHERE target_id = $1", seed)
        await embed(pool, "utterance_split", await world.splits(utterance), {"p": mix(b=1)})

        assert await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance], NO_MODELS) == ["done"]

        for place in (await world.points(utterance)).values():
            np.testing.assert_allclose(place, [50, 50], atol=4)

    async def test_without_seeds_is_on_the_global_map_and_the_atlas(self, world: World, pool: Pool):
        """H15: nobody's words disappear."""
        utterance = await world.utterance("u", splits=["p"])
        await embed(pool, "utterance_split", await world.splits(utterance), {"p": mix(a=1)})

        await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance], NO_MODELS)

        assert set(await world.points(utterance)) == {"atlas", "global"}

    async def test_that_is_deleted_gets_no_point(self, world: World, pool: Pool, conn: Connection):
        gone, there = await world.utterance(), await world.utterance()
        seed = await world.seed("s", gone, there)
        await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", gone)

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert await world.points(gone) == {}
        assert set(await world.points(there)) == {"atlas", "global"}

    async def test_with_several_seeds_has_one_point_a_map(self, world: World, pool: Pool, conn: Connection):
        utterance = await world.utterance()
        seeds = [await world.seed(name, utterance) for name in "abc"]

        await embed(pool, "seed", seeds, {name: mix(**{name: 1}) for name in "abc"})

        assert await conn.fetchval("SELECT count(*) FROM layout_points WHERE target_id = $1", utterance) == 2


class TestAMap:
    async def test_is_made_once_by_two_savers_at_the_same_time(
        self, world: World, pool: Pool, conn: Connection
    ):
        """H9, H18."""
        await world.cluster(mix(a=1))
        rounds: list[list[UUID]] = [[await world.seed(name) for name in "ab"] for _ in range(4)]
        vectors = {"a": mix(a=1), "b": mix(b=1)}

        await asyncio.gather(*(embed(pool, "seed", seeds, vectors) for seeds in rounds))

        rows = await conn.fetch(
            "SELECT scope_type, count(*) FROM layout_runs GROUP BY scope_type ORDER BY scope_type"
        )
        assert [tuple(row) for row in rows] == [("atlas", 1), ("cluster", 1), ("global", 1)]

    async def test_has_the_documents_parameters(self, world: World, pool: Pool, conn: Connection):
        await embed(pool, "seed", [await world.seed("s")], {"s": mix(a=1)})

        run_ = await conn.fetchrow("SELECT * FROM layout_runs WHERE scope_type = 'global'")
        assert run_ is not None
        assert (run_["algorithm"], run_["dims"], run_["is_active"]) == ("umap", 2, 1)
        assert run_["params_json"] == {
            "n_components": 2,
            "n_neighbors": 15,
            "min_dist": 0.1,
            "random_state": 42,
        }

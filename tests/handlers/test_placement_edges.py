"""Edges of new items (G1-G8, E6), and that nobody hidden is ever found."""

from typing import Any
from uuid import UUID

import pytest

from handlers import embedding
from handlers.options import Linkage
from tane.store.pool import Connection, Pool
from tests.handlers.conversation import options
from tests.handlers.world import MODEL, OTHER_MODEL, HandMadeModels, World, embed, mix, run


async def embed_with(pool: Pool, seeds: list[UUID], vectors: dict[str, Any], linkage: Linkage) -> None:
    handler = embedding.handler(options(linkage=linkage))
    await run(pool, handler, "seed", seeds, HandMadeModels(vectors))


async def forget_vectors(world: World, seed: UUID) -> None:
    await world.conn.execute("DELETE FROM embeddings WHERE target_id = $1", seed)


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


class TestASeedJoins:
    async def test_no_cluster_while_there_is_none(self, world: World, pool: Pool):
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert await world.edges(seed, "part_of") == {}

    async def test_its_best_cluster_and_has_an_affinity_to_the_second(self, world: World, pool: Pool):
        best, second, third = [
            await world.cluster(mix(a=1, **{axis: share}))
            for axis, share in zip("bcd", (0.1, 0.3, 0.5), strict=True)
        ]
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        joined = await world.edges(seed, "part_of")
        assert {cluster: role for cluster, (role, _) in joined.items()} == {
            best: "member",
            second: "affinity",
        }
        assert joined[best][1] == pytest.approx(mix(a=1) @ mix(a=1, b=0.1), abs=1e-3)
        assert third not in joined

    async def test_only_clusters_that_are_near_enough(self, world: World, pool: Pool):
        """G2: the least distant cluster may be far away; each has its own measure."""
        strict = await world.cluster(mix(a=1, b=0.3), attach_sim=0.99)
        lenient = await world.cluster(mix(a=1, c=1), attach_sim=0.6)
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert {cluster: role for cluster, (role, _) in (await world.edges(seed, "part_of")).items()} == {
            lenient: "member"
        }
        assert strict not in await world.edges(seed, "part_of")

    async def test_by_the_letter_the_two_clusters_among_its_twenty_nearest_however_far(
        self, world: World, pool: Pool
    ):
        """The documents' own rule, as edges.membership = nearest; and their numbers, as settings."""
        far = [await world.cluster(mix(a=1, **{axis: 1}), attach_sim=0.99) for axis in "bcd"]
        names = [f"n{number}" for number in range(18)]
        crowd = [await world.seed(name) for name in names]
        await embed(pool, "seed", crowd, {name: mix(a=1) for name in names})
        seed = await world.seed("s")
        vectors = {"s": mix(a=1)}

        joined = []
        for linkage in (
            Linkage(membership="nearest"),
            Linkage(membership="nearest", candidates=19),
            Linkage(membership="nearest", clusters=1),
            Linkage(),
        ):
            await forget_vectors(world, seed)
            await embed_with(pool, [seed], vectors, linkage)
            joined.append(sorted(str(role) for role, _ in (await world.edges(seed, "part_of")).values()))

        assert joined == [["affinity", "member"], ["member"], ["member"], []]
        assert len(far) == 3

    async def test_a_cluster_among_many_nearer_seeds(self, world: World, pool: Pool):
        """G1: clusters have a search of their own."""
        names = [f"n{number}" for number in range(30)]
        crowd = [await world.seed(name) for name in names]
        await embed(pool, "seed", crowd, {name: mix(a=1) for name in names})
        cluster = await world.cluster(mix(a=1, b=0.5))
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert set(await world.edges(seed, "part_of")) == {cluster}

    async def test_the_child_and_passes_over_its_ancestors(self, world: World, pool: Pool):
        """G3: the cluster that contains the best one is no second opinion."""
        grandparent = await world.cluster(mix(a=1, b=0.3))
        parent = await world.cluster(mix(a=1, b=0.2), parent=grandparent)
        child = await world.cluster(mix(a=1, b=0.1), parent=parent)
        stranger = await world.cluster(mix(a=1, c=0.6))
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert {cluster: role for cluster, (role, _) in (await world.edges(seed, "part_of")).items()} == {
            child: "member",
            stranger: "affinity",
        }

    async def test_no_archived_cluster(self, world: World, pool: Pool, conn: Connection):
        await world.cluster(mix(a=1))
        await conn.execute("UPDATE clusters SET is_archived = 1")
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert await world.edges(seed, "part_of") == {}


class TestNear:
    async def test_are_the_ten_nearest_of_every_kind_with_their_cosines(self, world: World, pool: Pool):
        names = [f"n{number}" for number in range(12)]
        crowd = [await world.seed(name) for name in names]
        vectors = {name: mix(a=1, b=0.2 + number / 10) for number, name in enumerate(names)}
        await embed(pool, "seed", crowd, vectors)
        stranger = await world.utterance()
        await world.vector("utterance", stranger, mix(a=1, c=0.1))
        cluster = await world.cluster(mix(a=1, d=0.1), attach_sim=2.0)
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        near = await world.edges(seed, "near")
        assert set(near) == {stranger, cluster, *crowd[:8]}
        assert near[crowd[3]][1] == pytest.approx(mix(a=1) @ vectors["n3"], abs=1e-3)

    async def test_are_never_the_seed_itself_nor_its_own_utterance(self, world: World, pool: Pool):
        utterance = await world.utterance()
        await world.vector("utterance", utterance, mix(a=1))
        seed = await world.seed("s", utterance)

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert await world.edges(seed, "near") == {}

    async def test_may_be_a_sibling_from_the_same_utterance(self, world: World, pool: Pool):
        utterance = await world.utterance()
        first, second = await world.seed("s", utterance), await world.seed("t", utterance)

        await embed(pool, "seed", [first], {"s": mix(a=1)})
        await embed(pool, "seed", [second], {"t": mix(a=1)})

        assert set(await world.edges(second, "near")) == {first}

    async def test_are_found_within_one_batch_from_both_sides(self, world: World, pool: Pool):
        first, second = await world.seed("s"), await world.seed("t")

        await embed(pool, "seed", [first, second], {"s": mix(a=1), "t": mix(a=1, b=1)})

        assert set(await world.edges(first, "near")) == {second}
        assert set(await world.edges(second, "near")) == {first}

    async def test_never_are_splits(self, world: World, pool: Pool):
        utterance = await world.utterance("u", splits=["p"])
        await embed(pool, "utterance_split", await world.splits(utterance), {"p": mix(a=1)})
        seed = await world.seed("s")

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert await world.edges(seed, "near") == {}

    async def test_has_a_weight_between_nought_and_one(self, world: World, pool: Pool):
        first, second = await world.seed("s"), await world.seed("t")

        await embed(pool, "seed", [first, second], {"s": mix(a=1), "t": mix(a=-1)})

        assert (await world.edges(first, "near"))[second][1] == 0.0

    async def test_is_all_that_a_cluster_gets(self, world: World, pool: Pool):
        """E6: which cluster lies in which comes from the tree."""
        one, other = (
            await world.cluster(mix(a=1), title="one"),
            await world.cluster(mix(a=1, b=0.1), title="other"),
        )
        await world.conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source) "
            "VALUES ('cluster', $1, 'cluster', $2, 'part_of', 'member', 1, 'nightly')",
            one,
            other,
        )

        await embed(pool, "cluster", [one], {"one": mix(c=1)})

        assert set(await world.edges(one, "near")) == {other}
        assert set(await world.edges(one, "part_of")) == {other}


class TestNobodyFinds:
    async def _near(self, world: World, pool: Pool) -> set[UUID]:
        seed = await world.seed("looks")
        await embed(pool, "seed", [seed], {"looks": mix(a=1)})
        return set(await world.edges(seed, "near"))

    async def test_a_rejected_seed(self, world: World, pool: Pool, conn: Connection):
        hidden = await world.seed("s")
        await embed(pool, "seed", [hidden], {"s": mix(a=1)})
        await conn.execute("UPDATE seeds SET review_status = 'rejected'")

        assert await self._near(world, pool) == set()

    async def test_a_deleted_utterance(self, world: World, pool: Pool, conn: Connection):
        hidden = await world.utterance()
        await world.vector("utterance", hidden, mix(a=1))
        await conn.execute("UPDATE utterances SET deleted_at = now()")

        assert await self._near(world, pool) == set()

    async def test_the_vector_of_another_model(self, world: World, pool: Pool):
        seed = await world.seed("s")
        await world.vector("seed", seed, mix(a=1), model=OTHER_MODEL)
        await world.vector("utterance", await world.utterance(), mix(b=1), model=MODEL)

        assert seed not in await self._near(world, pool)


class TestASeedThatChanged:
    async def test_leaves_its_former_neighbours_and_cluster(self, world: World, pool: Pool, conn: Connection):
        old, new = await world.seed("old"), await world.seed("new")
        here, there = await world.cluster(mix(a=1, d=0.1)), await world.cluster(mix(b=1, d=0.1))
        await embed(pool, "seed", [old, new], {"old": mix(a=1), "new": mix(b=1)})
        seed = await world.seed("s")
        await embed(pool, "seed", [seed], {"s": mix(a=1, c=0.1)})
        assert set(await world.edges(seed, "part_of")) == {here}

        await conn.execute("UPDATE seeds SET body = 'edited' WHERE seed_id = $1", seed)
        await embed(pool, "seed", [seed], {"edited": mix(b=1, c=0.1)})

        assert set(await world.edges(seed, "part_of")) == {there}
        assert max((weight, dst) for dst, (_, weight) in (await world.edges(seed, "near")).items())[1] in {
            new,
            there,
        }

    async def test_keeps_the_edges_its_owner_drew_or_removed(
        self, world: World, pool: Pool, conn: Connection
    ):
        drawn, removed = await world.cluster(mix(c=1)), await world.cluster(mix(a=1))
        seed = await world.seed("s")
        await conn.executemany(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active) "
            "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 1, 'user', $3)",
            [(seed, drawn, 1), (seed, removed, 0)],
        )

        await embed(pool, "seed", [seed], {"s": mix(a=1)})

        assert set(await world.edges(seed, "part_of")) == {drawn}

    async def test_that_is_accepted_again_is_linked_anew(self, world: World, pool: Pool, conn: Connection):
        first, second = await world.seed("s"), await world.seed("t")
        await embed(pool, "seed", [first, second], {"s": mix(a=1), "t": mix(a=1)})
        await conn.execute("UPDATE seeds SET review_status = 'rejected' WHERE seed_id = $1", first)
        assert await world.edges(first, "near") == {}

        await conn.execute("UPDATE seeds SET review_status = 'accepted' WHERE seed_id = $1", first)
        assert await world.waiting("embedding") == [first]
        assert await embed(pool, "seed", [first], {"s": mix(a=1)}) == ["done"]

        assert set(await world.edges(first, "near")) == {second}
        assert set(await world.points(first)) == {"atlas", "global"}

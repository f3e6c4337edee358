"""Two or three sessions in every order of their statements: whatever the order, the tables are right afterwards."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import UUID, uuid4

import pytest

from tane.store import clusters, edges, forgetting, jobs, maps, review, seeds
from tane.store.clusters import Description
from tane.store.edges import NewEdge
from tane.store.embeddings import Target
from tane.store.jobs import Ending, NewJob, Verdict
from tane.store.pool import Connection
from tane.store.seeds import NewSeed
from tests.tane.store.interleaving import Permuter, Script, orders, permuter, sql
from tests.tane.store.queue import claim_one
from tests.tane.store.test_deletions import DELETE, HIDDEN_WITH_SOURCE, LINK, REMOVE, RESTORE, UNSOURCED
from tests.tane.store.test_target_triggers import make_cluster, make_seed, make_utterance

SPLIT = "INSERT INTO utterance_splits (utterance_id, contents) VALUES ($1, 'x')"
JOB = "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ('embedding', 'seeds', $1) ON CONFLICT DO NOTHING"
REWRITE = "UPDATE utterances SET contents = $2 WHERE utterance_id = $1"
TWINS = """
SELECT target_id FROM worker_jobs WHERE status IN ('queued', 'scheduled') GROUP BY target_id, job_type HAVING count(*) > 1
"""
MISNUMBERED = """
SELECT utterance_id FROM utterance_splits GROUP BY utterance_id
HAVING min(ordinal) <> 0 OR max(ordinal) <> count(*) - 1
"""
DANGLING = """
SELECT edge_id FROM edges e WHERE e.is_active = 1
    AND (NOT is_visible(e.src_type, e.src_id) OR NOT is_visible(e.dst_type, e.dst_id))
"""
OF_NOTHING = """
SELECT target_id FROM worker_jobs j WHERE j.target_table = 'utterance'
    AND NOT EXISTS (SELECT FROM utterances u WHERE u.utterance_id = j.target_id)
UNION ALL
SELECT target_id FROM worker_jobs j WHERE j.target_table = 'seed' AND j.status IN ('queued', 'scheduled')
    AND NOT EXISTS (SELECT FROM seeds s WHERE s.seed_id = j.target_id)
"""


@pytest.fixture
async def side_by_side(dsn: str) -> AsyncIterator[Permuter]:
    async with permuter(dsn) as opened:
        yield opened


async def nothing(conn: Connection, *questions: str) -> None:
    """Hold that each question has no row."""
    for question in questions:
        assert await conn.fetch(question) == [], question


def test_orders_are_all_that_keep_each_script_as_it_is():
    assert list(orders([1, 2])) == [(0, 1, 1), (1, 0, 1), (1, 1, 0)]
    assert len(list(orders([2, 2, 2]))) == 90


class TestSeedsAndTheirSources:
    @pytest.mark.parametrize(
        ("one", "other"),
        [(DELETE, LINK), (REMOVE, LINK), (DELETE, RESTORE), (DELETE, DELETE), (DELETE, REMOVE)],
        ids=["deletion and link", "removal and link", "deletion and return", "two deletions", "deletion and removal"],
    )  # fmt: skip
    async def test_a_seed_is_alive_exactly_while_an_utterance_of_it_is(
        self, conn: Connection, side_by_side: Permuter, one: str, other: str
    ):
        async def prepare() -> Sequence[Script]:
            first, second = await make_utterance(conn), await make_utterance(conn)
            seed = await make_seed(conn, *([first] if other == LINK else [first, second]))
            if other == RESTORE:
                await conn.execute(DELETE, second)
            return [
                [sql("SELECT count(*) FROM seeds"), sql(one, first)],
                [sql("SELECT count(*) FROM seeds"), sql(other, second, *([seed] if other == LINK else []))],
            ]

        count = await side_by_side.every_order(
            prepare, partial(nothing, conn, UNSOURCED, HIDDEN_WITH_SOURCE, DANGLING)
        )

        assert count == 20
        assert side_by_side.waits > 0
        # A seed of nothing else leaves with its utterance: who links it later is told that it is not there.
        assert set(side_by_side.states) <= ({"23503"} if one == REMOVE and other == LINK else set())

    async def test_two_deletions_and_a_link_of_three_programs(self, conn: Connection, side_by_side: Permuter):
        async def prepare() -> Sequence[Script]:
            first, second, third = [await make_utterance(conn) for _ in range(3)]
            seed = await make_seed(conn, first, second)
            return [[sql(DELETE, first)], [sql(DELETE, second)], [sql(LINK, third, seed)]]

        count = await side_by_side.every_order(prepare, partial(nothing, conn, UNSOURCED, HIDDEN_WITH_SOURCE))

        assert (count, side_by_side.states) == (90, [])


async def test_splits_of_two_programs_are_numbered_without_gaps_or_doubles(
    conn: Connection, side_by_side: Permuter
):
    async def prepare() -> Sequence[Script]:
        utterance = await make_utterance(conn)
        return [[sql(SPLIT, utterance), sql(SPLIT, utterance)]] * 2

    await side_by_side.every_order(prepare, partial(nothing, conn, MISNUMBERED))

    assert side_by_side.states == []


class TestJobsOfOneTarget:
    async def test_wait_once_whoever_queues_them(self, conn: Connection, side_by_side: Permuter):
        async def prepare() -> Sequence[Script]:
            seed = await make_seed(conn, await make_utterance(conn))
            job = NewJob(job_type="embedding", target_type="seed", target_id=seed, priority=10)
            return [[sql(JOB, seed)], [lambda session: jobs.enqueue(session, [job])], [sql(JOB, seed)]]

        await side_by_side.every_order(prepare, partial(nothing, conn, TWINS))

        assert side_by_side.states == []

    @pytest.mark.parametrize("ending", [Ending.RELEASE, Ending.RETRY, Ending.DONE])
    async def test_wait_once_when_one_comes_back_while_others_are_queued(
        self, conn: Connection, side_by_side: Permuter, ending: Ending
    ):
        async def prepare() -> Sequence[Script]:
            await conn.execute("TRUNCATE worker_jobs")
            seed = uuid4()
            await conn.execute(JOB, seed)
            verdict = Verdict(job=await claim_one(conn), ending=ending)
            return [
                [lambda session: jobs.hold(session, [verdict.job]), lambda session: jobs.settle(session, [verdict])],
                [sql(JOB, seed), lambda session: jobs.reap(session, limit=9, backoff_base_s=1, backoff_cap_s=9)],
            ]  # fmt: skip

        async def check() -> None:
            await nothing(conn, TWINS)
            assert (
                await conn.fetchval(
                    "SELECT count(*) FROM worker_jobs WHERE status IN ('queued', 'scheduled')"
                )
                == 1
            )

        await side_by_side.every_order(prepare, check)

        assert side_by_side.states == []

    async def test_of_an_utterance_that_changes_while_it_is_deleted_are_none(
        self, conn: Connection, side_by_side: Permuter
    ):
        async def prepare() -> Sequence[Script]:
            utterance = await make_utterance(conn)
            return [[sql(REWRITE, utterance, "別の言葉")], [sql(REMOVE, utterance)], [sql(SPLIT, utterance)]]

        await side_by_side.every_order(prepare, partial(nothing, conn, TWINS, OF_NOTHING, UNSOURCED))

        assert set(side_by_side.states) <= {"23503"}  # a split of what is gone


async def test_what_is_forgotten_while_its_seeds_are_saved_leaves_nothing(
    conn: Connection, side_by_side: Permuter
):
    forgotten: list[UUID] = []

    async def prepare() -> Sequence[Script]:
        await conn.execute("TRUNCATE worker_jobs")
        utterance = await make_utterance(conn)
        forgotten.append(utterance)
        new = [NewJob(job_type="embedding", target_type="utterance", target_id=utterance, priority=1)]
        await jobs.enqueue(conn, new)
        job = await claim_one(conn)
        seed = NewSeed(
            seed_id=uuid4(), kind="knowledge", body="種", grounding=1.0, span=None, model_name="m", prompt_version="1"
        )  # fmt: skip

        async def save(session: Connection) -> None:
            if await session.fetchval(
                "SELECT count(*) FROM worker_jobs WHERE job_id = $1 AND status = 'running'", job.job_id
            ):
                await seeds.save_seeds(session, utterance, [seed])
                follow = NewJob(job_type="embedding", target_type="seed", target_id=seed.seed_id, priority=1)
                await jobs.enqueue(session, [follow])
                await jobs.settle(session, [Verdict(job=job, ending=Ending.DONE)])

        return [
            [lambda session: jobs.hold(session, [job]), save],
            [lambda session: forgetting.forget(session, [utterance])],
        ]  # fmt: skip

    async def check() -> None:
        await nothing(conn, OF_NOTHING, UNSOURCED)
        assert (
            await conn.fetchval("SELECT count(*) FROM utterances WHERE utterance_id = ANY ($1)", forgotten)
            == 0
        )
        assert await conn.fetchval("SELECT count(*) FROM seeds") == 0

    await side_by_side.every_order(prepare, check)

    assert set(side_by_side.states) <= {"40P01"}


async def test_the_owners_words_of_a_cluster_outlive_the_models(conn: Connection, side_by_side: Permuter):
    async def prepare() -> Sequence[Script]:
        cluster_id = await make_cluster(conn)
        cluster = (await clusters.load_clusters(conn, [cluster_id]))[cluster_id]
        words = Description(title="機械の題", overview="機械の文", category=None, strength=None)

        return [
            [lambda session: review.rename_cluster(session, cluster_id, "私の題", "私の文")],
            [
                lambda session: clusters.lock_titles(session, [None]),
                lambda session: clusters.describe_cluster(session, cluster, words),
            ],
        ]

    async def check() -> None:
        rows = await conn.fetch("SELECT DISTINCT cluster_title, cluster_overview FROM clusters")
        assert [tuple(row) for row in rows] == [("私の題", "私の文")]

    await side_by_side.every_order(prepare, check)

    assert side_by_side.states == []


class TestEdges:
    async def test_of_the_owner_and_of_tane_are_one_and_the_owners(
        self, conn: Connection, side_by_side: Permuter
    ):
        async def prepare() -> Sequence[Script]:
            seed, cluster = await make_seed(conn, await make_utterance(conn)), await make_cluster(conn)
            edge = NewEdge(
                src=Target("seed", seed), dst=Target("cluster", cluster), edge_type="part_of", role="affinity", weight=0.1
            )  # fmt: skip
            own = (
                "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) "
                "VALUES ('seed', $1, 'cluster', $2, 'part_of', 0.9) ON CONFLICT DO NOTHING"
            )
            return [
                [sql(own, seed, cluster)],
                [lambda session: edges.replace_edges(session, "seed", [seed], [edge], edge_types=["part_of"])],
            ]  # fmt: skip

        async def check() -> None:
            assert await conn.fetchval("SELECT count(*) FROM edges WHERE source <> 'user'") == 0

        await side_by_side.every_order(prepare, check)

        assert side_by_side.states == []

    async def test_lead_to_no_cluster_that_a_night_takes_away_meanwhile(
        self, conn: Connection, side_by_side: Permuter
    ):
        async def prepare() -> Sequence[Script]:
            seed, cluster = await make_seed(conn, await make_utterance(conn)), await make_cluster(conn)
            edge = NewEdge(
                src=Target("seed", seed), dst=Target("cluster", cluster), edge_type="part_of", role="affinity", weight=0.1
            )  # fmt: skip

            async def link(session: Connection) -> None:
                found = (await clusters.load_clusters(session, [cluster]))[cluster]
                near = [] if found.is_archived else [edge]
                await edges.replace_edges(session, "seed", [seed], near, edge_types=["part_of"])

            return [
                [maps.own_maps, sql("UPDATE clusters SET is_archived = 1 WHERE cluster_id = $1", cluster)],
                [maps.share_maps, link],
            ]

        await side_by_side.every_order(prepare, partial(nothing, conn, DANGLING))

        assert side_by_side.states == []

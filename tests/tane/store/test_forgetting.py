"""Forgetting leaves no trace (issue 3): every column of every table is searched for the words and the ids."""

import asyncio
import hashlib
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from tane.store import embeddings, forgetting, jobs, maps
from tane.store.jobs import NewJob
from tane.store.pool import Connection, Pool, connection, transaction
from tests.handlers.conversation import cluster
from tests.handlers.world import DIMS, EMBEDDING_UTTERANCE, OTHER_MODEL, World, claim, mix
from tests.waiting import until

SECRET = "山田さんに借金がある。誰にも言わないでほしい。"
PIECES = ("山田さんに借金がある。", "誰にも言わないでほしい。")
BODIES = ("山田さんに借金がある", "秘密は言わないでおくべきだ", "借金は誰にも言わない")
STATES = ("scheduled", "queued", "done", "dead", "cancelled")


@pytest.fixture
def world(conn: Connection) -> World:
    return World(conn)


async def forget(pool: Pool, *utterances: UUID, source_id: UUID | None = None) -> forgetting.Toll:
    async with transaction(pool) as conn:
        return await forgetting.forget(conn, utterances, source_id=source_id)


async def traces(conn: Connection, texts: Sequence[str], ids: Sequence[UUID]) -> list[str]:
    """Name the columns in which one of the texts, of their hashes or of the ids stands, in whatever type."""
    needles = [*texts, *map(str, ids), *(id_.hex for id_ in ids), *(text.encode().hex() for text in texts)]
    needles += [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    columns = await conn.fetch(
        "SELECT c.table_name, c.column_name, c.udt_name FROM information_schema.columns c "
        "JOIN information_schema.tables t USING (table_schema, table_name) "
        "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
    )
    assert len(columns) > 100
    found = []
    for table, column, type_ in columns:
        shown = f"encode({column}, 'hex')" if type_ == "bytea" else f"{column}::text"
        if await conn.fetchval(
            f"SELECT EXISTS (SELECT FROM {table} WHERE EXISTS "
            f"(SELECT FROM unnest($1::text[]) n WHERE strpos(lower({shown}), lower(n)) > 0))",
            needles,
        ):
            found.append(f"{table}.{column}")
    return found


async def confide(world: World, source_id: UUID | None = None) -> tuple[UUID, list[UUID]]:
    """An utterance with all that can come of one; its id, and those of its pieces and seeds."""
    conn = world.conn
    said = await world.utterance(SECRET, splits=PIECES)
    await conn.execute(
        "UPDATE utterances SET source_id = $2, speaker = '佐藤', conversation_id = $3, external_id = $4, metadata = $5 "
        "WHERE utterance_id = $1",
        said, source_id, uuid4(), f"text:{SECRET}", {"note": SECRET},
    )  # fmt: skip
    splits = await world.splits(said)
    seeds = [await world.seed(body, said) for body in BODIES]
    for seed, status in zip(seeds, ("accepted", "edited", "rejected"), strict=True):
        await conn.execute("UPDATE seeds SET review_status = $2 WHERE seed_id = $1", seed, status)
    for kind, item in [("utterance", said), *(("utterance_split", split) for split in splits),
                       *(("seed", seed) for seed in seeds)]:  # fmt: skip
        await world.vector(kind, item, mix(a=1))
    elsewhere = await world.seed("晴れている")
    for src, dst in ((seeds[0], elsewhere), (elsewhere, seeds[1]), (seeds[0], seeds[1])):
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) VALUES ('seed', $1, 'seed', $2, 'near', 1)",
            src, dst,
        )  # fmt: skip
    await conn.execute("INSERT INTO layout_runs (scope_type) VALUES ('atlas')")
    for kind, item in (("utterance", said), ("seed", seeds[0])):
        await conn.execute(
            "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) SELECT layout_id, $1, $2, 0, 0 FROM layout_runs",
            kind, item,
        )  # fmt: skip
    for number, (state, item) in enumerate(zip(STATES, [said, *splits, *seeds], strict=False)):
        await conn.execute(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, status, finished_at, last_error, payload) "
            "VALUES ($1, 'utterance', $2, $3, CASE WHEN $4 THEN now() END, $5, $6)",
            f"type{number}", item, state, state in ("done", "dead", "cancelled"),
            {"message": f"no {item}"}, {"split": str(splits[0])},
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id, payload) VALUES ('other', 'seed', $1, $2)",
        elsewhere, {"near": [str(seeds[2]).upper()]},
    )  # fmt: skip
    return said, [*splits, *seeds]


async def join(conn: Connection, cluster_id: UUID, *seeds: UUID) -> None:
    await conn.executemany(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
        "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 1)",
        [(seed, cluster_id) for seed in seeds],
    )


async def test_no_table_knows_the_words_or_the_ids_afterwards(world: World, pool: Pool):
    conn = world.conn
    source_id = await conn.fetchval("INSERT INTO sources (name) VALUES ('日記') RETURNING source_id")
    said, derived = await confide(world, source_id)
    other = await world.seed("晴れの日が好きだ")
    top = await cluster(conn, title="借金", overview=f"{BODIES[0]}など", overview_source="llm")
    made = await cluster(conn, title=BODIES[0], overview=BODIES[0], overview_source="nearest", parent=top)
    await join(conn, made, derived[2], other)
    await world.vector("cluster_overview", made, mix(a=1))
    left = await cluster(conn, title="昔の題", overview=f"かつて: {BODIES[1]}", overview_source="llm")
    texts, ids = [SECRET, *PIECES, *BODIES, "佐藤", "日記"], [said, *derived, source_id]
    assert len(await traces(conn, texts, ids)) > 20, "there is something to find"

    toll = await forget(pool, said, source_id=source_id)

    assert await traces(conn, texts, ids) == []
    assert (toll.utterances, toll.splits, toll.seeds, toll.reviewed) == (1, 2, 3, 3)
    assert (toll.vectors, toll.edges, toll.points, toll.jobs) == (6, 4, 2, 6)
    assert set(await world.waiting("cluster_body")) == {made, top, left}
    assert await conn.fetchval("SELECT count(*) FROM seeds") == 2, "what others said stays"


async def test_counting_first_removes_nothing_and_tells_the_same(world: World, pool: Pool):
    said, _ = await confide(world)
    plan = await forgetting.count(world.conn, await forgetting.doom(world.conn, [said]))

    assert await world.conn.fetchval("SELECT count(*) FROM utterances") == 1
    assert await forget(pool, said) == plan


async def test_a_seed_that_somebody_else_said_too_stays(world: World, pool: Pool):
    said, also = await world.utterance(SECRET), await world.utterance("私もだ")
    seed = await world.seed("借金は重い", said, also)

    await forget(pool, said)

    assert await world.conn.fetchval("SELECT seed_id FROM seeds") == seed
    assert await traces(world.conn, [SECRET], [said]) == []


async def test_what_is_hidden_already_is_forgotten_too(world: World, pool: Pool):
    said, derived = await confide(world)
    await world.conn.execute("UPDATE utterances SET deleted_at = now()")

    await forget(pool, *await forgetting.said_by(world.conn, "佐藤"))

    assert await traces(world.conn, [SECRET, *BODIES], [said, *derived]) == []


class TestClusters:
    async def test_without_other_seeds_leave_from_the_leaves_up(self, world: World, pool: Pool):
        said = await world.utterance(SECRET)
        seed = await world.seed(BODIES[0], said)
        top = await cluster(world.conn)
        made = await world.cluster(mix(a=1), parent=top)
        await join(world.conn, made, seed)

        await forget(pool, said)

        assert await traces(world.conn, BODIES[:1], [made, top, seed]) == []

    async def test_keep_the_owners_words_unless_they_quote(self, world: World, pool: Pool):
        said = await world.utterance(SECRET)
        seed, other = await world.seed(BODIES[0], said), await world.seed("晴れ")
        pinned = await cluster(
            world.conn, title="お金", overview="模型の言葉", overview_source="llm", is_pinned=1
        )
        mine = await cluster(world.conn, title="家計", overview="私の言葉", overview_source="user")
        quoting = await cluster(world.conn, title="覚え", overview=f"「{BODIES[0]}」", overview_source="user")
        for made in (pinned, mine, quoting):
            await join(world.conn, made, seed, other)

        await forget(pool, said)

        rows = await world.conn.fetch(
            "SELECT cluster_id, cluster_title, cluster_overview, overview_source FROM clusters"
        )
        assert {row[0]: tuple(row)[1:] for row in rows} == {
            pinned: ("お金", None, None), mine: ("家計", "私の言葉", "user"), quoting: ("覚え", None, None),
        }  # fmt: skip

    async def test_that_a_model_describes_at_this_moment_are_described_again(self, world: World, pool: Pool):
        said = await world.utterance(SECRET)
        seed, other = await world.seed(BODIES[0], said), await world.seed("晴れ")
        made = await cluster(world.conn, title="お金", overview="借金", overview_source="llm")
        await join(world.conn, made, seed, other)
        (claimed,) = await claim(world.conn, "cluster_body", "cluster", [made])

        await forget(pool, said)

        assert await jobs.hold(world.conn, [claimed]) == set()
        assert await world.waiting("cluster_body") == [made]


class TestAtTheSameMoment:
    """A daemon may be at work: what it is saving is waited for."""

    async def test_seeds_that_are_being_planted_leave_as_well(self, world: World, pool: Pool):
        said = await world.utterance(SECRET)
        claimed = await claim(world.conn, "did_asked_knowledge", "utterance", [said])
        async with transaction(pool) as saving:
            await jobs.hold(saving, claimed)
            forgetting_it = asyncio.create_task(forget(pool, said))
            await until(lambda: is_waiting(world.conn), what="forgetting waits")
            seed = await World(saving).seed(BODIES[0], said)
            await jobs.enqueue(
                saving, [NewJob(job_type="embedding", target_type="seed", target_id=seed, priority=10)]
            )

        assert (await forgetting_it).seeds == 1

        assert await traces(world.conn, [SECRET, BODIES[0]], [said, seed]) == []

    async def test_an_edge_that_is_being_drawn_to_it_leaves_as_well(self, world: World, pool: Pool):
        said = await world.utterance(SECRET)
        seed, other = await world.seed(BODIES[0], said), await world.seed("晴れ")
        async with transaction(pool) as saving:
            await maps.share_maps(saving)
            forgetting_it = asyncio.create_task(forget(pool, said))
            await until(lambda: is_waiting(world.conn), what="forgetting waits")
            await saving.execute(
                "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) VALUES ('seed', $1, 'seed', $2, 'near', 1)",
                other, seed,
            )  # fmt: skip

        assert (await forgetting_it).edges == 1

        assert await traces(world.conn, [], [said, seed]) == []

    async def test_no_job_is_left_for_a_piece_that_is_leaving(self, world: World, pool: Pool):
        """An utterance that looks for its pieces' vectors sees them until forgetting commits."""
        said = await world.utterance(SECRET, splits=PIECES)
        async with transaction(pool) as conn:
            claimed = await claim(conn, "embedding_utterance", "utterance", [said])
        async with transaction(pool) as leaving, connection(pool) as loading:
            await forgetting.forget(leaving, [said])
            load = asyncio.ensure_future(EMBEDDING_UTTERANCE.load(loading, claimed))
            await until(lambda: load.done() or is_waiting(world.conn), what="the pieces are looked for")
            await leaving.execute("COMMIT")
            await load
            await leaving.execute("BEGIN")

        assert await world.conn.fetchval("SELECT count(*) FROM worker_jobs") == 0

    async def test_no_job_of_a_new_model_is_left_for_what_is_leaving(self, world: World, pool: Pool):
        said = await world.utterance(SECRET)
        seed = await world.seed(BODIES[0], said)
        await world.vector("seed", seed, mix(a=1))
        async with transaction(pool) as leaving, connection(pool) as watching:
            await forgetting.forget(leaving, [said])
            change = asyncio.create_task(
                embeddings.use_model(watching, name=OTHER_MODEL.name, digest=OTHER_MODEL.digest, dims=DIMS)
            )
            await until(lambda: change.done() or is_waiting(world.conn), what="the new model is met")
            await leaving.execute("COMMIT")
            await change
            await leaving.execute("BEGIN")

        assert await world.conn.fetchval("SELECT count(*) FROM worker_jobs") == 0


async def is_waiting(conn: Connection) -> bool:
    found: bool = await conn.fetchval(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
    )
    return found


async def test_a_conversation_is_named_by_its_id_or_an_utterance_in_it(world: World, pool: Pool):
    said, _ = await confide(world)
    async with connection(pool) as conn:
        (named,) = await forgetting.find_conversations(conn, str(said)[:8])
        assert await forgetting.find_conversations(conn, str(named)) == [named]
        assert await forgetting.find_conversations(conn, "not an id") == []
        assert await forgetting.said_in_conversation(conn, named) == [said]

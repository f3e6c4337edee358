"""Rows written with the columns of the documents and no others, by the owner of the database and by another role."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from tane.store import clusters
from tane.store.pool import Connection, connect
from tests.tables import every, undone
from tests.waiting import until

NOW = "'2026-09-01T09:00:00+09:00'"
UTTERANCE, SEED, OTHER, CLUSTER, MAP = (UUID(int=number) for number in range(1, 6))

# The statements of documents 000 and 001, in the order of their chain; {new} is an id of its own.
STATEMENTS = {
    "role": f"INSERT INTO utterance_roles (utterance_role_id, utterance_role_name, created_at, updated_at) VALUES ('{{new}}', '決意', {NOW}, {NOW})",
    "utterance": f"INSERT INTO utterances (utterance_id, contents, created_at, updated_at) VALUES ('{{new}}', '朝に歩く。', {NOW}, {NOW})",
    "measured utterance": f"INSERT INTO utterances (utterance_id, contents, hypothetical, direction, did_asked_knowledge, did_asked_model, created_at, updated_at) VALUES ('{{new}}', '朝に歩く。', '0.25', '-1.00', '0', '1', {NOW}, {NOW})",
    "split": f"INSERT INTO utterance_splits (utterance_split_id, utterance_id, contents, created_at, updated_at) VALUES ('{{new}}', '{UTTERANCE}', '朝に', {NOW}, {NOW})",
    "seed": f"INSERT INTO seeds (seed_id, seed_type, body, created_from, review_status, created_at, updated_at) VALUES ('{{new}}', 'seed', '朝がよい', 'utterance', 'auto', {NOW}, {NOW})",
    "source of a seed": f"INSERT INTO utterance_seeds (utterance_id, seed_id, relation_type, created_at) VALUES ('{UTTERANCE}', '{SEED}', 'derived_from', {NOW})",
    "embedding": f"INSERT INTO embeddings (embedding_id, target_type, target_id, model_name, dims, vector, is_l2_normalized, created_at) VALUES ('{{new}}', 'seed', '{SEED}', 'planted', '3', '[0.6,0.8,0]', '1', {NOW})",
    "embedding of no length": f"INSERT INTO embeddings (embedding_id, target_type, target_id, model_name, dims, vector, is_l2_normalized, created_at) VALUES ('{{new}}', 'seeds', '{SEED}', 'planted', 3, '[3,4,0]', 0, {NOW})",
    "cluster": f"INSERT INTO clusters (cluster_id, cluster_overview, cluster_level, is_archived, created_at, updated_at) VALUES ('{{new}}', '一行目', 'cluster', '0', {NOW}, {NOW})",
    "averaged cluster": f"INSERT INTO clusters (cluster_id, cluster_level, is_archived, avg_hypothetical, avg_confidence, avg_reinterpretation, avg_resistance, avg_direction, created_at, updated_at) VALUES ('{{new}}', 'cluster', 0, 0.5, NULL, '0.25', 0, -1, {NOW}, {NOW})",
    "membership": f"INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, weight, is_active, created_at, updated_at) VALUES ('{{new}}', 'seed', '{SEED}', 'cluster', '{CLUSTER}', 'part_of', '0.9', '1', {NOW}, {NOW})",
    "plural membership": f"INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, weight, is_active, created_at, updated_at) VALUES ('{{new}}', 'seeds', '{SEED}', 'clusters', '{CLUSTER}', 'part_of', 0.9, 1, {NOW}, {NOW})",
    "neighbour": f"INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, weight, is_active, created_at, updated_at) VALUES ('{{new}}', 'seed', '{SEED}', 'utterance', '{UTTERANCE}', 'near', 0.9, 1, {NOW}, {NOW})",
    "map": f"INSERT INTO layout_runs (layout_id, algorithm, dims, scope_type, params_json, is_active, created_at) VALUES ('{{new}}', 'umap', '2', 'global', '{{{{\"n_components\": 2}}}}', '1', {NOW})",
    "map of a cluster": f"INSERT INTO layout_runs (layout_id, algorithm, dims, scope_type, scope_cluster_id, params_json, is_active, created_at) VALUES ('{{new}}', 'umap', '2', 'cluster', '{CLUSTER}', '{{{{}}}}', '1', {NOW})",
    "point": f"INSERT INTO layout_points (layout_id, target_type, target_id, x, y, is_active, created_at) VALUES ('{MAP}', 'seed', '{SEED}', '0', '0', '1', {NOW})",
    "plural point": f"INSERT INTO layout_points (layout_id, target_type, target_id, x, y, is_active, created_at) VALUES ('{MAP}', 'Utterances', '{UTTERANCE}', 0, 0, 1, {NOW})",
    "figures": "INSERT INTO all_seed_info (avg_seed_distance, median_seed_distance) VALUES (0.25, '0.2')",
    "job": f"INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, status, priority, created_at, updated_at) VALUES ('{{new}}', 'embedding', 'seed', '{SEED}', 'queued', '10', {NOW}, {NOW})",
    "job of a cluster": f"INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, status, priority, created_at, updated_at, expires_at) VALUES ('{{new}}', 'cluster_body', 'clusters', '{CLUSTER}', 'queued', 5, {NOW}, {NOW}, {NOW})",
}  # fmt: skip


@pytest.fixture
async def planted(conn: Connection) -> Connection:
    """A database with a model, an utterance, two seeds, a cluster and its map."""
    await conn.execute(
        f"""
        INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('planted:latest', 'd', 3, 1);
        INSERT INTO utterances (utterance_id, contents) VALUES ('{UTTERANCE}', '朝に歩く。');
        INSERT INTO seeds (seed_id, body) VALUES ('{SEED}', '朝がよい'), ('{OTHER}', '夜もよい');
        INSERT INTO clusters (cluster_id) VALUES ('{CLUSTER}');
        INSERT INTO layout_runs (layout_id, scope_type) VALUES ('{MAP}', 'atlas');
        """
    )
    return conn


@pytest.fixture(params=["owner", "other"])
async def writer(planted: Connection, request: pytest.FixtureRequest) -> AsyncIterator[Connection]:
    """A session of the owner, or of a role with the rights that docs/interface.md gives to other programs."""
    if request.param == "other":
        role = f"writer_{uuid4().hex}"
        await planted.execute(f"CREATE ROLE {role}")
        await planted.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
        )
        await planted.execute(f"SET ROLE {role}")
        yield planted
        await planted.execute(f"RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}")
    else:
        yield planted


@every("name", STATEMENTS)
@every("ending", ["", " ON CONFLICT DO NOTHING"])
async def test_every_insert_of_the_documents_stores_a_row(writer: Connection, name: str, ending: str):
    async with undone(writer):
        done = await writer.execute(STATEMENTS[name].format(new=uuid4()) + ending)

    assert done == "INSERT 0 1"


async def ordinals(conn: Connection) -> list[int]:
    return [row[0] for row in await conn.fetch("SELECT ordinal FROM utterance_splits ORDER BY 1")]


async def is_waited_for(conn: Connection) -> bool:
    """Tell whether another session waits for a lock in this database."""
    return bool(
        await conn.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    )


class TestSplits:
    async def test_without_numbers_stand_in_the_order_of_their_rows(self, planted: Connection):
        await planted.execute(STATEMENTS["split"].format(new=uuid4()))
        await planted.execute(
            "INSERT INTO utterance_splits (utterance_id, contents) SELECT $1, n FROM unnest($2::text[]) AS n",
            UTTERANCE, ["歩く", "と", "よい"],
        )  # fmt: skip

        rows = await planted.fetch("SELECT ordinal, contents FROM utterance_splits ORDER BY ordinal")
        assert [tuple(row) for row in rows] == [(0, "朝に"), (1, "歩く"), (2, "と"), (3, "よい")]

    async def test_of_two_programs_at_once_get_different_numbers(self, planted: Connection, dsn: str):
        other = await connect(dsn)
        async with planted.transaction():
            await planted.execute(STATEMENTS["split"].format(new=uuid4()))
            second = asyncio.create_task(other.execute(STATEMENTS["split"].format(new=uuid4())))
            await until(lambda: is_waited_for(planted))
        await second
        await other.close()

        assert await ordinals(planted) == [0, 1]

    async def test_that_are_numbered_keep_their_numbers(self, planted: Connection):
        for ordinal in (5, 2):
            await planted.execute(
                "INSERT INTO utterance_splits (utterance_id, ordinal, contents) VALUES ($1, $2, 'x')", UTTERANCE, ordinal
            )  # fmt: skip

        assert await ordinals(planted) == [2, 5]


class TestEdges:
    async def edge(self, conn: Connection) -> dict[str, object]:
        return dict(
            await conn.fetchrow("SELECT src_type, dst_type, role, source, weight, is_active FROM edges") or {}
        )

    @pytest.mark.parametrize("name", ["membership", "plural membership"])
    async def test_to_a_cluster_without_a_role_are_memberships_of_the_one_who_wrote_them(
        self, planted: Connection, name: str
    ):
        await planted.execute(STATEMENTS[name].format(new=uuid4()))

        assert await self.edge(planted) == {
            "src_type": "seed", "dst_type": "cluster", "role": "member", "source": "user",
            "weight": pytest.approx(0.9), "is_active": 1,
        }  # fmt: skip
        members = await clusters.sample_members(planted, CLUSTER, limit=9)
        assert [member.body for member in members.sample] == ["朝がよい"]

    @pytest.mark.parametrize("ending", ["", " ON CONFLICT DO NOTHING"])
    async def test_that_tane_drew_before_become_the_other_programs(self, planted: Connection, ending: str):
        await planted.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active) "
            "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'affinity', 0.1, 'online', 0)", SEED, CLUSTER,
        )  # fmt: skip
        edge_id = uuid4()

        await planted.execute(STATEMENTS["membership"].format(new=edge_id) + ending)

        row = await planted.fetchrow("SELECT edge_id, role, source, weight, is_active FROM edges")
        assert tuple(row or ()) == (edge_id, "member", "user", pytest.approx(0.9), 1)

    async def test_that_are_the_programs_own_already_conflict_as_anywhere(self, planted: Connection):
        await planted.execute(STATEMENTS["membership"].format(new=uuid4()))

        with pytest.raises(asyncpg.UniqueViolationError):
            await planted.execute(STATEMENTS["membership"].format(new=uuid4()))
        await planted.execute(
            STATEMENTS["membership"].format(new=uuid4())
            + " ON CONFLICT (src_type, src_id, dst_type, dst_id, edge_type) DO UPDATE SET weight = 0.5"
        )

        assert (await self.edge(planted))["weight"] == 0.5

    async def test_keep_their_meaning_when_they_are_updated(self, planted: Connection):
        await planted.execute(STATEMENTS["membership"].format(new=uuid4()))

        await planted.execute("UPDATE edges SET edge_type = 'near', src_type = 'seeds', weight = '0.25'")

        assert (await self.edge(planted)).items() >= {
            "role": None,
            "src_type": "seed",
            "weight": 0.25,
        }.items()
        await planted.execute("UPDATE edges SET edge_type = 'part_of', is_active = '0'")
        assert (await self.edge(planted)).items() >= {"role": "member", "is_active": 0}.items()


class TestVectors:
    @pytest.mark.parametrize("name", ["embedding", "embedding of no length"])
    async def test_are_of_length_one_and_made_from_the_text_as_it_is(self, planted: Connection, name: str):
        await planted.execute(STATEMENTS[name].format(new=uuid4()))

        row = await planted.fetchrow(
            "SELECT target_type, e.model_name, dims, is_l2_normalized, vector, source_hash = body_hash AS is_current "
            "FROM embeddings e JOIN seeds ON seed_id = target_id"
        )
        assert row is not None
        assert row["vector"].tolist() == pytest.approx([0.6, 0.8, 0], abs=1e-3)
        assert tuple(row)[:4] == ("seed", "planted:latest", 3, 1)
        assert row["is_current"]

    async def test_are_of_length_one_after_an_update_too(self, planted: Connection):
        await planted.execute(STATEMENTS["embedding"].format(new=uuid4()))

        await planted.execute("UPDATE embeddings SET vector = '[0,0,5]', is_l2_normalized = 0")

        assert (await planted.fetchval("SELECT vector FROM embeddings")).tolist() == [0, 0, 1]

    @pytest.mark.parametrize(
        ("model", "dims", "vector", "said"),
        [
            ("another", 3, "[1,0,0]", r"model \"another\" are known[\s\S]*HINT[\s\S]*a job \"embedding\""),
            ("planted", 2, "[1,0]", r"has 3 dimensions, not 2[\s\S]*HINT"),
            ("planted", 3, "[1,0]", r"has 3 dimensions, not 2[\s\S]*HINT"),
            ("planted", 3, "[0,0,0]", r"no direction[\s\S]*HINT"),
        ],
    )  # fmt: skip
    async def test_that_cannot_be_compared_are_refused_with_what_to_do_instead(
        self, planted: Connection, model: str, dims: int, vector: str, said: str
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=said):
            await planted.execute(
                "INSERT INTO embeddings (target_type, target_id, model_name, dims, vector) "
                f"VALUES ('seed', $1, '{model}', {dims}, '{vector}')", SEED,
            )  # fmt: skip


class TestTheFiguresOfAllSeeds:
    async def test_are_those_of_the_model_in_use(self, planted: Connection):
        await planted.execute(STATEMENTS["embedding"].format(new=uuid4()))

        await planted.execute(STATEMENTS["figures"])
        await planted.execute("UPDATE all_seed_info SET avg_seed_distance = '0.5'")
        await planted.execute(
            STATEMENTS["figures"] + " ON CONFLICT (model_id) DO UPDATE SET median_seed_distance = 0.75"
        )

        row = await planted.fetchrow("SELECT n, avg_seed_distance, median_seed_distance FROM all_seed_info")
        assert tuple(row or ()) == (1, 0.5, 0.75)

    async def test_are_refused_while_there_is_no_model(self, conn: Connection):
        with pytest.raises(asyncpg.ForeignKeyViolationError, match=r"no embedding model in use[\s\S]*HINT"):
            await conn.execute(STATEMENTS["figures"])


class TestTargets:
    async def test_may_be_renamed_in_the_plural(self, planted: Connection):
        await planted.execute(STATEMENTS["job"].format(new=uuid4()))
        await planted.execute(STATEMENTS["point"])

        await planted.execute("UPDATE worker_jobs SET target_table = 'seeds'")
        await planted.execute("UPDATE layout_points SET target_type = 'seeds', x = '1.5', is_active = '0'")

        assert await planted.fetchval("SELECT target_table FROM worker_jobs") == "seed"
        assert await planted.fetchval("SELECT target_type FROM layout_points") == "seed"

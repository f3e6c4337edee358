"""What belongs to a row leaves, hides or is made anew with it: references by type and id have no foreign key."""

from uuid import UUID, uuid4

import numpy as np
import pytest

from tane.store.pool import Connection

UTTERANCE_JOBS = (
    "SELECT job_type FROM worker_jobs WHERE target_id = $1 AND status = 'queued' ORDER BY job_type"
)


async def make_model(conn: Connection) -> int:
    model_id = await conn.fetchval("SELECT model_id FROM embedding_models")
    if model_id is None:
        model_id = await conn.fetchval(
            "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 3, 1) RETURNING model_id"
        )
    assert isinstance(model_id, int)
    return model_id


async def make_utterance(conn: Connection, contents: str = "A とは B である") -> UUID:
    utterance_id = uuid4()
    # Only the columns that document 000 names.
    await conn.execute(
        "INSERT INTO utterances (utterance_id, contents, created_at, updated_at) VALUES ($1, $2, now(), now())",
        utterance_id, contents,
    )  # fmt: skip
    return utterance_id


async def make_split(conn: Connection, utterance_id: UUID, ordinal: int = 0) -> UUID:
    split_id = uuid4()
    await conn.execute(
        "INSERT INTO utterance_splits (utterance_split_id, utterance_id, ordinal, contents) VALUES ($1, $2, $3, 'A')",
        split_id, utterance_id, ordinal,
    )  # fmt: skip
    return split_id


async def make_seed(conn: Connection, *utterances: UUID, review_status: str = "auto") -> UUID:
    seed_id = uuid4()
    await conn.execute(
        "INSERT INTO seeds (seed_id, seed_type, body, created_from, review_status) VALUES ($1, 'seed', 'B', 'utterance', $2)",
        seed_id, review_status,
    )  # fmt: skip
    for utterance_id in utterances:
        await conn.execute(
            "INSERT INTO utterance_seeds (utterance_id, seed_id, relation_type) VALUES ($1, $2, 'derived_from')",
            utterance_id, seed_id,
        )  # fmt: skip
    return seed_id


async def make_cluster(conn: Connection) -> UUID:
    cluster_id = uuid4()
    await conn.execute("INSERT INTO clusters (cluster_id) VALUES ($1)", cluster_id)
    return cluster_id


async def surround(conn: Connection, kind: str, item: UUID) -> None:
    """Give an item all that may refer to it: vector, edges both ways, a point, a waiting and an ended job."""
    await embed(conn, kind, item)
    if kind == "cluster":
        await embed(conn, "cluster_overview", item)
    else:
        await conn.execute(
            "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) VALUES ($1, $2, 'cluster', $3, 'part_of', 0.5)",
            kind, item, uuid4(),
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) VALUES ('seed', $3, $1, $2, 'near', 0.5)",
        kind, item, uuid4(),
    )  # fmt: skip
    if kind != "utterance_split":
        layout_id = await conn.fetchval(
            "INSERT INTO layout_runs (scope_type) VALUES ('global') ON CONFLICT DO NOTHING RETURNING layout_id"
        ) or await conn.fetchval("SELECT layout_id FROM layout_runs")
        await conn.execute("INSERT INTO layout_points (layout_id, target_type, target_id, x, y) VALUES ($1, $2, $3, 0, 0)",
                           layout_id, kind, item)  # fmt: skip
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES ('waiting', $1, $2)", kind, item
    )
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id, status, finished_at) VALUES ('ended', $1, $2, 'done', now())",
        kind, item,
    )  # fmt: skip


async def embed(conn: Connection, kind: str, item: UUID) -> None:
    await conn.execute(
        "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) VALUES ($1, $2, $3, 'm', 3, $4)",
        kind, item, await make_model(conn), np.array([1, 0, 0], dtype=np.float32),
    )  # fmt: skip


async def references(conn: Connection, item: UUID) -> dict[str, int]:
    """Count what refers to an item; inactive edges and points count as gone."""
    row = await conn.fetchrow(
        """
        SELECT (SELECT count(*) FROM embeddings WHERE target_id = $1 AND is_active = 1) AS embeddings,
            (SELECT count(*) FROM edges WHERE (src_id = $1 OR dst_id = $1) AND is_active = 1) AS edges,
            (SELECT count(*) FROM layout_points WHERE target_id = $1 AND is_active = 1) AS points
        """,
        item,
    )
    assert row is not None
    return dict(row)


async def waiting_jobs(conn: Connection, item: UUID) -> list[str]:
    return [row["job_type"] for row in await conn.fetch(UTTERANCE_JOBS, item)]


NOTHING = {"embeddings": 0, "edges": 0, "points": 0}


class TestADeletedTarget:
    @pytest.mark.parametrize("kind", ["utterance", "utterance_split", "seed", "cluster"])
    async def test_takes_vectors_edges_points_and_waiting_jobs_with_it(self, conn: Connection, kind: str):
        utterance_id = await make_utterance(conn)
        item = {
            "utterance": utterance_id,
            "utterance_split": await make_split(conn, utterance_id),
            "seed": await make_seed(conn),
            "cluster": await make_cluster(conn),
        }[kind]
        await surround(conn, kind, item)
        bystander = await make_seed(conn)
        await surround(conn, "seed", bystander)

        await conn.execute(f"DELETE FROM {kind}s WHERE {kind}_id = $1", item)

        assert await references(conn, item) == NOTHING
        assert await waiting_jobs(conn, item) == []
        ended = "SELECT count(*) FROM worker_jobs WHERE target_id = $1 AND job_type = 'ended'"
        assert await conn.fetchval(ended, item) == 1
        assert await references(conn, bystander) == {"embeddings": 1, "edges": 2, "points": 1}

    async def test_takes_its_splits_and_unreviewed_seeds_with_it(self, conn: Connection):
        utterance_id, other = await make_utterance(conn), await make_utterance(conn)
        split = await make_split(conn, utterance_id)
        auto, shared = await make_seed(conn, utterance_id), await make_seed(conn, utterance_id, other)
        accepted = await make_seed(conn, utterance_id, review_status="accepted")
        await surround(conn, "utterance_split", split)
        await surround(conn, "seed", auto)

        await conn.execute("DELETE FROM utterances WHERE utterance_id = $1", utterance_id)

        assert await references(conn, split) == await references(conn, auto) == NOTHING
        left = await conn.fetch("SELECT seed_id FROM seeds")
        assert {row["seed_id"] for row in left} == {shared, accepted}

    async def test_lets_a_running_job_end_by_itself(self, conn: Connection):
        seed = await make_seed(conn)
        await surround(conn, "seed", seed)
        await conn.execute(
            "UPDATE worker_jobs SET status = 'running', claimed_by = $1, lease_expires_at = now() WHERE job_type = 'waiting'",
            uuid4(),
        )

        await conn.execute("DELETE FROM seeds")

        assert await conn.fetchval("SELECT count(*) FROM worker_jobs WHERE status = 'running'") == 1


class TestAnArchivedCluster:
    async def test_stays_stored_but_no_search_edge_or_map_shows_it(self, conn: Connection):  # E13
        cluster = await make_cluster(conn)
        await surround(conn, "cluster", cluster)
        await conn.execute(
            "INSERT INTO layout_runs (scope_type, scope_cluster_id) VALUES ('cluster', $1)", cluster
        )

        await conn.execute("UPDATE clusters SET is_archived = 1 WHERE cluster_id = $1", cluster)

        assert await references(conn, cluster) == NOTHING
        assert (
            await conn.fetchval("SELECT is_active FROM layout_runs WHERE scope_cluster_id = $1", cluster) == 0
        )
        assert await conn.fetchval("SELECT count(*) FROM clusters") == 1


class TestASeed:
    async def test_that_is_rejected_hides(self, conn: Connection):
        seed = await make_seed(conn)
        await surround(conn, "seed", seed)

        await conn.execute("UPDATE seeds SET review_status = 'rejected'")

        assert await references(conn, seed) == NOTHING
        assert await conn.fetchval("SELECT count(*) FROM embeddings WHERE target_id = $1", seed) == 1

    async def test_that_is_taken_back_is_found_at_once_and_placed_by_a_job(self, conn: Connection):
        seed = await make_seed(conn)
        await surround(conn, "seed", seed)
        await conn.execute("UPDATE seeds SET review_status = 'rejected'")

        await conn.execute("UPDATE seeds SET review_status = 'accepted'")

        assert await references(conn, seed) == {"embeddings": 1, "edges": 0, "points": 0}
        assert await waiting_jobs(conn, seed) == ["embedding", "waiting"]

    async def test_whose_words_changed_is_embedded_again(self, conn: Connection):
        seed = await make_seed(conn)

        await conn.execute("UPDATE seeds SET body = 'C', review_status = 'edited'")

        assert await waiting_jobs(conn, seed) == ["embedding"]

    async def test_that_is_merely_accepted_needs_no_work(self, conn: Connection):
        seed = await make_seed(conn)

        await conn.execute("UPDATE seeds SET review_status = 'accepted'")

        assert await waiting_jobs(conn, seed) == []


class TestAnUtteranceWithNewWords:  # A7
    @pytest.fixture
    async def utterance(self, conn: Connection) -> UUID:
        """An utterance that went through everything: role, one score, two extractions, splits, vectors, seeds."""
        utterance_id = await make_utterance(conn)
        role = await conn.fetchval(
            "INSERT INTO utterance_roles (utterance_role_name) VALUES ($1) RETURNING utterance_role_id",
            str(utterance_id),
        )
        await conn.execute(
            "UPDATE utterances SET utterance_role_id = $2, utterance_role_confidence = 0.9, direction = -0.5, "
            "did_asked_knowledge = 1, did_asked_model = 1 WHERE utterance_id = $1",
            utterance_id, role,
        )  # fmt: skip
        split = await make_split(conn, utterance_id)
        await embed(conn, "utterance_split", split)
        await embed(conn, "utterance", utterance_id)
        return utterance_id

    async def change(self, conn: Connection, utterance_id: UUID) -> None:
        await conn.execute("UPDATE utterances SET contents = 'C' WHERE utterance_id = $1", utterance_id)

    async def test_loses_all_that_was_derived_from_the_old_ones(self, conn: Connection, utterance: UUID):
        before = await conn.fetchval("SELECT content_hash FROM utterances")

        await self.change(conn, utterance)

        row = await conn.fetchrow("SELECT * FROM utterances")
        assert row is not None
        assert row["content_hash"] != before
        assert (row["utterance_role_id"], row["utterance_role_confidence"], row["direction"]) == (
            None,
            None,
            None,
        )
        assert (row["did_asked_knowledge"], row["did_asked_model"]) == (0, 0)
        assert await conn.fetchval("SELECT count(*) FROM utterance_splits") == 0
        assert await conn.fetchval("SELECT count(*) FROM embeddings") == 0

    async def test_is_asked_again_what_had_been_asked_and_nothing_else(
        self, conn: Connection, utterance: UUID
    ):
        await self.change(conn, utterance)

        assert await waiting_jobs(conn, utterance) == [
            "did_asked_knowledge", "did_asked_model", "direction", "embedding_utterance", "utterance_role",
        ]  # fmt: skip

    async def test_loses_its_unreviewed_seeds_and_marks_the_reviewed_ones(
        self, conn: Connection, utterance: UUID
    ):
        auto = await make_seed(conn, utterance)
        accepted = await make_seed(conn, utterance, review_status="accepted")
        shared = await make_seed(conn, utterance, await make_utterance(conn))

        await self.change(conn, utterance)

        left = {row["seed_id"]: row["source_changed"] for row in await conn.fetch("SELECT * FROM seeds")}
        assert left == {accepted: 1, shared: 1}
        assert auto not in left

    async def test_and_the_same_words_changes_nothing(self, conn: Connection, utterance: UUID):
        before = await conn.fetch("SELECT * FROM utterances")

        await conn.execute("UPDATE utterances SET contents = contents")

        assert await conn.fetch("SELECT * FROM utterances") == before
        assert await waiting_jobs(conn, utterance) == []

    async def test_queues_nothing_while_it_is_deleted(self, conn: Connection, utterance: UUID):
        await conn.execute("UPDATE utterances SET deleted_at = now()")

        await self.change(conn, utterance)

        assert await waiting_jobs(conn, utterance) == []


class TestADeletedUtterance:  # A7: soft
    async def test_hides_with_the_seeds_that_have_no_other_source(self, conn: Connection):
        utterance, other = await make_utterance(conn), await make_utterance(conn)
        own, shared = await make_seed(conn, utterance), await make_seed(conn, utterance, other)
        for kind, item in (("utterance", utterance), ("seed", own), ("seed", shared)):
            await surround(conn, kind, item)

        await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", utterance)

        assert await references(conn, utterance) == await references(conn, own) == NOTHING
        assert await references(conn, shared) == {"embeddings": 1, "edges": 2, "points": 1}

    async def test_comes_back_with_its_seeds(self, conn: Connection):
        utterance = await make_utterance(conn)
        seed = await make_seed(conn, utterance)
        await surround(conn, "utterance", utterance)
        await surround(conn, "seed", seed)
        await conn.execute("UPDATE utterances SET deleted_at = now()")

        await conn.execute("UPDATE utterances SET deleted_at = NULL")

        assert (
            (await references(conn, utterance))["embeddings"]
            == (await references(conn, seed))["embeddings"]
            == 1
        )
        assert await waiting_jobs(conn, utterance) == ["embedding_utterance", "waiting"]
        assert await waiting_jobs(conn, seed) == ["embedding", "waiting"]

    async def test_leaves_a_rejected_seed_hidden_when_it_comes_back(self, conn: Connection):
        utterance = await make_utterance(conn)
        seed = await make_seed(conn, utterance)
        await surround(conn, "seed", seed)
        await conn.execute("UPDATE seeds SET review_status = 'rejected'")

        await conn.execute("UPDATE utterances SET deleted_at = now()")
        await conn.execute("UPDATE utterances SET deleted_at = NULL")

        assert await references(conn, seed) == NOTHING

"""What another program wrote with the columns of the documents, from its splits to the words of its cluster, over nights."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from handlers import cluster_body
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers import world
from tests.handlers.conversation import OPTIONS, ask, words
from tests.handlers.world import EMBEDDING_UTTERANCE, HandMadeModels, mix, run
from tests.tane.runs.night.planted import Store
from tests.tane.runs.night.soundness import unsound

HANDLER = cluster_body.handler(OPTIONS)
EDGE = (
    "INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, weight, is_active, created_at, updated_at) "
    "VALUES (gen_random_uuid(), 'seed', $1, 'cluster', $2, 'part_of', 0.9, 1, now(), now())"
)
MEMBERS = "SELECT src_id FROM edges WHERE dst_id = $1 AND source = 'user' AND is_active = 1 ORDER BY 1"


@pytest.fixture
async def store(pool: Pool, dsn: str, tmp_path: Path) -> Store:
    """Two themes of twenty seeds."""
    made = await Store(pool=pool, dsn=dsn, folder=tmp_path).open()
    for theme in range(2):
        await made.plant(theme, 20)
    return made


async def make_cluster(pool: Pool) -> UUID:
    cluster_id = uuid4()
    await pool.execute(
        "INSERT INTO clusters (cluster_id, cluster_overview, cluster_level, is_archived, created_at, updated_at) "
        "VALUES ($1, '彼らの言葉', 'cluster', '0', now(), now())", cluster_id,
    )  # fmt: skip
    return cluster_id


async def test_a_cluster_keeps_its_members_words_and_map_over_nights(store: Store):
    ours = [row[0] for row in await store.pool.fetch("SELECT seed_id FROM seeds ORDER BY md5(body) LIMIT 4")]
    ours.sort()
    cluster_id = await make_cluster(store.pool)
    for seed_id in ours:
        await store.pool.execute(EDGE, seed_id, cluster_id)
    (before,) = await store.pool.fetch("SELECT * FROM clusters WHERE cluster_id = $1", cluster_id)

    for number in range(2):
        await store.night(is_forced=True)

        assert [row[0] for row in await store.pool.fetch(MEMBERS, cluster_id)] == ours
        assert (
            await store.pool.fetchrow("SELECT * FROM clusters WHERE cluster_id = $1", cluster_id)
        ) == before
        on_its_map = await store.pool.fetch(
            "SELECT p.target_id FROM layout_points p JOIN layout_runs r USING (layout_id) WHERE r.scope_cluster_id = $1 "
            "AND p.is_active = 1 AND r.is_active = 1 AND p.target_type = 'seed' ORDER BY 1", cluster_id,
        )  # fmt: skip
        assert [row[0] for row in on_its_map] == ours, number
    assert "global" not in await store.scopes_of(ours)
    asked = "SELECT count(*) FROM worker_jobs WHERE job_type = 'cluster_body' AND target_id = $1"
    assert await store.pool.fetchval(asked, cluster_id) == 0


async def test_members_that_were_put_into_a_cluster_of_the_night_outlive_its_end(store: Store):
    theirs = await store.plant(2, 20)
    await store.night()
    clusters = await store.clusters()
    cluster_id = next(id_ for id_, members in clusters.items() if members == frozenset(theirs))
    (stranger,) = await store.plant(None, 1)
    await store.pool.execute(EDGE, stranger, cluster_id)
    await store.pool.execute("UPDATE seeds SET review_status = 'rejected' WHERE seed_id = ANY ($1)", theirs)

    await store.night()

    assert (
        await store.pool.fetchval("SELECT is_archived FROM clusters WHERE cluster_id = $1", cluster_id) == 0
    )
    assert (await store.clusters())[cluster_id] == frozenset([stranger])
    assert set(await unsound(store.pool)) <= {
        "a cluster without exactly one centroid",
        "an item that is on no atlas",
    }


async def test_splits_get_their_vectors_and_a_cluster_its_words(pool: Pool, conn: Connection):
    utterance_id, cluster_id, seed_id = uuid4(), await make_cluster(pool), uuid4()
    await conn.execute(
        "INSERT INTO utterances (utterance_id, contents, created_at, updated_at) VALUES ($1, '朝に歩く。夜に眠る。', now(), now())",
        utterance_id,
    )
    splits = [uuid4(), uuid4()]
    for split_id, text in zip(splits, ["朝に歩く。", "夜に眠る。"], strict=True):
        await conn.execute(
            "INSERT INTO utterance_splits (utterance_split_id, utterance_id, contents, created_at, updated_at) "
            "VALUES ($1, $2, $3, now(), now())", split_id, utterance_id, text,
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO seeds (seed_id, seed_type, body, created_from, review_status, created_at, updated_at) "
        "VALUES ($1, 'seed', '朝に歩くと頭が動く', 'utterance', 'auto', now(), now())", seed_id,
    )  # fmt: skip
    await conn.execute(EDGE, seed_id, cluster_id)
    models = FakeModels(
        json.dumps(
            {"title": "朝の歩き", "overview": "歩くこと。", "category": "健康", "strength": 5},
            ensure_ascii=False,
        )
    )

    await world.embed(pool, "utterance_split", splits, {"朝に歩く。": mix(a=1), "夜に眠る。": mix(b=1)})
    assert await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance_id], HandMadeModels({})) == ["done"]
    assert await ask(pool, HANDLER, cluster_id, models) == "done"

    vector = await conn.fetchval("SELECT vector FROM embeddings WHERE target_id = $1", utterance_id)
    assert vector == pytest.approx(mix(a=1, b=1), abs=1e-3)
    assert await words(conn, cluster_id) == ("朝の歩き", "歩くこと。", "健康", 5)
    assert "朝に歩くと頭が動く" in models.prompts[0].text


async def test_a_vector_of_a_split_by_another_program_needs_no_job(pool: Pool, conn: Connection):
    await conn.execute(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ($1, $2, $3, 1)",
        world.MODEL.name, world.MODEL.digest, world.DIMS,
    )  # fmt: skip
    utterance_id, split_id = uuid4(), uuid4()
    await conn.execute("INSERT INTO utterances (utterance_id, contents) VALUES ($1, '朝。')", utterance_id)
    await conn.execute(
        "INSERT INTO utterance_splits (utterance_split_id, utterance_id, contents) VALUES ($1, $2, '朝。')", split_id, utterance_id
    )  # fmt: skip
    await conn.execute(
        "INSERT INTO embeddings (embedding_id, target_type, target_id, model_name, dims, vector, is_l2_normalized, created_at) "
        "VALUES (gen_random_uuid(), 'utterance_splits', $1, 'hand-made', $2, $3, 0, now())",
        split_id, world.DIMS, np.asarray(mix(a=1) * 3, dtype=np.float32),
    )  # fmt: skip

    assert await run(pool, EMBEDDING_UTTERANCE, "utterance", [utterance_id], HandMadeModels({})) == ["done"]

    assert await conn.fetchval(
        "SELECT vector FROM embeddings WHERE target_id = $1", utterance_id
    ) == pytest.approx(mix(a=1))
    assert await conn.fetchval("SELECT count(*) FROM worker_jobs WHERE target_id = $1", split_id) == 0

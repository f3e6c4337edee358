"""Times and numbers that no other program can hold are refused where they are written, and stop nobody where they stand."""

import asyncpg
import pytest

from tane.store.pool import Connection
from tests.tables import every
from tests.tane.store.queue import claim, enqueue

TIMES = ("infinity", "-infinity", "0044-03-15 BC", "294276-12-31")
WRITTEN = [
    ("utterances", "uttered_at"), ("utterances", "created_at"), ("utterances", "deleted_at"), ("utterance_roles", "created_at"),
    ("utterance_splits", "updated_at"), ("seeds", "updated_at"), ("utterance_seeds", "created_at"), ("clusters", "created_at"),
    ("edges", "updated_at"), ("layout_runs", "created_at"), ("layout_points", "created_at"), ("worker_jobs", "created_at"),
    ("worker_jobs", "run_at"), ("worker_jobs", "lease_expires_at"), ("embeddings", "created_at"), ("nightly_runs", "heartbeat_at"),
]  # fmt: skip
NUMBERS = [
    ("seeds", "grounding"), ("clusters", "cohesion"), ("clusters", "avg_direction"), ("edges", "weight"),
    ("layout_points", "x"), ("utterance_roles", "weight"), ("all_seed_info", "avg_k10"),
]  # fmt: skip
ROWS = """
INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 3, 1);
INSERT INTO utterances (contents) VALUES ('朝に歩く。');
INSERT INTO utterance_splits (utterance_id, contents) SELECT utterance_id, contents FROM utterances;
INSERT INTO seeds (body) VALUES ('朝がよい');
INSERT INTO utterance_seeds (utterance_id, seed_id) SELECT utterance_id, seed_id FROM utterances, seeds;
INSERT INTO clusters (cluster_title) VALUES ('朝');
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) SELECT 'seed', seed_id, 'cluster', cluster_id, 'part_of', 1 FROM seeds, clusters;
INSERT INTO layout_runs (scope_type) VALUES ('atlas');
INSERT INTO layout_points (layout_id, target_type, target_id, x, y) SELECT layout_id, 'seed', seed_id, 0, 0 FROM layout_runs, seeds;
INSERT INTO worker_jobs (job_type, target_table, target_id) SELECT 'embedding', 'seed', seed_id FROM seeds;
INSERT INTO embeddings (target_type, target_id, model_name, vector) SELECT 'seed', seed_id, 'm', '[1,0,0]' FROM seeds;
INSERT INTO all_seed_info (avg_seed_distance) VALUES (0.1);
INSERT INTO nightly_runs (trigger) VALUES ('command');
"""


@pytest.fixture
async def full(conn: Connection) -> Connection:
    await conn.execute(ROWS)
    return conn


async def refused(conn: Connection, statement: str, said: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=said) as caught:
        await conn.execute(statement)
    assert caught.value.hint


@every(("table", "column"), WRITTEN)
async def test_a_time_out_of_the_calendar_is_refused(full: Connection, table: str, column: str):
    for time in TIMES:
        await refused(
            full, f"UPDATE {table} SET {column} = '{time}'", f"{table}.{column}: this time lies outside"
        )


@every(("table", "column"), NUMBERS)
async def test_what_is_no_number_is_refused(full: Connection, table: str, column: str):
    for number in ("NaN", "Infinity", "-Infinity"):
        await refused(
            full, f"UPDATE {table} SET {column} = '{number}'", f"{table}.{column}: {number} is no number"
        )


@every(
    "statement",
    [
        "INSERT INTO worker_jobs (job_type, target_table, target_id, created_at) VALUES ('confidence', 'utterances', gen_random_uuid(), '-infinity')",
        "INSERT INTO worker_jobs (job_type, target_table, target_id, run_at) VALUES ('confidence', 'utterances', gen_random_uuid(), 'infinity')",
        "INSERT INTO utterances (contents, uttered_at) VALUES ('x', '0044-03-15 BC')",
        "INSERT INTO utterances (contents, uttered_at) VALUES ('x', '0044-03-15 BC') ON CONFLICT DO NOTHING",
    ],
)
async def test_an_insert_is_refused_as_well_and_told_what_to_do(conn: Connection, statement: str):
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await conn.execute(statement)

    assert caught.value.hint == "Leave it out (NULL, or the default) where it is not known or never comes."
    assert await conn.fetchval("SELECT count(*) FROM utterances") == 0


async def test_a_place_that_cannot_be_drawn_is_refused(full: Connection):
    await refused(full, "UPDATE layout_points SET y = 3e38", "a place lies between")


async def test_a_job_that_expires_at_infinity_never_does(conn: Connection):
    await conn.execute(
        "INSERT INTO worker_jobs (job_type, target_table, target_id, expires_at) VALUES ('embedding', 'seed', gen_random_uuid(), 'infinity')"
    )
    assert await conn.fetchval("SELECT expires_at FROM worker_jobs") is None

    await conn.execute("UPDATE worker_jobs SET expires_at = 'infinity'")
    assert await conn.fetchval("SELECT expires_at FROM worker_jobs") is None


async def test_a_row_of_before_can_be_changed_in_all_its_other_columns(full: Connection):
    """A CHECK would refuse the claim of such a job for ever."""
    await full.execute("DELETE FROM worker_jobs")
    await enqueue(full)
    await full.execute(
        "SET session_replication_role = replica; UPDATE worker_jobs SET created_at = '-infinity', run_at = '-infinity', attempts = 32767; "
        "UPDATE utterances SET uttered_at = '0044-03-15 BC'; UPDATE clusters SET cohesion = 'NaN'; RESET session_replication_role"
    )

    (job,) = await claim(full)
    await full.execute(
        "UPDATE utterances SET speaker = '私'; UPDATE clusters SET cluster_title = '夜', cohesion = 'NaN'"
    )

    assert job.attempts == 32767
    assert await full.fetchval("SELECT speaker FROM utterances WHERE uttered_at = '0044-03-15 BC'") == "私"


@pytest.mark.parametrize(
    ("statement", "said", "hint"),
    [
        ("UPDATE edges SET weight = 1.5", "1.5 does not lie between 0 and 1", "divide percents"),
        ("UPDATE edges SET weight = -0.1", "-0.1 does not lie", "0 says hardly"),
        ("INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) SELECT 'seeds', seed_id, 'seed', seed_id, 'near', 1 FROM seeds",
         "this seed would be tied to itself", "two different ids"),
        ("UPDATE edges SET dst_type = 'seed', dst_id = src_id, edge_type = 'near'", "this seed would be tied to itself", "leave the edge out"),
        ("INSERT INTO layout_runs (scope_type) VALUES ('atlas')", "there is an active map of this scope", "is_active = 0 on that one first"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_refused_with_what_to_do(
    full: Connection, statement: str, said: str, hint: str
):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=said) as caught:
        await full.execute(statement)
    assert hint in (caught.value.hint or "")


async def test_weights_of_before_and_of_a_night_stay_and_a_conflict_is_left_to_its_statement(
    full: Connection,
):
    await full.execute(
        "SET session_replication_role = replica; UPDATE edges SET weight = 7; RESET session_replication_role"
    )

    await full.execute("UPDATE edges SET is_active = 0, weight = 7")
    await full.execute("UPDATE edges SET source = 'nightly', weight = -0.2")
    await full.execute("INSERT INTO layout_runs (scope_type) VALUES ('atlas') ON CONFLICT DO NOTHING")

    assert await full.fetchval("SELECT count(*) FROM layout_runs") == 1

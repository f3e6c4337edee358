"""Views say once which rows count: statements read them, roles may, and plans are those of the tables beneath."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tane.store import sql
from tane.store.pool import Connection
from tests.tane.store.queue import explain, nodes

RULES = (
    "review_status <> 'rejected'", "deleted_at IS NULL", "is_archived = 0", "is_active = 1", "role IN ('member', 'attached')",
    "coalesce(u.uttered_at, u.created_at)",
)  # fmt: skip
WRITES = re.compile(
    r"^(INSERT|UPDATE|DELETE)|FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|CREATE INDEX", re.MULTILINE
)
# Statements that read something else than what counts: what is hidden as well, points of no place, parts that are no seeds.
APART = {
    "clusters.describe_cluster", "embeddings.read_sources", "forgetting.clusters_of", "forgetting.delete_emptied_clusters",
    "mapping.list_maps", "maps.wanted_points", "runs.was_missed", "publishing.newcomers", "publishing.release_clusters",
    "reading.count_items", "reading.read_cluster", "reading.read_seeds_of", "reading.read_sources_of", "reading.read_utterance", "review.list_seeds",
    "imports.save_utterances",
}  # fmt: skip
VIEWS = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' ORDER BY 1
"""


def test_no_reading_statement_says_by_itself_which_rows_count():
    own = {
        f"{area}.{name}"
        for area in sql.areas()
        for name, statement in sql.load(area).items()
        if not WRITES.search(statement) and any(rule in statement for rule in RULES)
    }

    assert own <= APART


class TestAView:
    async def test_is_read_with_the_rights_of_whoever_reads(self, conn: Connection):
        names = [row["relname"] for row in await conn.fetch(VIEWS)]
        await conn.execute(
            "CREATE ROLE reader_of_tables; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_of_tables"
        )
        await conn.execute("CREATE ROLE reader_of_nothing")
        try:
            for name in names:
                await conn.execute(
                    f"REVOKE ALL ON {name} FROM reader_of_tables"
                )  # nobody granted the view itself
                await conn.execute("SET ROLE reader_of_tables")
                await conn.fetch(f"SELECT * FROM {name}")
                await conn.execute("SET ROLE reader_of_nothing")
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await conn.fetch(f"SELECT * FROM {name}")
                await conn.execute("RESET ROLE")
        finally:
            await conn.execute("RESET ROLE")
            for role in ("reader_of_tables", "reader_of_nothing"):
                await conn.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")

        assert {"living_utterances", "living_seeds", "memberships"} <= set(names)

    async def test_shows_no_column_that_another_program_added_and_lets_it_take_it_away(
        self, conn: Connection
    ):
        await conn.execute("ALTER TABLE seeds ADD COLUMN mine text")
        await conn.execute("ALTER TABLE seeds DROP COLUMN mine")

    async def test_of_seeds_leaves_out_what_was_rejected_or_deleted(self, conn: Connection):
        await conn.execute(
            "INSERT INTO seeds (body, review_status, deleted_at) "
            "VALUES ('a', 'auto', NULL), ('b', 'rejected', NULL), ('c', 'edited', now()), ('d', 'accepted', NULL)"
        )

        assert [row["body"] for row in await conn.fetch("SELECT body FROM living_seeds ORDER BY 1")] == [
            "a",
            "d",
        ]

    async def test_of_paths_goes_down_from_the_top_and_round_no_circle(self, conn: Connection):
        top, below, deep, one, other = (UUID(int=n) for n in range(1, 6))
        await conn.executemany(
            "INSERT INTO clusters (cluster_id) VALUES ($1)", [(c,) for c in (top, below, deep, one, other)]
        )
        await conn.executemany(
            "UPDATE clusters SET parent_cluster_id = $2 WHERE cluster_id = $1",
            [(below, top), (deep, below), (one, other), (other, one)],
        )

        paths = {row["cluster_id"]: row["path"] for row in await conn.fetch("SELECT * FROM cluster_paths")}

        assert paths == {top: [top], below: [top, below], deep: [top, below, deep]}


ROWS = 4_000
FILL = f"""
SET session_replication_role = replica;
INSERT INTO utterances (utterance_id, contents, content_hash, conversation_id, position)
SELECT ('0' || lpad(to_hex(n), 31, '0'))::uuid, 'said ' || n, '', ('f' || lpad(to_hex(n % 100), 31, '0'))::uuid, n FROM generate_series(1, {ROWS}) n;
INSERT INTO seeds (seed_id, body, body_hash) SELECT ('1' || lpad(to_hex(n), 31, '0'))::uuid, 'seed ' || n, '' FROM generate_series(1, {ROWS}) n;
INSERT INTO utterance_seeds (utterance_id, seed_id)
SELECT ('0' || lpad(to_hex(n), 31, '0'))::uuid, ('1' || lpad(to_hex(n), 31, '0'))::uuid FROM generate_series(1, {ROWS}) n;
INSERT INTO clusters (cluster_id) SELECT ('2' || lpad(to_hex(n), 31, '0'))::uuid FROM generate_series(0, 99) n;
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight)
SELECT 'seed', ('1' || lpad(to_hex(n), 31, '0'))::uuid, 'cluster', ('2' || lpad(to_hex(n % 100), 31, '0'))::uuid, 'part_of', 'member', 0.8
FROM generate_series(1, {ROWS}) n;
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight)
SELECT 'seed', ('1' || lpad(to_hex(n), 31, '0'))::uuid, 'seed', ('1' || lpad(to_hex(n + k), 31, '0'))::uuid, 'near', 0.8
FROM generate_series(1, {ROWS - 3}) n, generate_series(1, 3) k;
RESET session_replication_role;
ANALYZE;
"""
UTTERANCE, SEED, CLUSTER = (UUID(f"{kind}{64:031x}") for kind in range(3))


async def plan_modes(conn: Connection) -> AsyncIterator[str]:
    for mode in ("force_custom_plan", "force_generic_plan"):
        await conn.execute(f"SET plan_cache_mode = {mode}")
        yield mode


LEAN: dict[str, tuple[Any, ...]] = {
    "reading.read_neighbours": ("seed", SEED, 12),
    "reading.read_clusters_of": ("seed", SEED),
    "reading.read_members": (CLUSTER, 30),
    "mapping.list_edges": ("seed", SEED, 0, 50),
    "mapping.cluster_members": (CLUSTER, 0, 30),
    "mapping.read_snippets": ([SEED, UTTERANCE], 120),
    "utterances.list_turns_before": ([UTTERANCE], 4, 200),
    "today.read_lines": ([SEED],),
    "today.read_replies": ([UTTERANCE], 5),
    "clusters.sample_members": (CLUSTER, 100),
    "maps.utterances_of": ([SEED],),
    "snapshots.words": ([SEED],),
}


async def test_what_asks_for_a_few_rows_through_views_reads_a_few_pages(conn: Connection):
    await conn.execute(FILL)

    async for mode in plan_modes(conn):
        for statement, arguments in LEAN.items():
            area, name = statement.split(".")
            plan = await explain(conn, sql.load(area)[name], *arguments)

            scanned = {
                step["Relation Name"]
                for step in nodes(plan)
                if step["Node Type"] == "Seq Scan" and step["Relation Name"] != "clusters"
            }
            assert scanned & {"utterances", "seeds", "utterance_seeds", "edges"} == set(), (
                mode,
                statement,
            )

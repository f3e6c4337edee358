"""A database that is full of what copying could spoil, and what must be the same in a copy of it."""

import numpy as np

from tane.store.pool import Connection

SECRET = "誰にも言わないで"


async def fill(conn: Connection, *, vectors: int = 60) -> None:
    """Put rows into every table that a day and a night fill, with the values that copying could spoil."""
    awkward = ["", "\\N", "a\tb\nc\\.", "'; DROP TABLE seeds; --", SECRET, "種\u3000🌱\u200b", "\\."]
    await conn.execute(
        "INSERT INTO utterances (contents, speaker, metadata) SELECT c, 'é', jsonb_build_object('k', c) "
        "FROM unnest($1::text[]) AS given (c) WHERE c <> ''",
        awkward,
    )
    model = await conn.fetchval(
        "INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('m', 'd', 4, 1) RETURNING model_id"
    )
    seeds = await conn.fetch(
        "INSERT INTO seeds (body, seed_kind) SELECT 's' || n, 'knowledge' FROM generate_series(1, $1) AS n RETURNING seed_id",
        vectors,
    )
    points = np.random.default_rng(1).normal(size=(vectors, 4)).astype(np.float32)
    for row, point in zip(seeds, points / np.linalg.norm(points, axis=1, keepdims=True), strict=True):
        await conn.execute(
            "INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) "
            "VALUES ('seed', $1, $2, 'm', 4, $3)",
            row["seed_id"], model, point,
        )  # fmt: skip
    await conn.execute(
        "INSERT INTO utterance_seeds (utterance_id, seed_id) SELECT u.utterance_id, s.seed_id FROM utterances u, seeds s"
    )
    await conn.execute("INSERT INTO clusters (cluster_title) VALUES ('眠り')")
    await conn.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, weight) "
        "SELECT 'seed', s.seed_id, 'cluster', c.cluster_id, 'part_of', 0.25 FROM seeds s, clusters c"
    )
    await conn.execute("INSERT INTO worker_jobs (job_type, target_table, target_id) "
                       "SELECT 'embedding', 'seed', seed_id FROM seeds")  # fmt: skip
    await conn.execute("INSERT INTO job_pauses (job_type, reason) VALUES ('embedding', 'for now')")
    await conn.execute("INSERT INTO nightly_runs (trigger) VALUES ('command')")


async def checksums(conn: Connection) -> dict[str, tuple[int, str]]:
    """Return number and checksum of the rows of every table, in an order of their own."""
    tables = await conn.fetch(
        "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
    )
    return {
        row["name"]: tuple(
            await conn.fetchrow(  # type: ignore[arg-type]  # an aggregate always has a row
                f"SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {row['name']} t"
            )
        )
        for row in tables
    }


async def objects(conn: Connection) -> list[str]:
    """Return the definitions of all indexes, triggers and functions."""
    rows = await conn.fetch(
        "SELECT pg_get_indexdef(indexrelid) AS d FROM pg_index WHERE indrelid::regclass::text NOT LIKE 'pg\\_%' "
        "UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
        "UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    return sorted(row["d"] for row in rows if "pg_toast" not in row["d"])


async def waits_for_lock(conn: Connection) -> bool:
    """Tell whether anybody waits for a lock."""
    return bool(await conn.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

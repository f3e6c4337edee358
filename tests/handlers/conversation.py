"""Utterances, seeds, roles and clusters for the handlers that ask a text model, and one turn of such a handler."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from handlers.contract import Handler, JobError
from handlers.job_graph import enabled_types
from handlers.options import Options
from tane.llm.prompts import Prompts
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.world import run

OPTIONS = Options(prompts=Prompts.load("ja"), enabled=enabled_types("000"), context_tokens=8192)


def options(**more: Any) -> Options:
    return replace(OPTIONS, **more)


async def ask(pool: Pool, handler: Handler[Any, Any], target_id: UUID, models: FakeModels) -> str | Exception:
    """One job through load, work and save; its outcome or error."""
    (target,) = handler.targets
    (ending,) = await run(pool, handler, target, [target_id], models)
    assert isinstance(ending, str | Exception)
    return ending


def cause(ending: object) -> str:
    assert isinstance(ending, JobError)
    return ending.cause


async def utterance(conn: Connection, contents: str | None, *, speaker: str = "私") -> UUID:
    made: UUID = await conn.fetchval(
        "INSERT INTO utterances (contents, speaker) VALUES ($1, $2) RETURNING utterance_id", contents, speaker
    )
    return made


async def rewrite(conn: Connection, utterance_id: UUID, contents: str) -> None:
    await conn.execute("UPDATE utterances SET contents = $2 WHERE utterance_id = $1", utterance_id, contents)


async def delete(conn: Connection, utterance_id: UUID) -> None:
    await conn.execute("UPDATE utterances SET deleted_at = now() WHERE utterance_id = $1", utterance_id)


async def role_of(conn: Connection, utterance_id: UUID) -> tuple[str | None, float | None]:
    row = await conn.fetchrow(
        "SELECT r.utterance_role_name, round(u.utterance_role_confidence::numeric, 3)::float8 AS confidence "
        "FROM utterances u LEFT JOIN utterance_roles r USING (utterance_role_id) WHERE u.utterance_id = $1",
        utterance_id,
    )
    assert row is not None
    return row["utterance_role_name"], row["confidence"]


async def bodies(conn: Connection, utterance_id: UUID) -> list[str]:
    rows = await conn.fetch(
        "SELECT s.body FROM seeds s JOIN utterance_seeds u USING (seed_id) WHERE u.utterance_id = $1 ORDER BY s.body",
        utterance_id,
    )
    return [row["body"] for row in rows]


async def waiting(conn: Connection) -> list[tuple[str, UUID]]:
    rows = await conn.fetch(
        "SELECT job_type, target_id FROM worker_jobs WHERE status = 'queued' ORDER BY job_type, target_id"
    )
    return [(row["job_type"], row["target_id"]) for row in rows]


async def cluster(
    conn: Connection,
    *,
    title: str | None = None,
    overview: str | None = None,
    parent: UUID | None = None,
    **more: Any,
) -> UUID:
    columns = {"cluster_title": title, "cluster_overview": overview, "parent_cluster_id": parent, **more}
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    made: UUID = await conn.fetchval(
        f"INSERT INTO clusters ({', '.join(columns)}) VALUES ({places}) RETURNING cluster_id",
        *columns.values(),
    )
    return made


async def members(
    conn: Connection, cluster_id: UUID, texts: Sequence[str], *, role: str = "member"
) -> list[UUID]:
    """Plant seeds that belong to a cluster."""
    rows = await conn.fetch(
        "WITH planted AS (INSERT INTO seeds (body) SELECT unnest($2::text[]) RETURNING seed_id) "
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
        "SELECT 'seed', seed_id, 'cluster', $1, 'part_of', $3, 1 FROM planted RETURNING src_id",
        cluster_id, list(texts), role,
    )  # fmt: skip
    return [row["src_id"] for row in rows]


async def words(conn: Connection, cluster_id: UUID) -> tuple[str | None, str | None, str | None, int | None]:
    row = await conn.fetchrow(
        "SELECT cluster_title, cluster_overview, cluster_category, cluster_strength FROM clusters WHERE cluster_id = $1",
        cluster_id,
    )
    assert row is not None
    return tuple(row)

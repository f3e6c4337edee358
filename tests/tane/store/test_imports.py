"""What one utterance that a program sends costs must not grow with those that its source has already."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tane.store import imports, sql
from tane.store.pool import Connection
from tests.tane.store.queue import explain, nodes

SQL = sql.load("imports")
STORED = 50  # few: a plan that is made now is kept while thousands come


async def source_of_many(conn: Connection) -> UUID:
    """Return a source with utterances that the planner knows nothing of."""
    source = await imports.ensure_source(conn, uuid4(), "many")
    await conn.execute(
        "INSERT INTO utterances (source_id, external_id, contents) SELECT $1, n::text, 'words' FROM generate_series(1, $2) n",
        source.source_id, STORED,
    )  # fmt: skip
    return source.source_id


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("statement", ["count_overlap", "save_utterances"])
async def test_a_statement_of_the_import_reads_only_the_utterances_it_is_given(
    conn: Connection, statement: str, mode: str
):
    source_id = await source_of_many(conn)
    arguments: dict[str, tuple[Any, ...]] = {
        "count_overlap": (source_id, ["7", "new"], ["words", "words"], [None, None]),
        "save_utterances": (
            source_id, [uuid4(), uuid4()], ["7", "new"], [None, None], [None, None], [None, None],
            ["other words", "words"], [{}, {}],
        ),
    }  # fmt: skip
    await conn.execute(f"SET plan_cache_mode = {mode}")

    plan = await explain(conn, SQL[statement], *arguments[statement])

    assert max(step["Actual Rows"] * step["Actual Loops"] for step in nodes(plan)) <= 4


async def test_a_source_that_is_there_is_found_without_being_written(conn: Connection):
    first = await imports.ensure_source(conn, uuid4(), "known")

    async with conn.transaction():
        again = await imports.ensure_source(conn, uuid4(), "known")
        written = await conn.fetchval("SELECT pg_current_xact_id_if_assigned()")

    assert again == first
    assert written is None

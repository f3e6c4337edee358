"""Editions of the morning."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.pool import Connection

_SQL = sql.load("mornings")


async def vectors_before(
    conn: Connection, since: datetime, until: datetime, model_id: int, *, limit: int
) -> list[NDArray[np.float32]]:
    """Return vectors of what was said or published in a time, the newest first."""
    rows = await conn.fetch(_SQL["vectors_before"], since, until, model_id, limit)
    return [row["vector"] for row in rows]


async def replace_edition(
    conn: Connection, day: date, run_id: int, groups: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write the edition of a day in the place of an earlier one; in a transaction."""
    await conn.execute(_SQL["delete_edition"], day)
    await conn.execute(_SQL["insert_groups"], day, list(rows))
    await conn.execute(_SQL["upsert_edition"], day, run_id, groups)


async def set_letter(conn: Connection, run_id: int, response_id: UUID) -> None:
    """Add the letter of a run to its edition."""
    await conn.execute(_SQL["set_letter"], run_id, response_id)


async def prune(conn: Connection, *, before: date) -> None:
    """Remove the editions of before a day."""
    await conn.execute(_SQL["prune_groups"], before)
    await conn.execute(_SQL["prune_editions"], before)

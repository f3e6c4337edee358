"""What the database takes on disk, the samples of it, and the alerts that were told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.errors import mapped_errors
from tane.store.pool import Connection

_SQL = sql.load("memory")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSample:
    """What one look found."""

    database_bytes: int
    effective_bytes: int
    budget_bytes: int | None
    disk_free_bytes: int | None
    disk_bytes: int | None
    level: str
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSample(NewSample):
    """A look that was kept."""

    taken_at: datetime
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """What is told about a level."""

    alert_type: str
    cause: str  # budget or disk
    usage: float | None  # share of the budget
    threshold: float | None  # of the budget a share, of the disk bytes; None is not known
    recommended_actions: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert(NewAlert):
    """What was told, at most once a day and level."""

    alert_id: int
    created_at: datetime
    acknowledged_at: datetime | None


async def read_tables(conn: Connection) -> list[Row]:
    """Return what every table and sequence takes, and what is known of its rows, the largest first.

    Raises:
        StoreError: one of them has been locked for two seconds.
    """
    with mapped_errors():
        async with conn.transaction():
            return [dict(row) for row in await conn.fetch(_SQL["table_bytes"])]


async def read_database_bytes(conn: Connection) -> int:
    """Return the size of all files of the database."""
    return int(await conn.fetchval(_SQL["database_bytes"]))


async def read_last_sample(conn: Connection) -> StoredSample | None:
    """Return the newest sample."""
    row = await conn.fetchrow(_SQL["last_sample"])
    if row is None:
        return None
    parts = {
        name: count for name, count in row["parts"].items() if isinstance(count, int)
    }  # anybody may write
    return StoredSample(**{**row, "parts": parts})


async def add_sample(conn: Connection, sample: NewSample) -> None:
    """Keep a sample, and let those go that a trend no longer needs."""
    await conn.execute(
        _SQL["add_sample"], sample.database_bytes, sample.effective_bytes, sample.budget_bytes, sample.disk_free_bytes,
        sample.disk_bytes, sample.level, dict(sample.parts),
    )  # fmt: skip
    await conn.execute(_SQL["thin_samples"])


async def read_trend(conn: Connection) -> list[tuple[datetime, int]]:
    """Return times and effective bytes of the last 30 days, four a day, the oldest first."""
    return [(row["taken_at"], row["effective_bytes"]) for row in await conn.fetch(_SQL["trend"])]


async def add_alert(conn: Connection, alert: NewAlert) -> bool:
    """Keep an alert; False: one of this level was told today already."""
    return (
        await conn.fetchval(
            _SQL["add_alert"], alert.alert_type, alert.cause, alert.usage, alert.threshold, list(alert.recommended_actions)
        )
        is not None
    )  # fmt: skip


async def list_alerts(conn: Connection, *, limit: int) -> list[StoredAlert]:
    """Return the alerts, the newest first."""
    return [StoredAlert(**row) for row in await conn.fetch(_SQL["list_alerts"], limit)]


async def acknowledge(conn: Connection, alert_id: int | None = None) -> int:
    """Mark an alert as seen, or all that are not; return how many there were."""
    return len(await conn.fetch(_SQL["acknowledge"], alert_id))


async def read_own_vectors(conn: Connection, *, most: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return vectors of utterances and seeds by the model in use, (n, d), and which are the owner's own utterances."""
    rows = await conn.fetch(_SQL["own_vectors"], most)
    if not rows:
        return np.empty((0, 0), dtype=np.float32), np.empty(0, dtype=np.bool_)
    return np.stack([row["vector"] for row in rows]), np.array(
        [row["is_own"] for row in rows], dtype=np.bool_
    )


async def count_vectors(conn: Connection) -> int:
    """Return how many vectors of utterances and seeds are searched."""
    return int(await conn.fetchval(_SQL["count_vectors"]))

"""The look at what the database takes: measured, judged, told once a day and level. Nothing of the user is changed by it."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

import structlog

from daemon.maintenance import Chore
from tane.memory.advice import RECOMMENDED, Advice, advise
from tane.memory.forecast import Forecast, forecast
from tane.memory.levels import Fill, MemoryLevel, next_level, threshold_of
from tane.memory.parts import TableBytes, parted, reusable_bytes
from tane.memory.sizes import sized
from tane.settings.model import Settings
from tane.store import memory
from tane.store.memory import NewAlert, NewSample, StoredAlert, StoredSample
from tane.store.pool import Connection, Pool, connection

RETRY_S = 60.0
FIRST_LOOK_S = 20.0
SAME_LOOK = 0.5
"""Share of memory.every within which a second daemon's look is the same: two in a row are to be two moments."""
SHOWN_ALERTS = 50

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableUse:
    """A table as it is shown."""

    name: str
    bytes: int
    index_bytes: int
    reusable_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryReport:
    """Where the bytes are, how full that is, when it will be full and what would help."""

    database_bytes: int
    parts: Mapping[str, int]
    tables: list[TableUse]  # the largest first
    fill: Fill
    level: MemoryLevel
    is_watched: bool
    forecast: Forecast | None
    advice: list[Advice]
    alerts: list[StoredAlert]

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        fill = {**asdict(self.fill), "usage": self.fill.usage, "disk_floor_bytes": self.fill.disk_floor_bytes}
        rest = asdict(self)
        return {**fill, **{name: value for name, value in rest.items() if name != "fill"}}


def memory_chores(pool: Pool, settings: Settings) -> list[Chore]:
    """Return the look as a chore; none where it is turned off."""
    if not settings.memory.enabled:
        return []
    every_s = settings.memory.every * 60.0

    async def look() -> None:
        await look_at_memory(pool, settings, every_s=every_s)

    return [Chore(name="memory", every_s=every_s, do=look, first_after_s=FIRST_LOOK_S, retry_s=RETRY_S)]


async def look_at_memory(pool: Pool, settings: Settings, *, every_s: float) -> None:
    """Take a sample, and tell of a level above normal if nobody has today.

    Raises:
        StoreError: a table is locked, or the database is away.
    """
    async with connection(pool) as conn:
        last = await memory.read_last_sample(conn)
        if last is not None and 0 <= last.age_s < SAME_LOOK * every_s:
            return
        measured = await _measure(conn, settings)
        level = _level(last, measured.fill)
        async with conn.transaction():
            await memory.add_sample(
                conn,
                NewSample(
                    database_bytes=measured.database_bytes, effective_bytes=measured.fill.effective_bytes,
                    budget_bytes=measured.fill.budget_bytes, disk_free_bytes=measured.fill.disk_free_bytes,
                    disk_bytes=measured.fill.disk_bytes, level=level, parts=measured.parts,
                ),
            )  # fmt: skip
            alert = None if level == "normal" else alert_of(level, measured.fill)
            is_new = alert is not None and await memory.add_alert(conn, alert)
    if alert is not None and is_new:
        log.warning(
            "memory.alert", alert=alert.alert_type, cause=alert.cause, usage=alert.usage, threshold=alert.threshold,
            effective_bytes=measured.fill.effective_bytes, remedy="`tane memory status`",
        )  # fmt: skip


def alert_of(level: MemoryLevel, fill: Fill) -> NewAlert:
    """Word a level as an alert. Pure."""
    is_disk = fill.is_on_floor
    return NewAlert(
        alert_type=level,
        cause="disk" if is_disk else "budget",
        usage=fill.usage,
        threshold=float(fill.disk_floor_bytes or 0) if is_disk else threshold_of(level),
        recommended_actions=RECOMMENDED[level],
    )


def used_line(sample: StoredSample) -> str:
    """Say how much is in use, and of what. Pure."""
    said = f"{sized(sample.effective_bytes)} in use"
    if sample.budget_bytes is not None:
        said += f", {sample.effective_bytes / sample.budget_bytes:.0%} of {sized(sample.budget_bytes)}"
    if sample.disk_free_bytes is not None:
        said += f", {sized(sample.disk_free_bytes)} free on the disk"
    return said


async def read_memory(conn: Connection, settings: Settings) -> MemoryReport:
    """Measure now, and put it beside what was sampled; nothing is written.

    Raises:
        StoreError: a table is locked, or the database is away.
    """
    measured = await _measure(conn, settings)
    last = await memory.read_last_sample(conn)
    trend = await memory.read_trend(conn)
    level = _level(last, measured.fill)
    return MemoryReport(
        database_bytes=measured.database_bytes,
        parts=measured.parts,
        tables=measured.tables,
        fill=measured.fill,
        level=level,
        is_watched=settings.memory.enabled,
        forecast=forecast(trend, measured.fill),
        advice=advise(level),
        alerts=[one for one in await memory.list_alerts(conn, limit=SHOWN_ALERTS) if one.acknowledged_at is None],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    database_bytes: int
    parts: Mapping[str, int]
    tables: list[TableUse]
    fill: Fill


async def _measure(conn: Connection, settings: Settings) -> _Measured:
    database_bytes = await memory.read_database_bytes(conn)
    tables = [TableBytes(**row) for row in await memory.read_tables(conn)]
    parts = parted(tables)
    free, whole = await asyncio.to_thread(_disk, settings)
    return _Measured(
        database_bytes=database_bytes,
        parts=parts,
        tables=[
            TableUse(
                name=one.name,
                bytes=one.total_bytes,
                index_bytes=one.index_bytes,
                reusable_bytes=reusable_bytes(one),
            )
            for one in tables
            if not one.is_catalog
        ],
        fill=Fill(
            effective_bytes=max(0, database_bytes - parts["dead"]),
            budget_bytes=settings.memory.budget,
            disk_free_bytes=free,
            disk_bytes=whole,
        ),
    )


def _disk(settings: Settings) -> tuple[int | None, int | None]:
    """Return free and all bytes of the embedded server's disk; an external server's is not to be seen from here."""
    if settings.database.url is not None:
        return None, None
    try:
        disk = shutil.disk_usage(settings.database.data_dir)
    except OSError:
        return None, None
    return disk.free, disk.total


def _level(last: StoredSample | None, now: Fill) -> MemoryLevel:
    """Return the level by the last sample and this one; without a former one this one is judged alone.

    The budget of today holds for both: a new one is not to be compared with an old one.
    """
    if last is None:
        return next_level("normal", now, now)
    before = Fill(
        effective_bytes=last.effective_bytes, budget_bytes=now.budget_bytes,
        disk_free_bytes=last.disk_free_bytes, disk_bytes=last.disk_bytes,
    )  # fmt: skip
    return next_level(cast("MemoryLevel", last.level), before, now)

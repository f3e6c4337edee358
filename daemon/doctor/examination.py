"""The order in which things are looked at: what rests on something broken is left out."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from daemon.doctor import database, folders
from daemon.doctor.capacity import examine_memory
from daemon.doctor.configuration import examine_configuration
from daemon.doctor.finding import Finding, warn
from daemon.doctor.last_good import examine_editions
from daemon.doctor.models import examine_models
from daemon.doctor.night import examine_night
from daemon.doctor.queue import examine_queue
from daemon.health.lateness import intervals_s
from tane.settings.model import Settings
from tane.store import checkup
from tane.store.checkup import StoredModel
from tane.store.errors import StoreError, StoreUnavailable, mapped_errors
from tane.store.pool import Connection, connected
from tane.store.session import running_server

Clock = Callable[[], datetime]


def host_clock() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


async def examine(
    config: Path | None, overrides: Mapping[str, str], *, clock: Clock = host_clock
) -> AsyncIterator[Finding]:
    """Yield every finding, as soon as it is known. Nothing is changed, and no database is made."""
    settings, found = examine_configuration(config, overrides)
    for finding in found:
        yield finding
    if settings is None:
        return
    found = folders.examine_folders(settings)
    for finding in found:
        yield finding
    stored: list[StoredModel] = []
    if any(finding.check == "data folder" and finding.state == "fail" for finding in found):
        pass
    elif settings.database.url is None and not (settings.database.data_dir / "pgdata").exists():
        yield warn("database", "there is none yet", "`tane import FILE` or `tane run` makes it")
    else:
        async for finding in _examine_database(settings, stored, clock):
            yield finding
    async for finding in examine_models(settings.llm, stored[0] if stored else None):
        yield finding


async def _examine_database(
    settings: Settings, stored: list[StoredModel], clock: Clock
) -> AsyncIterator[Finding]:
    try:
        async with running_server(settings.database) as dsn, connected(dsn) as conn:
            try:
                with mapped_errors():
                    async for finding in _examine_connected(conn, settings, stored, clock):
                        yield finding
            except StoreUnavailable:
                raise
            except StoreError as error:
                yield database.refused(str(error))
    except StoreError as error:
        yield database.unreachable(settings.database, str(error))


async def _examine_connected(
    conn: Connection, settings: Settings, stored: list[StoredModel], clock: Clock
) -> AsyncIterator[Finding]:
    is_embedded = settings.database.url is None
    server = await checkup.read_server(conn)
    for finding in database.judge_server(server, is_embedded=is_embedded):
        yield finding
    yield database.judge_clock(server, host_now=clock())
    schema = await database.examine_schema(conn, is_embedded=is_embedded)
    yield schema
    if schema.state != "ok":
        return
    tables, found = await database.examine_tables(conn)
    for finding in found:
        yield finding
    if is_embedded:
        yield folders.judge_rewriting(folders.free_bytes(settings.database.data_dir), tables.largest_bytes)
    for finding in await examine_queue(conn):
        yield finding
    yield await examine_memory(conn, is_enabled=settings.memory.enabled)
    yield await examine_night(conn, is_enabled=settings.nightly.enabled, now=server.now)
    for finding in await examine_editions(conn, intervals_s(settings)):
        yield finding
    if (model := await checkup.read_model(conn)) is not None:
        stored.append(model)

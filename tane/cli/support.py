"""tane support-bundle: one file that describes the state of this Tane, for somebody who helps."""

import io
import os
import tarfile
import time
from pathlib import Path
from typing import TextIO

import click

from daemon.doctor.examination import examine
from daemon.health import bundle
from daemon.health.bundle import BundleFile, json_part
from daemon.health.lateness import intervals_s
from daemon.health.reader import HealthReader
from tane.cli.commands import Command
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, json_option
from tane.cli.output import note, write_json
from tane.settings.model import ConfigError, Settings
from tane.settings.sources import gather
from tane.store import health, runs
from tane.store.errors import StoreError
from tane.store.pool import Connection, close_pool, connection, open_reading_pool
from tane.store.session import Session, open_session

NIGHTS = 14
EXAMPLES = (
    "tane support-bundle",
    "tane support-bundle --output tane.tar.gz --log tane.log",
    "journalctl -u tane -o cat -n 200 | tane support-bundle --log -",
)


@click.command("support-bundle", cls=Command, examples=EXAMPLES)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Otherwise tane-support-DATE.tar.gz, here.")  # fmt: skip
@click.option("--log", "log", type=click.File(encoding="utf-8", errors="replace"),
              help="Tane's JSON log, whose last 200 lines are taken; - reads standard input.")  # fmt: skip
@json_option
@click.pass_obj
def support_bundle(invocation: Invocation, output: Path | None, log: TextIO | None, as_json: bool) -> None:
    """Write a file for whoever helps; it holds no text of yours.

    Numbers, times and names that Tane itself gives: no utterance, seed, title, speaker, password or token. Secrets in
    the configuration are masked. What cannot be reached is left out; the doctor's findings tell why.
    """
    path = output or Path(time.strftime("tane-support-%Y%m%d-%H%M%S.tar.gz"))
    if path.exists():
        raise Failure(f"{path} exists already: name another file with --output")
    parts = [*invocation.run_unsettled(_parts(invocation)), *_log_part(log)]
    note("the bundle holds, and nothing else:")
    for part in parts:
        note(f"  {part.name:<20} {part.about} ({len(part.content):,} characters)")
    try:
        _write(path, parts)
    except OSError as error:
        raise Failure(f"{path} cannot be written ({error.strerror})") from None
    if as_json:
        write_json({"file": path, "parts": [part.name for part in parts]})
    else:
        click.echo(str(path))


def _log_part(log: TextIO | None) -> list[BundleFile]:
    if log is None:
        return []
    return [json_part("log", f"the last {bundle.LINES} lines of the log, reduced", bundle.log_lines(log))]


async def _parts(invocation: Invocation) -> list[BundleFile]:
    """Return what can be told; help is wanted most where something cannot be read."""
    found = [finding async for finding in examine(invocation.config, invocation.overrides)]
    parts = [
        json_part("versions", "Python, the system, and packages", bundle.versions()),
        json_part("doctor", "what was looked at, and how it is", bundle.findings(found)),
    ]
    try:
        settings = invocation.settings
    except ConfigError:
        note("the configuration cannot be used, so that it and the database are left out")
        return parts
    origins = gather(invocation.config, invocation.overrides).origins
    masked = bundle.configuration(settings, origins)
    parts.append(json_part("configuration", "every setting, secrets masked", masked))
    try:
        async with open_session(settings.database) as session:
            parts += await _stored(settings, session)
    except StoreError as error:
        note(f"the database is left out: {error}")
    return parts


async def _stored(settings: Settings, session: Session) -> list[BundleFile]:
    pool = await open_reading_pool(session.dsn, size=1)
    try:
        snapshot = await HealthReader(pool=pool, llm=settings.llm, clocked=intervals_s(settings)).take()
        async with connection(pool) as conn:
            database = await _database(conn)
            nights = [
                bundle.night(run, await runs.read_steps(conn, run.run_id))
                for run in await runs.read_history(conn, runs.NIGHTLY, limit=NIGHTS)
            ]
    finally:
        await close_pool(pool)
    return [
        json_part(
            "snapshot", "queue, dead causes, models, and what is wrong", bundle.snapshot_facts(snapshot)
        ),
        json_part("nights", f"the last {NIGHTS} nights and their steps", nights),
        json_part("database", "server, settings, migrations, sizes of tables, indexes", database),
    ]


async def _database(conn: Connection) -> dict[str, object]:
    return {
        "server": await health.read_server(conn),
        "settings": await health.list_settings(conn),
        "migrations": await health.list_migrations(conn),
        "tables": await health.list_tables(conn),
        "indexes": await health.list_indexes(conn),
    }


def _write(path: Path, parts: list[BundleFile]) -> None:
    """Write the archive so that only its owner reads it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for part in parts:
            content = part.content.encode()
            entry = tarfile.TarInfo(f"tane-support/{part.name}")
            entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o600
            archive.addfile(entry, io.BytesIO(content))

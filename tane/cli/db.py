"""tane db: bring the schema up to date, back up and restore, look inside, and write its files anew."""

import asyncio
import os
import shutil
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import click

from daemon.model_server import driver, kept_in
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, confirm, in_session, json_option
from tane.cli.output import note, told
from tane.cli.progress import counting
from tane.llm.model_host import AUTO
from tane.settings.model import Settings
from tane.store import backup as backups
from tane.store import embeddings, remains, restoring, upgrading
from tane.store import migrate as migrations
from tane.store.former_backup import is_former, read_former_archive
from tane.store.installation import programs
from tane.store.manifest import Archive
from tane.store.pool import connected, connection, transaction
from tane.store.session import Session, running_server
from tane.store.upgrading import Upgraded

PROOF_TEXT = "種"


@click.group(cls=Group, examples=["tane db migrate", "tane db backup tane.dump", "tane db psql"])
def db() -> None:
    """Migrate, upgrade, back up, restore or open the database."""


@db.command(cls=Command, examples=["tane db migrate"])
@json_option
@click.pass_obj
def migrate(invocation: Invocation, as_json: bool) -> None:
    """Bring the schema up to date (the embedded database does so alone)."""
    done = invocation.run(_migrate(invocation.settings))
    told(as_json, f"applied {', '.join(done)}" if done else "the schema is up to date", applied=done)


async def _migrate(settings: Settings) -> list[str]:
    async with running_server(settings.database) as dsn:
        return await migrations.migrate(dsn)


@db.command(cls=Command, examples=["tane db upgrade"])
@json_option
@click.pass_obj
def upgrade(invocation: Invocation, as_json: bool) -> None:
    """Move the embedded database to the PostgreSQL that Tane brings now.

    Needed when a command says that the data are of another PostgreSQL. Stop Tane before. The old data stay beside the
    new ones until you delete them; needs room for the data twice.
    """
    database = invocation.settings.database
    if database.url is not None:
        raise Failure("an external server is upgraded by its own means (database.url is set)")
    done = invocation.run(_upgrade(database.data_dir))
    if done is None:
        told(as_json, "the data are of this PostgreSQL already", old_data=None)
        return
    told(
        as_json,
        f"{done.tables} tables moved from PostgreSQL {done.from_major} to {done.to_major}; when all is well, "
        f"delete {done.old_data}",
        **asdict(done),
    )


async def _upgrade(folder: Path) -> Upgraded | None:
    with counting("upgrade", len(migrations.created("TABLE"))) as on_table:
        return await upgrading.upgrade(folder, on_table=on_table)


@db.command(cls=Command, examples=["tane db rewrite"])
@json_option
@in_session
async def rewrite(_: Invocation, session: Session, as_json: bool) -> None:
    """Write the files anew, without what deleted rows left in them.

    `tane forget` does so by itself. Every table is locked while it is written, and needs its size once more on the disk; a
    daemon waits so long. Not reached: PostgreSQL's write-ahead log until its segments are used again, backups, replicas,
    and free blocks of the disk.
    """
    async with connection(session.pool) as conn:
        done = await remains.rewrite(conn)
    told(
        as_json,
        f"{done.tables} tables written anew: {done.bytes_before / 2**20:,.1f} MiB became {done.bytes_after / 2**20:,.1f} MiB",
        **asdict(done),
    )


@db.command(
    cls=Command,
    examples=["tane db reembed", "tane db reembed paraphrase-multilingual", "tane db reembed builtin"],
)
@click.argument("model", required=False)
@json_option
@in_session
async def reembed(invocation: Invocation, session: Session, model: str | None, as_json: bool) -> None:
    """Make all vectors anew with another model.

    MODEL is one of the host, or builtin; without it the one that the host offers in place of the built-in encoder. The daemon makes the vectors, in its own
    time; search by meaning finds what has one already, and the map stays as it is until the night after.
    """
    llm = invocation.settings.llm
    if llm.embed_model != AUTO:
        raise Failure(
            f"llm.embed_model names {llm.embed_model}, whose vectors `tane run` makes by itself: "
            "name another there, or set it to auto and try again"
        )
    if model is None:
        async with driver(llm, kept=kept_in(session.pool)) as models:
            model = (await models.inspect()).offer
        if model is None:
            raise Failure("the host offers no other model; name one: tane db reembed MODEL, or builtin")
    async with driver(llm.model_copy(update={"embed_model": model})) as models:
        info = (await models.embed([PROOF_TEXT])).model
    async with transaction(session.pool) as conn:
        await embeddings.use_model(conn, name=info.name, digest=info.digest, dims=info.dims)
    told(
        as_json,
        f"from now on {info.name} makes the vectors; `tane run` makes those that there are anew",
        model=info.name,
    )


@db.command(
    cls=Command, examples=["tane db backup tane.dump", "tane db backup --force /mnt/backup/tane.dump"]
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@json_option
@click.pass_obj
def backup(invocation: Invocation, file: Path, force: bool, as_json: bool) -> None:
    """Write the whole database to FILE; Tane may go on working.

    FILE is readable by you alone: it holds everything that was said. A backup that breaks off leaves the
    old FILE as it was.
    """
    file = file.expanduser()
    if file.exists() and not force:
        raise Failure(f"{file} exists already: name another file, or use --force")
    if not file.absolute().parent.is_dir():
        raise Failure(f"{file.absolute().parent} is no folder: make it first")
    try:
        archive = invocation.run(_backup(invocation.settings, file))
    except OSError as error:
        raise Failure(f"{file} cannot be written ({error.strerror}): choose another place") from None
    size = file.stat().st_size
    told(
        as_json,
        f"wrote {file}: {len(archive.tables)} tables{_rows(archive)}, {size / 2**20:,.1f} MiB, schema version {archive.schema_version}",
        file=file,
        tables=len(archive.tables),
        rows=archive.rows,
        bytes=size,
        schema_version=archive.schema_version,
        left_out=archive.left_out,
    )
    _tell_left_out(archive)


async def _backup(settings: Settings, file: Path) -> Archive:
    async with running_server(settings.database) as dsn:
        async with connected(dsn) as conn:
            tables = await backups.count_tables(conn)
        if tables == 0:
            raise Failure("the database is empty: there is nothing to back up")
        with counting("backup", tables) as on_table:
            return await backups.back_up(dsn, file, on_table=on_table)


@db.command(cls=Command, examples=["tane db restore tane.dump", "tane db restore tane.dump --replace --yes"])
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Take the place of what the database holds now.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask.")
@click.option("--unverified", is_flag=True, help="Trust a backup of an older Tane, which has no checksums.")
@json_option
@click.pass_obj
def restore(
    invocation: Invocation, /, *, file: Path, replace: bool, yes: bool, unverified: bool, as_json: bool
) -> None:
    """Bring back what FILE holds, into a database that is empty.

    Every byte of FILE is compared with its checksums first, and nothing in it is ever executed. All of it or nothing: if
    anything fails, the database is what it was. Stop Tane before. An embedded database is then brought to this program's
    schema, an external one by `tane db migrate`.
    """
    file = file.expanduser()
    if not file.is_file():
        raise Failure(f"{file} does not exist")
    if replace and not yes:
        confirm(
            "Everything in the database will be replaced. Go on?",
            otherwise="replaces",
            undone="nothing was restored",
        )
    archive, applied = invocation.run(
        _restore(invocation.settings, file, replace=replace, unverified=unverified)
    )
    told(
        as_json,
        f"restored {len(archive.tables)} tables{_rows(archive)}, schema version {archive.schema_version}",
        tables=len(archive.tables),
        rows=archive.rows,
        schema_version=archive.schema_version,
        applied=applied,
        left_out=archive.left_out,
    )
    _tell_left_out(archive)
    if as_json:
        return
    if applied:
        note(f"applied {', '.join(applied)}")
    elif archive.missing_migrations:
        note("the backup is of an older Tane: now `tane db migrate`")


def _rows(archive: Archive) -> str:
    return "" if archive.rows is None else f" with {archive.rows:,} rows"


def _tell_left_out(archive: Archive) -> None:
    for table in archive.left_out:
        note(f"left out: {table} is of another program")


async def _restore(
    settings: Settings, file: Path, *, replace: bool, unverified: bool
) -> tuple[Archive, list[str]]:
    archive = await (
        read_former_archive(file) if unverified and is_former(file) else backups.read_archive(file)
    )
    async with running_server(settings.database) as dsn:
        async with connected(dsn) as conn:
            target = await restoring.look_at_target(conn)
        if (reason := restoring.refusal(target, replace=replace)) is not None:
            raise Failure(reason)
        with counting("restore", len(archive.tables)) as on_table:
            await restoring.restore(dsn, archive, removals=target.removals, on_table=on_table)
        await backups.refresh_statistics(dsn)
        if settings.database.url is not None:
            return archive, []
        applied = await migrations.migrate(dsn)
        await embeddings.ensure_indexes(dsn)
        return archive, applied


@db.command(
    cls=Command,
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    examples=["tane db psql", 'tane db psql -c "SELECT count(*) FROM seeds"'],
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(invocation: Invocation, arguments: tuple[str, ...]) -> None:
    """Open psql in the database; what follows is given to psql."""
    sys.exit(invocation.run(_psql(invocation.settings, arguments)))


async def _psql(settings: Settings, arguments: tuple[str, ...]) -> int:
    program = str(programs() / "psql")
    if settings.database.url is not None:  # the wheel's psql speaks no TLS
        program = shutil.which("psql") or program
    async with running_server(settings.database) as dsn:
        process = await asyncio.create_subprocess_exec(program, *arguments, env=os.environ | environment(dsn))
        # psql answers Ctrl-C itself: it ends the query, not the session.
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
        try:
            return await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise


def environment(dsn: str) -> dict[str, str]:
    """Return an address as PG* variables: a password among arguments would be seen by everybody in `ps`.

    Raises:
        Failure: the address names several hosts or no database.
    """
    url = urlsplit(dsn)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    try:
        port = url.port
    except ValueError:
        raise Failure("database.url names several hosts: use psql by itself") from None
    found = {
        "PGHOST": query.get("host") or url.hostname,
        "PGPORT": query.get("port") or (str(port) if port else None),
        "PGUSER": query.get("user") or (unquote(url.username) if url.username else None),
        "PGPASSWORD": query.get("password") or (unquote(url.password) if url.password else None),
        "PGDATABASE": query.get("dbname") or unquote(url.path.lstrip("/")) or None,
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: value for name, value in found.items() if value is not None}

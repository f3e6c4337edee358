"""tane db: bring the schema up to date, look inside, and write its files anew."""

import asyncio
import os
import shutil
import signal
import sys
from urllib.parse import parse_qs, unquote, urlsplit

import click

from daemon.cli.commands import Command, Failure, Group
from daemon.cli.invocation import Invocation, in_session
from daemon.cli.output import note
from daemon.session import Session, served
from daemon.settings import Settings
from store import migrate as migrations
from store import remains
from store.installation import programs
from store.pool import connection


@click.group(cls=Group, examples=["tane db migrate", "tane db psql", "tane db rewrite"])
def db() -> None:
    """Migrate the database, open psql in it, or write its files anew."""


@db.command(cls=Command, examples=["tane db migrate"])
@click.pass_obj
def migrate(invocation: Invocation) -> None:
    """Bring the schema up to date (the embedded database does so alone)."""
    done = invocation.run(_migrate(invocation.settings))
    note(f"applied {', '.join(done)}" if done else "the schema is up to date")


async def _migrate(settings: Settings) -> list[str]:
    async with served(settings.database) as dsn:
        return await migrations.migrate(dsn)


@db.command(cls=Command, examples=["tane db rewrite"])
@in_session
async def rewrite(_: Invocation, session: Session, /) -> None:
    """Write the files anew, without what deleted rows left in them.

    `tane forget` does so by itself. Every table is locked while it is written, and needs its size once more on the disk; a
    daemon waits so long. Not reached: PostgreSQL's write-ahead log until its segments are used again, backups, replicas,
    and free blocks of the disk.
    """
    async with connection(session.pool) as conn:
        done = await remains.rewrite(conn)
    note(
        f"{done.tables} tables written anew: {done.bytes_before / 2**20:,.1f} MiB became {done.bytes_after / 2**20:,.1f} MiB"
    )


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
    async with served(settings.database) as dsn:
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

"""Is the database one that Tane can work with?"""

from datetime import datetime

from daemon.doctor.finding import Finding, fail, ok, warn
from tane.settings.model import Database
from tane.store import checkup, migrate
from tane.store.checkup import Server, Tables
from tane.store.errors import SchemaMismatch
from tane.store.pool import Connection

LEAST_SERVER = 150000
LEAST_VECTOR = (0, 8)
CLOCK_WARN_S = 5.0
CLOCK_FAIL_S = 300.0


def unreachable(database: Database, reason: str) -> Finding:
    """Word that nobody answers, or the embedded server does not start."""
    if database.url is None:
        remedy = f"read {database.data_dir / 'pgdata' / 'server.log'}"
    else:
        remedy = "start PostgreSQL, or correct database.url"
    return fail("database", reason, remedy)


def refused(reason: str) -> Finding:
    """Word that the database answers, but not to this role."""
    return fail(
        "rights",
        f"the database refuses: {reason}",
        "grant this role all rights on Tane's tables, or own them",
    )


def judge_server(server: Server, *, is_embedded: bool) -> list[Finding]:
    """Judge version, extension and state of a server. Pure."""
    kind = "embedded" if is_embedded else "external"
    if server.version_num < LEAST_SERVER:
        found = [fail("database", f"PostgreSQL {server.version} is too old", "use 15 or newer")]
    else:
        found = [ok("database", f"{kind}, PostgreSQL {server.version}")]
    if server.is_read_only:
        found.append(
            fail(
                "writing",
                "the database takes no writes: a standby, or set so",
                "name the primary in database.url",
            )
        )
    return [*found, _vector(server)]


def _vector(server: Server) -> Finding:
    version = server.vector or server.vector_offered
    if version is None:
        return fail(
            "pgvector",
            "the server does not have pgvector",
            "install it (postgresql-NN-pgvector), 0.8 or newer",
        )
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST_VECTOR:
        return fail(
            "pgvector", f"{version} is too old", "install 0.8 or newer, then ALTER EXTENSION vector UPDATE"
        )
    return ok("pgvector", version if server.vector else f"{version}, not yet created")


def judge_clock(server: Server, *, host_now: datetime) -> Finding:
    """Compare the database's clock with ours; the queue goes by the database's alone. Pure."""
    off_s = abs((server.now - host_now).total_seconds())
    said = f"differs from the database's by {off_s:,.1f} s"
    if off_s > CLOCK_FAIL_S:
        return fail("clock", said, "set both by NTP: the night's hour would be missed")
    if off_s > CLOCK_WARN_S:
        return warn("clock", said, "set both by NTP")
    return ok("clock", said)


async def examine_schema(conn: Connection, *, is_embedded: bool) -> Finding:
    """Compare the schema with this program's."""
    try:
        missing = await migrate.find_missing(conn)
    except SchemaMismatch as error:
        return fail("schema", str(error), "use the Tane that made it, or restore a backup")
    if not missing:
        return ok("schema", f"version {migrate.migrations()[-1].version}")
    said = f"{len(missing)} migration(s) behind"
    if is_embedded:
        return warn("schema", said, "the next start brings it up to date")
    return fail("schema", said, "`tane db backup`, then `tane db migrate`")


def judge_tables(tables: Tables) -> list[Finding]:
    """Judge rights and indexes. Pure."""
    found = []
    if tables.forbidden:
        found.append(
            fail(
                "rights", f"this role may not write {_some(tables.forbidden)}", "grant it, or own the tables"
            )
        )
    else:
        found.append(ok("rights", "this role may write all tables"))
    if tables.broken_indexes:
        names = "; ".join(f"REINDEX INDEX {name}" for name in tables.broken_indexes)
        found.append(
            warn("indexes", f"not valid: {_some(tables.broken_indexes)}", f'`tane db psql -c "{names}"`')
        )
    else:
        found.append(ok("indexes", "all valid"))
    return found


async def examine_tables(conn: Connection) -> tuple[Tables, list[Finding]]:
    """Look at rights and indexes."""
    tables = await checkup.read_tables(conn)
    return tables, judge_tables(tables)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

"""Each thing that can be wrong with a database is made wrong, and named with its remedy."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from daemon.doctor.database import judge_clock, judge_server
from daemon.doctor.examination import host_clock
from daemon.doctor.finding import worst
from tane.store import migrate
from tane.store.checkup import Server
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection
from tests.daemon.doctor.conftest import Diagnose

SERVER = Server(
    version_num=160003,
    version="16.3",
    vector="0.8.1",
    vector_offered="0.8.1",
    now=datetime(2026, 1, 1, tzinfo=UTC),
    is_read_only=False,
)


@pytest.fixture
async def reader(conn: Connection, dsn: str) -> AsyncIterator[str]:
    """The address for a role that may only read."""
    name = f"reader_{uuid4().hex[:8]}"
    await conn.execute(f"CREATE ROLE {name} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    yield dsn.replace("postgres@", f"{name}@")
    await conn.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


async def test_a_tane_that_is_well_has_nothing_to_complain_of(diagnose: Diagnose):
    found = await diagnose()

    assert found.ill == []
    assert worst(found.all) == "ok"
    assert len(found.all) >= 20


async def test_a_server_that_does_not_answer(diagnose: Diagnose):
    found = await diagnose({"database.url": "postgresql://nobody@127.0.0.1:9/none"})

    assert found["database"].state == "fail"
    assert "start PostgreSQL" in (found["database"].remedy or "")
    assert "schema" not in found
    assert found["model server"].state == "ok"  # what does not rest on it is looked at all the same


async def test_a_newer_schema(diagnose: Diagnose, conn: Connection):
    await conn.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9000, 'x', 'y')")

    found = await diagnose()

    assert found["schema"].state == "fail"
    assert "9000" in found["schema"].cause
    assert "dead jobs" not in found


async def test_an_older_schema(diagnose: Diagnose, conn: Connection):
    await conn.execute(
        "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
    )

    found = await diagnose()

    assert (found["schema"].state, found["schema"].cause) == ("fail", "1 migration(s) behind")
    assert "tane db migrate" in (found["schema"].remedy or "")


async def test_a_migration_that_was_changed(diagnose: Diagnose, conn: Connection):
    await conn.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1")

    assert "changed" in (await diagnose())["schema"].cause


async def test_a_database_without_our_schema(diagnose: Diagnose, server: EmbeddedServer):
    found = await diagnose({"database.url": server.dsn("postgres")})

    assert found["schema"].state == "fail"
    assert "not yet created" in found["pgvector"].cause


async def test_an_embedded_database_is_brought_up_to_date_by_the_next_start(
    diagnose: Diagnose, server: EmbeddedServer
):
    embedded = {"database.url": None, "database.data_dir": str(server.folder)}
    server.recreate()
    fresh = await diagnose(embedded)
    await migrate.migrate(server.dsn())
    made = await diagnose(embedded)

    assert (fresh["schema"].state, "next start" in (fresh["schema"].remedy or "")) == ("warn", True)
    assert made["database"].cause.startswith("embedded, PostgreSQL 18")
    assert made["rewriting"].state == "ok"
    assert made.ill == []


async def test_an_old_pgvector(diagnose: Diagnose, conn: Connection):
    await conn.execute("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'")

    found = (await diagnose())["pgvector"]

    assert (found.state, found.cause) == ("fail", "0.7.4 is too old")


async def test_a_database_that_takes_no_writes(diagnose: Diagnose, conn: Connection):
    name = await conn.fetchval("SELECT current_database()")
    await conn.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    assert (await diagnose())["writing"].state == "fail"


async def test_a_role_that_may_only_read(diagnose: Diagnose, reader: str):
    found = (await diagnose({"database.url": reader}))["rights"]

    assert found.state == "fail"
    assert "all_seed_info" in found.cause


async def test_a_role_that_may_not_even_read(diagnose: Diagnose, conn: Connection, reader: str):
    await conn.execute(
        f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {reader.split('//')[1].split('@', maxsplit=1)[0]}"
    )

    found = await diagnose({"database.url": reader})

    assert found["rights"].state == "fail"
    assert "InsufficientPrivilege" in found["rights"].cause
    assert found["model server"].state == "ok"


async def test_an_index_that_is_not_valid(diagnose: Diagnose, conn: Connection):
    await conn.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'edges_dst'::regclass")

    found = (await diagnose())["indexes"]

    assert (found.state, found.cause) == ("warn", "not valid: edges_dst")
    assert "REINDEX INDEX edges_dst" in (found.remedy or "")
    await conn.execute("REINDEX INDEX edges_dst")
    assert (await diagnose())["indexes"].state == "ok"


@pytest.mark.parametrize(("off", "state"), [(1, "ok"), (20, "warn"), (-400, "fail")])
async def test_a_clock_that_is_off(diagnose: Diagnose, off: int, state: str):
    found = await diagnose(clock=lambda: host_clock() + timedelta(seconds=off))

    assert found["clock"].state == state


def test_the_clock_is_judged_by_its_distance_alone():
    assert judge_clock(SERVER, host_now=SERVER.now - timedelta(seconds=6)).cause.endswith("6.0 s")


class TestOfAServer:
    def test_an_old_one_is_named(self):
        found = judge_server(_changed(version_num=140012, version="14.12"), is_embedded=False)

        assert (found[0].state, found[0].cause) == ("fail", "PostgreSQL 14.12 is too old")

    def test_one_without_pgvector_is_told_the_package(self):
        found = judge_server(_changed(vector=None, vector_offered=None), is_embedded=False)

        assert found[-1].state == "fail"
        assert "postgresql-NN-pgvector" in (found[-1].remedy or "")


def _changed(**facts: object) -> Server:
    named = {name: getattr(SERVER, name) for name in SERVER.__slots__}
    return Server(**{**named, **facts})

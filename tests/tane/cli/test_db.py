"""tane db with the embedded server: a process of its own each time, nothing left running."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tane.cli.db import environment
from tane.cli.failures import Failure
from tane.store.embedded import EmbeddedServer
from tests.processes import processes_of
from tests.tane.cli.conftest import Tane

DEADLINE_S = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = Path(f"/tmp/tane-cli-{os.getpid()}")  # outside the private folders of pytest: postgres must enter
    yield path
    server = EmbeddedServer(path)
    server.start()
    server.stop()
    subprocess.run(["rm", "-r", str(path)], check=True)


def tane(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "daemon", "--set", f"database.data_dir={folder}", *arguments],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=DEADLINE_S, check=False,
    )  # fmt: skip


def test_an_embedded_database_is_made_migrated_and_stopped_again(folder: Path) -> None:
    made = tane(folder, "status", "--json")

    assert made.returncode == 0, made.stderr
    assert processes_of(folder) == []
    assert tane(folder, "db", "migrate").stderr == "the schema is up to date\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_watching_ends_by_a_signal_and_leaves_no_server_behind(folder: Path, number: signal.Signals) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "daemon", "--set", f"database.data_dir={folder}", "status", "--watch", "--json"],
        cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with watching:
        assert watching.stdout is not None
        assert json.loads(watching.stdout.readline())["queue"] == {}
        watching.send_signal(number)
        watching.communicate(timeout=DEADLINE_S)

    assert watching.returncode == 0
    assert processes_of(folder) == []


def test_psql_opens_the_embedded_database(folder: Path) -> None:
    done = tane(folder, "db", "psql", "-Atc", "SELECT current_database()")

    assert (done.returncode, done.stdout) == (0, "tane\n")


def test_the_status_of_psql_is_handed_on(folder: Path) -> None:
    assert tane(folder, "db", "psql", "-c", "SELECT nothing").returncode == 1


def test_an_external_database_of_another_schema_is_told_the_remedy(
    server: EmbeddedServer, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    external = Tane(dsn)
    monkeypatch.setenv("TANE_DATABASE__URL", dsn)
    external.sql("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")

    result = external("search", "x", status=78)

    assert "tane db migrate" in result.stderr


def test_an_address_becomes_variables_so_that_no_password_stands_among_arguments() -> None:
    found = environment("postgresql://me:ge%40heim@db.example:6543/tane?sslmode=require")

    assert found == {
        "PGHOST": "db.example", "PGPORT": "6543", "PGUSER": "me", "PGPASSWORD": "ge@heim",
        "PGDATABASE": "tane", "PGSSLMODE": "require",
    }  # fmt: skip
    assert environment("postgresql://postgres@/tane?host=/run/x")["PGHOST"] == "/run/x"


def test_an_address_of_several_hosts_is_refused() -> None:
    with pytest.raises(Failure, match="several hosts"):
        environment("postgresql://a:1,b:2/tane")

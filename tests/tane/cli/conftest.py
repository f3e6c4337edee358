"""The command line in this process, on a real database of the test's own."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from click.testing import CliRunner, Result

from daemon import model_server
from tane.cli import tane as command
from tane.store.pool import Connection, connected

T = TypeVar("T")

AWAY = "http://127.0.0.1:9"  # the discard port: nobody listens there


class Tane:
    """Calls commands, and looks into the database behind them."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def __call__(self, *arguments: str, status: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(command, arguments, input=stdin, prog_name="tane")
        assert result.exit_code == status, result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json").stdout)

    def sql(self, statement: str, *arguments: Any) -> list[Any]:
        """Run a statement and return its rows."""

        async def run(conn: Connection) -> list[Any]:
            return [tuple(row) for row in await conn.fetch(statement, *arguments)]

        return self.do(run)

    def do(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do something with a connection; the command line has its own event loop, so has this."""

        async def run() -> T:
            async with connected(self._dsn) as conn:
                return await work(conn)

        return asyncio.run(run())


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every test an empty home and folder, and give logging back afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


class InThread:
    """Computes in this process, which loads the built-in encoder once; processes that `tane` starts have a pool."""

    def __init__(self, *, workers: int, threads: int) -> None: ...

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.to_thread(function, *arguments)

    async def close(self) -> None: ...


@pytest.fixture(autouse=True)
def _encodes_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_server, "ProcessPool", InThread)


@pytest.fixture
def tane(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tane:
    monkeypatch.setenv("TANE_DATABASE__URL", dsn)
    monkeypatch.setenv("TANE_DATABASE__DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TANE_NIGHTLY__STATE_DIR", str(tmp_path / "nightly"))
    monkeypatch.setenv("TANE_LLM__URL", AWAY)
    return Tane(dsn)


@pytest.fixture
def add_utterance(tane: Tane) -> Callable[..., str]:
    def add(contents: str, *, speaker: str | None = None) -> str:
        rows = tane.sql(
            "INSERT INTO utterances (contents, speaker) VALUES ($1, $2) RETURNING utterance_id::text",
            contents,
            speaker,
        )
        return str(rows[0][0])

    return add


@pytest.fixture
def add_seed(tane: Tane) -> Callable[..., str]:
    def add(body: str, *, source: str, span: tuple[int, int] | None = None) -> str:
        start, end = span or (None, None)
        rows = tane.sql(
            "WITH s AS (INSERT INTO seeds (body, seed_kind, grounding) VALUES ($1, 'knowledge', 0.9) RETURNING seed_id), "
            "l AS (INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end) "
            "SELECT $2::text::uuid, seed_id, $3, $4 FROM s) SELECT seed_id::text FROM s",
            body, source, start, end,
        )  # fmt: skip
        return str(rows[0][0])

    return add


@pytest.fixture
def add_job(tane: Tane) -> Callable[..., str]:
    def add(job_type: str = "embedding", *, status: str = "queued", cause: str | None = None) -> str:
        ended = status in ("done", "dead", "cancelled")
        rows = tane.sql(
            "INSERT INTO worker_jobs (job_type, target_table, target_id, status, finished_at, last_error) "
            "VALUES ($1, 'seed', gen_random_uuid(), $2, CASE WHEN $3 THEN now() END, $4) RETURNING job_id::text",
            job_type, status, ended, {"class": "BadReply", "cause": cause} if cause else None,
        )  # fmt: skip
        return str(rows[0][0])

    return add

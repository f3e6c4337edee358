"""Recaps and mornings of real daemons that are killed in a step, and what came of them.

A daemon is held from outside, in the database: where it notes a step, or where it makes sure at the end of a transaction that
the run is still its own. So it is the daemon that owners run, and it is killed at a known place.
"""

import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from tane.cli import main
from tane.runs.morning import edition
from tane.runs.recap import steps as recap_steps
from tane.store import runs
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, close_pool, connected, open_pool
from tests import warm
from tests.faults import Fault, FaultProxy
from tests.standin import serving_standin
from tests.system.daemon_process import ROOT, SETTINGS
from tests.tane.runs.recap.newsroom import WEEK, Newsroom, shipped
from tests.waiting import until

BEGUN, UNSAVED, UNSAID, DONE, ASKED = "begun", "unsaved", "unsaid", "done", "asked"
"""Where it is killed: the step was noted as begun (a fast one may be over); all that it writes is written and not committed; it has done all, and that
is not noted; that is noted, and the next has not begun; the text model was asked, and has not answered."""
MOMENTS: Final = (BEGUN, UNSAVED, UNSAID, DONE)

RUN_DEADLINE_S = 180.0
CHAT = "/api/chat"
EARLIER = "2026-09-18"
DAY = {"window_end": "2026-09-18T00:00:00+00:00"}
PARAMS: Final[Mapping[str, Mapping[str, Any]]] = {runs.RECAP: WEEK, runs.MORNING: DAY}
WRITTEN = (
    "recap_job_articles",
    "recap_genre_learning_results",
    "tag_label_graph",
    "stories",
    "story_members",
    "recap_stories",
    "recap_cluster_evidence",
    "recap_sections",
    "recap_outputs",
    "recap_worker_config",
    "morning_article_groups",
    "morning_letters",
)
_UNTOLD = ("created_at", "updated_at", "last_observed_at", "config_id")
_MEASURED = ("waited_s", "expected_s")  # in the details of a step
_KEY = 20260914
_HOLD = f"""
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock({_KEY}); RETURN NEW; END';
CREATE TRIGGER held_step BEFORE INSERT OR UPDATE ON nightly_steps FOR EACH ROW WHEN ({{noted}}) EXECUTE FUNCTION hold();
CREATE TRIGGER held_run BEFORE UPDATE ON nightly_runs FOR EACH ROW
    WHEN (NEW.status NOT IN ('requested', 'running')) EXECUTE FUNCTION hold();
"""
STEPS: Final = {
    runs.RECAP: tuple(step.name for step in recap_steps.STEPS),
    runs.MORNING: tuple(step.name for step in edition.STEPS),
}
_SETTINGS = {
    **SETTINGS,
    "TANE_LLM__EMBED_MODEL": "builtin",
    "TANE_LOG__LEVEL": "info",
    "TANE_NIGHTLY__ENABLED": "false",
    "TANE_NIGHTLY__THREADS": "1",
    "TANE_RECAP__ENABLED": "false",  # by the clock: those that are asked for are conducted all the same
    "TANE_MORNING__ENABLED": "false",
    "TANE_MORNING__LETTER": "true",
    "TANE_TIMEZONE": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a run left."""

    status: str
    rows: Mapping[str, list[str]]
    """By table, without times and running numbers."""
    details: Mapping[str, Mapping[str, Any]]
    """By step, without what was measured."""
    attempts: Mapping[str, int]
    calls: int
    """Of the text model."""
    jobs: Sequence[int]
    """How many each target has of each type."""

    def unlike(self, other: "Edition") -> list[str]:
        """Name what differs from the same run undisturbed."""
        found = [table for table in WRITTEN if self.rows[table] != other.rows[table]]
        found += [
            f"details of {step}" for step in other.details if self.details.get(step) != other.details[step]
        ]
        found += ["a section has two jobs"] if max(self.jobs, default=0) > 1 else []
        return found + ([f"ended as {self.status}"] if self.status != other.status else [])


class Daemon:
    """A running `tane run`, the head of a process group of its own."""

    def __init__(self, process: warm.WarmProcess, log: Path) -> None:
        self._process = process
        self._log = log

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    async def kill(self) -> None:
        """End it with everything that computes for it."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()


def head_a_group() -> None:
    """Run a command of Tane as the head of a process group."""
    os.setpgrp()
    main()


def _following(kind: str, step: str) -> str | None:
    steps = STEPS[kind]
    return next(iter(steps[steps.index(step) + 1 :]), None)


@asynccontextmanager
async def open_press(server: EmbeddedServer, *, folder: Path, template: str) -> AsyncIterator["Press"]:
    """Open one with a text model of its own."""
    with serving_standin() as url:
        async with FaultProxy(url) as proxy:
            press = Press(server=server, folder=folder, proxy=proxy)
            try:
                await press.open(template)
                yield press
            finally:
                proxy.clear()
                await press.close()


class Press:
    """A store of articles of which an earlier recap has told some; each run is made on a copy of it."""

    def __init__(self, *, server: EmbeddedServer, folder: Path, proxy: FaultProxy) -> None:
        self._server = server
        self._folder = folder
        self._proxy = proxy
        self._prefix = f"press_{os.getpid()}"
        self._copies = 0

    async def open(self, template: str) -> None:
        """Fill a copy of a migrated database."""
        await self._order(f'CREATE DATABASE "{self._prefix}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        dsn, folder = self._server.dsn(self._prefix), self._folder / "earlier"
        folder.mkdir()
        pool = await open_pool(dsn, size=4)
        try:
            newsroom = await Newsroom(pool=pool, dsn=dsn, folder=folder).open()
            articles = shipped()
            await newsroom.publish([one for one in articles if one["published_at"] < EARLIER])
            await newsroom.recap(WEEK | {"window_end": f"{EARLIER}T00:00:00+00:00"})
            await newsroom.publish([one for one in articles if one["published_at"] >= EARLIER])
            await pool.execute("DELETE FROM worker_jobs")  # what they ask for exists
        finally:
            await close_pool(pool)

    async def close(self) -> None:
        await self._order(f'DROP DATABASE IF EXISTS "{self._prefix}" WITH (FORCE)')

    async def undisturbed(self, kind: str) -> Edition:
        """Make a run that nobody disturbs."""
        async with self._copy() as copy:
            await copy.ask(kind)
            return await copy.ended(await copy.start())

    async def killed(self, kind: str, step: str, moment: str, *, call: int = 1) -> Edition:
        """Make a run whose daemon is killed in a step, and which the next daemon ends; `call`: which one is not answered."""
        async with self._copy() as copy:
            await copy.ask(kind)
            if moment == ASKED:
                self._proxy.script(*[None] * (call - 1), Fault.HANG, path=CHAT)
                daemon = await copy.start()
                await until(lambda: copy.calls() == call, what=daemon.log)
                await daemon.kill()
                self._proxy.clear()
            else:
                async with copy.held(step, moment, following=_following(kind, step)) as daemon:
                    await daemon.kill()
            return await copy.ended(await copy.start())

    @asynccontextmanager
    async def _copy(self) -> AsyncIterator["Copy"]:
        self._copies += 1
        name = f"{self._prefix}_{self._copies}"
        folder = self._folder / name
        folder.mkdir()
        await self._order(f'CREATE DATABASE "{name}" TEMPLATE "{self._prefix}" STRATEGY FILE_COPY')
        try:
            async with connected(self._server.dsn(name)) as conn:
                copy = Copy(dsn=self._server.dsn(name), folder=folder, conn=conn, proxy=self._proxy)
                try:
                    yield copy
                finally:
                    await copy.close()
        finally:
            await self._order(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _order(self, statement: str) -> None:
        admin = await asyncpg.connect(self._server.dsn("postgres"))
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


class Copy:
    """One copy of the store, with the daemons that work on it."""

    def __init__(self, *, dsn: str, folder: Path, conn: Connection, proxy: FaultProxy) -> None:
        self._dsn = dsn
        self._folder = folder
        self._conn = conn
        self._proxy = proxy
        self._asked_before = len(proxy.calls(CHAT))
        self._daemons: list[Daemon] = []
        self._run_id = 0

    def calls(self) -> int:
        """Return how often the text model was asked."""
        return len(self._proxy.calls(CHAT)) - self._asked_before

    async def ask(self, kind: str) -> None:
        asked = await runs.request(self._conn, kind, "command", params=PARAMS[kind])
        assert asked is not None
        self._run_id = asked.run_id

    async def start(self) -> Daemon:
        log = self._folder / f"{len(self._daemons)}.log"
        environment = {
            **_SETTINGS, "TANE_DATABASE__URL": self._dsn, "TANE_LLM__URL": self._proxy.url,
            "TANE_DATABASE__DATA_DIR": str(self._folder), "TANE_NIGHTLY__STATE_DIR": str(self._folder / "runs"),
        }  # fmt: skip
        process = await warm.start(head_a_group, "run", log=log, folder=ROOT, environment=environment)
        self._daemons.append(Daemon(process, log))
        return self._daemons[-1]

    async def close(self) -> None:
        for daemon in self._daemons:
            await daemon.kill()

    @asynccontextmanager
    async def held(self, step: str, moment: str, *, following: str | None) -> AsyncIterator[Daemon]:
        """Start a daemon and lend it where it is to be killed; afterwards nothing is held any more."""
        noted = f"NEW.step = '{step}' AND NEW.status = 'running'"
        if moment == UNSAID:
            noted = f"NEW.step = '{step}' AND NEW.status = 'done'"
        elif moment == DONE:
            noted = f"NEW.step = '{following}' AND NEW.status = 'running'"
        async with connected(self._dsn) as holder:
            await holder.execute("SELECT pg_advisory_lock($1::bigint)", _KEY)
            await self._conn.execute(_HOLD.format(noted=noted if moment != BEGUN else "false"))
            daemon = await self.start()

            def where() -> str:
                return f"{step} is {moment} in\n{daemon.log()}"

            if moment == BEGUN:
                await until(lambda: self._is(step, "running", "done"), what=where)
            else:
                await until(self._is_held, what=where)
            if moment == UNSAVED:
                transaction = holder.transaction()
                await transaction.start()
                await holder.execute(
                    "SELECT FROM nightly_runs WHERE run_id = $1 FOR NO KEY UPDATE", self._run_id
                )
                await holder.execute("SELECT pg_advisory_unlock($1::bigint)", _KEY)
                await until(lambda: self._is_at_its_fence(step), what=where)
            yield daemon
            # A server goes on with what a client asked for last before it died: this time that is lost, too.
            await self._conn.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> ALL ($1::integer[])",
                [self._conn.get_server_pid(), holder.get_server_pid()],
            )
            if moment == UNSAVED:
                await transaction.rollback()
            await self._conn.execute("DROP FUNCTION hold() CASCADE")

    async def ended(self, daemon: Daemon) -> Edition:
        """Wait until the run is over, and return what it left."""
        # Its pool is niced: beside other tests it gets what they leave.
        await until(self._is_over, what=lambda: f"the run ends in\n{daemon.log()}", deadline_s=RUN_DEADLINE_S)
        run = await runs.read_run(self._conn, self._run_id)
        assert run is not None
        steps = await runs.read_steps(self._conn, self._run_id)
        return Edition(
            status=run.status,
            rows={
                table: [
                    row["content"]
                    for row in await self._conn.fetch(
                        f"SELECT (to_jsonb(t) - $1::text[])::text AS content FROM {table} t ORDER BY 1",
                        list(_UNTOLD),
                    )
                ]
                for table in WRITTEN
            },
            details={
                one.step: {name: value for name, value in one.details.items() if name not in _MEASURED}
                for one in steps
            },
            attempts={one.step: one.attempts for one in steps},
            calls=self.calls(),
            jobs=[
                row["n"]
                for row in await self._conn.fetch(
                    "SELECT count(*) AS n FROM worker_jobs WHERE status <> 'cancelled' GROUP BY target_id, job_type"
                )
            ],
        )

    async def _is_over(self) -> bool:
        run = await runs.read_run(self._conn, self._run_id)
        return run is not None and not run.is_open

    async def _is(self, step: str, *statuses: str) -> bool:
        steps = await runs.read_steps(self._conn, self._run_id)
        return any(one.step == step and one.status in statuses for one in steps)

    async def _is_held(self) -> bool:
        return bool(
            await self._conn.fetchval(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
        )

    async def _is_at_its_fence(self, step: str) -> bool:
        """Tell whether all that a step writes is written; one that writes nothing to the database has been noted."""
        waits = await self._conn.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%')"
        )
        return bool(waits) or await self._is(step, "done")

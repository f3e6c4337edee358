"""Fault 2: PostgreSQL is restarted, killed, cut off and left half-open under load."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum
from functools import partial
from pathlib import Path

from chaos.scenarios import ledger
from chaos.scenarios.daemon_testbed import ask, is_done, open_daemons
from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.process_faults import PATIENCE_S
from tane.store.embedded import EmbeddedServer
from tane.store.errors import StoreError, mapped_errors
from tane.store.pool import Connection, connect
from tests.relay import Relay, relay_to
from tests.waiting import until

BUSY_LATENCY_S = 0.5  # of the model server: calls are under way at every moment
LOOK_EVERY_S = 0.2


class Outage(Enum):
    """How a database is away."""

    TERMINATED = "backends terminated"
    RESTARTED = "restarts"
    KILLED = "kills of the server"
    HALF_OPEN = "half-open connections"


class StatementFeed:
    """Puts utterances in past the daemons, and knows how many were confirmed; the database may be away."""

    def __init__(self, dsn: str, portion: int) -> None:
        self.confirmed = 0
        self.gone = 0
        """Utterances that were confirmed, and not there when it looked again."""
        self._dsn = dsn
        self._portion = portion

    async def add(self) -> None:
        """Add a portion.

        Raises:
            StoreError, OSError: the database is away; the portion is there or it is not, whole.
        """
        there = await self.look()
        async with _connected(self._dsn) as conn:
            await ask(conn, self._portion, first=there)
            self.confirmed = there + self._portion

    async def look(self) -> int:
        """Count what is there; a portion whose confirmation was lost is known of from then on.

        Raises:
            StoreError, OSError: the database is away.
        """
        async with _connected(self._dsn) as conn:
            there = int(await conn.fetchval("SELECT count(*) FROM utterances"))
        self.gone += max(0, self.confirmed - there)
        self.confirmed = there
        return there

    async def keep_full(self, stop: asyncio.Event) -> None:
        """Let a portion wait at all times, until `stop` is set."""
        while not stop.is_set():
            with suppress(StoreError, OSError):
                if self.confirmed - await self.asked() < self._portion:
                    await self.add()
            await asyncio.sleep(LOOK_EVERY_S)

    async def asked(self) -> int:
        """Count the utterances that are done."""
        async with _connected(self._dsn) as conn:
            return int(await conn.fetchval("SELECT count(*) FROM utterances WHERE did_asked_knowledge = 1"))

    async def has_asked(self, number: int) -> bool:
        """Tell whether so many are done; False while the database is away."""
        with suppress(StoreError, OSError):
            return await self.asked() >= number
        return False


async def restart_again_and_again(
    server: EmbeddedServer,
    *,
    folder: Path,
    rounds: int,
    utterances: int,
    daemons: int = 1,
    gap_s: tuple[float, float] | None = None,
    is_busy: bool = True,
    seed: int = 2,
) -> ScenarioResult:
    """Let another kind of outage come each time another part of the work is done.

    gap_s: the range from which the seconds between two of them are drawn; there is work all that time.
    is_busy: without it, connections become half-open only while nothing is under way on them; else a
    statement is given up after a minute.
    """
    drawn, happened, began_s = random.Random(seed), Counter[Outage](), time.monotonic()
    feed, stop, before = StatementFeed(server.dsn(), utterances), asyncio.Event(), 0
    async with (
        relay_to(server.dsn()) as relay,
        open_daemons(folder=folder, dsn=server.dsn(), way=relay.dsn) as ground,
    ):
        feeding = None
        if gap_s is not None:
            ground.proxy.latency_s = BUSY_LATENCY_S
            feeding = asyncio.create_task(feed.keep_full(stop), name="feed")
        running = [await ground.start() for _ in range(daemons)]
        for number in range(rounds):
            if gap_s is None:
                await feed.add()
            else:
                await asyncio.sleep(drawn.uniform(*gap_s))
            part = before + utterances // 3
            await until(partial(feed.has_asked, part), what="the work goes on", deadline_s=PATIENCE_S)
            outage = list(Outage)[number % len(Outage)]
            if outage is Outage.HALF_OPEN and not is_busy:
                await ground.pool.expire_connections()
                await until(lambda: is_done(ground.pool), deadline_s=PATIENCE_S)
            before = await feed.asked() if gap_s else before + utterances
            await _happen(outage, server, relay)
            happened[outage] += 1
        under_load_s = time.monotonic() - began_s
        if feeding is not None:
            stop.set()
            await feeding
        await until(partial(_succeeds, feed.add), what="it can be written again", deadline_s=PATIENCE_S)
        await until(partial(feed.has_asked, feed.confirmed), what="the rest", deadline_s=PATIENCE_S)
        await ground.pool.expire_connections()  # ours were cut as well
        await until(lambda: is_done(ground.pool), what="every job is done", deadline_s=PATIENCE_S)
        ended = sum(daemon.process.returncode is not None for daemon in running)
        totals = await ledger.totals(ground.pool)
        wrong = {
            **await ground.discrepancies(asked=feed.confirmed),
            "a daemon that ended": ended,
            "an attempt charged for an outage": totals["attempts charged otherwise"],
        }
        wrong["an utterance that is gone"] = wrong.get("an utterance that is gone", 0) + feed.gone
        return ScenarioResult(
            name="PostgreSQL away",
            did={
                **{outage.value: count for outage, count in happened.items()},
                "daemons at a time": daemons,
                "seconds under load": round(under_load_s),
                "times a daemon lost the database": sum(len(daemon.events("db.lost")) for daemon in running),
                **totals,
            },
            wrong={name: count for name, count in wrong.items() if count},
        )


async def _happen(outage: Outage, server: EmbeddedServer, relay: Relay) -> None:
    match outage:
        case Outage.TERMINATED:
            admin = await connect(server.dsn())
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await admin.close()
        case Outage.RESTARTED:
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
        case Outage.KILLED:
            postmaster = server.folder / "pgdata" / "postmaster.pid"
            os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)
            await asyncio.to_thread(server.start)
        case Outage.HALF_OPEN:
            relay.abandon()


async def _succeeds(step: Callable[[], Awaitable[None]]) -> bool:
    with suppress(StoreError, OSError):
        await step()
        return True
    return False


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[Connection]:
    """Lend a connection of one's own: those of a pool may just have been cut."""
    with mapped_errors():
        conn = await connect(dsn)
        try:
            yield conn
        finally:
            conn.terminate()

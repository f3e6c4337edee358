"""Fault 2: PostgreSQL is restarted, killed, cut off and left half-open under load."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from enum import Enum
from functools import partial
from pathlib import Path

from store.embedded import EmbeddedServer
from store.errors import StoreError
from store.pool import connect
from tests.chaos import ledger
from tests.chaos.ground import ask, is_done, open_ground
from tests.chaos.killing import PATIENCE_S
from tests.chaos.ledger import Outcome
from tests.relay import Relay, relay_to
from tests.waiting import until


class Outage(Enum):
    TERMINATED = "backends terminated"
    RESTARTED = "restarts"
    KILLED = "kills of the server"
    HALF_OPEN = "half-open connections"


async def restart_again_and_again(
    server: EmbeddedServer,
    *,
    folder: Path,
    rounds: int,
    utterances: int,
    daemons: int = 1,
    gap_s: tuple[float, float] = (0.0, 0.0),
    is_busy: bool = True,
    seed: int = 2,
) -> Outcome:
    """Let another kind of outage come each time another part of the work is done, and after a gap drawn from a range.

    A statement that is under way on a half-open connection is given up after a minute; without `is_busy`
    connections become so only while nothing is.
    """
    drawn, happened, began_s = random.Random(seed), Counter[Outage](), time.monotonic()
    async with (
        relay_to(server.dsn()) as relay,
        open_ground(folder=folder, dsn=server.dsn(), way=relay.dsn) as ground,
    ):
        running = [await ground.start() for _ in range(daemons)]
        for number in range(rounds):
            await _ask(server.dsn(), utterances, first=number * utterances)
            await asyncio.sleep(drawn.uniform(*gap_s))
            await until(
                partial(_has_asked, server.dsn(), number * utterances + utterances // 3),
                deadline_s=PATIENCE_S,
            )
            outage = list(Outage)[number % len(Outage)]
            if outage is Outage.HALF_OPEN and not is_busy:
                await ground.pool.expire_connections()
                await until(lambda: is_done(ground.pool), deadline_s=PATIENCE_S)
            await _happen(outage, server, relay)
            happened[outage] += 1
        await _ask(server.dsn(), utterances, first=rounds * utterances)
        await ground.pool.expire_connections()  # ours were cut as well
        await until(lambda: is_done(ground.pool), what="every job is done", deadline_s=PATIENCE_S)
        ended = sum(daemon.process.returncode is not None for daemon in running)
        charged = await ground.pool.fetchval("SELECT count(*) FROM worker_jobs WHERE attempts > 1")
        return Outcome(
            name="PostgreSQL away",
            did={
                **{outage.value: count for outage, count in happened.items()},
                "daemons at a time": daemons,
                "seconds under load": round(time.monotonic() - began_s),
                "times a daemon lost the database": sum(len(daemon.events("db.lost")) for daemon in running),
                "jobs charged": charged,
                **await ledger.totals(ground.pool),
            },
            wrong={
                **await ledger.discrepancies(ground.pool),
                **({"a daemon that ended": ended} if ended else {}),
            },
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


async def _ask(dsn: str, utterances: int, *, first: int) -> None:
    conn = await connect(dsn)
    await ask(conn, utterances, first=first)
    await conn.close()


async def _has_asked(dsn: str, number: int) -> bool:
    """Ask over a connection of its own: the pool's may just have been cut."""
    try:
        conn = await connect(dsn)
        try:
            return int(await conn.fetchval(_ASKED)) >= number
        finally:
            conn.terminate()
    except (StoreError, OSError):
        return False


_ASKED = "SELECT count(*) FROM utterances WHERE did_asked_knowledge = 1"

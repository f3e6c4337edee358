"""Fault 5 for PostgreSQL itself: its disk is full while daemons work, and has room again later."""

import asyncio
from pathlib import Path

from chaos.scenarios import ledger
from chaos.scenarios.ground import ask, is_done, open_ground
from chaos.scenarios.killing import PATIENCE_S
from chaos.scenarios.ledger import Outcome
from tane.store.embedded import EmbeddedServer
from tests.system.daemon_process import Daemon
from tests.waiting import until

_BLOCK = b"\0" * 65536


async def fill_under_the_server(
    server: EmbeddedServer, *, folder: Path, utterances: int, daemons: int = 1
) -> Outcome:
    """Fill the disk of the server with a ballast until work stops, and take the ballast away."""
    ballast = server.folder / "ballast"
    async with open_ground(folder=folder, dsn=server.dsn()) as ground:
        await ask(ground.pool, utterances)
        running = [await ground.start() for _ in range(daemons)]
        _fill(ballast)
        await until(lambda: any(map(_has_felt_it, running)) or _fill(ballast),
            what="the full disk is felt", deadline_s=PATIENCE_S,
        )  # fmt: skip
        ballast.unlink()
        await asyncio.to_thread(server.start)  # it ends itself when its log finds no room
        await until(lambda: is_done(ground.pool), what="every job is done", deadline_s=PATIENCE_S)
        ended = sum(daemon.process.returncode is not None for daemon in running)
        return Outcome(
            name="a full disk under PostgreSQL",
            did={
                "daemons at a time": daemons,
                "times a daemon lost the database": sum(len(daemon.events("db.lost")) for daemon in running),
                "results that waited": sum(len(daemon.events("job.save_waits")) for daemon in running),
                **await ledger.totals(ground.pool),
            },
            wrong={**await ground.discrepancies(asked=utterances), **({"a daemon that ended": ended} if ended else {})},
        )  # fmt: skip


def _has_felt_it(daemon: Daemon) -> bool:
    return bool(daemon.events("db.lost") or daemon.events("job.save_waits"))


def _fill(ballast: Path) -> bool:
    """Take what is left of the disk; always False: more may be left the next time."""
    try:
        with ballast.open("ab", buffering=0) as file:
            while True:
                file.write(_BLOCK)
    except OSError:
        return False

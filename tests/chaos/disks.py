"""Fault 5 for PostgreSQL itself: its disk is full while daemons work, and has room again later."""

import asyncio
from pathlib import Path

from store.embedded import EmbeddedServer
from tests.chaos import ledger
from tests.chaos.ground import ask, is_done, open_ground
from tests.chaos.killing import PATIENCE_S
from tests.chaos.ledger import Outcome
from tests.waiting import until

_BLOCK = b"\0" * 65536


async def fill_under_the_server(server: EmbeddedServer, *, folder: Path, utterances: int) -> Outcome:
    """Fill the disk of the server with a ballast until work stops, and take the ballast away."""
    ballast = server.folder / "ballast"
    async with open_ground(folder=folder, dsn=server.dsn()) as ground:
        await ask(ground.pool, utterances)
        daemon = await ground.start()
        _fill(ballast)
        await until(lambda: bool(daemon.events("db.lost") or daemon.events("job.save_waits")) or _fill(ballast),
            what="the full disk is felt", deadline_s=PATIENCE_S,
        )  # fmt: skip
        ballast.unlink()
        await asyncio.to_thread(server.start)  # it ends itself when its log finds no room
        await until(lambda: is_done(ground.pool), what="every job is done", deadline_s=PATIENCE_S)
        return Outcome(
            name="a full disk under PostgreSQL",
            did={"times the database was lost": len(daemon.events("db.lost")), **await ledger.totals(ground.pool)},
            wrong={
                **await ledger.discrepancies(ground.pool),
                **({"a daemon that ended": 1} if daemon.process.returncode is not None else {}),
            },
        )  # fmt: skip


def _fill(ballast: Path) -> bool:
    """Take what is left of the disk; always False: more may be left the next time."""
    try:
        with ballast.open("ab", buffering=0) as file:
            while True:
                file.write(_BLOCK)
    except OSError:
        return False

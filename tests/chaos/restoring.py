"""Fault 7: a backup is taken while daemons work, the database is lost, and the backup restored."""

import asyncio
import subprocess
from pathlib import Path

from store.embedded import EmbeddedServer
from store.installation import programs
from store.pool import Pool, close_pool, open_pool
from tests.chaos import ledger
from tests.chaos.ground import ask, asked, is_done, open_ground
from tests.chaos.killing import PATIENCE_S
from tests.chaos.ledger import Outcome
from tests.waiting import until

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


async def lose_everything(server: EmbeddedServer, *, folder: Path, utterances: int) -> Outcome:
    """Back up in the middle of work and at its end, drop, restore both, and work off what was left in the first."""
    async with open_ground(folder=folder, dsn=server.dsn()) as ground:
        await ask(ground.pool, utterances)
        daemon = await ground.start()

        async def is_half_done() -> bool:
            return await asked(ground.pool) >= utterances // 2

        await until(is_half_done, deadline_s=PATIENCE_S)
        early = await _back_up(server, folder / "early.dump")
        await until(lambda: is_done(ground.pool), deadline_s=PATIENCE_S)
        await daemon.kill()
        late = await _back_up(server, folder / "late.dump")
        before = await _rows(ground.pool)
    await _restore(server, late)
    pool = await open_pool(server.dsn(), size=2)
    after = await _rows(pool)
    await close_pool(pool)
    await _restore(server, early)
    async with open_ground(folder=folder, dsn=server.dsn(), has_account=True) as ground:
        half = await asked(ground.pool)
        await ground.start()
        await until(lambda: is_done(ground.pool), what="the rest is done", deadline_s=PATIENCE_S)
        wrong = await ledger.discrepancies(ground.pool)
    differing = sum(after.get(table) != rows for table, rows in before.items())
    return Outcome(
        name="backup, drop, restore",
        did={
            "tables": len(before),
            "rows": sum(len(rows) for rows in before.values()),
            "utterances done in the backup taken at work": half,
            "utterances": utterances,
        },
        wrong=wrong | ({"a table that is not the same": differing} if differing else {}),
    )


async def _rows(pool: Pool) -> dict[str, list[str]]:
    """Return every row of every table as text."""
    tables = [row[0] for row in await pool.fetch(_TABLES)]
    return {
        table: [row[0] for row in await pool.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
        for table in tables
    }


async def _back_up(server: EmbeddedServer, file: Path) -> Path:
    await _call("pg_dump", "--format=custom", f"--file={file}", server.dsn())
    return file


async def _restore(server: EmbeddedServer, file: Path) -> None:
    await asyncio.to_thread(server.recreate)
    await _call("pg_restore", "--exit-on-error", f"--dbname={server.dsn()}", str(file))


async def _call(program: str, *arguments: str) -> None:
    command = [str(programs() / program), *arguments]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)

"""Fault 7: a backup is taken while daemons work, the database is lost, and the backup restored."""

import asyncio
from pathlib import Path

from chaos.scenarios.daemon_testbed import ask, asked, is_done, open_daemons
from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.process_faults import PATIENCE_S
from tane.store import backup, embeddings, restoring
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Pool, close_pool, connect, open_pool
from tests.waiting import until

_SHAPE = """
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'chaos%'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'chaos%'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal AND tgname NOT LIKE 'chaos%'"""
# The account of what happened is another program's, which a backup leaves alone.
_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'chaos%' ORDER BY 1"
)


async def lose_everything(
    server: EmbeddedServer, *, folder: Path, utterances: int, daemons: int = 1, database: str = "tane"
) -> ScenarioResult:
    """Back up in the middle of work and at its end, drop, restore both, and work off what was left in the first."""
    dsn = server.dsn(database)
    async with open_daemons(folder=folder, dsn=dsn) as ground:
        await ask(ground.pool, utterances)
        running = [await ground.start() for _ in range(daemons)]

        async def is_half_done() -> bool:
            return await asked(ground.pool) >= utterances // 2

        await until(is_half_done, deadline_s=PATIENCE_S)
        early = await _back_up(dsn, folder / "early.dump")
        await until(lambda: is_done(ground.pool), deadline_s=PATIENCE_S)
        for daemon in running:
            await daemon.kill()
        late = await _back_up(dsn, folder / "late.dump")
        before, shape = await _rows(ground.pool), await ground.pool.fetch(_SHAPE)
    await asyncio.to_thread(server.recreate, database)
    await _restore(dsn, late)
    pool = await open_pool(dsn, size=2)
    after, shape_after = await _rows(pool), await pool.fetch(_SHAPE)
    await close_pool(pool)
    await asyncio.to_thread(server.recreate, database)
    await _restore(dsn, early)
    async with open_daemons(folder=folder, dsn=dsn, is_restored=True) as ground:
        half = await asked(ground.pool)
        for _ in range(daemons):
            await ground.start()
        await until(lambda: is_done(ground.pool), what="the rest is done", deadline_s=PATIENCE_S)
        wrong = await ground.discrepancies(asked=utterances)
    wrong |= {
        "a table that is not the same": sum(after.get(table) != rows for table, rows in before.items()),
        "a table that was not there": len(after.keys() - before.keys()),
        "an index, constraint or trigger that is not the same": len(set(shape) ^ set(shape_after)),
    }
    return ScenarioResult(
        name="backup, drop, restore",
        did={
            "daemons at a time": daemons,
            "tables": len(before),
            "indexes, constraints and triggers": len(shape),
            "rows": sum(len(rows) for rows in before.values()),
            "utterances done in the backup taken at work": half,
            "utterances": utterances,
        },
        wrong={name: count for name, count in wrong.items() if count},
    )


async def _rows(pool: Pool) -> dict[str, list[str]]:
    """Return every row of every table as text."""
    tables = [row[0] for row in await pool.fetch(_TABLES)]
    return {
        table: [row[0] for row in await pool.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
        for table in tables
    }


async def _back_up(dsn: str, file: Path) -> Path:
    """As `tane db backup` does it."""
    await backup.back_up(dsn, file)
    return file


async def _restore(dsn: str, file: Path) -> None:
    """As `tane db restore` does it, into a database that is empty."""
    archive = await backup.read_archive(file)
    conn = await connect(dsn)
    target = await restoring.look_at_target(conn)
    await conn.close()
    assert restoring.refusal(target, replace=False) is None
    await restoring.restore(dsn, archive, removals=target.removals)
    await backup.refresh_statistics(dsn)
    await embeddings.ensure_indexes(dsn)

"""Where scenarios take place: real daemons, a model server with a proxy that injects faults, and a database with an account.

A scenario that stops PostgreSQL or fills its disk has a server of its own: `own_server`.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chaos.scenarios import ledger
from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, Pool, close_pool, open_pool
from tane.store.tied import TiedServer
from tests.conftest import in_memory
from tests.faults import FaultProxy
from tests.standin import serving_standin
from tests.system.daemon_process import Daemon, Site, open_site
from tests.system.work import TEXT

# Nights have scenarios of their own; here one would begin whenever the seeds have doubled.
SETTINGS = {"TANE_NIGHTLY__ENABLED": "false"}


@dataclass(frozen=True, kw_only=True)
class DaemonTestbed:
    """What every scenario needs."""

    site: Site
    pool: Pool
    proxy: FaultProxy
    dsn: str
    folder: Path

    started: list[Daemon] = field(default_factory=list)
    """All daemons that ever ran here, dead ones too."""

    async def start(self, settings: Mapping[str, str] | None = None) -> Daemon:
        """Start a daemon that has no nights by itself, and wait until it claims."""
        self.started.append(await self.site.start(settings={**SETTINGS, **(settings or {})}))
        return self.started[-1]

    async def discrepancies(self, *, asked: int) -> dict[str, int]:
        """Ask the account everything, after so many utterances."""
        return await ledger.discrepancies(self.pool, asked=asked, daemons=self.started)


@asynccontextmanager
async def open_daemons(
    *, folder: Path, dsn: str, way: str | None = None, is_restored: bool = False, is_cold: bool = False
) -> AsyncIterator[DaemonTestbed]:
    """Open it over a migrated, empty database; daemons go another `way` to it if one is given.

    is_restored: what it holds has happened once already. is_cold: see `open_site`.
    """
    with serving_standin() as standin:
        async with FaultProxy(standin) as proxy:
            pool = await open_pool(dsn, size=4)
            try:
                await (ledger.resume_account if is_restored else ledger.open_account)(pool)
                async with open_site(
                    folder=folder, dsn=way or dsn, llm_url=proxy.url, is_cold=is_cold
                ) as site:
                    yield DaemonTestbed(site=site, pool=pool, proxy=proxy, dsn=dsn, folder=folder)
                    proxy.clear()
            finally:
                await close_pool(pool)


@contextmanager
def own_folder() -> Iterator[Path]:
    """Lend a folder, in memory where there is enough of it."""
    folder = Path(tempfile.mkdtemp(prefix="tane-chaos-", dir=in_memory()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def own_server(folder: Path) -> AsyncIterator[EmbeddedServer]:
    """Start a server with the settings it has at the owner's: what it committed survives its death."""
    server = TiedServer(folder, throwaway=folder)
    await asyncio.to_thread(server.start)
    try:
        await migrate.migrate(server.dsn())
        yield server
    finally:
        await asyncio.to_thread(server.stop)


async def ask(pool: "Pool | Connection", number: int, *, first: int = 0) -> None:
    """Add this many utterances, and a job for each that extracts knowledge, as other programs do."""
    texts = [TEXT.replace("睡眠", f"{n}時間の睡眠") for n in range(first, first + number)]
    await pool.execute(
        """
        WITH said AS (
            INSERT INTO utterances (utterance_id, contents, created_at, updated_at)
            SELECT gen_random_uuid(), contents, now(), now() FROM unnest($1::text[]) AS contents
            RETURNING utterance_id)
        INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, status, priority, created_at, updated_at)
        SELECT gen_random_uuid(), 'did_asked_knowledge', 'utterance', utterance_id, 'queued', 20, now(), now() FROM said
        """,
        texts,
    )


async def asked(pool: Pool) -> int:
    """Count the utterances that are done."""
    return int(await pool.fetchval("SELECT count(*) FROM utterances WHERE did_asked_knowledge = 1"))


async def is_done(pool: Pool) -> bool:
    """Tell whether no job is left."""
    return not await pool.fetchval(
        "SELECT EXISTS (SELECT FROM worker_jobs WHERE status IN ('queued', 'scheduled', 'running'))"
    )

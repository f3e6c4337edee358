"""Keeps what this process claimed, gives up what it cannot be sure of, and takes back what others lost.

A claim is ours while its lease runs, by the database's clock. The trust window is the same time by our own
monotonic clock, counted from before the heartbeat was sent, so it always ends earlier:

    heartbeat sent ......... answered ............. trust ends .. lease ends .. reaper may come
    |<---------------------- lease_s ------------------------>|

While heartbeats fail nothing is claimed. When trust ends, work is abandoned; a result that waits to be saved
is kept, for its transaction checks the fence. When the database comes back, jobs that we own but no longer
work on are released uncharged, and the reaper waits a whole lease so that everybody can do the same. What was reaped all
the same, because we were paused or cut off alone, is suspected of having crashed us; our next
upkeep takes the suspicion away.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from uuid import UUID

import structlog

from daemon.queue.batch import AbandonReason, Batch
from tane.backoff import Backoff
from tane.store import jobs as queue
from tane.store.errors import Conflict, StoreUnavailable
from tane.store.pool import Pool, connection

BEATS_PER_LEASE = 3
TEND_EVERY_S = 1.0
LONGEST_STATEMENT_S = 10.0
REAP_LIMIT = 100
PROMOTE_LIMIT = 1000

log = structlog.get_logger()


class Leases:
    """The claims of one process, and the upkeep of everybody's."""

    def __init__(
        self,
        *,
        pool: Pool,
        worker: UUID,
        batches: Collection[Batch],
        known_types: Sequence[str],
        lease_s: float,
        backoff: Backoff,
    ) -> None:
        self._pool = pool
        self._worker = worker
        self._batches = batches
        self._known_types = known_types
        self._lease_s = lease_s
        self._backoff = backoff
        self._trusted_until_s = time.monotonic() + lease_s
        self._reap_from_s = 0.0
        self.is_connected = True
        self.rescued = 0
        """Claims taken back from claimants that went silent."""
        self.claiming = asyncio.Lock()
        """Held while a claim is under way: its jobs would look like orphans."""

    def __repr__(self) -> str:
        left_s = self._trusted_until_s - time.monotonic()
        return f"<Leases {'held' if self.is_connected else 'no contact'} trusted for {left_s:.1f}s>"

    async def run_heartbeat(self) -> None:
        """Beat three times a lease, also while the daemon drains."""
        while True:
            await self.beat()
            await asyncio.sleep(self._beat_s)

    async def run_upkeep(self) -> None:
        """Tend the queue every second; without contact, look for it every second."""
        while True:
            await self.tend()
            if not self.is_connected:
                await self.beat()
            await asyncio.sleep(min(self._beat_s, TEND_EVERY_S))

    async def beat(self) -> None:
        """Extend all leases; let go of lost and cancelled claims, release orphans."""
        try:
            await self._extend()
            await self._release_orphans()
        except Conflict:
            return
        except StoreUnavailable as error:
            self._lose_contact(error)
        else:
            self._regain_contact()

    async def tend(self) -> None:
        """Take back expired claims, queue what is due, cancel what expired, dead-letter jobs of unknown types."""
        try:
            async with connection(self._pool) as conn:
                if pardoned := await queue.pardon(conn, worker=self._worker):
                    log.info("jobs.pardoned", count=pardoned)
                if self.is_connected and time.monotonic() >= self._reap_from_s:
                    reaped = await queue.reap(
                        conn,
                        limit=REAP_LIMIT,
                        backoff_base_s=self._backoff.base_s,
                        backoff_cap_s=self._backoff.cap_s,
                    )
                    self.rescued += len(reaped)
                    for claim in reaped:
                        log.warning(
                            "job.rescued", job_id=claim.job_id, kind=claim.job_type, status=claim.status,
                            cause=claim.cause,
                        )  # fmt: skip
                await queue.promote(conn, limit=PROMOTE_LIMIT)
                if expired := await queue.expire(conn):
                    log.info("jobs.expired", count=expired)
                if discarded := await queue.discard_unknown(conn, self._known_types):
                    log.error("jobs.unknown_type", count=discarded)
        except Conflict:
            return
        except StoreUnavailable as error:
            self._lose_contact(error)

    async def _extend(self) -> None:
        asked_s = time.monotonic()
        batches = tuple(self._batches)
        if jobs := [job for batch in batches for job in batch.open_jobs]:
            async with connection(self._pool) as conn, asyncio.timeout(self._statement_s):
                held = await queue.heartbeat(conn, jobs, lease_s=self._lease_s)
            for batch in batches:
                _tell(batch, held)
        self._trusted_until_s = asked_s + self._lease_s

    async def _release_orphans(self) -> None:
        if self.claiming.locked():
            return
        async with self.claiming:
            jobs = [job for batch in self._batches for job in batch.open_jobs]
            async with connection(self._pool) as conn, asyncio.timeout(self._statement_s):
                released = await queue.release_orphans(conn, worker=self._worker, held=jobs)
        if released:
            log.warning("jobs.orphans_released", count=released)

    def _lose_contact(self, error: StoreUnavailable) -> None:
        if self.is_connected:
            log.error("db.lost", reason=str(error))
        self.is_connected = False
        if time.monotonic() < self._trusted_until_s:
            return
        working = [batch for batch in self._batches if not batch.is_saving and not batch.abandoned]
        if working:
            log.warning("leases.abandoned", count=sum(len(batch.jobs) for batch in working))
        for batch in working:
            batch.interrupt(AbandonReason.LOST)

    def _regain_contact(self) -> None:
        if not self.is_connected:
            # Leases ran out while nobody could extend them; that is not to be charged to the jobs.
            self._reap_from_s = time.monotonic() + self._lease_s
            log.info("db.restored")
        self.is_connected = True

    @property
    def _beat_s(self) -> float:
        return self._lease_s / BEATS_PER_LEASE

    @property
    def _statement_s(self) -> float:
        return min(self._beat_s, LONGEST_STATEMENT_S)


def _tell(batch: Batch, held: dict[UUID, bool]) -> None:
    """Let the batch know what became of its claims while we asked."""
    ids = {job.job_id for job in batch.open_jobs}
    if lost := ids - held.keys():
        batch.interrupt(AbandonReason.LOST, lost)
    if cancelled := {job_id for job_id in ids if held.get(job_id)}:
        batch.interrupt(AbandonReason.CANCELLED, cancelled)

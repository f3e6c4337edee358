"""Utterances and jobs written by hand, as the owner's other programs write them, and what they become."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tane.store.pool import Pool
from tests.waiting import until

TEXT = "睡眠とは脳が休む時間である。睡眠が足りないと翌日の集中力が落ちる。"
JOB = (
    "INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, status, priority, created_at, updated_at) "
    "VALUES (gen_random_uuid(), $1, $2, $3, 'queued', $4, now(), now())"
)


class Work:
    """What one test puts in and looks for, past the daemon's own code."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add_utterance(self, text: str = TEXT) -> UUID:
        """Insert with the columns of document 000 alone."""
        utterance_id = uuid4()
        await self._pool.execute(
            "INSERT INTO utterances (utterance_id, contents, created_at, updated_at) VALUES ($1, $2, now(), now())",
            utterance_id,
            text,
        )
        return utterance_id

    async def add_job(
        self,
        utterance_id: UUID,
        *,
        job_type: str = "did_asked_knowledge",
        table: str = "utterance",
        priority: int = 20,
    ) -> None:
        await self._pool.execute(JOB, job_type, table, utterance_id, priority)

    async def ask(self, number: int) -> list[UUID]:
        """Queue the extraction of knowledge from this many utterances."""
        utterances = [await self.add_utterance(TEXT.replace("睡眠", f"{n}時間の睡眠")) for n in range(number)]
        for utterance_id in utterances:
            await self.add_job(utterance_id)
        return utterances

    async def statuses(self) -> dict[str, int]:
        rows = await self._pool.fetch("SELECT status, count(*)::int AS n FROM worker_jobs GROUP BY 1")
        return {row["status"]: row["n"] for row in rows}

    async def attempts(self) -> set[int]:
        return {
            row["attempts"] for row in await self._pool.fetch("SELECT DISTINCT attempts FROM worker_jobs")
        }

    async def is_done(self) -> bool:
        return set(await self.statuses()) == {"done"}

    async def done(self) -> None:
        """Wait until every job is done."""
        await until(self.is_done, what="every job is done")

    async def running(self, number: int = 1) -> None:
        await until(lambda: self._counts("running", number), what=f"{number} jobs run")

    async def _counts(self, status: str, number: int) -> bool:
        return (await self.statuses()).get(status, 0) == number

    async def effects(self) -> dict[str, int]:
        """Count what the jobs wrote, and that nothing of it is there twice."""
        row = await self._pool.fetchrow(
            """
            SELECT (SELECT count(*) FROM seeds) AS seeds,
                   (SELECT count(DISTINCT body) FROM seeds) AS statements,
                   (SELECT count(*) FROM utterance_seeds) AS links,
                   (SELECT count(*) FROM embeddings WHERE target_type = 'seed') AS vectors,
                   (SELECT count(*) FROM worker_jobs WHERE job_type = 'embedding') AS embedding_jobs,
                   (SELECT count(*) FROM utterances WHERE did_asked_knowledge = 1) AS asked
            """
        )
        assert row is not None
        return dict(row)

    async def lease_end(self) -> datetime:
        end = await self._pool.fetchval("SELECT max(lease_expires_at) FROM worker_jobs")
        assert isinstance(end, datetime)
        return end

    async def is_lease_extended(self, before: datetime, *, by_s: float) -> bool:
        return await self.lease_end() > before + timedelta(seconds=by_s)

    async def is_blocked(self) -> bool:
        """Tell whether a statement waits for a lock."""
        return bool(
            await self._pool.fetchval(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation')"
            )
        )

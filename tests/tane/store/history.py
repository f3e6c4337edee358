"""What several workers did to a real queue, and whether it adds up.

Workers claim, finish, fail, give back, fall silent, wake too late and lose their connection in the middle of a statement,
by a generator of random numbers with a fixed seed. What they were told is held against what a trigger saw of the rows.
"""

import asyncio
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from tane.store import jobs
from tane.store.errors import DATABASE_ERRORS
from tane.store.jobs import Ending, Job, NewJob, Verdict
from tane.store.pool import Connection, connect

JOB_TYPE = "embedding"
BATCH = 3
LEASE_S, DEADLINE_S = 3600.0, 7200.0  # a claimant that falls silent has its lease ended by hand
FATES = {"done": 10, "retry": 3, "return": 2, "release": 2, "silent": 2, "late": 2, "cut": 1}
UNCHARGED = ("return", "release")
ENDED = ("done", "dead", "cancelled")
MOVES = {
    ("queued", "running"), ("scheduled", "queued"), ("running", "done"), ("running", "queued"), ("running", "scheduled"),
    ("running", "dead"),
}  # fmt: skip

JOURNAL = """
CREATE TABLE journal (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job_id uuid NOT NULL, was text NOT NULL, became text NOT NULL
);
CREATE FUNCTION journal_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal (job_id, was, became) VALUES (NEW.job_id, OLD.status, NEW.status);
    RETURN NULL;
END $$;
CREATE TRIGGER journal_moves AFTER UPDATE OF status ON worker_jobs FOR EACH ROW
    WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION journal_note();
"""
_EXPIRE = """
UPDATE worker_jobs SET lease_expires_at = now() - interval '1 second'
WHERE job_id = $1 AND claim_token = $2 AND status = 'running'
"""
_COUNTS = "SELECT status, count(*) AS jobs FROM worker_jobs GROUP BY status"


@dataclass(kw_only=True)
class History:
    """What was asked, what workers were told, and what stands in the end."""

    jobs: int
    claims: list[tuple[UUID, int]] = field(default_factory=list)
    """(job, token) of every claim, in the order of the answers."""
    endings: list[tuple[UUID, int, str]] = field(default_factory=list)
    """(job, token, ending) of every ending that was confirmed."""
    too_late: list[tuple[UUID, int]] = field(default_factory=list)
    """Claims whose ending was refused."""
    reaped: list[tuple[UUID, str]] = field(default_factory=list)
    """(job, cause) of every claim that was taken back."""
    moves: list[tuple[UUID, str, str]] = field(default_factory=list)
    """(job, status before, status after) of every change, as the table saw them."""
    moments: list[dict[str, int]] = field(default_factory=list)
    """Jobs by status, looked at again and again."""
    attempts: dict[UUID, int] = field(default_factory=dict)
    status: dict[UUID, str] = field(default_factory=dict)


def discrepancies(history: History) -> Counter[str]:
    """Return what does not add up, and how often. Pure."""
    found: Counter[str] = Counter()
    found["a token that was used twice"] = sum(times > 1 for times in Counter(history.claims).values())
    ends = Counter(job for job, _, became in history.moves if became in ENDED)
    found["a job that did not end once"] = history.jobs - sum(times == 1 for times in ends.values())
    found["a change that no queue makes"] = sum(
        (was, became) not in MOVES for _, was, became in history.moves
    )
    told = Counter((job, token) for job, token, _ in history.endings)
    found["a claim that ended twice"] = sum(times > 1 for times in told.values())
    found["an ending of a claim that nobody made"] = len(told.keys() - set(history.claims))
    found["an ending that was refused and confirmed"] = len(told.keys() & set(history.too_late))
    done = {job for job, _, ending in history.endings if ending == "done"}
    found["a job confirmed as done that is not"] = sum(history.status[job] != "done" for job in done)
    claimed = Counter(job for job, _ in history.claims)
    spared = Counter(job for job, _, ending in history.endings if ending in UNCHARGED)
    spared += Counter(job for job, cause in history.reaped if cause in ("lease_expired", "poisonous"))
    found["a job that was charged otherwise"] = sum(
        charged != claimed[job] - spared[job] for job, charged in history.attempts.items()
    )
    found["a moment whose totals do not add up"] = sum(
        sum(moment.values()) != history.jobs for moment in history.moments
    )
    over = [sum(moment.get(status, 0) for status in ENDED) for moment in history.moments]
    found["a job that ended and did not stay so"] = sum(
        later < earlier for earlier, later in itertools.pairwise(over)
    )
    return +found


async def record(dsn: str, *, asked: int, workers: int, seed: int) -> History:
    """Let the workers finish so many jobs on a migrated database without any, and return what happened."""
    history, conn = History(jobs=asked), await connect(dsn)
    await conn.execute(JOURNAL)
    new = [NewJob(job_type=JOB_TYPE, target_type="seed", target_id=uuid4(), priority=1) for _ in range(asked)]
    await jobs.enqueue(conn, new)
    busy = [
        asyncio.create_task(_Worker(dsn, history, random.Random(f"{seed} {number}")).work())
        for number in range(workers)
    ]
    try:
        async with asyncio.timeout(60 + asked):
            while not all(task.done() for task in busy):
                await _keep_up(conn, history)
        await asyncio.gather(*busy)
    finally:
        for task in busy:
            task.cancel()
    await _conclude(conn, history)
    await conn.close()
    return history


class _Worker:
    """One claimant, with a connection and a fate for each of its claims."""

    def __init__(self, dsn: str, history: History, drawn: random.Random) -> None:
        self._dsn = dsn
        self._history = history
        self._drawn = drawn

    async def work(self) -> None:
        """Claim until every job has ended."""
        self._conn: Connection = await connect(self._dsn)
        while await self._conn.fetchval("SELECT EXISTS (SELECT FROM worker_jobs WHERE finished_at IS NULL)"):
            # Under a name of its own for each batch: who falls silent in one is dead, and another begins.
            for job in await self._claim(uuid4()):
                self._history.claims.append((job.job_id, job.claim_token))
                await self._meet(job, self._drawn.choices(list(FATES), list(FATES.values()))[0])
        await self._conn.close()

    async def _claim(self, name: UUID) -> list[Job]:
        deadlines = {JOB_TYPE: DEADLINE_S}
        suspect = await jobs.claim_suspect(self._conn, worker=name, lease_s=LEASE_S, deadlines_s=deadlines)
        return suspect or await jobs.claim(
            self._conn, slots={JOB_TYPE: BATCH}, worker=name, lease_s=LEASE_S, deadlines_s=deadlines
        )

    async def _meet(self, job: Job, fate: str) -> None:
        if fate in ("silent", "late"):
            await self._conn.execute(_EXPIRE, job.job_id, job.claim_token)
        if fate == "late":
            # Whether the claim was taken back by now is for the queue to say.
            await self._end(job, Ending.DONE)
        elif fate == "cut":
            await self._cut(job)
        elif fate != "silent":
            await self._end(job, Ending(fate))

    async def _end(self, job: Job, ending: Ending) -> None:
        if ending is Ending.RETRY and job.attempts >= job.max_attempts:
            ending = Ending.DEAD
        if await jobs.settle(self._conn, [Verdict(job=job, ending=ending)]):
            self._history.endings.append((job.job_id, job.claim_token, ending.value))
        else:
            self._history.too_late.append((job.job_id, job.claim_token))

    async def _cut(self, job: Job) -> None:
        """Lose the connection while the claim is being ended: nobody knows whether it was."""
        ending = asyncio.ensure_future(jobs.settle(self._conn, [Verdict(job=job, ending=Ending.DONE)]))
        await asyncio.sleep(0)
        self._conn.terminate()
        await asyncio.wait([ending])
        if not isinstance(ending.exception(), (None.__class__, *DATABASE_ERRORS)):
            ending.result()
        self._conn = await connect(self._dsn)
        await self._conn.execute(_EXPIRE, job.job_id, job.claim_token)


async def _keep_up(conn: Connection, history: History) -> None:
    """Look at the totals, and do what the daemon's upkeep does."""
    history.moments.append({row["status"]: row["jobs"] for row in await conn.fetch(_COUNTS)})
    taken = await jobs.reap(conn, limit=100, backoff_base_s=0.0, backoff_cap_s=0.0)
    history.reaped += [(reaped.job_id, reaped.cause) for reaped in taken]
    await jobs.promote(conn, limit=100)


async def _conclude(conn: Connection, history: History) -> None:
    for row in await conn.fetch("SELECT job_id, attempts, status FROM worker_jobs"):
        history.attempts[row["job_id"]], history.status[row["job_id"]] = row["attempts"], row["status"]
    rows = await conn.fetch("SELECT job_id, was, became FROM journal ORDER BY number")
    history.moves = [tuple(row) for row in rows]

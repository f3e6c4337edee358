"""A model of the queue runs beside the real SQL: workers die, wake too late, and time jumps.

After every step each row must be what the model says. Nothing is lost, nothing is completed twice:
an effect is written in the transaction of its completion, by whoever still holds the job.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tane.store import jobs, queue_admin
from tane.store.jobs import Ending, Job, NewJob, Verdict
from tane.store.pool import Connection, connect
from tests.tane.store.queue import pass_time
from tests.tane.store.shadow import Shadow, Worker

T = TypeVar("T")

TYPES = ("a", "b")
TARGETS = (UUID(int=1), UUID(int=2))
# Two priorities within a type, and one that both types share.
PRIORITIES = dict(zip(itertools.product(TYPES, TARGETS), (10, 30, 20, 30), strict=True))
WORKERS = 3
MAX_ATTEMPTS = 2
# The model's time moves in steps of 20 s; what ends lies 10 s beside a step, so the real
# milliseconds that pass do not matter.
STEP_S, LEASE_S, DEADLINE_S, DELAY_S = 20, 30.0, 50.0, 50.0
WAITING = ("queued", "scheduled")

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]
WORK = st.sampled_from(list(PRIORITIES))
RARELY = st.sampled_from([False, False, False, True])


class QueueMachine(RuleBasedStateMachine):
    """Whatever can happen to a queue is a method, which tells the model what must come of it."""

    def __init__(self, runner: asyncio.Runner, conn: Connection) -> None:
        super().__init__()
        self.runner, self.conn = runner, conn
        self.now = 0.0
        self.rows: dict[UUID, Shadow] = {}
        self.workers = [Worker() for _ in range(WORKERS)]
        self.run(conn.execute("TRUNCATE worker_jobs, job_pauses, effects"))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    # ------------------------------------------------------------ the model's words

    def with_status(self, *status: str) -> list[Shadow]:
        return sorted((row for row in self.rows.values() if row.status in status), key=lambda row: row.order)

    def has_twin(self, key: tuple[str, UUID]) -> bool:
        return any(row.key == key for row in self.with_status(*WAITING))

    def holds(self, job: Job) -> bool:
        row = self.rows[job.job_id]
        return row.status == "running" and row.token == job.claim_token

    def busy(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.held]

    def lost_claims(self) -> list[Job]:
        """Claims that somebody else holds now; where there are none, those that nobody holds."""
        lost = [job for worker in self.workers for job in worker.ever if not self.holds(job)]
        return [job for job in lost if self.rows[job.job_id].status == "running"] or lost

    def move(self, row: Shadow, status: str, *, due: float | None = None) -> None:
        row.status, row.owner = status, None
        row.due = self.now if due is None else due

    def put_back(self, rows: Iterable[Shadow], status: str, *, due: float | None = None) -> None:
        """Several rows go back in line at once: of the same work one at most, and none beside a waiting one."""
        chosen = list(rows)
        for key in {row.key for row in chosen}:
            group = [row for row in chosen if row.key == key]
            stays = None if self.has_twin(key) else self.the_one_that_stayed(group)
            for row in group:
                row.superseded = row is not stays
                self.move(row, "cancelled" if row.superseded else status, due=due)

    def the_one_that_stayed(self, group: Sequence[Shadow]) -> Shadow:
        """Ask the database which of equal rows it kept; any will do, but exactly one."""
        statement = "SELECT job_id FROM worker_jobs WHERE status <> 'cancelled' AND job_id = ANY ($1)"
        stayed = self.run(self.conn.fetch(statement, [row.job_id for row in group]))
        assert len(stayed) == 1
        return self.rows[stayed[0]["job_id"]]

    # ------------------------------------------------------------ what can happen now

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One rule with weights: left to itself, hypothesis mostly does what has no effect."""
        data.draw(st.sampled_from(self.possible()))(data.draw)

    def possible(self) -> list[Callable[[Draw], None]]:
        running = self.with_status("running")
        return [
            self.time_passes,
            *[self.enqueue] * (len(self.with_status(*WAITING)) < len(PRIORITIES) - 1),
            *[self.claim] * (4 if self.with_status("queued") else 0),
            *[self.end_a_claim] * (4 if self.busy() else 0),
            *[self.heartbeat, self.a_worker_dies_and_its_zombie_lives_on] * bool(self.busy()),
            *[self.a_zombie_ends_what_it_lost] * (2 if self.lost_claims() else 0),
            *[self.reap, self.reap, self.release_orphans, self.cancel] * bool(running),
            *[self.promote] * (2 if self.with_status("scheduled") else 0),
            *[self.retry_the_dead] * bool(self.with_status("dead")),
        ]

    # ------------------------------------------------------------ work comes, is claimed and ends

    def enqueue(self, draw: Draw) -> None:
        work = draw(st.lists(WORK, min_size=1, max_size=4))
        is_delayed = draw(RARELY)
        delay_s = DELAY_S if is_delayed else 0.0
        expected = {key for key in work if not self.has_twin(key)}
        new = [
            NewJob(
                job_type=key[0],
                target_type="seed",
                target_id=key[1],
                priority=PRIORITIES[key],
                delay_s=delay_s,
            )
            for key in work
        ]

        assert self.run(jobs.enqueue(self.conn, new)) == len(expected)

        added = self.run(
            self.conn.fetch("SELECT * FROM worker_jobs WHERE job_id <> ALL ($1)", list(self.rows))
        )
        assert {(row["job_type"], row["target_id"]) for row in added} == expected
        for row in added:
            self.rows[row["job_id"]] = Shadow(
                job_id=row["job_id"],
                key=(row["job_type"], row["target_id"]),
                order=(row["priority"], row["created_at"], row["job_id"]),
                status="scheduled" if is_delayed else "queued",
                due=self.now + delay_s,
            )

    def claim(self, draw: Draw) -> None:
        worker = draw(st.sampled_from(self.workers))
        offered = draw(st.sampled_from([TYPES, TYPES, TYPES[:1], TYPES[1:]]))
        free = draw(st.integers(1, 3))
        paused = draw(st.sampled_from([None, None, None, None, *TYPES, "*"]))
        may = {name for name in offered if paused not in (name, "*")}
        line = [row for row in self.with_status("queued") if row.key[0] in may]
        first = [row for row in line if (row.key[0], row.order[0]) == (line[0].key[0], line[0].order[0])]
        heads = first[:free]
        together = draw(st.sampled_from([(), TYPES]))
        beside = {row.key[1] for row in heads if row.key[0] in together}
        siblings = [row for row in line if row.key[0] in together and row.key[1] in beside]
        expected = [
            row for row in line if row in heads or (row in siblings and row.key[0] != heads[0].key[0])
        ]
        if paused:
            self.run(queue_admin.pause(self.conn, paused))

        claimed = self.run(
            jobs.claim(
                self.conn,
                slots=dict.fromkeys(offered, int(free)),
                worker=worker.name,
                lease_s=LEASE_S,
                deadlines_s=dict.fromkeys(offered, DEADLINE_S),
                together=together,
            )
        )

        assert [job.job_id for job in claimed] == [row.job_id for row in expected]
        if paused:
            assert self.run(queue_admin.resume(self.conn, paused))
        for row in expected:
            row.status, row.owner = "running", worker.name
            row.attempts, row.token = row.attempts + 1, row.token + 1
            row.lease, row.deadline = self.now + LEASE_S, self.now + DEADLINE_S
        if not draw(RARELY):  # else the reply is lost
            worker.ever += claimed
            worker.held |= {job.job_id: job for job in claimed}

    def heartbeat(self, draw: Draw) -> None:
        worker = draw(st.sampled_from(self.busy()))
        expected = {
            job.job_id: self.rows[job.job_id].cancel for job in worker.held.values() if self.holds(job)
        }

        assert self.run(jobs.heartbeat(self.conn, list(worker.held.values()), lease_s=LEASE_S)) == expected

        for job_id in expected:
            self.rows[job_id].lease = self.now + LEASE_S
        worker.held = {job_id: job for job_id, job in worker.held.items() if job_id in expected}

    def end_a_claim(self, draw: Draw) -> None:
        worker = draw(st.sampled_from(self.busy()))
        job = draw(st.sampled_from(list(worker.held.values())))
        ending = draw(st.sampled_from(Ending))
        if ending is Ending.RETRY and job.attempts >= MAX_ATTEMPTS:
            ending = Ending.DEAD

        self.end(job, ending, draw(st.sampled_from([0.0, DELAY_S])))

        del worker.held[job.job_id]

    def a_zombie_ends_what_it_lost(self, draw: Draw) -> None:
        job = draw(st.sampled_from(self.lost_claims()))

        assert self.run(jobs.heartbeat(self.conn, [job], lease_s=LEASE_S)) == {}
        self.end(job, draw(st.sampled_from(Ending)), 0.0)

    def end(self, job: Job, ending: Ending, delay_s: float) -> None:
        row, held = self.rows[job.job_id], self.holds(job)

        assert self.run(self.save(Verdict(job=job, ending=ending, delay_s=delay_s))) == held
        is_recorded = ending is Ending.DONE if held else (row.status, row.token) == ("done", job.claim_token)
        assert bool(self.run(jobs.ended_by(self.conn, [job]))) == is_recorded

        if not held:
            return
        row.attempts -= ending in (Ending.LATER, Ending.RELEASE, Ending.RETURN)
        row.returns += ending is Ending.RETURN
        if ending in (Ending.DONE, Ending.DEAD, Ending.CANCELLED):
            self.move(row, ending.value)
        elif row.cancel:
            self.move(row, "cancelled")
        elif ending in (Ending.RETRY, Ending.LATER):
            self.put_back([row], "scheduled", due=self.now + delay_s)
        else:
            self.put_back([row], "queued")

    async def save(self, verdict: Verdict) -> bool:
        """Do as a worker does: hold, write the effect, end, all in one transaction."""
        async with self.conn.transaction():
            held = await jobs.hold(self.conn, [verdict.job])
            if held and verdict.ending is Ending.DONE:
                await self.conn.execute("INSERT INTO effects VALUES ($1)", verdict.job.job_id)
            ended = await jobs.settle(self.conn, [verdict])
        assert ended == held
        return bool(held)

    # ------------------------------------------------------------ time, upkeep and death

    def time_passes(self, draw: Draw) -> None:
        steps = draw(st.integers(1, 3))
        self.now += steps * STEP_S
        self.run(pass_time(self.conn, steps * STEP_S))

    def reap(self, _: Draw) -> None:
        expired = [row for row in self.with_status("running") if min(row.lease, row.deadline) < self.now]

        reaped = self.run(jobs.reap(self.conn, limit=100, backoff_base_s=0, backoff_cap_s=0))

        assert {(found.job_id, found.cause) for found in reaped} == {
            (row.job_id, "lease_expired" if row.lease < self.now else "deadline_passed") for row in expired
        }
        # Suspicion has tests of its own (test_crashes); here nobody crashed.
        self.run(self.conn.execute(
            "UPDATE worker_jobs SET is_suspect = 0, crashes = 0, lost_by = NULL, lost_alone = 0 WHERE lost_by IS NOT NULL"
        ))  # fmt: skip
        for row in expired:
            is_lost = row.lease < self.now
            row.attempts -= is_lost
            if row.cancel or (row.attempts >= MAX_ATTEMPTS and not is_lost):
                self.move(row, "cancelled" if row.cancel else "dead")
        self.put_back([row for row in expired if row.status == "running"], "queued")
        for row in (row for row in expired if row.status == "queued" and row.lease >= self.now):
            row.status = "scheduled"

    def promote(self, _: Draw) -> None:
        due = [row for row in self.with_status("scheduled") if row.due <= self.now]

        assert self.run(jobs.promote(self.conn, limit=100)) == len(due)

        for row in due:
            row.status = "queued"

    def a_worker_dies_and_its_zombie_lives_on(self, draw: Draw) -> None:
        number = self.workers.index(draw(st.sampled_from(self.busy())))
        self.workers[number] = Worker(ever=self.workers[number].ever)

    def release_orphans(self, draw: Draw) -> None:
        worker = draw(st.sampled_from(self.workers))
        known = {job.job_id for job in worker.held.values() if self.holds(job)}
        orphans = [
            row for row in self.with_status("running") if row.owner == worker.name and row.job_id not in known
        ]

        released = self.run(
            jobs.release_orphans(self.conn, worker=worker.name, held=list(worker.held.values()))
        )

        assert released == len(orphans)
        for row in orphans:
            row.attempts -= 1
            if row.cancel:
                self.move(row, "cancelled")
        self.put_back([row for row in orphans if row.status == "running"], "queued")

    # ------------------------------------------------------------ the operator

    def cancel(self, draw: Draw) -> None:
        row = draw(st.sampled_from(self.with_status("running", *WAITING, "done")))
        is_open = row.status in (*WAITING, "running")

        assert self.run(queue_admin.cancel_jobs(self.conn, [row.job_id])) == is_open

        row.cancel = row.cancel or is_open
        if row.status in WAITING:
            self.move(row, "cancelled")

    def retry_the_dead(self, _: Draw) -> None:
        dead = self.with_status("dead")

        self.run(queue_admin.retry_jobs(self.conn))

        for row in dead:
            row.attempts, row.returns, row.cancel = 0, 0, False
        self.put_back(dead, "queued")

    # ------------------------------------------------------------ what must always hold

    @invariant()
    def every_row_is_what_the_model_says(self) -> None:
        found = {
            row["job_id"]: (
                row["status"], row["attempts"], row["claim_token"], row["returns"], row["claimed_by"],
                row["cancel_requested_at"] is not None, row["outcome"] == "superseded",
            )
            for row in self.run(self.conn.fetch("SELECT * FROM worker_jobs"))
        }  # fmt: skip

        assert found == {row.job_id: row.seen() for row in self.rows.values()}
        assert all(0 <= row.attempts <= MAX_ATTEMPTS for row in self.rows.values())
        waiting = Counter(row.key for row in self.with_status(*WAITING))
        assert not waiting or max(waiting.values()) == 1

    @invariant()
    def every_completed_job_had_its_effect_exactly_once(self) -> None:
        effects = Counter(row["job_id"] for row in self.run(self.conn.fetch("SELECT job_id FROM effects")))

        assert effects == Counter(row.job_id for row in self.with_status("done"))


def test_the_queue_does_what_its_model_says(dsn: str):
    with asyncio.Runner() as runner:
        conn = runner.run(connect(dsn))
        # No primary key: the model must see it when an effect is written twice.
        runner.run(conn.execute("CREATE TABLE effects (job_id uuid)"))
        runner.run(
            conn.execute(f"ALTER TABLE worker_jobs ALTER COLUMN max_attempts SET DEFAULT {MAX_ATTEMPTS}")
        )
        try:
            run_state_machine_as_test(
                lambda: QueueMachine(runner, conn),  # type: ignore[arg-type]  # it takes any maker of machines
                settings=settings(
                    max_examples=40, stateful_step_count=60, deadline=None, derandomize=True, database=None,
                    suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
                ),
            )  # fmt: skip
        finally:
            runner.run(conn.close())

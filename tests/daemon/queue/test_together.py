"""Jobs of one target that are answered together: claimed together, worked off as one, ended each for itself."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from handlers.contract import JobError, Lane
from tane.llm.model_errors import BadReply, ModelMissing, ModelUnavailable
from tane.llm.protocol import Models, Prompt
from tane.store import queue_admin
from tane.store.jobs import NewJob, enqueue
from tane.store.pool import Connection, Pool, connection
from tests.daemon.queue.workshop import Craft, Workshop, open_workshop
from tests.waiting import until

QUESTIONS = ("role", "score", "seeds")


@pytest.fixture
async def workshop(pool: Pool, dsn: str) -> AsyncIterator[Workshop]:
    craft = Craft()
    together = replace(craft.handler("all"), answers=frozenset(QUESTIONS), deadline_s=600.0)
    handlers = [*(craft.handler(question) for question in QUESTIONS), craft.handler("embed", lane=Lane.EMBED)]
    async with open_workshop(pool, dsn, craft=craft, handlers=handlers, together=together) as workshop:
        yield workshop


async def ask(workshop: Workshop, number: int) -> list[UUID]:
    """Queue all questions about some targets, each question for all targets first."""
    targets = await workshop.queue(number, job_type=QUESTIONS[0])
    async with connection(workshop.pool) as conn:
        for priority, question in enumerate(QUESTIONS[1:], start=20):
            await enqueue(
                conn,
                [
                    NewJob(job_type=question, target_type="note", target_id=target, priority=priority)
                    for target in targets
                ],
            )
    return targets


async def test_each_target_is_one_batch_and_takes_one_slot(workshop: Workshop):
    await ask(workshop, 6)
    workshop.models.gate.clear()

    claimed = await workshop.worker.turn()

    assert claimed == 4 * len(QUESTIONS), "four slots"
    assert sorted(len(batch.jobs) for batch in workshop.worker.batches) == [3, 3, 3, 3]
    assert {batch.handler.job_type for batch in workshop.worker.batches} == {"all"}
    for batch in workshop.worker.batches:
        assert len({job.target_id for job in batch.jobs}) == 1
        assert {job.job_type for job in batch.jobs} == set(QUESTIONS)
    assert await workshop.pool.fetchval(
        "SELECT bool_and(deadline_at > now() + interval '10 minutes') FROM worker_jobs WHERE status = 'running'"
    ), "the deadline is that of the joint call"


async def test_all_of_them_are_done_once(workshop: Workshop):
    await ask(workshop, 9)

    assert await workshop.work() == 27
    assert await workshop.statuses() == {"done": 27}
    assert await workshop.effects() == 27


async def test_a_question_that_waits_alone_is_asked_by_its_own_handler(workshop: Workshop):
    await workshop.queue(1, job_type="score")
    workshop.models.gate.clear()

    await workshop.worker.turn()

    assert [batch.handler.job_type for batch in workshop.worker.batches] == ["score"]


async def test_a_paused_question_stays_behind(workshop: Workshop):
    await ask(workshop, 2)
    async with connection(workshop.pool) as conn:
        await queue_admin.pause(conn, "score")

    await workshop.work()

    assert await workshop.statuses("job_type || ' ' || status") == {
        "role done": 2, "seeds done": 2, "score queued": 2,
    }  # fmt: skip


async def test_an_effect_that_cannot_be_written_costs_its_job_alone(workshop: Workshop):
    await ask(workshop, 1)

    async def refuse(_: Connection, jobs: Sequence[Any]) -> None:
        if any(job.job_type == "score" for job in jobs):
            raise BadReply("refused")

    workshop.craft.before_save = refuse
    await workshop.work()

    assert await workshop.statuses("job_type || ' ' || status") == {
        "role done": 1, "seeds done": 1, "score dead": 1,
    }  # fmt: skip
    assert await workshop.effects() == 2


async def test_a_target_that_is_gone_ends_all_its_questions(workshop: Workshop):
    gone, there = await ask(workshop, 2)
    workshop.craft.unloadable[gone] = JobError("target_missing")

    await workshop.work()

    assert await workshop.statuses() == {"dead": 3, "done": 3}
    assert (await workshop.job(there))["status"] == "done"


async def test_an_outage_gives_all_of_them_back_uncharged(workshop: Workshop):
    await ask(workshop, 1)
    workshop.models.failures.append(ModelMissing("m"))

    await workshop.worker.turn()
    await workshop.idle()

    assert await workshop.statuses() == {"queued": 3}
    assert await workshop.statuses("attempts") == {0: 3}


async def test_a_cancelled_question_does_not_stop_the_others(workshop: Workshop):
    await ask(workshop, 1)
    workshop.models.gate.clear()
    await workshop.worker.turn()
    await workshop.pool.execute(
        "UPDATE worker_jobs SET cancel_requested_at = now() WHERE job_type = 'score' AND status = 'running'"
    )

    await workshop.worker.leases.beat()
    workshop.models.gate.set()
    await workshop.idle()

    assert await workshop.statuses("job_type || ' ' || status") == {
        "role done": 1, "seeds done": 1, "score cancelled": 1,
    }  # fmt: skip


class TestWhatIsFoundAsItComes:
    """A handler may tell results one after another; each is saved at once."""

    @pytest.fixture
    async def flowing(self, pool: Pool, dsn: str) -> AsyncIterator[Workshop]:
        craft = Craft()

        async def flow(items: Sequence[str], models: Models) -> AsyncGenerator[dict[int, str], None]:
            yield {0: items[0], 2: items[2]}
            yield {1: (await models.generate(Prompt(text=items[1], reply_tokens=1, version="1"))).text}

        together = replace(craft.handler("all"), answers=frozenset(QUESTIONS), flow=flow)
        handlers = [craft.handler(question) for question in QUESTIONS]
        async with open_workshop(pool, dsn, craft=craft, handlers=handlers, together=together) as workshop:
            yield workshop

    async def test_is_saved_while_the_rest_is_asked(self, flowing: Workshop):
        await ask(flowing, 1)
        flowing.models.gate.clear()

        await flowing.worker.turn()
        await until(lambda: bool(flowing.models.asked), what="the second question is put")

        assert await flowing.statuses() == {"done": 2, "running": 1}
        assert await flowing.effects() == 2

        await flowing.worker.leases.beat()
        flowing.models.gate.set()
        await flowing.idle()
        assert await flowing.statuses() == {"done": 3}
        assert await flowing.effects() == 3

    async def test_stays_when_the_next_question_meets_an_outage(self, flowing: Workshop):
        await ask(flowing, 1)
        flowing.models.failures.append(ModelUnavailable("down"))

        await flowing.work()

        assert await flowing.statuses() == {"done": 2, "queued": 1}
        assert await flowing.effects() == 2

    async def test_stays_when_the_daemon_stops_meanwhile(self, flowing: Workshop):
        await ask(flowing, 1)
        flowing.models.gate.clear()
        await flowing.worker.turn()
        await until(lambda: bool(flowing.models.asked), what="the second question is put")

        await flowing.worker.release()

        assert await flowing.statuses() == {"done": 2, "queued": 1}

    async def test_is_tried_again_at_the_end_when_it_cannot_be_saved(self, flowing: Workshop):
        (target,) = await ask(flowing, 1)
        flowing.craft.unsavable[target] = ValueError("no")

        await flowing.worker.turn()
        await flowing.idle()

        assert await flowing.statuses() == {"scheduled": 3}
        assert await flowing.effects() == 0

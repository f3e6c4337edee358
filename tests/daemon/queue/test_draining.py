import asyncio

import pytest

from daemon.queue.draining import OUTAGE_PATIENCE_S, Drain, decide
from daemon.queue.lanes import MODELS
from handlers.contract import Lane, Later
from tane.llm.model_errors import ModelMissing
from tane.store import queue_admin
from tane.store.pool import connection
from tests.daemon.queue.workshop import Workshop
from tests.waiting import until

TEXT, EMBED = frozenset({Lane.TEXT}), frozenset({Lane.EMBED})


class TestADrain:
    def test_is_over_when_nothing_is_left(self):
        over = decide(frozenset(), missing={}, blocked=frozenset(), down_for_s=0)

        assert over is not None
        assert over.status == 0

    def test_goes_on_while_jobs_are_left(self):
        assert decide(TEXT, missing={}, blocked=frozenset(), down_for_s=0) is None

    def test_ends_with_69_when_only_a_missing_model_could_do_the_rest(self):
        missing = ModelMissing("gpt-oss:20b")
        over = decide(
            TEXT,
            missing={Lane.TEXT: missing.model},
            blocked=TEXT,
            down_for_s=1,
            reasons={Lane.TEXT: str(missing)},
        )

        assert over is not None
        assert over.status == 69
        assert "ollama pull gpt-oss:20b" in over.reason

    def test_goes_on_with_what_another_model_can_do(self):
        assert decide(TEXT | EMBED, missing={Lane.TEXT: "m"}, blocked=TEXT, down_for_s=1) is None

    @pytest.mark.parametrize(("down_for_s", "is_over"), [(1, False), (OUTAGE_PATIENCE_S + 1, True)])
    def test_waits_for_a_server_that_restarts_but_not_for_ever(self, down_for_s: float, is_over: bool):
        over = decide(TEXT, missing={}, blocked=MODELS, down_for_s=down_for_s)

        assert (over is not None) is is_over

    def test_says_what_the_model_does_wrong(self):
        over = decide(
            EMBED,
            missing={},
            blocked=EMBED,
            down_for_s=OUTAGE_PATIENCE_S + 1,
            reasons={Lane.EMBED: "NaN for every text"},
        )

        assert over is not None
        assert over.reason.endswith("NaN for every text")


class TestDrainingAQueue:
    async def test_waits_for_retries_but_not_for_the_far_future(self, workshop: Workshop):
        drain = Drain(workshop.worker, due_within_s=600)
        soon, late = await workshop.queue(2)
        workshop.craft.unloadable = {soon: Later(60, "early"), late: Later(3600, "early")}
        await workshop.work()

        waits_for_soon = not await drain.is_over()
        await workshop.pool.execute("DELETE FROM worker_jobs WHERE target_id = $1", soon)

        assert waits_for_soon
        assert await drain.is_over()

    async def test_does_not_wait_for_what_is_paused(self, workshop: Workshop):
        await workshop.queue(2)
        async with connection(workshop.pool) as conn:
            await queue_admin.pause(conn, "*")

        assert await Drain(workshop.worker, due_within_s=600).is_over()

    async def test_ends_the_worker_by_itself(self, workshop: Workshop):
        await workshop.queue(30)
        drain = Drain(workshop.worker, due_within_s=600)

        await workshop.worker.run(stop=asyncio.Event(), is_over=drain.is_over)

        assert await workshop.statuses() == {"done": 30}

    async def test_ends_the_worker_when_a_model_is_missing(self, workshop: Workshop):
        await workshop.queue(3)
        await workshop.queue(3, job_type="embed")
        workshop.models.failures.append(ModelMissing("gpt-oss:20b"))
        workshop.worker.breaker.report(Lane.TEXT, ModelMissing("gpt-oss:20b"))
        workshop.models.failures.clear()
        drain = Drain(workshop.worker, due_within_s=600)

        await workshop.worker.run(stop=asyncio.Event(), is_over=drain.is_over)

        assert drain.over is not None
        assert drain.over.status == 69
        assert await workshop.statuses() == {"queued": 3, "done": 3}

    async def test_waits_for_what_another_daemon_runs(self, workshop: Workshop):
        await workshop.queue(1)
        workshop.models.gate.clear()
        await workshop.worker.turn()
        await until(lambda: bool(workshop.models.asked))

        assert not await Drain(workshop.worker, due_within_s=600).is_over()

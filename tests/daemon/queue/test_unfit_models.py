"""A model that answers nothing usable, whatever it is given: nobody's job pays for it, and all of them are done when it is well."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from daemon.model_watch import ModelWatch
from daemon.queue.breaker import Breaker
from daemon.queue.usefulness import PATIENCE
from daemon.queue.wakeup import Wakeup
from daemon.queue.worker import Pace, Worker
from demo.standin import EMBED_MODEL, TEXT_MODEL
from handlers import all_handlers, together
from handlers.contract import Lane
from tane.backoff import Backoff
from tane.store.pool import Pool
from tests.faults import Fault, FaultProxy
from tests.handlers.conversation import options
from tests.standin import serving_standin
from tests.tane.llm.conftest import driver
from tests.waiting import until

SYSTEMIC = [Fault.NAN, Fault.ALL_NULLS, Fault.ALL_SHORT, Fault.ALL_ALIKE, Fault.CANNOT_EMBED]
TEXTS = [f"早く寝ると朝が楽になる。これは{number}回目の話だ。" for number in range(70)]


@dataclass
class Works:
    """The real handlers, worker and driver, before a model server that can be spoilt."""

    pool: Pool
    proxy: FaultProxy
    worker: Worker
    watch: ModelWatch

    async def work(self) -> None:
        while await self.worker.turn():
            await until(lambda: not self.worker.batches, what="the worker is idle")

    async def counts(self, column: str = "status") -> dict[str, int]:
        rows = await self.pool.fetch(
            f"SELECT {column}::text AS what, count(*)::int AS n FROM worker_jobs GROUP BY 1"
        )
        return {row["what"]: row["n"] for row in rows}


@pytest.fixture(scope="module")
def standin() -> Iterator[str]:
    with serving_standin(parallel=4) as url:
        yield url


@asynccontextmanager
async def works(pool: Pool, dsn: str, url: str, model_options: object = None) -> AsyncIterator[Works]:
    async with (
        FaultProxy(url) as proxy,
        driver(proxy.url, text_model=TEXT_MODEL, embed_model=EMBED_MODEL, options=model_options) as ollama,
    ):
        watch = ModelWatch(models=ollama, pool=pool)
        wakeup = Wakeup(dsn=dsn, poll_s=3600)
        breaker = Breaker(probe=watch.probe, prove=watch.prove, on_recovery=wakeup.set)
        async with asyncio.TaskGroup() as tasks:
            worker = Worker(
                pool=pool, models=ollama, handlers=all_handlers(options()), together=together(options()),
                breaker=breaker, wakeup=wakeup, tasks=tasks,
                pace=Pace(
                    slots={Lane.TEXT: 1, Lane.EMBED: 1, Lane.LOCAL: 1}, lease_s=60, slice_s=60,
                    backoff=Backoff(base_s=0, cap_s=0),
                ),
            )  # fmt: skip
            worker.is_coresident = True
            yield Works(pool=pool, proxy=proxy, worker=worker, watch=watch)
            proxy.clear()
            await worker.release()


@pytest.fixture
async def at_work(pool: Pool, dsn: str, standin: str) -> AsyncIterator[Works]:
    async with works(pool, dsn, standin) as opened:
        yield opened


async def say(pool: Pool, *texts: str) -> None:
    """Utterances of one split each, as an import leaves them."""
    await pool.execute(
        """WITH said AS (INSERT INTO utterances (contents) SELECT unnest($1::text[]) RETURNING utterance_id, contents),
           split AS (INSERT INTO utterance_splits (utterance_id, ordinal, contents)
                     SELECT utterance_id, 0, contents FROM said RETURNING utterance_split_id)
           INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
           SELECT 'embedding', 'utterance_split', utterance_split_id, 10 FROM split""",
        list(texts),
    )


class TestTheModelThatEmbeds:
    @pytest.mark.parametrize("number", [1, 70])
    @pytest.mark.parametrize("fault", SYSTEMIC)
    async def test_charges_nobody_and_all_is_done_when_it_is_well(
        self, at_work: Works, fault: Fault, number: int
    ):
        await say(at_work.pool, "前の話", *TEXTS[: number - 1])
        at_work.proxy.rates = {fault: 1.0}
        if fault is Fault.ALL_ALIKE and number == 1:
            await at_work.work()  # a single vector is like none
            await say(at_work.pool, "次の話")

        await at_work.work()

        assert at_work.worker.breaker.blocked == {Lane.EMBED}
        assert "embed" in at_work.worker.breaker.reasons[Lane.EMBED]
        assert not await at_work.worker.breaker.turn(), "the probe sees it, too"
        assert "dead" not in await at_work.counts()
        assert (
            await at_work.pool.fetchval(
                "SELECT coalesce(max(attempts), 0) FROM worker_jobs WHERE status = 'queued'"
            )
            == 0
        )

        at_work.proxy.clear()
        assert await at_work.worker.breaker.turn()
        await at_work.work()

        assert set(await at_work.counts()) == {"done"}
        assert (
            await at_work.pool.fetchval("SELECT count(*) FROM embeddings WHERE target_type = 'utterance'")
            >= number
        )

    async def test_fails_for_one_text_alone_and_charges_that(self, at_work: Works):
        await say(at_work.pool, *TEXTS[:20], "毒")
        at_work.proxy.when(lambda asked: "毒" in asked.body.get("input", ()), Fault.NAN)

        await at_work.work()

        assert at_work.worker.breaker.blocked == frozenset()
        assert await at_work.counts("coalesce(last_error->>'cause', status)") == {"bad_vector": 1, "done": 40}

    async def test_leaves_the_other_lane_open(self, at_work: Works):
        at_work.proxy.rates = {Fault.ALL_NULLS: 1.0}
        await say(at_work.pool, *TEXTS[:3])

        await at_work.work()

        assert Lane.TEXT not in at_work.worker.breaker.blocked


async def ask_all(pool: Pool, *texts: str) -> None:
    """Utterances about which one question of each sort is asked, in this order."""
    await pool.execute(
        """WITH said AS (INSERT INTO utterances (contents) SELECT unnest($1::text[]) RETURNING utterance_id, contents)
           INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
           SELECT job_type, 'utterance', utterance_id, 20 + array_position($1::text[], contents)
           FROM said, unnest($2::text[]) AS job_type""",
        list(texts),
        ["did_asked_knowledge", "confidence"],
    )


class TestTheModelThatWrites:
    @pytest.mark.parametrize("fault", [Fault.ONLY_THOUGHTS, Fault.UNENDED_THOUGHTS, Fault.EMPTY])
    async def test_waits_after_twenty_utterances_in_vain_instead_of_finding_nothing(
        self, at_work: Works, fault: Fault
    ):
        await ask_all(at_work.pool, *TEXTS[: PATIENCE + 10])
        at_work.proxy.rates = {fault: 1.0}

        await at_work.work()

        assert at_work.worker.breaker.blocked == {Lane.TEXT}
        assert "20 utterances" in at_work.worker.breaker.reasons[Lane.TEXT]
        assert await at_work.counts() == {"dead": 2 * (PATIENCE - 1), "queued": 2 * 11}
        assert await at_work.counts("outcome") == {None: 2 * (PATIENCE + 10)}
        assert not await at_work.worker.breaker.turn(), "the proof fails as well"

        at_work.proxy.clear()
        assert await at_work.worker.breaker.turn()
        await at_work.work()

        assert "queued" not in await at_work.counts()

    async def test_is_not_blamed_when_it_proves_itself_and_the_texts_are(self, at_work: Works):
        await ask_all(at_work.pool, *(f"毒 {text}" for text in TEXTS[: PATIENCE + 5]), *TEXTS[:3])
        at_work.proxy.when(lambda asked: "毒" in str(asked.body), Fault.GARBAGE)

        for _ in range(3):
            await at_work.work()
            await at_work.worker.breaker.turn()
        await at_work.work()

        assert at_work.worker.breaker.blocked == frozenset()
        assert "queued" not in await at_work.counts()
        assert (await at_work.counts())["done"] >= 6

    async def test_one_usable_reply_among_many_keeps_it_at_work(self, at_work: Works):
        await ask_all(at_work.pool, *TEXTS[: PATIENCE + 10])
        at_work.proxy.when(lambda asked: not str(asked.body).count("これは10回目"), Fault.EMPTY)

        await at_work.work()

        assert at_work.worker.breaker.blocked == frozenset()


class TestAServerThatRefuses:
    @pytest.mark.parametrize("fault", [Fault.OPTION_TYPE, Fault.REFUSED, Fault.CRASH])
    async def test_the_owners_options_charges_nobody_and_names_them(
        self, pool: Pool, dsn: str, standin: str, fault: Fault
    ):
        async with works(pool, dsn, standin, model_options={"num_gpu": 7}) as at_work:
            await ask_all(pool, *TEXTS[:8])
            at_work.proxy.when(lambda asked: asked.body["options"].get("num_gpu") == 7, fault)

            await at_work.work()
            await at_work.worker.breaker.turn()
            await at_work.work()

            assert at_work.worker.breaker.blocked == {Lane.TEXT}
            assert "correct llm.options" in at_work.worker.breaker.reasons[Lane.TEXT]
            assert await at_work.counts("status || attempts") == {"queued0": 16}

            at_work.proxy.clear()
            assert await at_work.worker.breaker.turn()
            await at_work.work()

            assert set(await at_work.counts()) == {"done"}

    async def test_everything_charges_nobody(self, at_work: Works):
        await ask_all(at_work.pool, *TEXTS[:8])
        at_work.proxy.rates = {Fault.REFUSED: 1.0}

        await at_work.work()

        assert not await at_work.worker.breaker.turn()
        assert at_work.worker.breaker.blocked == {Lane.TEXT}
        assert await at_work.counts("status || attempts") == {"queued0": 16}

    @pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.CRASH])
    async def test_one_text_charges_that_alone(self, at_work: Works, fault: Fault):
        await ask_all(at_work.pool, "毒", *TEXTS[:3])
        at_work.proxy.when(lambda asked: "毒" in str(asked.body), fault)

        for _ in range(11):
            await at_work.work()
            assert await at_work.worker.breaker.turn()

        charged = await at_work.pool.fetch(
            """SELECT DISTINCT u.contents FROM worker_jobs j JOIN utterances u ON u.utterance_id = j.target_id
               WHERE j.status <> 'done' AND j.attempts > 0"""
        )
        assert [row["contents"] for row in charged] == ["毒"]


class TestWhatNeverGotAVector:
    @pytest.mark.parametrize("cause", ["bad_vector", "unexpected", "request_refused"])
    async def test_because_its_job_died_is_picked_up(self, at_work: Works, cause: str):
        await say(at_work.pool, *TEXTS[:3])
        await at_work.pool.execute(
            """UPDATE worker_jobs SET status = 'dead', finished_at = now(), attempts = 1,
               last_error = jsonb_build_object('cause', $1::text)""",
            cause,
        )

        await at_work.watch.pick_up()
        await at_work.work()

        assert await at_work.counts() == {"done": 6}

    async def test_and_has_no_job_is_picked_up(self, at_work: Works):
        await say(at_work.pool, *TEXTS[:3])
        await at_work.pool.execute(
            "INSERT INTO seeds (body) VALUES ('早寝は効く'), ('  '), ('夜更かしは毒だ')"
        )
        await at_work.pool.execute("UPDATE seeds SET review_status = 'rejected' WHERE body LIKE '夜%'")
        await at_work.pool.execute("DELETE FROM worker_jobs")

        await at_work.watch.pick_up()
        await at_work.work()
        await at_work.watch.pick_up()

        assert await at_work.counts() == {"done": 3 + 3 + 1}

    async def test_and_cannot_get_one_is_not_asked_for_twice_at_once(self, at_work: Works):
        await say(at_work.pool, *TEXTS[:3])
        await at_work.watch.pick_up()

        assert await at_work.counts() == {"queued": 3}


@pytest.mark.parametrize(
    ("path", "fault"), [("/api/tags", Fault.NOT_JSON), ("/api/show", Fault.OPTION_TYPE), ("/api/version", Fault.UNKNOWN_ROUTE)]
)  # fmt: skip
async def test_a_server_that_answers_oddly_when_looked_at_is_one_that_is_away(
    at_work: Works, path: str, fault: Fault
):
    at_work.proxy.script(fault, path=path)

    await at_work.watch.check(at_work.worker.breaker)

    assert at_work.worker.breaker.blocked == {Lane.TEXT, Lane.EMBED}
    assert await at_work.worker.breaker.turn()

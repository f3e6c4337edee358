import asyncio

import pytest

from tane.evaluation.runner import EvaluationRun, run_all, scattered
from tane.llm.model_errors import ModelUnavailable
from tests.fakes import FakeModels
from tests.tane.cli.test_evaluation_questions import SLEEP, items, reply, way
from tests.tane.evaluation.cases import labelled

GOLD = [labelled(f"t:{line}", SLEEP) for line in range(10)]


def test_every_beginning_of_the_order_is_spread_over_the_whole():
    everything = items(*GOLD)
    order = [everything.index(item) for item in scattered(everything)]

    assert sorted(order) == list(range(10))
    assert max(order[:3]) - min(order[:3]) >= 5


async def test_progress_is_told_after_each_utterance():
    seen: list[int] = []

    await run_all(
        items(*GOLD), [way()], FakeModels(lambda _: reply()), parallel=3,
        on_case=lambda course: seen.append(len(course.cases)),
    )  # fmt: skip

    assert seen == list(range(1, 11))


async def test_an_interruption_leaves_what_is_known():
    reached = asyncio.Event()
    calls = 0

    async def hang_at_the_fourth() -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            reached.set()
            await asyncio.Event().wait()

    models = FakeModels(lambda _: reply(), while_asked=hang_at_the_fourth)
    running = asyncio.create_task(run_all(items(*GOLD), [way()], models, parallel=1))
    await reached.wait()
    running.cancel()
    course = await running

    assert (course.stopped, len(course.cases), course.planned) == ("interrupted", 3, 10)
    assert running.cancelling() == 0


async def test_outages_count_only_in_a_row():
    gone = ModelUnavailable("a moment")
    models = FakeModels(gone, gone, reply(), gone, gone, lambda _: reply())

    course = await run_all(items(*GOLD), [way()], models, parallel=1)

    assert (course.stopped, len(course.cases)) == (None, 10)


async def test_an_error_of_the_program_itself_is_not_swallowed():
    def broken(_: EvaluationRun) -> None:
        raise LookupError

    with pytest.raises(ExceptionGroup):
        await run_all(items(*GOLD), [way()], FakeModels(lambda _: reply()), parallel=1, on_case=broken)

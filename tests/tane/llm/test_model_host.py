"""What both drivers do alike, whatever the server's interface: the same fault is the same error."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tane.llm import model_errors
from tane.llm.calls import CallRecord
from tane.llm.model_host import ModelHost
from tests.faults import Fault, FaultProxy
from tests.tane.llm.conftest import driver, openai_driver, prompt
from tests.waiting import until

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}
DRIVERS: dict[str, Callable[..., ModelHost]] = {"ollama": driver, "openai": openai_driver}
BOTH: list[tuple[Fault, type[Exception]]] = [
    (Fault.CRASH, model_errors.ModelCrashed),
    (Fault.OUT_OF_MEMORY, model_errors.ModelCrashed),
    (Fault.TOOL_CALL, model_errors.BadReply),
    (Fault.ENDLESS, model_errors.BadReply),
    (Fault.OPTION_TYPE, model_errors.RequestRefused),
    (Fault.TOO_LONG, model_errors.TextTooLong),
    (Fault.TOO_LONG_NEW, model_errors.TextTooLong),
    (Fault.CONTEXT_EXCEEDED, model_errors.TextTooLong),
    (Fault.RUNNER_GONE, model_errors.ModelCrashed),
    (Fault.RUNNER_GONE_502, model_errors.ModelCrashed),
    (Fault.EMPTY, model_errors.EmptyReply),
    (Fault.ONLY_THOUGHTS, model_errors.EmptyReply),
    (Fault.UNENDED_THOUGHTS, model_errors.EmptyReply),
    (Fault.NO_GENERATE, model_errors.WrongKind),
    (Fault.NO_THINKING, model_errors.ThinkRefused),
    (Fault.MISSING, model_errors.ModelMissing),
    (Fault.MISSING_OLD, model_errors.ModelMissing),
    (Fault.BUSY, model_errors.ModelUnavailable),
    (Fault.UNKNOWN_ROUTE, model_errors.ModelUnavailable),
    (Fault.FORBIDDEN, model_errors.ModelUnavailable),
    (Fault.NOT_JSON, model_errors.ModelUnavailable),
    (Fault.RESET, model_errors.ModelUnavailable),
    (Fault.CUT_BODY, model_errors.ModelUnavailable),
    (Fault.ABORTED, model_errors.CutReply),
    (Fault.CUT_OFF, model_errors.CutReply),
    (Fault.REFUSED, model_errors.RequestRefused),
]
ONE: dict[str, list[tuple[Fault, type[Exception]]]] = {
    "ollama": [(Fault.FORMAT, model_errors.RequestRefused)],
    "openai": [
        (Fault.CONTEXT_CODE, model_errors.TextTooLong),
        (Fault.KEEP_EXCEEDED, model_errors.TextTooLong),
        (Fault.NO_CHAT, model_errors.WrongKind),
        (Fault.NOT_LOADED, model_errors.ModelMissing),
        (Fault.TOO_MANY, model_errors.ModelUnavailable),
        (Fault.NO_TOKEN, model_errors.ModelUnavailable),
        (Fault.ROUTE_200, model_errors.ModelUnavailable),
        (Fault.FILTERED, model_errors.BadReply),
        (Fault.DECLINED, model_errors.BadReply),
        (Fault.NO_CHOICE, model_errors.BadReply),
    ],
}
CASES = [(api, fault, error) for api in DRIVERS for fault, error in [*BOTH, *ONE[api]]]


@pytest.fixture
async def asked(
    request: pytest.FixtureRequest, proxy: FaultProxy, calls: list[CallRecord]
) -> AsyncIterator[ModelHost]:
    async with DRIVERS[request.param](proxy.url, calls) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "fault", "error"),
    CASES,
    indirect=["asked"],
    ids=[f"{api}-{fault.name}" for api, fault, _ in CASES],
)
class TestEveryFault:
    async def test_has_its_class_and_leaves_no_trace(
        self,
        asked: ModelHost,
        proxy: FaultProxy,
        calls: list[CallRecord],
        fault: Fault,
        error: type[Exception],
    ):
        proxy.script(fault)

        with pytest.raises(model_errors.ModelError) as raised:
            await asked.generate(prompt("秘密の話"))

        assert type(raised.value) is error
        assert "秘密" not in str(raised.value)
        assert "secret" not in str(raised.value)  # the server's own words may quote the user
        assert [(call.operation, call.outcome) for call in calls] == [("generate", error.__name__)]
        assert (await asked.generate(prompt())).text

    async def test_has_the_same_class_in_a_chat(
        self, asked: ModelHost, proxy: FaultProxy, fault: Fault, error: type[Exception]
    ):
        proxy.script(fault)

        with pytest.raises(model_errors.ModelError) as raised:
            await asked.chat(prompt(), schema=SCHEMA)

        assert type(raised.value) is error


async def test_a_hanging_server_meets_the_deadline(driver_of: Callable[..., ModelHost], proxy: FaultProxy):
    proxy.script(Fault.HANG)

    async with driver_of(proxy.url, timeout_s=0.05) as models:
        with pytest.raises(model_errors.ModelTimeout):
            await models.generate(prompt())

        # The connection was closed, so the server stops generating.
        await until(lambda: proxy.calls()[0].cancelled)


async def test_a_cancelled_call_hangs_up_and_is_reported(
    models: ModelHost, proxy: FaultProxy, calls: list[CallRecord]
):
    proxy.script(Fault.HANG)
    task = asyncio.create_task(models.generate(prompt()))
    await until(lambda: len(proxy.calls()) == 1)

    task.cancel()
    await asyncio.wait({task})

    await until(lambda: proxy.calls()[0].cancelled)
    assert [call.outcome for call in calls] == ["cancelled"]


async def test_no_more_calls_are_in_flight_than_slots_and_one(
    driver_of: Callable[..., ModelHost], proxy: FaultProxy
):
    proxy.latency_s = 0.005

    async with driver_of(proxy.url, parallel=3) as models:
        await asyncio.gather(*(models.generate(prompt()) for _ in range(24)))

    assert max(asked.in_flight for asked in proxy.calls()) == 4


async def test_a_server_that_restarts_is_met_again(models: ModelHost, proxy: FaultProxy):
    await models.generate(prompt())
    await proxy.stop()

    with pytest.raises(model_errors.ModelUnavailable):
        await models.generate(prompt())

    await proxy.start()
    assert (await models.generate(prompt())).text

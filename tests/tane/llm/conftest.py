"""A stand-in for the whole run, and for each test a fault proxy before it and a driver of either kind before that."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest

from demo.standin import EMBED_MODEL, TEXT_MODEL
from tane.llm.calls import CallRecord
from tane.llm.model_host import HostOptions, ModelHost
from tane.llm.ollama import Ollama
from tane.llm.openai_compatible import OpenAiCompatible
from tane.llm.protocol import Prompt
from tests.faults import FaultProxy
from tests.standin import serving_standin

DEADLINE_S = 30.0


@pytest.fixture(scope="session")
def standin_url() -> Iterator[str]:
    with serving_standin(parallel=4) as url:
        yield url


@pytest.fixture
async def proxy(standin_url: str) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(standin_url) as running:
        yield running


@pytest.fixture
def calls() -> list[CallRecord]:
    return []


@pytest.fixture
async def ollama(proxy: FaultProxy, calls: list[CallRecord]) -> AsyncIterator[Ollama]:
    async with driver(proxy.url, calls) as opened:
        yield opened


@pytest.fixture
async def openai(proxy: FaultProxy, calls: list[CallRecord]) -> AsyncIterator[OpenAiCompatible]:
    async with openai_driver(proxy.url, calls) as opened:
        yield opened


@pytest.fixture(params=["ollama", "openai"])
def driver_of(request: pytest.FixtureRequest) -> Callable[..., ModelHost]:
    """One driver, then the other."""
    return {"ollama": driver, "openai": openai_driver}[request.param]


@pytest.fixture
async def models(
    driver_of: Callable[..., ModelHost], proxy: FaultProxy, calls: list[CallRecord]
) -> AsyncIterator[ModelHost]:
    async with driver_of(proxy.url, calls) as opened:
        yield opened


def driver(url: str, calls: list[CallRecord] | None = None, **changes: object) -> Ollama:
    return Ollama(_options(url, calls, changes))


def openai_driver(url: str, calls: list[CallRecord] | None = None, **changes: object) -> OpenAiCompatible:
    return OpenAiCompatible(_options(url, calls, changes))


def _options(url: str, calls: list[CallRecord] | None, changes: Mapping[str, object]) -> HostOptions:
    options: dict[str, object] = {
        "url": url,
        "text_model": TEXT_MODEL,
        "embed_model": EMBED_MODEL,
        "parallel": 2,
        "timeout_s": DEADLINE_S,
        "on_call": None if calls is None else calls.append,
    }
    return HostOptions(**(options | dict(changes)))  # type: ignore[arg-type]  # a test's own values


def prompt(text: str = "こんにちは", **changes: object) -> Prompt:
    fields: dict[str, object] = {"text": text, "reply_tokens": 64, "version": "test"}
    return Prompt(**(fields | changes))  # type: ignore[arg-type]  # a test's own values

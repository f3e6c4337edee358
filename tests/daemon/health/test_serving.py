"""The HTTP side of a daemon: who may ask what, what its failures say, and a port that is taken."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon import logs
from daemon.health.reader import HealthReader
from daemon.health.serving import serve_web, web_app
from tane.settings.model import Llm, Log, Web
from tane.store.pool import Pool
from tane.web.server import address_of, listen, serving
from tests.tane.web.http import ask
from tests.waiting import until

TOKEN = "a-token-of-some-length"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SECRET = "睡眠が足りない"


async def fail(_: Request) -> Response:
    raise ValueError(SECRET)


@pytest.fixture
def look(pool: Pool) -> HealthReader:
    return HealthReader(pool=pool, llm=Llm(standin=True))


@pytest.fixture
async def url(look: HealthReader) -> AsyncIterator[str]:
    """A server with a token."""
    web = Web.model_validate({"token": TOKEN})
    listener = listen("127.0.0.1", 0)
    async with serving(web_app(web, look, more=[Route("/fail", fail)]), listener):
        yield address_of(listener)


@pytest.fixture
def _logging() -> Iterator[None]:
    """Log as the daemon does, and give logging back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure(Log(format="json", level="debug"))
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


async def test_supervisors_need_no_token_and_all_others_do(url: str):
    assert [(await ask(url, path)).status for path in ("/livez", "/readyz")] == [200, 200]
    assert [(await ask(url, path)).status for path in ("/healthz", "/metrics")] == [401, 401]
    assert [(await ask(url, path, headers=BEARER)).status for path in ("/healthz", "/metrics")] == [200, 200]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz", "/metrics"])
async def test_everything_is_read_and_nothing_written(url: str, path: str):
    assert (await ask(url, path, method="HEAD", headers=BEARER)).body == ""
    for method in ("POST", "PUT", "DELETE"):
        assert (await ask(url, path, method=method, headers=BEARER)).status == 405


@pytest.mark.usefixtures("_logging")
async def test_a_failure_is_logged_by_its_place_without_its_words(
    url: str, capsys: pytest.CaptureFixture[str]
):
    answer = await ask(url, "/fail", headers=BEARER)

    logged: list[str] = []

    def is_logged() -> bool:  # after the answer was sent
        logged.append(capsys.readouterr().err)
        return "ValueError" in "".join(logged)

    await until(is_logged, what="the failure is logged")
    assert answer.status == 500
    assert "test_serving.py" in "".join(logged)
    assert SECRET not in "".join(logged) + answer.body


async def test_metrics_are_plain_text_of_the_version_that_prometheus_asks_for(url: str):
    answer = await ask(url, "/metrics", headers=BEARER)

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.body.endswith("\n")


async def test_a_port_that_was_taken_is_used_as_soon_as_it_is_free(look: HealthReader):
    with listen("127.0.0.1", 0) as taken:
        url, web = address_of(taken), Web(port=taken.getsockname()[1])
        server = asyncio.create_task(serve_web(web_app(web, look), web, retry_s=0.01))
        await asyncio.sleep(0)
    try:
        await until(lambda: _answers(url))
    finally:
        server.cancel()
        await asyncio.wait([server])


async def test_port_0_is_off(look: HealthReader):
    web = Web(port=0)

    await asyncio.wait_for(serve_web(web_app(web, look), web), 5)


async def _answers(url: str) -> bool:
    try:
        return (await ask(url, "/livez")).body == "ok\n"
    except OSError:
        return False

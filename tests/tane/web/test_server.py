"""A served application: answers over a real socket, and leaves the process's signals alone."""

import signal
import socket
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tane.web.app import application
from tane.web.security import HEADERS, Policy
from tane.web.server import address_of, listen, serving
from tests.tane.web.http import ask

TOKEN = "a-token-of-some-length"
SECRET = "睡眠が足りない"


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def fail(_: Request) -> Response:
    raise ValueError(SECRET)


ROUTES = [Route("/", hello), Route("/fail", fail), Route("/write", hello, methods=["POST"])]


@pytest.fixture
async def url() -> AsyncIterator[str]:
    listener = listen("127.0.0.1", 0)
    app = application(ROUTES, policy=Policy.of(host="127.0.0.1", token=TOKEN))
    async with serving(app, listener):
        yield address_of(listener)


BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/", "GET", BEARER, 200),
        ("/", "GET", {}, 401),
        ("/", "POST", BEARER, 405),
        ("/none", "GET", BEARER, 404),
        ("/fail", "GET", BEARER, 500),
        ("/write", "POST", BEARER, 200),
        ("/write", "POST", {**BEARER, "Origin": "http://evil.example"}, 403),
    ],
)
async def test_every_answer_has_the_security_headers(
    url: str, path: str, method: str, headers: dict[str, str], status: int
):
    answer = await ask(url, path, method=method, headers=headers)

    assert answer.status == status
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
    assert "server" not in answer.headers


async def test_an_error_says_nothing_of_what_it_stumbled_over(url: str):
    answer = await ask(url, "/fail", headers=BEARER)

    assert answer.body == "something went wrong; the log says where\n"


async def test_another_name_is_misdirected_and_none_is_refused(url: str):
    assert (await ask(url, "/", host="evil.example", headers=BEARER)).status == 421
    assert (await ask(url, "/", host="", headers=BEARER)).status == 400


async def test_signals_keep_the_handlers_they_had():
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    listener = listen("127.0.0.1", 0)

    async with serving(application(ROUTES, policy=Policy()), listener):
        assert (await ask(address_of(listener), "/")).status == 200
        during = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]

    assert during == handlers


async def test_the_port_is_free_again_though_a_connection_is_open():
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with serving(application(ROUTES, policy=Policy()), listener):
        await ask(address_of(listener), "/")
        idle = socket.create_connection(("127.0.0.1", port))

    with idle, listen("127.0.0.1", port) as again:
        assert again.getsockname()[1] == port


def test_a_port_that_is_taken_is_an_error_at_once():
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_an_address_is_one_that_a_browser_takes():
    with listen("0.0.0.0", 0) as every:
        assert address_of(every) == f"http://127.0.0.1:{every.getsockname()[1]}/"

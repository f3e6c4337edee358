"""Clients that say nothing, or say it slowly: each is waited for so long and no longer, and nobody else has to wait."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tane.web.app import application
from tane.web.connections import Limits
from tane.web.security import REQUESTS, Policy
from tane.web.server import address_of, listen, serving
from tests.tane.web.http import ask
from tests.waiting import until

PATIENT = Limits(head_s=600, idle_s=600, body_s=600, unread_s=600)


class Site:
    """A small site, some of whose answers wait for the test."""

    def __init__(self) -> None:
        self.held = 0
        self.go_on = asyncio.Event()
        self.is_given_up = asyncio.Event()
        self.news: asyncio.Queue[bytes] = asyncio.Queue()
        self.url = ""

    @asynccontextmanager
    async def served(self, limits: Limits | None = None) -> AsyncIterator["Site"]:
        listener = listen("127.0.0.1", 0)
        app = application(self._routes(), policy=Policy.of(host="127.0.0.1", token="a-token-of-some-length"))
        async with serving(app, listener, limits=limits):
            self.url = address_of(listener)
            yield self

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        parts = urlsplit(self.url)
        return await asyncio.open_connection(parts.hostname, parts.port)

    async def say(self, words: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await self.connect()
        writer.write(words)
        return reader, writer

    @asynccontextmanager
    async def silent(self, number: int, words: bytes = b"") -> AsyncIterator[None]:
        """Hold connections that say so much and no more; made in a thread, for the server runs in this one."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        assert parts.port is not None
        address = parts.hostname, parts.port

        def connect(stack: ExitStack) -> None:
            for _ in range(number):
                stack.enter_context(socket.create_connection(address, 20)).sendall(words)

        with ExitStack() as stack:
            await asyncio.to_thread(connect, stack)
            yield

    def _routes(self) -> list[Route]:
        async def livez(_: Request) -> Response:
            return PlainTextResponse("ok")

        async def hold(_: Request) -> Response:
            self.held += 1
            await self.go_on.wait()
            return PlainTextResponse("held")

        async def events(_: Request) -> Response:
            async def told() -> AsyncIterator[bytes]:
                yield b"listening\n"
                while True:
                    yield await self.news.get()

            return StreamingResponse(told())

        async def large(_: Request) -> Response:
            async def endless() -> AsyncIterator[bytes]:
                try:
                    while True:
                        yield b"x" * 65536
                        await asyncio.sleep(0)
                finally:
                    self.is_given_up.set()

            return StreamingResponse(endless())

        async def take(request: Request) -> Response:
            return PlainTextResponse(str(len(await request.body())))

        return [
            Route("/livez", livez),
            Route("/hold", hold),
            Route("/events", events),
            Route("/large", large),
            Route("/take", take, methods=["POST"]),
        ]


TOKEN = b"Host: localhost\r\nAuthorization: Bearer a-token-of-some-length\r\n"
BEARER = {"Authorization": "Bearer a-token-of-some-length"}


async def is_over(reader: asyncio.StreamReader) -> bool:
    """Return when the server has closed this connection; what it still said is passed over."""
    try:
        async with asyncio.timeout(20):
            while await reader.read(65536):
                pass
    except ConnectionResetError:
        return True
    return True


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"GET /livez HTTP/1.1\r\nHost: localh",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /take HTTP/1.1\r\n" + TOKEN + b"Content-Length: 1000\r\n\r\n{",
        b"POST /take HTTP/1.1\r\n" + TOKEN + b"Transfer-Encoding: chunked\r\n\r\n5\r\n",
    ],
    ids=["nothing", "half a head", "one request and then nothing", "half a body", "half a chunk"],
)
async def test_everybody_is_heard_while_others_hold_connections(words: bytes):
    few = Limits(connections=8, head_s=600, idle_s=600, body_s=600)
    async with Site().served(few) as site, site.silent(80, words):
        for _ in range(3):
            answer = await ask(site.url, "/livez")
            assert (answer.status, answer.body) == (200, "ok")


async def test_as_many_as_we_hold_lock_nobody_out():
    async with Site().served() as site, site.silent(Limits().connections + 10):
        assert (await ask(site.url, "/livez")).body == "ok"


async def test_the_probe_answers_while_every_place_for_requests_is_taken():
    async with Site().served(PATIENT) as site:
        asked = [asyncio.create_task(ask(site.url, "/hold", headers=BEARER)) for _ in range(REQUESTS + 10)]
        await until(lambda: site.held == REQUESTS and sum(task.done() for task in asked) == 10)

        assert (await ask(site.url, "/livez")).status == 200
        assert {task.result().status for task in asked if task.done()} == {503}

        site.go_on.set()
        answers = await asyncio.gather(*asked)
        assert sorted(answer.status for answer in answers) == [200] * REQUESTS + [503] * 10


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(head_s=0.05, idle_s=600), b""),
        (Limits(head_s=0.05, idle_s=600), b"GET /livez HTTP/1.1\r\n"),
        (Limits(head_s=0.05, idle_s=600), b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nGET"),
        (
            Limits(body_s=0.05, head_s=600, idle_s=600),
            b"POST /take HTTP/1.1\r\n" + TOKEN + b"Content-Length: 9\r\n\r\n",
        ),
        (Limits(body_s=0.05, head_s=600, idle_s=600), b"GET /hold HTTP/1.1\r\n" + TOKEN + b"Content-Length: 9\r\n\r\n"),
        (Limits(unread_s=0.05, head_s=600, idle_s=600), b"GET /large HTTP/1.1\r\n" + TOKEN + b"\r\n"),
    ],
    ids=["nothing", "half a head", "half of a second head", "no body", "no body for an answer that takes long", "reads no answer"],
)  # fmt: skip
async def test_what_a_client_owes_is_waited_for_so_long_and_then_the_connection_is_closed(
    limits: Limits, words: bytes
):
    async with Site().served(limits) as site:
        reader, writer = await site.say(words)
        if b"/large" in words:  # the client reads only when the server has given up
            client = writer.transport
            assert isinstance(client, asyncio.Transport)
            client.pause_reading()
            await until(site.is_given_up.is_set)
            client.resume_reading()

        assert await is_over(reader)
        writer.close()
        site.go_on.set()


async def test_a_head_that_drips_is_not_waited_for_longer_by_every_drop():
    async with Site().served(Limits(head_s=0.2, idle_s=600)) as site:
        reader, writer = await site.say(b"GET /livez HTTP/1.1\r\nX: ")
        over = asyncio.create_task(is_over(reader))

        async def has_ended_under_drops() -> bool:
            if not over.done():
                writer.write(b"x")
            return over.done()

        await until(has_ended_under_drops)
        writer.close()


async def test_a_body_that_comes_at_a_fair_pace_may_take_longer_than_the_deadline():
    async with Site().served(Limits(body_s=0.05, body_rate=10, head_s=600)) as site:
        reader, writer = await site.say(b"POST /take HTTP/1.1\r\n" + TOKEN + b"Content-Length: 2000\r\n\r\n")
        writer.write(b"x" * 1000)
        silent, other = await site.say(b"POST /take HTTP/1.1\r\n" + TOKEN + b"Content-Length: 2000\r\n\r\n")
        assert await is_over(silent)  # one of the same age that sent nothing is gone
        writer.write(b"x" * 1000)

        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        writer.close()
        other.close()


async def test_who_listens_to_events_is_not_idle():
    async with Site().served(
        Limits(connections=8, head_s=0.05, idle_s=1, body_s=0.05, unread_s=0.05)
    ) as site:
        listening, writer = await site.say(b"GET /events HTTP/1.1\r\n" + TOKEN + b"\r\n")
        await listening.readuntil(b"listening\n")
        silent, other = await site.say(b"")
        assert await is_over(silent)  # a deadline has passed
        async with site.silent(30):  # and so many came that somebody had to go
            assert (await ask(site.url, "/livez")).status == 200

        site.news.put_nowait(b"news\n")
        assert await asyncio.wait_for(listening.readuntil(b"news\n"), 20)
        writer.close()
        other.close()

"""tane web: the HTTP side alone."""

import asyncio
from contextlib import suppress
from socket import socket

import click

from daemon.api import api_and_page
from daemon.cli.commands import Command, Failure
from daemon.cli.invocation import Invocation, in_session
from daemon.cli.output import note
from daemon.health.look import Look
from daemon.health.serving import web_app
from daemon.models import model_server
from daemon.session import Session
from daemon.settings import Settings
from store.pool import close_pool, open_reading_pool
from web.server import address_of, listen, serving

READERS = 4
EXAMPLES = ("tane web", "tane web --port 0", "curl -s http://127.0.0.1:8420/api/v1/status")


@click.command(cls=Command, examples=EXAMPLES)
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of web.port; 0 takes a free one.")
@in_session
async def web(invocation: Invocation, session: Session, port: int | None) -> None:
    """Serve the map page, API, health and metrics; work off no jobs.

    `tane run` serves the same by itself. Ctrl-C ends it.
    """
    settings = invocation.settings
    wanted = settings.web.port if port is None else port
    try:
        listener = listen(settings.web.host, wanted)
    except OSError as error:
        raise Failure(
            f"port {wanted} cannot be used ({error.strerror}): "
            "does `tane run` serve there already? Otherwise --port takes another"
        ) from None
    await serve(settings, session, listener)


def free_listener(settings: Settings) -> socket:
    """Listen on web.port, or on a free one where that is taken."""
    try:
        return listen(settings.web.host, settings.web.port)
    except OSError:
        return listen(settings.web.host, 0)


async def serve(settings: Settings, session: Session, listener: socket) -> None:
    """Print the address, and serve until Ctrl-C."""
    pool = await open_reading_pool(session.dsn, size=READERS)
    try:
        look = Look(pool=pool, llm=settings.llm)
        more = api_and_page(
            settings,
            reading_pool=pool,
            writing_pool=session.pool,
            look=look,
            models=lambda: model_server(settings.llm),
        )
        app = web_app(settings.web, look, more=more)
        async with serving(app, listener) as task:
            click.echo(address_of(listener))
            note("serving until Ctrl-C: the map, /api/v1, /healthz, /metrics")
            with suppress(asyncio.CancelledError):  # Ctrl-C is how serving ends
                await asyncio.wait([task])
    finally:
        await close_pool(pool)

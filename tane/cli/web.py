"""tane web: the HTTP side alone."""

import asyncio
from contextlib import suppress
from socket import socket

import click

from daemon.api import api_and_page
from daemon.health.lateness import intervals_s
from daemon.health.reader import HealthReader
from daemon.health.serving import READERS, web_app
from daemon.model_server import kept_in, model_server
from daemon.web_token import address, token_file, token_of, with_token
from tane.cli.commands import Command
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation
from tane.cli.output import note
from tane.settings.model import Settings
from tane.store.pool import close_pool, open_reading_pool
from tane.store.session import Session, open_session
from tane.web.hosts import reached_at
from tane.web.server import address_of, listen, serving

EXAMPLES = (
    "tane web",
    "tane web --print-url            for the page of a `tane run`",
    'curl -s -H "Authorization: Bearer $(tane web --print-token)" \\',
    "     http://127.0.0.1:8420/api/v1/status",
)


@click.command(cls=Command, examples=EXAMPLES)
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of web.port; 0 takes a free one.")
@click.option("--print-token", is_flag=True, help="Print the token that programs show, and end.")
@click.option("--print-url", is_flag=True, help="Print the address that opens the page, and end.")
@click.pass_obj
def web(invocation: Invocation, port: int | None, print_token: bool, print_url: bool) -> None:
    """Serve the map page, API, health and metrics; work off no jobs.

    `tane run` serves the same by itself. The address that is printed holds the token of this installation, for which a
    browser gets a cookie; it is kept in the file web-token in database.data_dir. Ctrl-C ends it.
    """
    settings = invocation.settings
    if print_token or print_url:
        _print(settings, port, with_address=print_url)
        return

    async def work() -> None:
        async with open_session(settings.database) as session:
            await _serve(settings, session, port)

    invocation.run(work())


def _print(settings: Settings, port: int | None, *, with_address: bool) -> None:
    try:
        token = token_of(settings)
    except OSError as error:
        raise Failure(
            f"{token_file(settings)} cannot be used ({error.strerror}): call this as the account that Tane runs as, or set web.token"
        ) from None
    if with_address:
        at = None if port is None else reached_at(settings.web.host, port)
        click.echo(address(settings, token, at=at))
    elif token is None:
        raise Failure("there is no token: web.without_token is set")
    else:
        click.echo(token)


async def _serve(settings: Settings, session: Session, port: int | None) -> None:
    wanted = settings.web.port if port is None else port
    try:
        listener = listen(settings.web.host, wanted)
    except OSError as error:
        raise Failure(
            f"port {wanted} cannot be used ({error.strerror}): "
            "does `tane run` serve there already? Then `tane web --print-url` tells what to open. Otherwise --port takes another"
        ) from None
    await serve(settings, session, listener)


def free_listener(settings: Settings) -> socket:
    """Listen on web.port, or on a free one where that is taken."""
    try:
        return listen(settings.web.host, settings.web.port)
    except OSError:
        return listen(settings.web.host, 0)


async def serve(settings: Settings, session: Session, listener: socket) -> None:
    """Print the address, with the token, and serve until Ctrl-C."""
    settings = with_token(settings)
    token = settings.web.token
    pool = await open_reading_pool(session.dsn, size=READERS)
    try:
        look = HealthReader(pool=pool, llm=settings.llm, clocked=intervals_s(settings))
        async with model_server(settings.llm, kept=kept_in(session.pool)) as models:
            more = api_and_page(
                settings,
                reading_pool=pool,
                writing_pool=session.pool,
                look=look,
                models=models,
            )
            app = web_app(settings.web, look, more=more)
            async with serving(app, listener) as task:
                shown = None if token is None else token.get_secret_value()
                click.echo(address(settings, shown, at=address_of(listener)))
                note("serving until Ctrl-C: the map, /api/v1, /healthz, /metrics")
                with suppress(asyncio.CancelledError):  # Ctrl-C is how serving ends
                    await asyncio.wait([task])
    finally:
        await close_pool(pool)

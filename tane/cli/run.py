"""tane run: the daemon."""

import asyncio
import faulthandler
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import click
import structlog

from daemon.logs import OurWords, is_for_people
from daemon.options import handler_options
from daemon.web_token import address, token_of
from tane.cli.commands import Command
from tane.cli.failures import failure
from tane.cli.invocation import Invocation
from tane.cli.output import messages, note
from tane.cli.progress import draining
from tane.settings.model import Settings
from tane.store.session import open_session

log = structlog.get_logger()

EXAMPLES = (
    "tane run",
    "tane run --drain",
    "tane --set llm.standin=true run --drain        try it without models",
)


@click.command(cls=Command, examples=EXAMPLES)
@click.option(
    "--drain", is_flag=True, help="End when nothing is left to do; status 69 if a model is missing."
)
@click.pass_obj
def run(invocation: Invocation, drain: bool) -> None:
    """Work off the jobs that wait, and those to come.

    Ctrl-C or TERM lets running jobs finish; a second time gives them back. Nothing is lost either way:
    whatever was not finished is done by the next run.
    """
    from daemon.app import run as run_daemon  # noqa: PLC0415 - other commands start without it

    handler_options(invocation.settings)  # a wrong key must not wait for the first job to be found
    if sys.__stderr__ is not None:
        # A watchdog ends with ABRT: the log then tells where every thread was, by names and lines alone.
        faulthandler.enable(sys.__stderr__)
    if not drain and messages().is_terminal and invocation.settings.web.port:
        # Not to the log, which is kept and shown to others.
        with suppress(OSError):
            note(f"the map is at {address(invocation.settings, token_of(invocation.settings))}")
    if drain and messages().is_terminal:
        sys.exit(invocation.run(_drain(run_daemon, invocation.settings)))
    try:
        status = invocation.run(
            run_daemon(invocation.settings, drain=drain, reload=invocation.reload), quiet=False
        )
    except Exception as error:
        known = failure(error)
        if known is None or is_for_people(invocation.settings.log):
            raise
        # Who reads the log finds the reason there, at its level, and not as a line of another kind.
        log.critical("daemon.cannot_start", status=known.exit_code, reason=OurWords(known.message))
        sys.exit(known.exit_code)
    sys.exit(status)


async def _drain(run_daemon: Callable[..., Awaitable[int]], settings: Settings) -> int:
    stop = asyncio.Event()
    async with open_session(settings.database) as session, draining(session.pool, messages()) as bar:
        status = await run_daemon(settings, drain=True, stop=stop)
    if stop.is_set():
        note(f"stopped; {bar.left:,} jobs wait for the next run")
    elif status == 0:
        note(f"{bar.done:,} jobs done, {bar.dead:,} dead" + (" (`tane dead`)" if bar.dead else ""))
    return status

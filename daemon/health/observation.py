"""Runs everything that tells how the daemon is, beside the daemon."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from daemon.api import api_and_page
from daemon.health.counters import Counters
from daemon.health.lateness import intervals_s
from daemon.health.process import Vitals
from daemon.health.reader import HealthReader
from daemon.health.serving import READERS, serve_web, web_app
from daemon.health.supervision import Supervision
from daemon.loops import beside
from daemon.queue.wakeup import Wakeup
from daemon.queue.worker import Worker
from daemon.resources import Resources
from daemon.web_token import with_token
from tane.store.pool import close_pool, open_reading_pool

CLOSE_S = 1.0


@asynccontextmanager
async def observed(
    resources: Resources,
    *,
    worker: Worker,
    wakeup: Wakeup,
    counters: Counters,
    supervision: Supervision,
    has_web: bool,
) -> AsyncIterator[Vitals]:
    """Watch the daemon while the block runs, over connections of its own; yields what measures the process."""
    settings = (
        with_token(resources.settings) if has_web and resources.settings.web.port else resources.settings
    )
    pool = await open_reading_pool(resources.session.dsn, size=READERS)
    vitals = Vitals(worker=worker, wakeup=wakeup, pool=resources.session.pool, poll_s=settings.jobs.poll_s)
    look = HealthReader(pool=pool, llm=settings.llm, process=vitals.measure, clocked=intervals_s(settings))
    loops = {
        "loop lag": vitals.watch_lag(),
        "readiness": supervision.say_ready(worker.has_claimed),
        "watchdog": supervision.feed(vitals.measure),
        "status line": supervision.tell(look),
    }
    if has_web:
        more = api_and_page(
            settings,
            reading_pool=pool,
            writing_pool=resources.session.pool,
            look=look,
            models=resources.models,
        )
        app = web_app(settings.web, look, counters=counters, worker=worker, more=more)
        loops["web"] = serve_web(app, settings.web)
    try:
        async with beside(loops):
            yield vitals
    finally:
        await close_pool(pool, within_s=CLOSE_S)

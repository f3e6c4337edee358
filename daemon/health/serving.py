"""The HTTP side of a daemon: health and metrics out of its own eyes."""

import asyncio
from collections.abc import Sequence

import structlog
from prometheus_client.metrics_core import Metric
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from daemon.health import report
from daemon.health.counters import Counters
from daemon.health.metrics import families
from daemon.health.reader import HealthReader
from daemon.queue.worker import Worker
from tane.settings.model import Web
from tane.web.app import application
from tane.web.health import Report, health_routes
from tane.web.metrics import metrics_routes
from tane.web.page import FILES
from tane.web.security import Policy
from tane.web.server import address_of, listen, serving

READERS = 4  # connections for what is looked at
RETRY_S = 10.0

log = structlog.get_logger()


def web_app(
    web: Web,
    look: HealthReader,
    *,
    counters: Counters | None = None,
    worker: Worker | None = None,
    more: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """Return the application; `more` are the routes of other parts."""

    async def health() -> Report:
        return report.ready(await look.take())

    async def metrics() -> Sequence[Metric]:
        rescued, claims = (0, {}) if worker is None else (worker.leases.rescued, dict(worker.claims))
        return families(await look.take(), counters, rescued=rescued, claims=claims)

    routes = [
        *health_routes(alive=lambda: report.alive(look.measure()), look=health),
        *metrics_routes(metrics),
        *more,
    ]
    return application(routes, policy=policy_of(web))


def policy_of(web: Web) -> Policy:
    """Return who may ask, by the settings."""
    token = None if web.token is None else web.token.get_secret_value()
    return Policy.of(host=web.host, names=web.names, token=token, open_paths=FILES)


async def serve_web(app: ASGIApp, web: Web, *, retry_s: float = RETRY_S) -> None:
    """Serve for as long as the daemon runs; a port that is taken is a warning, and tried again."""
    if web.port == 0:
        return
    is_told = False
    while True:
        try:
            listener = listen(web.host, web.port)
        except OSError as error:
            if not is_told:
                log.warning(
                    "web.unavailable", host=web.host, port=web.port, reason=error.strerror,
                    remedy="end what uses this port, or set web.port; jobs are worked off all the same",
                )  # fmt: skip
            is_told = True
        else:
            async with serving(app, listener) as task:
                is_told = False
                log.info("web.listening", url=address_of(listener), opened_by="tane web --print-url")
                await asyncio.wait([task])
            log.error("web.failed", exc_info=task.exception())
        await asyncio.sleep(retry_s)

"""What a running daemon holds open, made from the settings; a database that comes up later than Tane is waited for."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from daemon.model_server import kept_in, model_server
from daemon.options import handler_options
from daemon.queue.worker import Pace
from handlers import all_handlers, together
from handlers.contract import Handler
from tane.backoff import Backoff, retrying
from tane.llm.calls import OnCall
from tane.llm.model_host import ModelHost
from tane.settings.model import Settings
from tane.store.errors import StoreUnavailable
from tane.store.session import Session, open_session

PATIENCE_S = 120.0
"""Longer than a machine takes to start both; and service managers give up on who fails sooner, again and again."""
_TRIES = Backoff(base_s=0.5, cap_s=10.0)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """The settings and what was opened by them."""

    settings: Settings
    session: Session
    models: ModelHost
    handlers: Sequence[Handler[Any, Any]]
    together: Handler[Any, Any] | None

    @property
    def is_coresident(self) -> bool | None:
        """Whether both models fit their host at once; None while nobody knows."""
        return True if self.settings.llm.standin else self.settings.llm.coresident

    @property
    def pace(self) -> Pace:
        """How much is done at once."""
        jobs, llm = self.settings.jobs, self.settings.llm
        return Pace.of(
            parallel=llm.parallel,
            lease_s=jobs.lease_s,
            backoff=Backoff(base_s=jobs.backoff_base_s, cap_s=jobs.backoff_cap_s),
            slice_s=llm.slice_s,
        )


async def open_resources(
    stack: AsyncExitStack, settings: Settings, *, on_call: OnCall, patience_s: float
) -> Resources:
    """Open everything into the stack; an external database that is away is tried again for so long.

    Raises:
        StoreUnavailable: it did not come, or the embedded server does not start.
    """

    async def open_once() -> Resources:
        return await stack.enter_async_context(_opened(settings, on_call=on_call))

    return await retrying(
        open_once,
        on=StoreUnavailable,
        backoff=_TRIES,
        patience_s=patience_s if settings.database.url is not None else 0.0,
        log_failure=lambda error, tries: log.warning(
            "db.awaited",
            reason=str(error),
            remedy="start PostgreSQL, or correct database.url",
            tries=tries,
        ),
    )


@asynccontextmanager
async def _opened(settings: Settings, *, on_call: OnCall | None = None) -> AsyncIterator[Resources]:
    """Open database and model server, and give them back in reverse order; `on_call` hears of every call of a model."""
    options = handler_options(settings)
    async with (
        open_session(settings.database) as session,
        model_server(settings.llm, kept=kept_in(session.pool), on_call=on_call) as models,
    ):
        yield Resources(
            settings=settings,
            session=session,
            models=models,
            handlers=all_handlers(options),
            together=together(options),
        )

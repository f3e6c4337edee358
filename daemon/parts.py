"""What a running daemon holds open, made from the settings."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from daemon.models import model_server
from daemon.options import handler_options
from daemon.queue.worker import Pace
from handlers import all_handlers, together
from handlers.contract import Handler
from tane.backoff import Backoff
from tane.llm.calls import OnCall
from tane.llm.ollama import Ollama
from tane.settings.model import Settings
from tane.store.session import Session, open_session


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The settings and what was opened by them."""

    settings: Settings
    session: Session
    models: Ollama
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


@asynccontextmanager
async def opened_parts(settings: Settings, *, on_call: OnCall | None = None) -> AsyncIterator[Parts]:
    """Open database and model server, and give them back in reverse order; `on_call` hears of every call of a model."""
    options = handler_options(settings)
    async with (
        open_session(settings.database) as session,
        model_server(settings.llm, on_call=on_call) as models,
    ):
        yield Parts(
            settings=settings,
            session=session,
            models=models,
            handlers=all_handlers(options),
            together=together(options),
        )

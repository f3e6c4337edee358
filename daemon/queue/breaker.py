"""Keeps jobs away from a model server that fails, until a real call succeeds again.

Claiming pauses at the first failure: nobody's job is spent on finding out whether the server is back.
A model that is missing or of no use closes its own lane only.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from daemon.queue.lanes import MODELS
from handlers.contract import Lane
from tane.backoff import Backoff, jitter
from tane.llm.model_errors import ModelError, ModelMissing, ModelUnavailable, ModelUnfit

PROBES = Backoff(base_s=1.0, cap_s=60.0, least=0.5)
RELAPSE_S = 600.0  # trouble so soon after a recovery goes on where it was

log = structlog.get_logger()


class Breaker:
    """The state of one model server; `report` trips it, `turn` probes, `run` probes until all is well."""

    def __init__(
        self,
        *,
        probe: Callable[[Lane], Awaitable[None]],
        on_recovery: Callable[[], None],
        prove: Callable[[Lane], Awaitable[None]] | None = None,
    ) -> None:
        self._probe = probe
        self._prove = prove or probe  # of a model that answered, and nothing usable
        self._on_recovery = on_recovery
        self.on_server: frozenset[Lane] = MODELS
        """The lanes whose model is one of the server; the built-in encoder needs none."""
        self._troubles: dict[Lane, ModelUnavailable] = {}
        self._tripped = asyncio.Event()
        self._tripped_s = 0.0
        self._recovered_s = float("-inf")
        self._tries = 0

    def __repr__(self) -> str:
        troubles = {lane.value: type(error).__name__ for lane, error in self._troubles.items()}
        return f"<Breaker {troubles or 'closed'}>"

    @property
    def blocked(self) -> frozenset[Lane]:
        """The lanes that must not claim."""
        is_down = any(
            lane in self.on_server and not isinstance(error, ModelMissing | ModelUnfit)
            for lane, error in self._troubles.items()
        )
        return frozenset(self._troubles) | (self.on_server if is_down else frozenset())

    @property
    def missing(self) -> Mapping[Lane, str]:
        """The lanes whose model the server does not have, with its name."""
        return {
            lane: error.model for lane, error in self._troubles.items() if isinstance(error, ModelMissing)
        }

    @property
    def unfit(self) -> frozenset[Lane]:
        """The lanes whose model answers, and nothing usable."""
        return frozenset(lane for lane, error in self._troubles.items() if isinstance(error, ModelUnfit))

    @property
    def reasons(self) -> Mapping[Lane, str]:
        """What each lane waits for, in words."""
        return {lane: str(error) for lane, error in self._troubles.items()}

    @property
    def down_for_s(self) -> float:
        """Time since the first failure of this trouble; 0 when all is well."""
        return time.monotonic() - self._tripped_s if self._troubles else 0.0

    def report(self, lane: Lane, error: ModelUnavailable) -> None:
        """Take note of a failed call of this lane's model."""
        if type(self._troubles.get(lane)) is not type(error):
            _log_trouble(lane, error)
        if not self._troubles:
            self._tripped_s = time.monotonic()
            # A model that passes its proof and fails at the next job is not asked every second for ever.
            if not isinstance(error, ModelUnfit) or self._tripped_s - self._recovered_s > RELAPSE_S:
                self._tries = 0
        self._troubles[lane] = error
        self._tripped.set()

    async def turn(self) -> bool:
        """Probe each lane that failed, once; tell whether all is well."""
        for lane in tuple(self._troubles):
            try:
                is_unfit = isinstance(self._troubles[lane], ModelUnfit)
                await (self._prove(lane) if is_unfit else self._probe(lane))
            except ModelUnavailable as error:
                self.report(lane, error)
                continue
            except ModelError as error:
                # It answers. What it thinks of this one request is no outage.
                log.info("ollama.probe_refused", lane=lane.value, error_class=type(error).__name__)
            del self._troubles[lane]
            self._recovered_s = time.monotonic()
            log.info("ollama.up", lane=lane.value)
            self._on_recovery()
        if not self._troubles:
            self._tripped.clear()
        return not self._troubles

    async def run(self) -> None:
        """Wait for trouble, probe until it is over, and again."""
        while True:
            await self._tripped.wait()
            self._tries += 1
            await asyncio.sleep(PROBES.delay_s(self._tries, jitter=jitter()))
            await self.turn()


def _log_trouble(lane: Lane, error: ModelUnavailable) -> None:
    if isinstance(error, ModelMissing):
        log.error("ollama.model_missing", lane=lane.value, model=error.model, hint=error.remedy.strip("`"))
    elif isinstance(error, ModelUnfit):
        log.error("ollama.model_unfit", lane=lane.value, reason=str(error))
    else:
        log.warning("ollama.down", lane=lane.value, error_class=type(error).__name__, reason=str(error))

"""When `run --drain` is over: nothing waits, runs or is due soon, or nobody can do what is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from daemon.queue.worker import Worker
from handlers.contract import Lane
from tane.store.errors import StoreUnavailable

EX_OK = 0
EX_UNAVAILABLE = 69
# Longer than a server takes to restart and load its model; a drain is started to end.
OUTAGE_PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """How a drain ends."""

    status: int
    reason: str


def decide(
    unfinished: frozenset[Lane],
    *,
    missing: Mapping[Lane, str],
    blocked: frozenset[Lane],
    down_for_s: float,
    reasons: Mapping[Lane, str] = MappingProxyType({}),
) -> Over | None:
    """Tell whether a drain is over, from the lanes that still have work and what stands in their way."""
    if not unfinished:
        return Over(status=EX_OK, reason="everything is done")
    if unfinished <= missing.keys():
        names = sorted(missing[lane] for lane in unfinished)
        told = " and ".join(sorted({reasons[lane] for lane in unfinished if lane in reasons}))
        return Over(status=EX_UNAVAILABLE, reason=told or f"the model server lacks {', '.join(names)}")
    if unfinished <= blocked and down_for_s > OUTAGE_PATIENCE_S:
        told = " and ".join(sorted({reasons[lane] for lane in unfinished if lane in reasons}))
        said = f"the model server has been of no use for {down_for_s:.0f} s"
        return Over(status=EX_UNAVAILABLE, reason=f"{said}: {told or 'start it'}")
    return None


class Drain:
    """Asks the worker whether anything is left to wait for."""

    def __init__(self, worker: Worker, *, due_within_s: float) -> None:
        self._worker = worker
        self._due_within_s = due_within_s
        self.over: Over | None = None

    async def is_over(self) -> bool:
        """Look at the queue when nothing could be claimed."""
        breaker = self._worker.breaker
        try:
            unfinished = await self._worker.find_unfinished(due_within_s=self._due_within_s)
        except StoreUnavailable:
            return False
        self.over = decide(
            unfinished,
            missing=breaker.missing,
            blocked=breaker.blocked,
            down_for_s=breaker.down_for_s,
            reasons=breaker.reasons,
        )
        return self.over is not None

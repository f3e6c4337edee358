"""How long to wait before something is tried again, and the loop that does so."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

Result = TypeVar("Result")


def jitter() -> float:
    """Return a number uniform in [0, 1); it spreads retries, probes and polls of many daemons over time."""
    return random.random()  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Exponential delays with full jitter: as likely at once as at the limit, so that retries never march in step."""

    base_s: float
    cap_s: float
    least: float = 0.0
    """Share of each delay that is waited in any case."""

    def delay_s(self, tries: int, *, jitter: float) -> float:
        """Return the delay after this many tries (from 1); `jitter` is uniform in [0, 1)."""
        share = self.least + (1 - self.least) * jitter
        return share * min(self.cap_s, self.base_s * 2.0 ** min(tries - 1, 60))


async def retrying(
    attempt: Callable[[], Awaitable[Result]],
    *,
    on: type[Exception] | tuple[type[Exception], ...],
    backoff: Backoff,
    log_failure: Callable[[Exception, int], None],
    patience_s: float = math.inf,
) -> Result:
    """Call until it succeeds; other errors leave at once.

    on: what waiting may cure. log_failure: gets each of these errors, with the number of tries.
    patience_s: where the next try would come later than that, the error leaves.
    """
    give_up_s = time.monotonic() + patience_s
    for tries in count(1):
        try:
            return await attempt()
        except on as error:
            delay_s = backoff.delay_s(tries, jitter=jitter())
            if time.monotonic() + delay_s > give_up_s:
                raise
            log_failure(error, tries)
        await asyncio.sleep(delay_s)
    raise AssertionError("counting has no end")

"""How long to wait before something is tried again, and by how much many daemons fall out of step."""

import random
from dataclasses import dataclass


def jitter() -> float:
    """Return a number uniform in [0, 1)."""
    return random.random()  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Exponential delays with full jitter: as likely at once as at the limit, so that retries never march in step."""

    base_s: float
    cap_s: float

    def delay_s(self, tries: int, *, jitter: float) -> float:
        """Return the delay after this many tries (from 1); `jitter` is uniform in [0, 1)."""
        return jitter * min(self.cap_s, self.base_s * 2.0 ** min(tries - 1, 60))

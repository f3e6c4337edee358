"""How the time of a pure function grows with its input: the best of several, of this process alone."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
BEST_OF = 5
LEAST_S = 0.002  # below it a clock tells nothing


def growth(work: Callable[[T], object], grow: Callable[[int], T], n: int) -> float:
    """Return the time at 2n over that at n; n is doubled until there is something to measure."""
    while (once := _best(work, grow(n))) < LEAST_S and n < 2**22:
        n *= 2
    return _best(work, grow(2 * n)) / max(once, LEAST_S / 4)


def _best(work: Callable[[T], object], value: T) -> float:
    times = []
    gc.disable()
    try:
        for _ in range(BEST_OF):
            begun = time.process_time()
            work(value)
            times.append(time.process_time() - begun)
            if times[-1] > 1:
                break
    finally:
        gc.enable()
    return min(times)

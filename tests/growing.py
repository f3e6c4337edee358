"""How the time of a pure function grows with its input: the best of several, of this process alone."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT = 3.0  # linear work doubles, quadratic work takes four times as long
ROUNDS = 12
LEAST_S = 0.002  # below it a clock tells nothing
LARGEST = 2**22


def growth(work: Callable[[T], object], grow: Callable[[int], T], n: int) -> float:
    """Return the time at 2n over that at n, from n on at which there is something to measure.

    Both are measured in turn, and the shortest of each counts: other processes only ever add to a time.
    """
    while (once := _time(work, grow(n))) < LEAST_S and n < LARGEST:
        n *= 2
    small, large = grow(n), grow(2 * n)
    twice = _time(work, large)
    for _ in range(ROUNDS):
        if twice < LIMIT * max(once, LEAST_S / 2):
            break
        once, twice = min(once, _time(work, small)), min(twice, _time(work, large))
    return twice / max(once, LEAST_S / 2)


def _time(work: Callable[[T], object], value: T) -> float:
    gc.disable()
    try:
        begun = time.process_time()
        work(value)
        return time.process_time() - begun
    finally:
        gc.enable()

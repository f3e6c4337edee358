"""Waiting for a condition, never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable

# Nobody waits for so long unless the machine is very busy, or the test fails.
DEADLINE_S = 60.0
# Looking costs the machine that is waited for: often at first, seldom when it takes long.
_FIRST_LOOK_S = 0.005
_LONGEST_LOOK_S = 0.05


class Overdue(AssertionError):  # noqa: N818 - reads as the state it reports
    """What a test waited for did not come."""


async def until(
    condition: Callable[[], bool | Awaitable[bool]],
    *,
    what: str | Callable[[], str] = "",
    deadline_s: float | None = None,
) -> None:
    """Return as soon as the condition holds; fail if it does not within the deadline, DEADLINE_S unless told."""
    deadline_s = DEADLINE_S if deadline_s is None else deadline_s
    give_up_s, pause_s = time.monotonic() + deadline_s, _FIRST_LOOK_S
    while True:
        holds = condition()
        if holds if isinstance(holds, bool) else await holds:
            return
        if time.monotonic() > give_up_s:
            missing = what() if callable(what) else what
            raise Overdue(f"still not so after {deadline_s:g} s: {missing or condition}")
        await asyncio.sleep(pause_s)
        pause_s = min(_LONGEST_LOOK_S, pause_s * 1.25)

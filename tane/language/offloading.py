"""Pure work on long texts, beside the event loop: heartbeats, claims and answers go on meanwhile.

A thread suffices: such work is many short steps of Python and of small calls, between which the interpreter lets the
loop have its turn. What is short stays where it is, for a change of threads costs more.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

HEAVY_CHARS = 2_000
P = ParamSpec("P")
T = TypeVar("T")


async def off_loop(chars: int, work: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
    """Return what `work` makes of a text of so many characters."""
    if chars < HEAVY_CHARS:
        return work(*arguments, **named)
    return await asyncio.to_thread(work, *arguments, **named)

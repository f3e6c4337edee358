"""Row `recap-kill`: kill -9 in every step of a recap and of a morning, whose next daemon ends it as if nothing had happened.

Of each step: as soon as it is begun, when all that it writes waits for its commit, when all is done and nobody knows, and after
that is noted; and whenever the text model was asked. What is compared with the same run undisturbed are the rows of every
table that a recap writes, the details of its steps, and the calls of the text model. Ours are the kills that changed
anything; to reach: none, and one call lost.

    RECAP_KILL='recap:stories:*,*:unsaved' python -m bench recap-kill     only these places
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from bench.measure import Measure
from bench.throwaway import throwaway_server
from tane.store import migrate
from tests.system.press import ASKED, MOMENTS, STEPS, Edition, Press, open_press

WRITING = ("summary", "letter")
MOST_LOST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One daemon killed, and what that changed."""

    place: str
    seconds: float
    wrong: list[str]
    lost: int


def measure() -> Measure:
    kills, editions = asyncio.run(_all())
    bad = [kill for kill in kills if kill.wrong]
    return Measure(
        name="recap-kill",
        ours=float(len(bad)),
        peer=0.0,
        ratio=len(bad) / len(kills),
        unit="kills that changed anything",
        details={
            "kills": len(kills),
            "wrong": {kill.place: kill.wrong for kill in bad},
            "most_calls_lost": max(kill.lost for kill in kills),
            "calls": {kind: edition.calls for kind, edition in editions.items()},
            "rows": {kind: sum(map(len, edition.rows.values())) for kind, edition in editions.items()},
            "seconds": round(sum(kill.seconds for kill in kills)),
        },
    )


async def _all() -> tuple[list[Kill], dict[str, Edition]]:
    with throwaway_server() as (server, _), tempfile.TemporaryDirectory(prefix="tane-bench-") as folder:
        await migrate.migrate(server.dsn())
        async with open_press(server, folder=Path(folder), template="tane") as press:
            editions = {kind: await press.undisturbed(kind) for kind in STEPS}
            kills = [
                await _killed(press, editions[kind], kind, place)
                for kind in STEPS
                for place in _places(kind, editions[kind])
            ]
    return kills, editions


def _places(kind: str, edition: Edition) -> Iterator[tuple[str, str, int]]:
    only = os.environ.get("RECAP_KILL", "*").split(",")
    for step in STEPS[kind]:
        places = [(moment, 0) for moment in MOMENTS]
        if step in WRITING:
            places += [(ASKED, call) for call in range(1, edition.calls + 1)]
        for moment, call in places:
            if any(fnmatch(f"{kind}:{step}:{moment}", pattern) for pattern in only):
                yield step, moment, call


async def _killed(press: Press, whole: Edition, kind: str, where: tuple[str, str, int]) -> Kill:
    step, moment, call = where
    began_s = time.monotonic()
    edition = await press.killed(kind, step, moment, call=call)
    lost = edition.calls - whole.calls
    wrong = edition.unlike(whole)
    if lost > MOST_LOST:
        wrong.append(f"{lost} calls lost")
    place = f"{kind}: {step} {moment}{f' {call}' if call else ''}"
    kill = Kill(place=place, seconds=time.monotonic() - began_s, wrong=wrong, lost=lost)
    print(f"{place}: {kill.seconds:.1f} s, {lost} lost {wrong or ''}", file=sys.stderr, flush=True)
    return kill

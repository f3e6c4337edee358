"""Every fault at every point: journeys made again and again, each time with a fault in the next call, until none is left."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from chaos import invariants
from chaos.invariants import State
from chaos.journeys import BACKUP, Journey, NotPrepared, is_whole
from chaos.points import BORDERS, InjectedFault
from chaos.testbed import Site, Testbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One journey with one fault, and what did not hold afterwards."""

    journey: str
    fault: InjectedFault
    point: str
    wrong: tuple[str, ...]
    said: str = ""


@dataclass(kw_only=True)
class FaultCounts:
    """What one journey came to with one kind of fault."""

    attempts: int = 0
    points: Counter[str] = field(default_factory=Counter)
    wrong: list[Attempt] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        """Count an attempt."""
        self.attempts += 1
        self.points[attempt.point.split()[0]] += 1
        if attempt.wrong:
            self.wrong.append(attempt)


@dataclass(kw_only=True)
class Traveller:
    """Makes one journey with every fault."""

    ground: Testbed
    journey: Journey
    template: str
    is_thrifty: bool = False
    """Whether a journey is made again only where the first was killed, or left something else than it found."""
    before: State = field(init=False)
    after: State = field(init=False)
    points: int = 0

    async def open(self) -> "Traveller":
        """Make the journey once without any fault, to know what it must come to."""
        if self.points:
            return self
        async with self._site() as site:
            self.before = await site.state()
            made = await site.make(self.journey.arguments)
            if made.status != 0:
                raise NotPrepared(f"{self.journey.name}: status {made.status}: {made.said[-2000:]}")
            self.after = await site.state()
            self.points = made.points
        return self

    async def attempts(
        self,
        kind: str,
        *,
        every: int = 1,
        first: int = 1,
        last: int | None = None,
        borders: Sequence[str] = BORDERS,
        at_once: int = 1,
    ) -> AsyncIterator[Attempt]:
        """Spoil the first call, the next, and so on, until the journey is over before its fault."""
        number, is_over = first, False
        while not is_over and (last is None or number <= last):
            faults = [
                InjectedFault(kind=kind, number=number + n * every, borders=tuple(borders))
                for n in range(at_once)
            ]
            for attempt in await asyncio.gather(*(self.attempt(fault) for fault in faults)):
                if attempt is None:
                    is_over = True
                else:
                    yield attempt
            number += every * at_once

    async def attempt(self, fault: InjectedFault) -> Attempt | None:
        """Make the journey with a fault, and again without; None if the fault was never met."""
        async with self._site() as site:
            made = await site.make(self.journey.arguments, fault)
            if made.point is None and made.status == 0:
                return None
            wrong = invariants.ended_badly(made.status, made.said, kind=fault.kind)
            await site.let_time_pass()
            wrong += await self._in_between(site, is_done=made.status == 0)
            said_again = ""
            is_as_before = self.is_thrifty and not invariants.differences(await site.state(), self.before)
            if not is_as_before or fault.kind == "dies":
                again = await site.make(self.journey.arguments)
                wrong += await self._afterwards(site, again.status)
                said_again = "" if again.status == 0 else f"\nagain: {again.said[-1500:]}"
            return Attempt(
                journey=self.journey.name,
                fault=fault,
                point=made.point or "nowhere",
                wrong=tuple(wrong),
                said=made.said[-1500:] + said_again,
            )

    async def _in_between(self, site: Site, *, is_done: bool) -> list[str]:
        """Ask what must hold at once."""
        state = await site.state()
        wrong = []
        if is_done:
            wrong += [f"said to be done, but {text}" for text in invariants.differences(state, self.after)]
        elif self.journey.is_atomic and invariants.differences(state, self.after):
            wrong += [
                f"half done: {text}"
                for text in invariants.differences(state, self.before)
                if not text.startswith(self.journey.may_precede or "-")
            ]
        if self.journey.has_backup and not await is_whole(site.folder / BACKUP):
            wrong.append("no whole backup stands there")
        return wrong

    async def _afterwards(self, site: Site, status: int | None) -> list[str]:
        """Ask what must hold when the journey was made again."""
        state = await site.state()
        wrong = [f"when all was well again, {text}" for text in invariants.differences(state, self.after)]
        allowed = (0, 1) if self.journey.is_gone_after else (0,)
        if status not in allowed:
            wrong.append(f"when all was well again, status {status}")
        if self.journey.has_backup and not await is_whole(site.folder / BACKUP):
            wrong.append("when all was well again, no whole backup stands there")
        return wrong + invariants.left_behind(site.folder)

    def _site(self) -> AbstractAsyncContextManager[Site]:
        files = [self.ground.folder / name for name in self.journey.files]
        return self.ground.site(self.template, files=files, is_embedded=self.journey.is_embedded)

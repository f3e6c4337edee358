"""Every fault at every point, in small; `make faults` has all of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chaos.faults import Attempt, Traveller
from chaos.journeys import JOURNEYS, prepare
from chaos.points import InjectedFault
from chaos.scenarios.daemon_testbed import own_folder
from chaos.testbed import open_testbed
from tane.store.embedded import EmbeddedServer
from tests.conftest import TEMPLATE

AT_ONCE = 4
# Of every journey some points: where rows are copied, files written, statements committed, answers awaited.
SAMPLES = {
    ("import", "lost"): (7, 25),
    ("day", "fails"): (120,),
    ("day", "dies"): (200,),
    ("night", "fails"): (78,),
    ("backup", "dies"): (100,),
    ("restore", "fails"): (61, 300),
    ("restore", "hangs"): (90,),
    ("forget", "lost"): (40,),
    ("start", "fails"): (3,),
}


@pytest.fixture
async def travellers(server: EmbeddedServer, standin: str) -> AsyncIterator[dict[str, Traveller]]:
    """The journeys over a small map, each from where it begins."""
    with own_folder() as folder:
        async with open_testbed(server, folder=folder, llm_url=standin, prefix="points") as ground:
            templates = await prepare(ground, TEMPLATE)
            yield {
                name: Traveller(
                    ground=ground, journey=journey, template=templates[journey.template], is_thrifty=True
                )
                for name, journey in JOURNEYS.items()
            }


async def test_whatever_fails_on_a_journey_nothing_is_lost_doubled_or_stuck(travellers: dict[str, Traveller]):
    places = asyncio.Semaphore(AT_ONCE)

    async def attempted(name: str, kind: str, number: int) -> Attempt | None:
        async with places:
            return await travellers[name].attempt(InjectedFault(kind=kind, number=number))

    await asyncio.gather(*(traveller.open() for traveller in travellers.values()))
    sampled = await asyncio.gather(
        *(attempted(*journey, number) for journey, numbers in SAMPLES.items() for number in numbers)
    )
    imports = [attempt async for attempt in travellers["import"].attempts("fails", at_once=AT_ONCE)]

    wrong = [
        (attempt, attempt and attempt.said)
        for attempt in [*sampled, *imports]
        if attempt is None or attempt.wrong
    ]
    assert wrong == []
    assert {attempt.fault.number for attempt in imports} == set(range(1, len(imports) + 1))

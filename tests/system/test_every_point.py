"""Every fault at every point, in small; `make faults` has all of it."""

from collections.abc import AsyncIterator

import pytest

from chaos.faults import Attempt, Traveller
from chaos.ground import open_ground
from chaos.journeys import JOURNEYS, prepare
from store.embedded import EmbeddedServer
from tests.chaos.ground import own_folder
from tests.conftest import TEMPLATE

AT_ONCE = 4
# How far apart the points are that are spoilt: all of an import's, and a few of each of the others.
SAMPLES = (
    ("import", "fails", 1, 1),
    ("import", "lost", 6, 9),
    ("day", "fails", 110, 160),
    ("night", "fails", 76, 400),
    ("night", "dies", 300, 500),
    ("backup", "fails", 60, 170),
    ("restore", "fails", 1, 220),
    ("restore", "hangs", 90, 120),
    ("forget", "lost", 30, 40),
)


@pytest.fixture
async def travellers(server: EmbeddedServer, standin: str) -> AsyncIterator[dict[str, Traveller]]:
    with own_folder() as folder:
        async with open_ground(server, folder=folder, llm_url=standin, prefix="points") as ground:
            templates = await prepare(ground, TEMPLATE)
            yield {
                name: Traveller(ground=ground, journey=journey, template=templates[journey.template])
                for name, journey in JOURNEYS.items()
            }


async def test_whatever_fails_at_any_point_nothing_is_lost_doubled_or_stuck(travellers: dict[str, Traveller]):
    attempts: list[Attempt] = []
    for name, kind, first, every in SAMPLES:
        traveller = await travellers[name].open()
        attempts += [
            attempt async for attempt in traveller.attempts(kind, first=first, every=every, at_once=AT_ONCE)
        ]

    assert [(attempt, attempt.said) for attempt in attempts if attempt.wrong] == []
    assert {name for name, *_ in SAMPLES} == {attempt.journey for attempt in attempts}

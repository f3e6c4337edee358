"""The seven faults in small; `make chaos` has them at length."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.freezing import freeze_again_and_again
from tests.chaos.ground import Ground, open_ground
from tests.chaos.killing import kill_again_and_again


@pytest.fixture
async def ground(tmp_path: Path, dsn: str) -> AsyncIterator[Ground]:
    async with open_ground(folder=tmp_path, dsn=dsn) as opened:
        yield opened


async def test_daemons_that_are_killed_lose_nothing_and_repeat_nothing(ground: Ground):
    outcome = await kill_again_and_again(ground, utterances=300, kills=6, daemons=2)

    assert outcome.wrong == {}
    assert outcome.did["jobs"] >= 600
    assert outcome.did["kills that left claims"] > 0


async def test_a_daemon_that_froze_beyond_its_lease_writes_nothing_stale(ground: Ground):
    outcome = await freeze_again_and_again(ground, rounds=1, utterances=10)

    assert outcome.wrong == {}
    assert outcome.did["results that came too late"] > 0

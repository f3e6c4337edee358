"""A night that meets a database without a connection left, or without room."""

from collections.abc import Mapping
from typing import Any

import pytest

from tane.runs.conductor import MOST_ATTEMPTS
from tane.runs.step import Step, StepContext
from tane.store.errors import StoreUnavailable
from tests.tane.runs.conftest import House
from tests.tane.runs.steps import PUBLISH, WRITE


class TestWithoutConnections:
    """PostgreSQL has none left, or only those reserved for superusers; ours are taken: all of it passes."""

    @pytest.mark.parametrize(
        "trouble",
        [
            StoreUnavailable("TooManyConnectionsError 53300", sqlstate="53300"),
            StoreUnavailable("TimeoutError"),
        ],
    )
    async def test_a_night_waits_however_often_a_step_meets_it(self, house: House, trouble: StoreUnavailable):
        left = [trouble] * 3 * MOST_ATTEMPTS

        async def starved(_: StepContext[None]) -> Mapping[str, Any]:
            if left:
                raise left.pop()
            return {}

        supervisor = house.supervisor((WRITE, Step(name="starved", run=starved), PUBLISH))
        await house.ask()

        ends = [await supervisor.turn() for _ in range(3 * MOST_ATTEMPTS + 1)]

        assert ends == [*[None] * 3 * MOST_ATTEMPTS, "published"]

    async def test_a_full_disk_is_not_tried_for_ever(self, house: House):
        async def full(_: StepContext[None]) -> Mapping[str, Any]:
            raise StoreUnavailable("DiskFullError 53100", sqlstate="53100")

        supervisor = house.supervisor((Step(name="full", run=full),))
        await house.ask()

        assert [await supervisor.turn() for _ in range(MOST_ATTEMPTS + 1)] == [
            *[None] * MOST_ATTEMPTS,
            "failed",
        ]

"""A history of the queue adds up, and the account notices when one does not."""

from collections.abc import Callable
from copy import deepcopy
from uuid import UUID

import pytest

from tests.tane.store.history import History, discrepancies, record


@pytest.fixture(scope="module")
def sound() -> History:
    """Two jobs: one that failed once and was done, one whose first claimant fell silent."""
    history = History(jobs=2)
    first, second = UUID(int=1), UUID(int=2)
    history.claims = [(first, 1), (second, 1), (first, 2), (second, 2)]
    history.endings = [(first, 1, "retry"), (first, 2, "done"), (second, 2, "done")]
    history.too_late = [(second, 1)]
    history.reaped = [(second, "lease_expired")]
    history.moves = [
        (first, "queued", "running"), (second, "queued", "running"), (first, "running", "scheduled"), (second, "running", "queued"),
        (first, "scheduled", "queued"), (first, "queued", "running"), (second, "queued", "running"), (first, "running", "done"),
        (second, "running", "done"),
    ]  # fmt: skip
    history.moments = [{"queued": 2}, {"running": 1, "queued": 1}, {"done": 1, "running": 1}, {"done": 2}]
    history.attempts, history.status = {first: 2, second: 1}, {first: "done", second: "done"}
    return history


SPOILT: dict[str, Callable[[History], object]] = {
    "a token that was used twice": lambda history: history.claims.append(history.claims[0]),
    "a job that did not end once": lambda history: history.moves.pop(),
    "a change that no queue makes": lambda history: history.moves.append((UUID(int=1), "done", "queued")),
    "a claim that ended twice": lambda history: history.endings.append((UUID(int=1), 2, "retry")),
    "an ending of a claim that nobody made": lambda history: history.endings.append(
        (UUID(int=1), 9, "retry")
    ),
    "an ending that was refused and confirmed": lambda history: history.too_late.append((UUID(int=1), 2)),
    "a job confirmed as done that is not": lambda history: history.status.update({UUID(int=1): "dead"}),
    "a job that was charged otherwise": lambda history: history.attempts.update({UUID(int=2): 2}),
    "a moment whose totals do not add up": lambda history: history.moments[1].update(running=2),
    "a job that ended and did not stay so": lambda history: history.moments.append({"done": 1, "running": 1}),
}


def test_a_sound_history_has_no_discrepancy(sound: History):
    assert discrepancies(sound) == {}


@pytest.mark.parametrize("fault", list(SPOILT))
def test_each_fault_is_noticed(sound: History, fault: str):
    spoilt = deepcopy(sound)

    SPOILT[fault](spoilt)

    assert discrepancies(spoilt)[fault] == 1


async def test_what_workers_do_to_a_real_queue_adds_up(dsn: str):
    history = await record(dsn, asked=60, workers=4, seed=1)

    assert discrepancies(history) == {}
    assert len(history.claims) > 60
    assert {ending for _, _, ending in history.endings} >= {"done", "retry", "return", "release"}
    assert history.too_late
    assert history.reaped

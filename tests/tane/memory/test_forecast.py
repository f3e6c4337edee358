from datetime import UTC, datetime, timedelta

import pytest

from tane.memory.forecast import forecast
from tane.memory.levels import Fill

GB = 10**9
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = Fill(effective_bytes=40 * GB, budget_bytes=50 * GB)


def days(*used: float) -> list[tuple[datetime, int]]:
    """Return a sample a day."""
    return [(START + timedelta(days=number), round(gb * GB)) for number, gb in enumerate(used)]


def test_it_is_full_when_the_median_slope_has_used_up_the_budget():
    seen = forecast(days(36, 37, 38, 39, 40), NOW)

    assert seen is not None
    assert seen.what == "budget"
    assert seen.days == pytest.approx(10)
    assert seen.bytes_a_day == pytest.approx(GB)


def test_one_import_that_was_removed_again_does_not_move_it():
    seen = forecast(days(34, 35, 36, 90, 38, 39, 40), NOW)

    assert seen is not None
    assert seen.bytes_a_day == pytest.approx(GB)


def test_what_is_full_first_is_named():
    seen = forecast(
        days(36, 37, 38, 39, 40),
        Fill(effective_bytes=40 * GB, budget_bytes=50 * GB, disk_free_bytes=7 * GB, disk_bytes=60 * GB),
    )

    assert seen is not None
    assert seen.what == "disk"
    assert seen.days == pytest.approx(5)  # 2 GB of it are to stay free


@pytest.mark.parametrize("samples", [days(), days(1, 2, 3), [(START, 1)] * 9])
def test_too_few_samples_or_less_than_a_day_tell_nothing(samples: list[tuple[datetime, int]]):
    assert forecast(samples, NOW) is None


@pytest.mark.parametrize(
    ("used", "now"),
    [
        ((5, 5, 5, 5), NOW),
        ((9, 8, 7, 6), NOW),
        ((6, 7, 8, 9), Fill(effective_bytes=9 * GB)),
        ((1, 1.001, 1.002, 1.003), NOW),
    ],
)
def test_what_does_not_grow_or_has_no_bound_is_never_full(used: tuple[float, ...], now: Fill):
    seen = forecast(days(*used), now)

    assert seen is not None
    assert (seen.days, seen.what) == (None, None)


def test_what_is_full_already_is_full_in_no_days():
    seen = forecast(days(48, 49, 50, 51), Fill(effective_bytes=51 * GB, budget_bytes=50 * GB))

    assert seen is not None
    assert seen.days == 0

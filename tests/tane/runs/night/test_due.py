from datetime import UTC, datetime

from tane.runs.night.due import has_doubled, last_scheduled
from tests.tables import every


@every(
    ("now", "before", "is_due"),
    [
        (49, None, False),
        (50, None, True),
        (50, 0, True),
        (49, 10, False),
        (50, 25, True),
        (99, 50, False),
        (100, 50, True),
        (1999, 1000, False),
        (2000, 1000, True),
    ],
)
def test_a_night_is_due_at_fifty_seeds_and_at_twice_as_many_as_last_time(
    now: int, before: int | None, is_due: bool
):
    assert has_doubled(now, before) is is_due


@every(
    ("now", "zone", "scheduled"),
    [
        ("2026-11-21T04:30:00", "UTC", "2026-11-21T04:30:00"),
        ("2026-11-21T04:29:59", "UTC", "2026-11-20T04:30:00"),
        ("2026-11-21T23:00:00", "UTC", "2026-11-21T04:30:00"),
        # 04:30 in Tokyo is 19:30 of the day before.
        ("2026-11-21T19:29:00", "Asia/Tokyo", "2026-11-20T19:30:00"),
        ("2026-11-21T19:31:00", "Asia/Tokyo", "2026-11-21T19:30:00"),
        # Berlin leaves summer time on 2026-10-25.
        ("2026-10-25T03:00:00", "Europe/Berlin", "2026-10-24T02:30:00"),
        ("2026-10-25T03:30:00", "Europe/Berlin", "2026-10-25T03:30:00"),
    ],
)
def test_the_last_scheduled_time_is_the_last_at_which_the_clock_on_the_wall_showed_it(
    now: str, zone: str, scheduled: str
):
    found = last_scheduled(datetime.fromisoformat(now).replace(tzinfo=UTC), at="04:30", zone=zone)

    assert found.astimezone(UTC) == datetime.fromisoformat(scheduled).replace(tzinfo=UTC)


def test_at_midnight_the_night_of_the_day_itself_counts():
    now = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)

    assert last_scheduled(now, at="00:00", zone="UTC") == now

"""The clock is looked at, never waited for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tane.runs.schedule import GRACE_S, daily, last_time, ticking
from tane.store.runs import APART_S
from tests.tables import every


class TestTheClock:
    async def test_has_one_job_in_the_zone_of_the_settings(self):
        with ticking(lambda: None, daily(at="04:30", zone="Asia/Tokyo")) as scheduler:
            (job,) = scheduler.get_jobs()

        assert job.trigger.timezone == ZoneInfo("Asia/Tokyo")
        fires = job.trigger.get_next_fire_time(None, datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
        assert fires.astimezone(UTC) == datetime(2026, 11, 21, 19, 30, tzinfo=UTC)

    async def test_forgives_a_machine_that_slept_and_strikes_once_for_several_misses(self):
        with ticking(lambda: None, daily(at="04:30", zone="UTC")) as scheduler:
            (job,) = scheduler.get_jobs()

        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (GRACE_S, True, 1)
        assert timedelta(seconds=GRACE_S) > timedelta(hours=1)

    async def test_only_asks(self):
        asked: list[str] = []
        with ticking(lambda: asked.append("cron"), daily(at="04:30", zone="UTC")) as scheduler:
            (job,) = scheduler.get_jobs()
            await job.func()

        assert asked == ["cron"]

    async def test_strikes_on_the_day_on_which_the_clocks_leave_the_time_out(self):
        """02:30 does not exist in Berlin on 2026-03-29; an hour later is the next best."""
        with ticking(lambda: None, daily(at="02:30", zone="Europe/Berlin")) as scheduler:
            (job,) = scheduler.get_jobs()
        noon = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)

        strike = job.trigger.get_next_fire_time(None, noon)

        assert strike.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    async def test_strikes_twice_when_the_clocks_show_the_time_twice_too_close_for_two_nights(self):
        """02:30 comes twice in Berlin on 2026-10-25; the second request is not taken."""
        with ticking(lambda: None, daily(at="02:30", zone="Europe/Berlin")) as scheduler:
            (job,) = scheduler.get_jobs()
        first = job.trigger.get_next_fire_time(None, datetime(2026, 10, 24, 12, 0, tzinfo=UTC))

        again = job.trigger.get_next_fire_time(first, first + timedelta(seconds=1))

        apart = again.astimezone(UTC) - first.astimezone(UTC)
        assert timedelta(0) < apart < timedelta(seconds=APART_S)

    async def test_goes_on_the_day_after_the_clocks_change(self):
        with ticking(lambda: None, daily(at="04:30", zone="Europe/Berlin")) as scheduler:
            (job,) = scheduler.get_jobs()
        before = datetime(2026, 10, 24, 4, 30, tzinfo=ZoneInfo("Europe/Berlin"))

        after = job.trigger.get_next_fire_time(before, before + timedelta(seconds=1))

        assert (after.day, after.hour, after.minute) == (25, 4, 30)


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
    found = last_time(daily(at="04:30", zone=zone), datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found.astimezone(UTC) == datetime.fromisoformat(scheduled).replace(tzinfo=UTC)


def test_at_midnight_the_night_of_the_day_itself_counts():
    now = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)

    assert last_time(daily(at="00:00", zone="UTC"), now) == now


def test_a_time_that_the_clocks_leave_out_or_show_twice_counts_once():
    """02:30 in Berlin: an hour late on 2026-03-29, and twice on 2026-10-25."""
    trigger = daily(at="02:30", zone="Europe/Berlin")

    left_out = last_time(trigger, datetime(2026, 3, 29, 12, 0, tzinfo=UTC))
    shown_twice = last_time(trigger, datetime(2026, 10, 25, 12, 0, tzinfo=UTC))

    assert left_out == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert shown_twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

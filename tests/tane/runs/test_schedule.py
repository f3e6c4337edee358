"""The clock is looked at, never waited for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tane.runs.schedule import GRACE_S, night_scheduler, ticking
from tane.store.nightly import APART_S


class TestTheClock:
    async def test_has_one_job_in_the_zone_of_the_settings(self):
        scheduler = night_scheduler(lambda: None, at="04:30", zone="Asia/Tokyo")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()

        assert job.trigger.timezone == ZoneInfo("Asia/Tokyo")
        fires = job.trigger.get_next_fire_time(None, datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
        assert fires.astimezone(UTC) == datetime(2026, 11, 21, 19, 30, tzinfo=UTC)

    async def test_forgives_a_machine_that_slept_and_strikes_once_for_several_misses(self):
        scheduler = night_scheduler(lambda: None, at="04:30", zone="UTC")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()

        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (GRACE_S, True, 1)
        assert timedelta(seconds=GRACE_S) > timedelta(hours=1)

    async def test_only_asks(self):
        asked: list[str] = []
        scheduler = night_scheduler(lambda: asked.append("cron"), at="04:30", zone="UTC")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()
            await job.func()

        assert asked == ["cron"]

    async def test_strikes_on_the_day_on_which_the_clocks_leave_the_time_out(self):
        """02:30 does not exist in Berlin on 2026-03-29; an hour later is the next best."""
        scheduler = night_scheduler(lambda: None, at="02:30", zone="Europe/Berlin")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()
        noon = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)

        strike = job.trigger.get_next_fire_time(None, noon)

        assert strike.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    async def test_strikes_twice_when_the_clocks_show_the_time_twice_too_close_for_two_nights(self):
        """02:30 comes twice in Berlin on 2026-10-25; the second request is not taken."""
        scheduler = night_scheduler(lambda: None, at="02:30", zone="Europe/Berlin")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()
        first = job.trigger.get_next_fire_time(None, datetime(2026, 10, 24, 12, 0, tzinfo=UTC))

        again = job.trigger.get_next_fire_time(first, first + timedelta(seconds=1))

        apart = again.astimezone(UTC) - first.astimezone(UTC)
        assert timedelta(0) < apart < timedelta(seconds=APART_S)

    async def test_goes_on_the_day_after_the_clocks_change(self):
        scheduler = night_scheduler(lambda: None, at="04:30", zone="Europe/Berlin")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()
        before = datetime(2026, 10, 24, 4, 30, tzinfo=ZoneInfo("Europe/Berlin"))

        after = job.trigger.get_next_fire_time(before, before + timedelta(seconds=1))

        assert (after.day, after.hour, after.minute) == (25, 4, 30)

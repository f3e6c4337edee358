"""The clock is looked at, never waited for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.nightly.schedule import GRACE_S, night_scheduler, ticking


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

    async def test_goes_on_the_day_after_the_clocks_change(self):
        scheduler = night_scheduler(lambda: None, at="04:30", zone="Europe/Berlin")
        with ticking(scheduler):
            (job,) = scheduler.get_jobs()
        before = datetime(2026, 10, 24, 4, 30, tzinfo=ZoneInfo("Europe/Berlin"))

        after = job.trigger.get_next_fire_time(before, before + timedelta(seconds=1))

        assert (after.day, after.hour, after.minute) == (25, 4, 30)

"""One night at a time, from the request to the map, whatever dies meanwhile."""

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tane.runs.step import NothingToDo, Step, StepContext
from tane.runs.supervisor import Intervals
from tests.tane.runs import pool_functions, steps
from tests.tane.runs.conftest import INTERVALS, House
from tests.tane.runs.steps import DOUBLE, GOOD, HANG, PUBLISH, WRITE
from tests.waiting import until

Logged = Callable[[str], list[dict[str, Any]]]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class TestANight:
    async def test_goes_through_its_steps_and_publishes(self, house: House, logged: Logged):
        await house.ask()

        assert await house.supervisor().turn() == "published"

        run, done = await house.last(), await house.steps()
        assert [(step.status, step.attempts) for step in done.values()] == [("done", 1)] * 3
        assert done["double"].details == {"doubled": 42}
        assert run.report["steps"]["double"]["doubled"] == 42
        assert run.generation_id == done["publish"].details["generation"]
        assert run.fraction == 1
        lines = logged("nightly.step_done")
        assert [line["step"] for line in lines] == ["write", "double", "publish"]
        assert [line["fraction"] for line in lines] == [0.25, 0.75, 1.0]
        assert lines[0]["eta_s"] is not None
        assert lines[-1]["eta_s"] == 0
        assert logged("nightly.published")[0]["seconds"] >= 0

    async def test_knows_the_memory_of_the_steps_that_computed_elsewhere(self, house: House):
        await house.ask()
        await house.supervisor().turn()

        done = await house.steps()

        assert done["write"].peak_mib is None
        peak_mib = done["double"].peak_mib
        assert peak_mib is not None
        assert 5 < peak_mib < 2000

    async def test_leaves_no_folder_behind(self, house: House):
        await house.ask()
        await house.supervisor().turn()

        assert house.folders() == []

    async def test_without_a_request_there_is_none(self, house: House):
        assert await house.supervisor().turn() is None

    async def test_with_nothing_to_do_is_skipped_and_says_why(self, house: House, logged: Logged):
        async def look(_: StepContext[None]) -> Mapping[str, Any]:
            raise NothingToDo("unchanged")

        await house.ask()

        assert await house.supervisor([Step(name="look", run=look), PUBLISH]).turn() == "skipped"
        assert (await house.last()).report["reason"] == "unchanged"
        assert list(await house.steps()) == ["look"]
        assert logged("nightly.skipped")[0]["reason"] == "unchanged"

    async def test_shows_how_far_it_is(self, house: House):
        async with house.supervised([WRITE, replace(HANG, weight=3.0), PUBLISH]):
            await house.ask()
            await house.until_running("hang")
            await until(lambda: _is_at(house, 0.2))

            assert (await house.last()).fraction == pytest.approx(0.2)

    async def test_hears_what_steps_report(self, house: House):
        gate = asyncio.Event()

        async def wait(night: StepContext[None]) -> Mapping[str, Any]:
            night.report(0.5)
            night.report(0.25)  # a step does not go back
            await gate.wait()
            return {}

        async with house.supervised([Step(name="wait", run=wait)]):
            await house.ask()
            await until(lambda: _is_at(house, 0.5))
            gate.set()


async def _is_at(house: House, fraction: float) -> bool:
    found = (await house.last()).fraction
    return found is not None and abs(found - fraction) < 1e-6


class TestSeveralSupervisors:
    async def test_conduct_one_night_between_them(self, house: House):
        await house.ask()

        ended = await asyncio.gather(*(house.supervisor().turn() for _ in range(3)))

        assert sorted(map(str, ended)) == ["None", "None", "published"]
        assert [step.attempts for step in (await house.steps()).values()] == [1, 1, 1]

    async def test_leave_a_night_alone_that_another_host_may_come_back_to(self, house: House):
        await _interrupt(house)

        assert await house.supervisor(host="elsewhere").turn() is None

    async def test_begin_anew_on_another_host_when_the_first_stays_silent(self, house: House, logged: Logged):
        folder = await _interrupt(house)
        elsewhere = House(pool=house.pool, dsn=house.session.dsn, folder=house.state / "of another host")

        ended = await elsewhere.supervisor(
            host="elsewhere", intervals=replace(INTERVALS, stranger_s=-1.0)
        ).turn()

        assert ended == "published"
        assert (await house.last()).folder != folder
        assert (await house.steps())["write"].attempts == 1
        assert len(logged("nightly.started")) == 2

    async def test_begin_anew_what_was_published_already_and_call_it_so_if_nothing_is_left_to_do(
        self, house: House
    ):
        async def look(_: StepContext[None]) -> Mapping[str, Any]:
            raise NothingToDo("unchanged")

        async with house.supervised([PUBLISH, HANG]):
            await house.ask()
            await house.until_running("hang")
        elsewhere = House(pool=house.pool, dsn=house.session.dsn, folder=house.state / "of another host")
        other = elsewhere.supervisor(
            [Step(name="look", run=look), PUBLISH],
            host="elsewhere",
            intervals=replace(INTERVALS, stranger_s=-1.0),
        )

        assert await other.turn() == "published"
        assert (await house.last()).report["reason"] == "unchanged"
        assert await house.pool.fetchval("SELECT count(*) FROM cluster_generations") == 1


async def _interrupt(house: House) -> object:
    """Begin a night and cancel its supervisor in the second step, as TERM does."""
    async with house.supervised([WRITE, HANG]):
        await house.ask()
        await house.until_running("hang")
    run = await house.last()
    assert run.status == "running"
    return run.folder


class TestAnInterruptedNight:
    async def test_goes_on_with_the_first_step_that_is_not_done(self, house: House, logged: Logged):
        folder = await _interrupt(house)

        assert await house.supervisor([WRITE, replace(DOUBLE, name="hang"), PUBLISH]).turn() == "published"

        done = await house.steps()
        assert (await house.last()).folder == folder
        assert (done["write"].attempts, done["hang"].attempts) == (1, 2)
        assert done["hang"].details == {"doubled": 42}
        assert logged("nightly.resumed")[0]["steps_done"] == 1
        assert (await house.last()).report["steps"]["write"]["number"] == 21

    async def test_begins_anew_if_its_files_are_gone(self, house: House):
        await _interrupt(house)
        (folder,) = house.folders()
        folder.rename(folder.with_name("away"))

        assert await house.supervisor(GOOD).turn() == "published"

        assert {step.attempts for step in (await house.steps()).values()} == {1}

    async def test_begins_anew_if_another_version_wrote_its_files(self, house: House, logged: Logged):
        """Files of before an upgrade; those of before versions have no note of any."""
        folder = await _interrupt(house)

        assert await house.supervisor(GOOD, version=2).turn() == "published"

        assert (await house.last()).folder != folder
        assert {step.attempts for step in (await house.steps()).values()} == {1}
        assert len(logged("nightly.started")) == 2
        assert house.folders() == []

    async def test_begins_anew_if_its_files_have_no_version(self, house: House):
        await _interrupt(house)
        next(house.state.glob("*/version.json")).unlink()

        assert await house.supervisor(GOOD).turn() == "published"

        assert {step.attempts for step in (await house.steps()).values()} == {1}

    async def test_takes_its_workers_along(self, house: House):
        await _interrupt(house)

        assert not is_alive(int(next(house.state.glob("*/hanging.json")).read_text()))

    async def test_fails_when_it_dies_in_the_same_step_again_and_again(self, house: House):
        await _interrupt(house)
        await house.pool.execute("UPDATE nightly_steps SET attempts = 5 WHERE step = 'hang'")

        assert await house.supervisor([WRITE, HANG, PUBLISH]).turn() == "failed"
        error = (await house.last()).last_error
        assert error is not None
        assert (error["step"], error["cause"]) == ("hang", "never_ends")


class TestALostLock:
    async def test_stops_the_night_before_anything_is_published(self, house: House, logged: Logged):
        gate = asyncio.Event()

        async def wait(_: StepContext[None]) -> Mapping[str, Any]:
            await gate.wait()
            return {}

        await house.ask()
        turn = asyncio.create_task(house.supervisor([WRITE, Step(name="wait", run=wait), PUBLISH]).turn())
        await until(lambda: _has_begun(house, "wait"))

        await house.lose_lock()

        assert await turn is None
        run = await house.last()
        assert (run.status, run.generation_id) == ("running", None)
        assert logged("nightly.interrupted")

    async def test_is_taken_by_another_who_finishes_the_night(self, house: House):
        async with house.supervised([WRITE, replace(HANG, name="double"), PUBLISH]):
            await house.ask()
            await house.until_running("double")
            await house.lose_lock()
            second = house.supervisor(GOOD)

            await until(lambda: _took_over(second.turn))

        assert (await house.last()).status == "published"


async def _has_begun(house: House, step: str) -> bool:
    return step in await house.steps()


async def _took_over(turn: Callable[[], Any]) -> bool:
    return bool(await turn() == "published")


class TestAFailingStep:
    async def test_is_tried_once_more_and_leaves_the_night_failed_with_its_cause(
        self, house: House, logged: Logged
    ):
        async def compute(night: StepContext[None]) -> Mapping[str, Any]:
            await night.compute.run(pool_functions.fail, night.folder)
            return {}

        await house.ask()

        assert await house.supervisor([WRITE, Step(name="bad", run=compute), PUBLISH]).turn() == "failed"

        run, found = await house.last(), await house.steps()
        assert run.last_error is not None
        assert (run.last_error["step"], run.last_error["class"]) == ("bad", "ValueError")
        assert run.last_error["at"].startswith("tests/tane/runs/pool_functions.py:")
        assert (found["bad"].status, found["bad"].attempts) == ("failed", 2)
        assert "publish" not in found
        assert run.generation_id is None
        assert "秘密" not in str(
            (run.last_error, found, logged("nightly.failed"), logged("nightly.step_failed"))
        )

    async def test_that_succeeds_the_second_time_costs_nothing_else(self, house: House):
        tries = 0

        async def stumble(_: StepContext[None]) -> Mapping[str, Any]:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise OSError
            return {}

        await house.ask()

        assert await house.supervisor([Step(name="stumble", run=stumble), PUBLISH]).turn() == "published"
        assert (await house.steps())["stumble"].attempts == 2

    async def test_keeps_its_folder_until_a_later_night_failed(self, house: House):
        async def fail(_: StepContext[None]) -> Mapping[str, Any]:
            raise ZeroDivisionError

        await house.ask()
        await house.supervisor([WRITE, Step(name="fail", run=fail)]).turn()
        (kept,) = house.folders()
        await house.ask()
        await house.supervisor(GOOD).turn()
        still = house.folders()
        await house.ask()
        await house.supervisor([WRITE, Step(name="fail", run=fail)]).turn()

        assert still == [kept]
        assert kept not in house.folders()
        assert len(house.folders()) == 1

    async def test_after_the_publication_leaves_the_night_published_in_part(self, house: House):
        async def fail(_: StepContext[None]) -> Mapping[str, Any]:
            raise ZeroDivisionError

        await house.ask()

        assert await house.supervisor([*GOOD, Step(name="settle", run=fail)]).turn() == "partial"

    async def test_of_which_the_folder_vanished_fails_the_night_and_the_next_one_is_whole(self, house: House):
        """Somebody clears the disk while the night runs."""

        async def clear(night: StepContext[None]) -> Mapping[str, Any]:
            shutil.rmtree(night.folder)
            return {}

        await house.ask()
        failed = await house.supervisor([WRITE, Step(name="clear", run=clear), DOUBLE, PUBLISH]).turn()
        error = (await house.last()).last_error
        await house.ask()

        assert failed == "failed"
        assert error is not None
        assert (error["step"], error["class"]) == ("double", "FileNotFoundError")
        assert await house.supervisor(GOOD).turn() == "published"

    async def test_of_a_folder_that_cannot_be_made_fails_the_night_and_not_the_daemon(self, house: House):
        house.state.write_text("a file, where the folder should be")
        await house.ask()

        assert await house.supervisor().turn() == "failed"


class TestAKilledWorker:
    async def test_is_replaced_and_its_step_done_again(self, house: House, logged: Logged):
        async def compute(night: StepContext[None]) -> Mapping[str, Any]:
            return {"worker": await night.compute.run(pool_functions.die_once, night.folder / "trace.json")}

        await house.ask()

        assert await house.supervisor([Step(name="die", run=compute), PUBLISH]).turn() == "published"

        died = (await house.steps())["die"]
        assert (died.attempts, died.details) == (2, {"worker": "alive"})
        assert logged("nightly.step_failed")[0]["cause"] == "worker_lost"


class TestCancelling:
    async def test_ends_the_night_and_the_work_in_the_pool(self, house: House, logged: Logged):
        await house.ask()
        turn = asyncio.create_task(house.supervisor([WRITE, HANG, PUBLISH]).turn())
        await house.until_running("hang")
        pid = int(next(house.state.glob("*/hanging.json")).read_text())

        await house.cancel()

        assert await turn == "cancelled"
        assert not is_alive(pid)
        assert house.folders() == []
        assert logged("nightly.cancelled")

    async def test_holds_between_steps(self, house: House):
        async def cancel(_: StepContext[None]) -> Mapping[str, Any]:
            await house.cancel()
            return {}

        await house.ask()
        slow = Intervals(poll_s=60.0, beat_s=60.0)

        ended = await house.supervisor([Step(name="cancel", run=cancel), *GOOD], intervals=slow).turn()

        assert ended == "cancelled"
        assert list(await house.steps()) == ["cancel"]

    async def test_is_not_overtaken_by_the_publication(self, house: House):
        async def cancel_and_publish(night: StepContext[None]) -> Mapping[str, Any]:
            await house.cancel()
            return await steps.publish(night)

        await house.ask()
        slow = Intervals(poll_s=60.0, beat_s=60.0)

        ended = await house.supervisor([Step(name="publish", run=cancel_and_publish)], intervals=slow).turn()

        assert ended == "cancelled"
        assert await house.pool.fetchval("SELECT count(*) FROM cluster_generations") == 0

"""tane nightly: asking for a night, looking at it, ending it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daemon.nights import night_supervisor
from tane.runs.night.workspace import Night
from tane.runs.step import Step
from tests.tane.cli.conftest import Tane


async def run_out_of_memory(_: Night) -> Mapping[str, Any]:
    raise MemoryError


def add_run(
    tane: Tane, status: str, *, error: dict[str, str] | None = None, fraction: float | None = None
) -> int:
    (row,) = tane.sql(
        "INSERT INTO nightly_runs (trigger, status, seeds, started_at, heartbeat_at, finished_at, last_error, fraction) "
        "VALUES ('cron', $1, 1234, now() - interval '90 seconds', now(), "
        "CASE WHEN $1 <> 'running' THEN now() END, $2, $3) RETURNING run_id",
        status, error, fraction,
    )  # fmt: skip
    return int(row[0])


class TestRun:
    def test_asks_and_says_who_will_do_it(self, tane: Tane) -> None:
        result = tane("nightly", "run", "--force")

        assert result.stdout == ""
        assert "night 1 is asked for; a running daemon begins it within seconds" in result.stderr
        assert tane.sql("SELECT trigger, status, is_forced FROM nightly_runs") == [
            ("command", "requested", 1)
        ]

    def test_joins_a_night_that_is_open(self, tane: Tane) -> None:
        tane("nightly", "run")

        assert "night 1 is requested already" in tane("nightly", "run").stderr

    def test_with_wait_has_the_night_here_when_no_daemon_takes_it(
        self, tane: Tane, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tane.runs.supervisor.PATIENCE_S", 0.0)

        said = tane("nightly", "run", "--wait").stderr

        assert "night 1: skipped: " in said  # there is nothing to make a map of
        assert tane.sql("SELECT status FROM nightly_runs") == [("skipped",)]

    def test_with_wait_ends_badly_if_the_night_does(
        self, tane: Tane, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tane.runs.supervisor.PATIENCE_S", 0.0)
        broken = partial(night_supervisor, steps=(Step(name="knn", run=run_out_of_memory),))
        monkeypatch.setattr("tane.cli.nightly.night_supervisor", broken)

        said = tane("nightly", "run", "--wait", status=1).stderr

        assert "night 1: failed in knn: out_of_memory; the last map stays (`tane nightly status`)" in said

    def test_refuses_a_cluster_that_cannot_be_reached_for_want_of_a_library(
        self, tane: Tane, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TANE_NIGHTLY__EXECUTOR", "dask://127.0.0.1:8786")
        monkeypatch.setattr("daemon.nights.find_spec", lambda _: None)

        assert "tane[dask]" in tane("nightly", "run", "--wait", status=78).stderr


class TestStatus:
    def test_without_a_night_says_how_to_have_one(self, tane: Tane) -> None:
        assert "there was no night yet" in tane("nightly", "status").stderr
        assert tane.json("nightly", "status") is None

    def test_shows_step_fraction_and_time_left(self, tane: Tane) -> None:
        run = add_run(tane, "running", fraction=0.25)
        tane.sql(
            "INSERT INTO nightly_steps (run_id, step, ordinal, status, seconds, peak_mib) "
            "VALUES ($1, 'snapshot', 0, 'done', 40, 512)",
            run,
        )
        tane.sql(
            "INSERT INTO nightly_steps (run_id, step, ordinal, status) VALUES ($1, 'knn', 1, 'running')", run
        )

        shown = tane("nightly", "status").stdout
        view = tane.json("nightly", "status")

        assert "asked for by the clock" in shown
        assert "running: knn, 25%, about 2 min left" in shown
        assert "512 MiB" in shown
        assert all(len(line) <= 80 for line in shown.splitlines())
        assert (view["step"], view["fraction"], view["is_abandoned"]) == ("knn", 0.25, False)
        assert view["eta_s"] == pytest.approx(120, abs=30)

    def test_says_when_nobody_works_on_it(self, tane: Tane) -> None:
        add_run(tane, "running", fraction=0.5)
        tane.sql("UPDATE nightly_runs SET heartbeat_at = now() - interval '1 hour'")

        assert "interrupted, goes on with the next daemon" in " ".join(
            tane("nightly", "status").stdout.split()
        )

    def test_names_the_step_that_failed_and_why(self, tane: Tane) -> None:
        add_run(tane, "failed", error={"step": "knn", "cause": "worker_lost"})

        assert "failed in knn: worker_lost; the last map stays" in tane("nightly", "status").stdout


class TestHistory:
    def test_lists_the_newest_first_within_80_columns(self, tane: Tane) -> None:
        add_run(tane, "published")
        add_run(tane, "failed", error={"step": "a step of a very long name", "cause": "out_of_memory"})

        lines = tane("nightly", "history").stdout.splitlines()

        assert [line.split()[0] for line in lines] == ["night", "2", "1"]
        assert "1,234" in lines[1]
        assert all(len(line) <= 80 for line in lines)
        assert [run["status"] for run in tane.json("nightly", "history")] == ["failed", "published"]

    def test_without_a_night_says_how_to_have_one(self, tane: Tane) -> None:
        assert "there was no night yet" in tane("nightly", "history").stderr


class TestCancel:
    def test_ends_a_night_that_waits(self, tane: Tane) -> None:
        tane("nightly", "run")

        assert "night 1 is cancelled" in tane("nightly", "cancel").stderr
        assert tane.sql("SELECT status FROM nightly_runs") == [("cancelled",)]

    def test_without_a_night_fails(self, tane: Tane) -> None:
        assert "there is no night to cancel" in tane("nightly", "cancel", status=1).stderr


class TestTheLineOfTaneStatus:
    def test_tells_the_plan_before_the_first_night(self, tane: Tane) -> None:
        assert "none yet; next at 04:30 UTC" in tane("status").stdout
        assert tane.json("status")["night"] is None

    def test_tells_how_the_last_one_ended(self, tane: Tane) -> None:
        add_run(tane, "failed", error={"step": "knn", "cause": "disk_full"})

        assert "failed in knn: disk_full" in tane("status").stdout
        assert tane.json("status")["night"]["status"] == "failed"

    def test_tells_how_far_the_open_one_is(self, tane: Tane, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TANE_NIGHTLY__ENABLED", "false")
        before = tane("status").stdout
        add_run(tane, "running", fraction=0.5)

        assert "by command only" in before
        assert "running, 50%" in tane("status").stdout


class TestForgetting:
    def test_leaves_nothing_of_a_failed_night_and_all_of_one_that_runs(
        self, tane: Tane, tmp_path: Path, add_utterance: Callable[..., str]
    ) -> None:
        add_utterance("秘密の言葉", speaker="佐藤")
        folders = []
        for status in ("failed", "running"):
            run = add_run(tane, status)
            ((name,),) = tane.sql(
                "UPDATE nightly_runs SET folder = gen_random_uuid() WHERE run_id = $1 RETURNING folder::text",
                run,
            )
            folders.append(tmp_path / "nightly" / name)
            folders[-1].mkdir(parents=True)

        tane("forget", "--speaker", "佐藤", "--yes", "--no-rewrite")

        assert [folder.exists() for folder in folders] == [False, True]

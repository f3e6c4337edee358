"""tane jobs, dead, pause and resume."""

from collections.abc import Callable

import pytest

from daemon.options import handler_options
from handlers import all_handlers
from tane.settings.sources import load_settings
from tane.store.domain import JOB_TYPES
from tests.tane.cli.conftest import Tane

Add = Callable[..., str]


class TestListing:
    def test_jobs_are_listed_and_chosen_by_state_and_type(self, tane: Tane, add_job: Add) -> None:
        waiting, done = add_job(), add_job("utterance_role", status="done")

        assert {job["job_id"] for job in tane.json("jobs", "list")} == {waiting, done}
        assert [job["job_id"] for job in tane.json("jobs", "list", "--status", "done")] == [done]
        assert [job["job_id"] for job in tane.json("jobs", "list", "--type", "embedding")] == [waiting]
        shown = tane("jobs", "list").stdout
        assert waiting[:8] in shown
        assert max(len(line) for line in shown.splitlines()) <= 80

    def test_an_empty_queue_is_said_on_stderr(self, tane: Tane) -> None:
        result = tane("jobs", "list")

        assert (result.stdout, result.stderr) == ("", "no jobs\n")

    def test_dead_jobs_are_listed_with_their_cause_and_the_way_back(self, tane: Tane, add_job: Add) -> None:
        dead = add_job(status="dead", cause="reply_unusable")
        add_job()

        result = tane("dead")

        assert dead[:8] in result.stdout
        assert "reply_unusable" in result.stdout
        assert len(result.stdout.splitlines()) == 2
        assert "tane jobs retry" in result.stderr
        assert [job["job_id"] for job in tane.json("dead")] == [dead]

    def test_a_cause_that_is_all_there_is_to_say_is_said_once_and_in_words(
        self, tane: Tane, add_job: Add
    ) -> None:
        add_job(status="dead", cause="target_missing")

        said = " ".join(tane("dead").stdout.split())

        assert "is not there" in said
        assert "target_missing" not in said


class TestOne:
    def test_a_job_is_named_by_the_beginning_of_its_id(self, tane: Tane, add_job: Add) -> None:
        job = add_job()

        assert job in tane("jobs", "show", job[:8]).stdout
        assert tane.json("jobs", "show", job)["job_type"] == "embedding"

    def test_a_wrong_name_is_told(self, tane: Tane, add_job: Add) -> None:
        add_job()

        assert tane("jobs", "show", "zz", status=1).stderr == "tane: there is no job zz\n"

    def test_a_beginning_of_several_ids_is_told(self, tane: Tane) -> None:
        for last in ("1", "2"):
            tane.sql(
                "INSERT INTO worker_jobs (job_id, job_type, target_table, target_id) "
                "VALUES ($1::text::uuid, 'embedding', 'seed', gen_random_uuid())",
                f"aaaaaaaa-0000-0000-0000-00000000000{last}",
            )

        assert (
            "aaaa is the beginning of 2 ids: give more of it" in tane("jobs", "show", "aaaa", status=1).stderr
        )


class TestRetry:
    def test_a_dead_job_goes_back_in_line_with_all_its_attempts(self, tane: Tane, add_job: Add) -> None:
        dead = add_job(status="dead")

        assert tane("jobs", "retry", dead[:8]).stderr == "1 back in line\n"

        job = tane.json("jobs", "show", dead)
        assert (job["status"], job["attempts"]) == ("queued", 0)

    def test_all_or_all_of_a_type_go_back_at_once(self, tane: Tane, add_job: Add) -> None:
        add_job("embedding", status="dead")
        add_job("utterance_role", status="dead")

        assert tane("jobs", "retry", "--type", "embedding").stderr == "1 back in line\n"
        assert tane("jobs", "retry", "--all").stderr == "1 back in line\n"

    def test_nothing_is_retried_without_a_choice(self, tane: Tane) -> None:
        assert "name jobs, or use --type or --all" in tane("jobs", "retry", status=2).stderr
        tane("jobs", "retry", "--all", "--type", "embedding", status=2)

    def test_what_is_not_dead_or_is_over_is_told_instead_of_counted_as_none(
        self, tane: Tane, add_job: Add
    ) -> None:
        waiting, done = add_job(), add_job(status="done")

        assert "only dead jobs go back in line" in tane("jobs", "retry", waiting, status=1).stderr
        assert "what is over cannot be cancelled" in tane("jobs", "cancel", done, status=1).stderr


def test_a_waiting_job_is_cancelled(tane: Tane, add_job: Add) -> None:
    job = add_job()

    tane("jobs", "cancel", job[:8])

    assert tane.json("jobs", "show", job)["status"] == "cancelled"


class TestPausing:
    def test_a_pause_is_shown_until_it_is_ended(self, tane: Tane) -> None:
        assert "tane resume embedding" in tane("pause", "embedding", "--reason", "昼休み").stderr
        assert [pause["reason"] for pause in tane.json("status")["pauses"]] == ["昼休み"]
        assert "paused: embedding" in tane("status").stdout

        assert tane("resume", "embedding").stderr == "embedding: resumed\n"
        assert tane.json("status")["pauses"] == []

    @pytest.mark.parametrize(
        "command", [("pause",), ("resume",), ("jobs", "retry", "--type"), ("jobs", "list", "--type")]
    )
    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ("nosuch", "there is no job type nosuch; there are cluster_body, confidence, "),
            ("embeding", "there is no job type embeding; did you mean embedding?"),
            ("Embedding", "there is no job type Embedding; did you mean embedding?"),
        ],
    )
    def test_a_type_that_nobody_has_is_refused_with_the_nearest(
        self, tane: Tane, command: tuple[str, ...], wrong: str, said: str
    ) -> None:
        assert said in tane(*command, wrong, status=2).stderr
        assert tane.json("status")["pauses"] == []

    def test_a_type_of_another_program_is_known_where_it_stands_in_the_queue_or_is_paused(
        self, tane: Tane, add_job: Add
    ) -> None:
        add_job("theirs", status="dead")
        tane.sql("INSERT INTO job_pauses (job_type) VALUES ('theirs')")

        assert len(tane.json("jobs", "list", "--type", "theirs")) == 1
        assert tane("jobs", "retry", "--type", "theirs").stderr == "1 back in line\n"
        assert tane("resume", "theirs").stderr == "theirs: resumed\n"

    def test_the_types_that_are_known_are_those_that_are_worked_off(self) -> None:
        settings = load_settings(None, {})

        assert {one.job_type for one in all_handlers(handler_options(settings))} == JOB_TYPES

    def test_what_stays_paused_is_told(self, tane: Tane) -> None:
        tane("pause", "embedding")

        assert tane("resume").stderr == "all jobs: was not paused; still paused: embedding\n"

    def test_everything_is_paused_without_a_type(self, tane: Tane) -> None:
        tane("pause")

        assert "paused: everything" in tane("status").stdout

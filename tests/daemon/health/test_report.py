"""What counts as dead, unready or degraded."""

from dataclasses import replace
from typing import Any

import pytest

from daemon.health.report import alive, facts, ready
from daemon.health.snapshot import SILENT
from tane.store.health import Replies
from tests.daemon.health.snapshots import night, process, snapshot, stored
from tests.tables import every

SECRET = "秘密の一文"


def troubles(**changes: Any) -> dict[str, str]:
    report = ready(snapshot(**changes))
    return {trouble.what: trouble.degree for trouble in report.troubles}


def test_when_all_is_well_there_is_nothing_to_say():
    assert troubles() == {}
    assert ready(snapshot()).status == "ok"


class TestTheProcess:
    @every(
        ("changes", "what", "is_alive", "is_ready"),
        [
            ({"has_claimed": False, "idle_s": 500.0}, "starting", True, False),
            ({"is_stopping": True, "idle_s": 500.0}, "stopping", True, False),
            ({"idle_s": 3.1}, "claims_late", True, True),
            ({"idle_s": 61.0}, "not_claiming", False, False),
        ],
    )
    def test_is_judged_by_when_it_read_the_queue(
        self, changes: dict[str, Any], what: str, is_alive: bool, is_ready: bool
    ):
        found = process(**changes)

        assert [trouble.what for trouble in alive(found).troubles] == [what]
        assert alive(found).is_alive is is_alive
        assert ready(snapshot(process=found)).is_ready is is_ready

    def test_that_polls_rarely_is_given_three_polls(self):
        assert alive(process(poll_s=60.0, idle_s=170.0)).status == "ok"
        assert alive(process(poll_s=60.0, idle_s=181.0)).status == "dead"

    def test_that_only_serves_is_alive(self):
        assert alive(None).status == "ok"
        assert ready(snapshot(process=None)).status == "ok"


class TestTheRest:
    def test_a_database_that_is_away_or_silent_makes_it_unready(self):
        assert troubles(stored=None, trouble="ConnectionRefusedError") == {"database_unreachable": "unready"}
        assert troubles(stored=None, trouble=SILENT) == {"database_silent": "unready"}
        assert troubles(stored=stored(schema_trouble="older")) == {"schema_mismatch": "unready"}

    @pytest.mark.parametrize(("state", "what"), [("down", "model_server_down"), ("missing", "model_missing")])
    def test_models_that_are_away_degrade_it(self, state: str, what: str):
        models = replace(snapshot().models, state=state)

        assert troubles(models=models) == {what: "degraded"}

    def test_what_the_worker_met_itself_counts_before_the_next_look_at_the_models(self):
        assert troubles(process=process(blocked=("text",))) == {"model_server_down": "degraded"}
        assert troubles(process=process(blocked=("text",), missing=("gpt",))) == {"model_missing": "degraded"}

    def test_a_model_that_answers_nothing_usable_is_told_from_one_that_is_away(self):
        (trouble,) = ready(snapshot(process=process(unfit=("embed",), blocked=("embed",)))).troubles

        assert trouble.what == "model_unfit"
        assert "embed" in trouble.remedy

    @pytest.mark.parametrize(
        ("replies", "unusable", "is_told"), [(19, 19, False), (100, 20, False), (100, 21, True)]
    )
    def test_replies_of_no_use_are_told_when_they_are_many(self, replies: int, unusable: int, is_told: bool):
        seen = ready(snapshot(stored=stored(replies=Replies(replies=replies, unusable=unusable))))

        assert [trouble.what for trouble in seen.troubles] == ["replies_unusable"] * is_told
        assert seen.facts["replies"] == {"replies": replies, "unusable": unusable}

    def test_dead_jobs_pauses_and_a_failed_night_degrade_it(self):
        found = troubles(
            stored=stored(
                queue={"embedding": {"dead": 1}}, pauses=[{"job_type": "*"}], night=night(status="failed")
            )
        )

        assert found == dict.fromkeys(("dead_jobs", "paused", "night_failed"), "degraded")


def test_an_open_night_tells_how_far_it_is_and_how_long_it_will_take():
    found = facts(snapshot(stored=stored(night=night(status="running", fraction=0.7, eta_s=20.04))))

    assert (found["night"]["fraction"], found["night"]["eta_s"]) == (0.7, 20.0)
    assert facts(snapshot(stored=stored(night=None)))["night"]["eta_s"] is None


def test_text_of_others_is_in_none_of_it():
    seen = ready(
        snapshot(
            stored=stored(
                queue={SECRET: {"queued": 1, "dead": 1}},
                waiting_s={SECRET: 9.0},
                dead=[{"job_type": SECRET, "cause": SECRET, "n": 1}],
                pauses=[{"job_type": SECRET, "reason": SECRET, "paused_at": None}],
                night=night(step=SECRET, reason=SECRET, found=SECRET, error={"message": SECRET}, host=SECRET),
            ),
            models=replace(snapshot().models, note=SECRET, version=SECRET),
        )
    )

    assert SECRET not in str(seen)
    assert seen.facts["jobs"] == {"other": {"queued": 1, "dead": 1}}

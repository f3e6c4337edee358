import pytest

from daemon.queue.estimate import ASSUMED_S, duration, estimate
from handlers.contract import Lane
from tests.tables import every

LANES = {
    "utterance_role": Lane.TEXT,
    "did_asked_knowledge": Lane.TEXT,
    "embedding": Lane.EMBED,
    "tidy": Lane.LOCAL,
}


class TestAnEstimate:
    def test_adds_the_lanes_up_when_they_take_turns(self):
        found = estimate(
            {"utterance_role": 10, "embedding": 100}, {"utterance_role": 2.0, "embedding": 0.1}, LANES,
            slots={Lane.TEXT: 1, Lane.EMBED: 1}, is_coresident=False,
        )  # fmt: skip

        assert found.seconds == pytest.approx(30.0)
        assert not found.assumed

    def test_takes_the_longest_lane_when_they_run_side_by_side(self):
        found = estimate(
            {"utterance_role": 10, "did_asked_knowledge": 10, "embedding": 100},
            {"utterance_role": 2.0, "did_asked_knowledge": 3.0, "embedding": 0.1}, LANES,
            slots={Lane.TEXT: 2, Lane.EMBED: 1}, is_coresident=True,
        )  # fmt: skip

        assert found.seconds == pytest.approx(25.0)

    def test_assumes_what_was_never_measured_and_says_so(self):
        found = estimate({"utterance_role": 3}, {}, LANES, slots={}, is_coresident=True)

        assert found.seconds == 3 * ASSUMED_S[Lane.TEXT]
        assert "assumed" in found.sentence()

    def test_says_which_part_is_assumed(self):
        found = estimate(
            {"utterance_role": 3, "embedding": 9},
            {"utterance_role": 1.0},
            LANES,
            slots={},
            is_coresident=True,
        )

        assert found.sentence() == (
            "about 3 seconds on this host: 3 utterance_role, 9 embedding (measured; assumed for embedding)"
        )

    def test_counts_what_one_call_answers_once_for_each_utterance(self):
        found = estimate(
            {"utterance_role": 10, "did_asked_knowledge": 7, "embedding": 9},
            {"utterance_role": 2.0, "did_asked_knowledge": 2.5, "embedding": 0.1},
            LANES,
            slots={},
            is_coresident=False,
            together={"utterance_role", "did_asked_knowledge"},
        )

        assert found.seconds == pytest.approx(10 * 2.5 + 9 * 0.1)
        assert "10 utterances in one call each, 9 embedding (measured)" in found.sentence()

    def test_counts_a_single_question_as_itself(self):
        found = estimate(
            {"utterance_role": 10}, {"utterance_role": 2.0}, LANES,
            slots={}, is_coresident=False, together={"utterance_role", "did_asked_knowledge"},
        )  # fmt: skip

        assert "10 utterance_role (measured)" in found.sentence()

    def test_leaves_out_what_nobody_will_do(self):
        found = estimate({"unknown": 5, "embedding": 0}, {}, LANES, slots={}, is_coresident=True)

        assert found.sentence() == "nothing waits"


@every(
    ("seconds", "said"),
    [
        (0, "1 second"), (1, "1 second"), (89, "89 seconds"), (90, "2 minutes"), (2400, "40 minutes"),
        (5400, "2 hours"), (40_000, "11 hours"), (172_800, "2 days"), (86_400 * 1500, "1,500 days"),
    ],
)  # fmt: skip
def test_a_duration_is_said_in_the_unit_of_a_person(seconds: float, said: str):
    assert duration(seconds) == said

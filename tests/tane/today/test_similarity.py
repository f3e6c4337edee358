"""What is near to a question or a turn, on vectors made for it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from tane.store.today import Candidate, Quotation
from tane.today.similarity import ANSWERS, Nearest, SimilarityScan, asks
from tests.tables import every

SPACE = UUID(int=7)
TALK, OTHER_TALK = (uuid5(SPACE, name) for name in ("talk", "other"))
NOON = datetime(2026, 9, 10, 3, tzinfo=UTC)  # in Tokyo
DAY = timedelta(days=1)
ZONE = "Asia/Tokyo"
DIMS = 64


def axis(*shares: float) -> NDArray[np.float32]:
    vector = np.zeros(DIMS, dtype=np.float32)
    vector[: len(shares)] = shares
    return vector / np.float32(np.linalg.norm(vector))


NEAR, FAR = axis(1, 0.1), axis(0, 0, 1)  # cosines to `axis(1)` of 0.995 and 0
LINE = Quotation(
    type="seed", id=uuid5(SPACE, "line"), kind="question", text="?", utterance_id=uuid5(SPACE, "said"),
    conversation_id=TALK, position=4, speaker="美咲", at=NOON,
)  # fmt: skip
TURN = replace(LINE, kind="conversion")
STATEMENT = Candidate(
    type="seed", id=uuid5(SPACE, "statement"), kind="knowledge", role=None, ending="。", utterance_id=uuid5(SPACE, "u"),
    conversation_id=OTHER_TALK, position=1, speaker="直人", at=NOON + DAY, vector=NEAR,
)  # fmt: skip


def crowd() -> list[Candidate]:
    """A hundred unrelated utterances of another time and speaker: what chance looks like."""
    noise = np.random.default_rng(7).normal(size=(100, DIMS)).astype(np.float32)
    return [
        replace(
            STATEMENT, type="utterance", kind=None, id=uuid5(SPACE, f"noise {n}"), speaker="誰か",
            at=NOON - 30 * DAY, vector=vector / np.float32(np.linalg.norm(vector)),
        )
        for n, vector in enumerate(noise)
    ]  # fmt: skip


def near(candidates: Iterable[Candidate], *, line: Quotation = LINE) -> dict[UUID, float]:
    scan = SimilarityScan([line], axis(1)[None, :], zone=ZONE)
    scan.take(crowd())
    for candidate in candidates:
        scan.take([candidate])
    return {one.id: one.z for one in scan.near(0)}


class TestWhatMayAnswer:
    def test_is_a_statement_said_later_in_any_conversation(self):
        assert near([STATEMENT])[STATEMENT.id] > 4
        assert STATEMENT.id not in near([])

    @every(
        "other",
        [
            replace(STATEMENT, at=NOON - DAY),
            replace(STATEMENT, kind="question"),
            replace(STATEMENT, kind=None, role="質問"),
            replace(STATEMENT, ending="ですか？」"),
            replace(STATEMENT, utterance_id=LINE.utterance_id),
            replace(STATEMENT, conversation_id=TALK, position=3),
        ],
        ids=["earlier", "question seed", "question role", "question mark", "own words", "turn before"],
    )
    def test_is_nothing_else(self, other: Candidate):
        assert other.id not in near([other])

    def test_in_the_same_conversation_the_place_decides_not_the_clock(self):
        same_minute = replace(STATEMENT, conversation_id=TALK, position=5, at=NOON)

        assert same_minute.id in near([same_minute])

    def test_of_a_line_without_a_conversation_only_time_counts(self):
        alone = replace(LINE, conversation_id=None, position=None)
        at_once = replace(STATEMENT, conversation_id=None, position=None, at=NOON)

        assert STATEMENT.id in near([STATEMENT], line=alone)
        assert at_once.id not in near([at_once], line=alone)


class TestWhatMayHaveBeenHeld:
    HELD = replace(STATEMENT, kind="evaluation", speaker="美咲", at=NOON - DAY)
    SAID = replace(HELD, type="utterance", kind=None, role="主張")

    def test_is_a_statement_of_the_same_speaker_on_an_earlier_day(self):
        assert near([self.HELD], line=TURN)[self.HELD.id] > 4
        assert near([self.SAID], line=TURN)[self.SAID.id] > 4

    @every(
        "other",
        [
            replace(HELD, speaker="直人"),
            replace(HELD, kind="question"),
            replace(HELD, kind="conversion"),
            replace(SAID, role="雑談"),
            replace(SAID, role="相談"),
            replace(SAID, ending="ですか。"),
            replace(HELD, at=NOON + DAY),
            replace(HELD, at=NOON - timedelta(hours=11, minutes=59)),
        ],
        ids=["another speaker", "question", "turn", "chat", "asking", "asked", "later", "same day in Tokyo"],
    )
    def test_is_nothing_else(self, other: Candidate):
        assert other.id not in near([other], line=TURN)

    def test_the_day_before_ends_at_midnight_of_the_zone(self):
        late = replace(self.HELD, at=NOON - timedelta(hours=12, minutes=1))

        assert late.id in near([late], line=TURN)

    def test_who_writes_without_a_name_is_one_person(self):
        diary = replace(self.HELD, speaker=None)

        assert diary.id in near([diary], line=replace(TURN, speaker=None))


def test_distance_is_told_in_deviations_from_everything_else():
    far = replace(STATEMENT, vector=FAR, id=uuid5(SPACE, "far"))

    found = near([STATEMENT, far])

    assert found[STATEMENT.id] > 4
    assert abs(found[far.id]) < 1


def test_chunks_change_no_answer():
    candidates = [*crowd(), *(replace(one, at=NOON + DAY, id=uuid5(one.id, "later")) for one in crowd())]
    whole = SimilarityScan([LINE], axis(1)[None, :], zone=ZONE)
    whole.take(candidates)
    halves = SimilarityScan([LINE], axis(1)[None, :], zone=ZONE)
    halves.take(candidates[:150])
    halves.take(candidates[150:])

    assert [one.id for one in whole.near(0)] == [one.id for one in halves.near(0)]
    assert len(whole.near(0)) == ANSWERS


def test_nothing_stands_out_from_nothing():
    alone = SimilarityScan([LINE], axis(1)[None, :], zone=ZONE)
    alone.take([STATEMENT])

    assert alone.near(0) == []


@every("ending", ["か？", "right?", "ですか？」", "? \n", "でしょうか。"])
def test_a_question_is_known_by_its_last_characters(ending: str):
    assert asks(replace(STATEMENT, ending=ending))


SIMILARITIES = np.array([0.1, 0.9, 0.5, 0.9, 0.7, 0.2], dtype=np.float32)
CROWD = [replace(STATEMENT, id=uuid5(SPACE, f"near {number}")) for number in range(len(SIMILARITIES))]
ALL = np.ones(len(SIMILARITIES), dtype=np.bool_)


def ids(nearest: Nearest) -> list[int]:
    places = {one.id: place for place, one in enumerate(CROWD)}
    return [places[near.id] for near in nearest.all(mean=0.0, deviation=0.5)]


def test_the_nearest_come_first_and_of_equal_ones_the_first():
    nearest = Nearest(3)
    nearest.take(SIMILARITIES, ALL, CROWD)

    assert ids(nearest) == [1, 3, 4]


def test_chunks_make_no_difference():
    nearest = Nearest(3)
    for start in range(0, len(CROWD), 2):
        nearest.take(SIMILARITIES[start : start + 2], ALL[:2], CROWD[start : start + 2])

    assert ids(nearest) == [1, 3, 4]


def test_what_is_not_allowed_is_left_out():
    nearest = Nearest(3)
    nearest.take(SIMILARITIES, SIMILARITIES < 0.6, CROWD)

    assert ids(nearest) == [2, 5, 0]


def test_distances_are_told_in_deviations():
    nearest = Nearest(1)
    nearest.take(SIMILARITIES, ALL, CROWD)

    assert [round(near.z, 3) for near in nearest.all(mean=0.4, deviation=0.25)] == [2.0]


def test_what_all_vectors_have_in_common_is_taken_away_where_it_outweighs_the_rest():
    common = axis(*[0] * (DIMS - 1), 1)

    def lean(vector: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
        pushed = vector + strength * common
        return np.asarray(pushed / np.linalg.norm(pushed), dtype=np.float32)

    strengths = np.random.default_rng(3).uniform(1.5, 4, 100)
    crowded = [replace(one, vector=lean(one.vector, by)) for one, by in zip(crowd(), strengths, strict=True)]
    crowded.append(replace(STATEMENT, vector=lean(STATEMENT.vector, 3)))

    def z(mean: NDArray[np.float32] | None) -> float:
        scan = SimilarityScan([LINE], lean(axis(1), 2)[None, :], zone=ZONE, mean=mean)
        scan.take(crowded)
        return scan.near(0)[0].z

    assert z(None) < 4
    assert z(np.stack([one.vector for one in crowded]).mean(axis=0)) > 5

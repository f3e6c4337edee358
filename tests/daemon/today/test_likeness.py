"""Which later line answers, and what was held before, decided on vectors made by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import numpy as np
import pytest
from numpy.typing import NDArray

from daemon.today.likeness import Likeness, asks
from store.today import Candidate, Line

SPACE = UUID(int=7)
TALK, OTHER_TALK, THEME, OTHER_THEME = (uuid5(SPACE, name) for name in ("talk", "other", "theme", "theme 2"))
NOON = datetime(2026, 9, 10, 3, tzinfo=UTC)  # in Tokyo
DAY = timedelta(days=1)
ZONE = "Asia/Tokyo"
DIMS = 64


def axis(*shares: float) -> NDArray[np.float32]:
    vector = np.zeros(DIMS, dtype=np.float32)
    vector[: len(shares)] = shares
    return vector / np.float32(np.linalg.norm(vector))


NEAR, SOME, FAR = axis(1, 0.1), axis(1, 2.6), axis(0, 0, 1)  # cosines to `axis(1)` of 0.995, 0.36, 0
LINE = Line(
    type="seed", id=uuid5(SPACE, "line"), kind="question", text="?", utterance_id=uuid5(SPACE, "said"),
    conversation_id=TALK, position=4, speaker="美咲", at=NOON,
)  # fmt: skip
TURN = replace(LINE, kind="conversion")
STATEMENT = Candidate(
    type="seed", id=uuid5(SPACE, "statement"), kind="knowledge", role=None, ending="。", utterance_id=uuid5(SPACE, "u"),
    conversation_id=OTHER_TALK, position=1, speaker="直人", at=NOON + DAY, theme_id=None, vector=NEAR,
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


def compared(candidates: Iterable[Candidate], *, line: Line = LINE, theme: UUID | None = None) -> Likeness:
    themes = {} if theme is None else {line.id: theme}
    likeness = Likeness([line], axis(1)[None, :], zone=ZONE, themes=themes)
    likeness.take(crowd())
    for candidate in candidates:
        likeness.take([candidate])
    return likeness


class TestAnAnswer:
    def test_is_a_near_statement_said_later_in_any_conversation(self):
        assert compared([STATEMENT]).is_answered(0)
        assert not compared([]).is_answered(0)

    @pytest.mark.parametrize(
        "other",
        [
            replace(STATEMENT, at=NOON - DAY),
            replace(STATEMENT, vector=FAR),
            replace(STATEMENT, kind="question"),
            replace(STATEMENT, kind=None, role="質問"),
            replace(STATEMENT, ending="ですか？」"),
            replace(STATEMENT, utterance_id=LINE.utterance_id),
            replace(STATEMENT, conversation_id=TALK, position=3),
        ],
        ids=["earlier", "far", "question seed", "question role", "question mark", "own words", "turn before"],
    )
    def test_is_nothing_else(self, other: Candidate):
        assert not compared([other]).is_answered(0)

    def test_in_the_same_conversation_the_place_decides_not_the_clock(self):
        same_minute = replace(STATEMENT, conversation_id=TALK, position=5, at=NOON)

        assert compared([same_minute]).is_answered(0)

    def test_a_reply_of_another_speaker_need_not_be_so_near(self):
        reply = replace(STATEMENT, conversation_id=TALK, position=6, vector=SOME)

        assert compared([reply]).is_answered(0)
        for no_reply in (
            replace(reply, position=8),
            replace(reply, speaker=LINE.speaker),
            replace(reply, conversation_id=OTHER_TALK),
        ):
            assert not compared([no_reply]).is_answered(0)

    def test_of_a_line_without_a_conversation_only_time_counts(self):
        alone = replace(LINE, conversation_id=None, position=None)

        assert compared([STATEMENT], line=alone).is_answered(0)
        assert not compared(
            [replace(STATEMENT, conversation_id=None, position=None, at=NOON)], line=alone
        ).is_answered(0)


class TestWhatWasHeldBefore:
    HELD = replace(STATEMENT, kind="evaluation", speaker="美咲", at=NOON - DAY)

    def test_is_a_near_statement_of_the_same_speaker_on_an_earlier_day(self):
        assert compared([self.HELD], line=TURN).before(0) == self.HELD.id

    @pytest.mark.parametrize(
        "other",
        [
            replace(HELD, speaker="直人"),
            replace(HELD, kind="question"),
            replace(HELD, kind="conversion"),
            replace(HELD, kind=None),
            replace(HELD, at=NOON + DAY),
            replace(HELD, at=NOON - timedelta(hours=11, minutes=59)),
            replace(HELD, vector=FAR),
        ],
        ids=["another speaker", "question", "turn", "utterance", "later", "same day in Tokyo", "far"],
    )
    def test_is_nothing_else(self, other: Candidate):
        assert compared([other], line=TURN).before(0) is None

    def test_the_day_before_ends_at_midnight_of_the_zone(self):
        late = replace(self.HELD, at=NOON - timedelta(hours=12, minutes=1))

        assert compared([late], line=TURN).before(0) == late.id

    def test_in_a_common_theme_the_nearest_holds_however_far(self):
        inside = replace(self.HELD, theme_id=THEME, vector=FAR, id=uuid5(SPACE, "inside"))
        outside = replace(self.HELD, theme_id=OTHER_THEME)

        assert compared([inside, outside], line=TURN, theme=THEME).before(0) == inside.id
        assert compared([inside, outside], line=TURN).before(0) == outside.id

    def test_of_equal_ones_the_first_holds(self):
        twin = replace(self.HELD, id=uuid5(SPACE, "twin"))

        assert compared([self.HELD, twin], line=TURN).before(0) == self.HELD.id

    def test_who_writes_without_a_name_is_one_person(self):
        diary = replace(TURN, speaker=None)

        assert compared([replace(self.HELD, speaker=None)], line=diary).before(0) == self.HELD.id


def test_chunks_make_no_difference():
    candidates = [*crowd(), STATEMENT]
    whole = Likeness([LINE], axis(1)[None, :], zone=ZONE, themes={})
    whole.take(candidates)
    halves = Likeness([LINE], axis(1)[None, :], zone=ZONE, themes={})
    halves.take(candidates[:50])
    halves.take(candidates[50:])

    assert whole.is_answered(0) is halves.is_answered(0) is True


def test_nothing_stands_out_from_nothing():
    alone = Likeness([LINE], axis(1)[None, :], zone=ZONE, themes={})
    alone.take([STATEMENT])

    assert not alone.is_answered(0)


@pytest.mark.parametrize("ending", ["か？", "right?", "ですか？」", "? \n"])
def test_a_question_is_known_by_its_last_character(ending: str):
    assert asks(replace(STATEMENT, ending=ending))

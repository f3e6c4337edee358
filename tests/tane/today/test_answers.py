"""Questions that something said later answers."""

from dataclasses import replace
from uuid import uuid5

import pytest

from tane.store.today import Line
from tane.today.answers import is_answered_later
from tane.today.nearest import Near
from tests.tane.today.test_likeness import LINE, SPACE

QUESTION = replace(LINE, text="夕方の珈琲は夜中まで残るものかなあ")
LATER = replace(
    LINE, id=uuid5(SPACE, "later"), kind=None, text="珈琲は五時間たっても半分残る。夕方は避けたい"
)


def is_closed_by(line: Line, *, z: float = 3.5) -> bool:
    return is_answered_later(QUESTION, [Near(id=line.id, z=z)], {line.id: line})


def test_a_near_statement_in_the_words_of_the_question_answers():
    assert is_closed_by(LATER)


@pytest.mark.parametrize(
    "text",
    ["珈琲が好きだ", "夕方に珈琲を飲んで夜中まで話した。効くかは分からないけど。", "眠りは大切だ"],
    ids=["one word", "not known", "other words"],
)
def test_another_does_not(text: str):
    assert not is_closed_by(replace(LATER, text=text))


def test_what_is_not_near_does_not():
    assert not is_closed_by(LATER, z=2.5)


def test_what_is_gone_meanwhile_does_not():
    assert not is_answered_later(QUESTION, [Near(id=LATER.id, z=9)], {})

"""Questions that something said later answers."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid5

import pytest

from tane.store.today import LaterTurn, Quotation
from tane.today.open_questions import is_answered, is_answered_later
from tane.today.similarity import Near
from tests.tables import every
from tests.tane.today.test_similarity import LINE, SPACE

QUESTION = replace(LINE, text="ぬか床は冷蔵庫に入れていいのかな")  # of 美咲
TOLD = LaterTurn(
    utterance_id=uuid5(SPACE, "told"),
    speaker="千鶴",
    role="説明",
    text="夏はそのほうがいいですよ。",
    at=QUESTION.at + timedelta(minutes=5),
)
CHAT = replace(TOLD, role="雑談", text="今日は暑いですねえ。")
AGREED = replace(TOLD, role="同意", text="そうですねえ。")


def test_after_a_break_who_tells_something_answers_only_about_what_was_asked():
    anew = replace(TOLD, role="報告", text="昨日の煮物、おいしかったよ。", at=QUESTION.at + timedelta(days=2))
    about_it = replace(anew, text="調べたら、冷蔵庫でいいそうです。")

    assert not is_answered(QUESTION, [anew])
    assert not is_answered(QUESTION, [CHAT, anew, replace(anew, at=anew.at + timedelta(minutes=1))])
    assert is_answered(QUESTION, [about_it])
    assert is_answered(QUESTION, [anew], [Near(id=anew.utterance_id, z=4.0)])
    assert is_answered(QUESTION, [replace(AGREED, at=anew.at)])


def test_whoever_tells_something_next_answers():
    assert is_answered(QUESTION, [TOLD])
    assert is_answered(QUESTION, [CHAT, TOLD])


@every(
    "reply",
    [
        replace(TOLD, speaker=QUESTION.speaker),
        replace(TOLD, text="それは、よく分からないんです。"),
        replace(TOLD, role="質問", text="どうして冷蔵庫に？"),
        replace(TOLD, role=None, text="どうしてですか。"),
        CHAT,
        replace(CHAT, role="感想"),
    ],
    ids=["own words", "not known", "asked back", "asked back without a role", "chat", "feeling"],
)
def test_nothing_else_does(reply: LaterTurn):
    assert not is_answered(QUESTION, [reply])


def test_nobody_answering_leaves_it_open():
    assert not is_answered(QUESTION, [])


def test_agreement_and_unknown_roles_answer_only_at_once():
    for role in ("同意", "反論", "custom", None):
        assert is_answered(QUESTION, [replace(AGREED, role=role)])
        assert not is_answered(QUESTION, [CHAT, replace(AGREED, role=role)])


def test_a_light_turn_answers_in_the_words_of_the_question():
    assert is_answered(QUESTION, [replace(CHAT, text="うちは冷蔵庫だよ、笑")])


def test_a_telling_role_outweighs_a_question_mark():
    assert is_answered(QUESTION, [replace(TOLD, role="主張", text="夏はそれでいいんじゃない？")])


def test_who_does_not_know_answers_no_later_either_but_another_may():
    unknowing = replace(TOLD, text="さあ、知らんけど。")

    assert not is_answered(QUESTION, [unknowing, TOLD])
    assert is_answered(QUESTION, [unknowing, replace(TOLD, speaker="優子")])


def test_i_see_of_whoever_asked_closes_it_after_a_turn_of_somebody():
    seen = replace(TOLD, speaker=QUESTION.speaker, role="同意", text="なるほど、そうします")

    assert is_answered(QUESTION, [CHAT, seen])
    assert not is_answered(QUESTION, [seen])


COFFEE = replace(LINE, text="夕方の珈琲は夜中まで残るものかなあ")
LATER = replace(
    LINE, id=uuid5(SPACE, "later"), kind=None, text="珈琲は五時間たっても半分残る。夕方は避けたい"
)


def is_closed_by(line: Quotation, *, z: float = 3.5) -> bool:
    return is_answered_later(COFFEE, [Near(id=line.id, z=z)], {line.id: line})


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
    assert not is_answered_later(COFFEE, [Near(id=LATER.id, z=9)], {})

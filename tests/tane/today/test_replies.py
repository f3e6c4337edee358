"""Questions that are answered where they are asked."""

from dataclasses import replace

from tane.store.today import Reply
from tane.today.replies import is_answered
from tests.tables import every
from tests.tane.today.test_likeness import LINE

QUESTION = replace(LINE, text="ぬか床は冷蔵庫に入れていいのかな")  # of 美咲
TOLD = Reply(speaker="千鶴", role="説明", text="夏はそのほうがいいですよ。")
CHAT = replace(TOLD, role="雑談", text="今日は暑いですねえ。")
AGREED = replace(TOLD, role="同意", text="そうですねえ。")


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
def test_nothing_else_does(reply: Reply):
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
    seen = Reply(speaker=QUESTION.speaker, role="同意", text="なるほど、そうします")

    assert is_answered(QUESTION, [CHAT, seen])
    assert not is_answered(QUESTION, [seen])

"""Asking, not knowing and taking an answer show in the wording."""

import pytest

from tane.language.speech_acts import is_accepted, is_asked, is_dodged
from tests.tables import every


@every(
    "text",
    [
        "正直、よく分からないんです。",
        "私にもわかりません。",
        "さあ、知らんけど。",
        "知らないよ",
        "I honestly don't know.",
        "No idea, sorry",
    ],
)
def test_who_does_not_know_dodges(text: str):
    assert is_dodged(text)


@pytest.mark.parametrize(
    "text",
    [
        "知らない町を歩いた",
        "わからない人には聞かせる",
        "同時に変えると、何が効いたのか分からなくなります",
        "I don't know how he does it",
    ],
)
def test_not_knowing_something_else_is_no_dodge(text: str):
    assert not is_dodged(text)


@every("text", ["……そっか。", "あー、なるほど", "わかりました、やります", "OK, thanks", "That makes sense."])
def test_an_answer_is_taken_at_the_beginning_of_a_turn(text: str):
    assert is_accepted(text)


@every("text", ["まだわからない", "でも、なるほどとは言えない", "Right is right", "そうかな"])
def test_other_beginnings_take_nothing(text: str):
    assert not is_accepted(text)


@every(
    ("ending", "asks"), [("いいですか。", True), ("いい？」", True), ("静かだ。", False), ("なか。", False)]
)
def test_a_question_shows_in_its_end(ending: str, asks: bool):
    assert is_asked(ending) is asks

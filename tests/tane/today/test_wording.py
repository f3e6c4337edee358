"""What wording alone tells."""

import pytest

from tane.today.wording import former_view, is_accepted, is_asked, is_covered, is_dodged, rare, topic


@pytest.mark.parametrize(
    ("turn", "held"),
    [
        ("朝は弱いと思っていました。今は平気です。", "朝は弱い"),
        ("前は会議が嫌いなんだと思ってたけど、慣れた", "前は会議が嫌いな"),
        ("一人で足りると信じていた。", "一人で足りる"),
        ("「猫は苦手」なんて、もう言えないよ", "猫は苦手"),
        ("急がないと失礼な気がしてました。", "急がないと失礼な"),
        ("I used to think tea was enough. Not now.", "tea was enough"),
        ("I was sure it would rain, and look.", "it would rain"),
        ("We wanted to stop and I've come round", "stop"),
        ("It rained all day.", ""),
        ("雨が降った。", ""),
    ],
)
def test_a_turn_names_the_view_it_leaves(turn: str, held: str):
    assert former_view(turn) == held


@pytest.mark.parametrize(
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
    "text", ["知らない町を歩いた", "わからない人には聞かせる", "I don't know how he does it"]
)
def test_not_knowing_something_else_is_no_dodge(text: str):
    assert not is_dodged(text)


@pytest.mark.parametrize(
    "text", ["……そっか。", "あー、なるほど", "わかりました、やります", "OK, thanks", "That makes sense."]
)
def test_an_answer_is_taken_at_the_beginning_of_a_turn(text: str):
    assert is_accepted(text)


@pytest.mark.parametrize(
    "text", ["まだわからない", "でも、なるほどとは言えない", "Right is right", "そうかな"]
)
def test_other_beginnings_take_nothing(text: str):
    assert not is_accepted(text)


@pytest.mark.parametrize(
    ("ending", "asks"), [("いいですか。", True), ("いい？」", True), ("静かだ。", False), ("なか。", False)]
)
def test_a_question_shows_in_its_end(ending: str, asks: bool):
    assert is_asked(ending) is asks


def test_half_of_the_topic_must_be_said_and_the_least_number():
    asked = frozenset({"a", "b", "c", "d"})

    assert is_covered(asked, frozenset({"a", "b", "z"}), least=2)
    assert not is_covered(asked, frozenset({"a", "b"}), least=3)
    assert not is_covered(asked | {"e"}, frozenset({"a", "b"}), least=2)


def test_rare_words_are_counted_by_text():
    texts = [frozenset({"tea", "cup"}), frozenset({"tea"}), frozenset({"tea", "jar"})]

    assert rare(texts, most=2) == {"cup", "jar"}


def test_a_topic_has_common_forms_and_no_words_that_only_hold_a_sentence_up():
    assert topic("The teas that I was making") == topic("tea") != frozenset()

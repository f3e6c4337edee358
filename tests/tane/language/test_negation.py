"""Denials are charged to words, so that texts can be compared word by word."""

from tane.language.negation import contradicts, contradicts_about, flips, is_denied_alone, is_swapped
from tests.tables import every


@every(
    ("statement", "source", "turns"),
    [
        ("会議を開く", "会議は開かない", True),
        ("会議を開かない", "会議は開かない", False),
        ("原因は距離だ", "原因は距離ではない", True),
        ("Cooking breaks proteins", "Cooking does not break proteins", True),
        ("Heat slows growth", "Cold does not kill it", False),
        ("Look at the paper", "Look at him rather than the paper", True),
        ("本を読む必要はない", "本を読まなくてもいい", False),
        ("言い訳になる", "言い訳にもならへん", True),
    ],
)
def test_a_word_turns_when_one_side_denies_it(statement: str, source: str, turns: bool):
    assert contradicts([statement], [source]) == turns


def test_a_word_is_compared_with_the_clause_most_like_its_own():
    source = ["朝は薬を飲まない", "夜は食後に薬を飲む"]

    assert not contradicts(["夜は食後に薬を飲む"], source)
    assert contradicts(["朝は薬を飲む"], source)


def test_where_two_clauses_differ_nothing_is_concluded():
    assert not contradicts(["薬を飲む"], ["薬を飲む", "薬を飲まない"])


def test_only_the_words_asked_for_count():
    said, held = ["夜は薬を飲まない", "本を読む"], ["夜は薬を飲む", "本を読む"]

    assert contradicts_about({"飲"}, said, held)
    assert not contradicts_about({"本", "読"}, said, held)
    assert not contradicts_about((), said, held)


@every(
    ("statement", "passage", "is_alone"),
    [
        ("行かない", "行く", True),
        ("行かない", "行きません", False),
        ("行かないわけではない", "行く", False),
        ("行かない", "行かないわけではない", True),
    ],
)
def test_a_denial_that_the_passage_lacks(statement: str, passage: str, is_alone: bool):
    assert is_denied_alone(statement, passage) == is_alone


@every(
    ("statement", "source", "is_other"),
    [
        ("中央値より平均が実感に近い", "平均より中央値が実感に近い", True),
        ("平均より中央値が近い", "平均より中央値が実感に近い", False),
        (
            "Cats are short for dogs and endless for birds",
            "Cats are endless for dogs and short for birds",
            True,
        ),
        ("If it rains, we stay", "We stay if it rains", False),
        ("Trains are faster than buses", "Buses are faster than trains", True),
    ],
)
def test_two_things_that_changed_places(statement: str, source: str, is_other: bool):
    assert is_swapped(statement, source) == is_other


@every(
    ("statement", "source", "expected"),
    [
        ("委員会は規則を改めた。", "委員会は規則を改めなかった。\n傍聴席は満員だった。", True),
        ("The rooms differed in size.", "The rooms did not differ in size.", True),
        ("The rooms did not differ in size.", "The rooms did not differ in size.", False),
        ("The rooms did not open in May.", "The rooms were closed in May.", False),
        ("委員会は規則を改めた。傍聴席は静かでなかった。", "委員会は規則を改めた。", True),
        ("", "The rooms did not differ.", False),
    ],
)
def test_a_clause_that_denies_what_its_counterpart_affirms_is_flipped(
    statement: str, source: str, expected: bool
):
    assert flips(statement, source) is expected

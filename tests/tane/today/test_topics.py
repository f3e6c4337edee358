"""The words that two lines share."""

from tane.today.topics import is_covered, rare, topic


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

"""Clauses and what they are compared with."""

from tane.language.alignment import counterparts, pieces

SOURCE = "市場は改装を終え、魚の店は2.5倍に増えた。\n花の店は減り、隣の市場に移る。"


def texts(statement: str) -> list[list[str]]:
    return [[one.text for one in counterparts(piece, pieces(SOURCE))] for piece in pieces(statement)]


def test_a_clause_is_compared_with_the_one_that_has_most_of_its_words():
    assert texts("花の店は減った。") == [["花の店は減り"]]


def test_of_as_many_the_one_of_the_likest_sentence_is_meant():
    assert texts("市場は改装を終え、魚の店は増えた。") == [
        ["市場は改装を終え、"],
        ["魚の店は2.5倍に増えた。"],
    ]


def test_what_has_no_word_in_common_has_no_counterpart():
    assert texts("Nobody came.") == [[]]
    assert pieces("") == []


def test_numbers_and_a_topic_are_not_parted():
    assert [piece.text for piece in pieces("In 2.4, the cache is shared and 1,200 files load.")] == [
        "in 2.4, the cache is shared",
        "1,200 files load.",
    ]
    assert [piece.text for piece in pieces("魚の店は、増えた。")] == ["魚の店は、増えた。"]

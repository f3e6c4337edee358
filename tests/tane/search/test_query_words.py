"""Which texts hold the words of a query, in two kinds of writing, and how rare that is."""

import math

import pytest

from tane.search.query_words import held, rarity, share_known

TEXTS = ["Two hazelnut loaves in the oven", "旅行の計画を立てた", "いつもねむれない", "an oven"]


def known_in(query: str) -> list[list[int]]:
    return [[place for place, is_held in enumerate(row) if is_held] for row in held(query, TEXTS)]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("hazelnuts", [[0]]),
        ("旅行", [[1]]),
        ("計画の旅", [[1], [1]]),  # a word in kanji may be part of a longer one
        ("ねむれない", [[2]]),
        ("ぬぽがげほ", [[]]),
        ("бвгджз", [[]]),
        ("、。！", []),
    ],
)
def test_words_are_found_in_their_common_form(query: str, texts: list[list[int]]):
    assert known_in(query) == texts


def test_a_word_counts_the_more_the_fewer_texts_hold_it():
    assert rarity(held("hazelnuts in the oven", TEXTS)) == pytest.approx(
        [math.log(4) + math.log(2), 0, 0, math.log(2)]
    )


def test_the_share_of_known_words_is_of_all_that_the_query_has():
    assert share_known(held("hazelnut umbrella", TEXTS)) == 0.5
    assert share_known(held("?!", TEXTS)) == 0.0
    assert share_known(held("umbrella", [])) == 0.0

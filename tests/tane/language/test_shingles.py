"""Exact digests and near duplicates."""

import random

import pytest

from tane.language.shingles import digest, jaccard, near_duplicates, normalised, shingles

ARTICLE = (
    "港町の図書館が十月一日に新しい建物へ移る。蔵書は八万冊から十一万冊に増え、閲覧席は百二十席になる。"
    "市は移転のため九月二十日から休館すると発表した。駅から歩いて五分の場所で、一階に喫茶室が入る。"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ｔａｎｅ １２３！", "tane 123"), ("café", "cafe\u0301"), ("改行\nと　空白", "改行と空白")],
)
def test_width_case_marks_and_blanks_make_no_difference(one: str, other: str):
    assert digest(one) == digest(other)


def test_another_word_is_another_digest():
    assert digest("九月三日") != digest("九月四日")


def test_shingles_know_the_order_of_characters():
    assert jaccard(shingles("abcdefgh"), shingles("hgfedcba")) == 0.0
    assert jaccard(shingles(ARTICLE), shingles(ARTICLE)) == 1.0
    assert len(shingles("abcd")) == 0


def test_the_index_is_that_of_the_sets_of_five_characters():
    one, other = "港の祭りは八月だ", "港の祭りは九月だ"
    sets = [{normalised(text)[at : at + 5] for at in range(len(text) - 4)} for text in (one, other)]

    assert jaccard(shingles(one), shingles(other)) == len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_an_inserted_header_hides_no_duplicate():
    texts = ["別の話。" * 20, ARTICLE, f"【速報】編集部より。{ARTICLE}"]

    assert [(pair.one, pair.other) for pair in near_duplicates(texts, least=0.8)] == [(1, 2)]


def test_what_shares_half_of_its_words_is_no_duplicate():
    half = (
        ARTICLE[: len(ARTICLE) // 2]
        + "市長は議会で予算の説明を行い、反対の声も出たため採決は来週へ延びた。" * 2
    )

    assert list(near_duplicates([ARTICLE, half], least=0.8)) == []


def test_short_and_empty_texts_are_nobodys_near_duplicates():
    assert list(near_duplicates(["", "はい", "はい", "abcdefg"], least=0.8)) == []


def test_duplicates_are_found_among_many():
    generator = random.Random(3)
    texts = ["".join(chr(0x4E00 + generator.randrange(900)) for _ in range(120)) for _ in range(400)]
    texts += [texts[number] + "了。" for number in (5, 77, 399)]

    pairs = {(pair.one, pair.other) for pair in near_duplicates(texts, least=0.8)}

    assert pairs == {(5, 400), (77, 401), (399, 402)}

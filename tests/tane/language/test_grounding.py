"""C4: where in its source a statement stands, and how far the source says it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tane.language.grounding import LOW, Support, containment, support
from tests.tables import every
from tests.tane.language.grounding_cases import AFTERWARDS, GROUNDED, HELD_OUT, TUNING

SOURCE = "昨日は雨だった。早く寝ると朝が楽になる、と母は言う。"
Table = Mapping[str, list[tuple[str, str]]]
TALK = st.text(st.sampled_from("早く寝ないと三時30べき。、かも？田中さんｶﾞABC a's but -\n一十〇"), max_size=60)


def cases(*tables: Table) -> list[tuple[str, str, str]]:
    return [(source, *case) for table in tables for source, found in table.items() for case in found]


class TestSpan:
    def test_of_a_quoted_statement_is_its_own_words(self):
        assert support("早く寝ると朝が楽になる。", SOURCE) == Support(span=(8, 19), grounding=1.0)
        assert SOURCE[8:19] == "早く寝ると朝が楽になる"

    def test_counts_from_the_beginning_of_the_whole_text(self):
        assert support("早く寝ると朝が楽になる", SOURCE, offset=100).span == (108, 119)

    @pytest.mark.parametrize("body", ["ＡＰＩは、ﾊﾞｸﾞだ！", "api はバグだ", "APIはバグだ"])
    def test_is_found_whatever_the_spelling(self, body: str):
        source = "やはりＡＰＩはﾊﾞｸﾞだ。"

        found = support(body, source)

        assert found == Support(span=(3, 12), grounding=1.0)
        assert source[3:12] == "ＡＰＩはﾊﾞｸﾞだ"

    def test_of_a_reworded_statement_is_the_clause_that_holds_its_words(self):
        source = "昨日は雨だった。早く寝ると、朝が楽になる。でも夜は長い。"

        found = support("早く寝れば朝は楽だ", source)

        assert found.span is not None
        assert source[slice(*found.span)] == "早く寝ると、朝が楽になる"
        assert found.grounding > LOW

    def test_of_an_invented_statement_is_none(self):
        assert support("猫は液体である", SOURCE) == Support(span=None, grounding=0.0)


class TestGrounding:
    @every(
        ("source", "label", "body"),
        cases(TUNING, HELD_OUT),
        ids=lambda value: value if value.isascii() and value.islower() else "",
    )
    def test_is_low_exactly_when_the_source_does_not_say_it(self, source: str, label: str, body: str):
        assert (support(body, source).grounding >= LOW) == (label in GROUNDED)

    def test_of_what_was_said_in_another_utterance_is_low(self):
        for table in (TUNING, HELD_OUT):
            sources = list(table)
            for source, elsewhere in zip(sources, sources[1:] + sources[:1], strict=True):
                for label, body in table[elsewhere]:
                    if label == "true":
                        assert support(body, source).grounding < LOW, body

    def test_misses_some_of_what_was_thought_of_afterwards(self):
        """What the rules cannot see is known."""
        marked = [
            (support(body, source).grounding < LOW, label not in GROUNDED)
            for source, label, body in cases(AFTERWARDS)
        ]

        assert (marked.count((True, True)), marked.count((True, False))) == (13, 1)
        assert (marked.count((False, True)), marked.count((False, False))) == (1, 8)

    def test_of_a_denied_quotation_is_low_although_every_word_is_there(self):
        """Similarity alone proves nothing."""
        source = "薬を急にやめるべきではない。"

        assert containment("薬を急にやめるべき", source) == 1.0
        assert support("薬を急にやめるべき", source).grounding < LOW

    def test_of_a_view_that_the_speaker_has_left_is_low(self):
        source = "前は朝型が正しいと思っていた。今は人によると思う。"

        assert support("朝型が正しい", source).grounding < LOW
        assert support("前は朝型が正しいと思っていた", source).grounding == 1.0

    def test_of_a_wish_or_a_condition_sold_as_a_fact_is_low(self):
        assert support("悪い癖をやめた", "悪い癖、やめたい").grounding < LOW
        assert support("The build is red", "If the build is red, stop and fix it.").grounding < LOW

    def test_of_what_is_said_of_all_needs_a_source_that_says_so(self):
        assert support("Beta blockers always help", "Beta blockers help").grounding < LOW
        assert support("Beta blockers help", "Beta blockers help").grounding == 1.0

    def test_is_not_spoiled_by_a_doubt_in_another_clause(self):
        source = "昼寝は気持ちがいいけど、夜は眠れなくなるかもしれない。"

        assert support("昼寝は気持ちがいい", source).grounding == 1.0

    def test_counts_what_both_have_in_common(self):
        assert containment("母は言う", SOURCE) == 1.0
        assert 0.0 < containment("母は歌う", SOURCE) < 1.0
        assert containment("", SOURCE) == 0.0


@given(st.one_of(st.text(max_size=60), TALK), st.one_of(st.text(max_size=60), TALK))
def test_any_two_texts_have_a_support_within_bounds(body: str, source: str):
    found = support(body, source, offset=7)

    assert 0.0 <= found.grounding <= 1.0
    if found.span is not None:
        start, end = (place - 7 for place in found.span)
        assert 0 <= start < end <= len(source)

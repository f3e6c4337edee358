"""Searching: two ranked lists become one."""

from datetime import UTC, datetime
from uuid import UUID

from daemon.searching import merge
from tane.store.reading import Hit, prefix_range, words_of


def hit(number: int, similarity: float | None = None) -> Hit:
    return Hit(
        kind="seed", id=UUID(int=number), text="", speaker=None, at=datetime(2026, 1, 1, tzinfo=UTC), similarity=similarity
    )  # fmt: skip


def merged(words: list[Hit], meaning: list[Hit], limit: int = 10) -> list[tuple[int, str, float | None]]:
    return [(found.hit.id.int, found.by, found.similarity) for found in merge(words, meaning, limit=limit)]


def test_what_both_found_comes_first_and_says_so() -> None:
    assert merged([hit(1), hit(2)], [hit(2, 0.9), hit(3, 0.8)]) == [
        (2, "both", 0.9),
        (1, "words", None),
        (3, "meaning", 0.8),
    ]


def test_what_points_away_from_the_query_is_no_hit_by_meaning() -> None:
    assert merged([hit(1)], [hit(1, -0.1), hit(2, 0.0)]) == [(1, "words", None)]


def test_no_more_is_returned_than_asked_for() -> None:
    assert len(merged([hit(number) for number in range(9)], [], limit=3)) == 3


def test_nothing_and_nothing_is_nothing() -> None:
    assert merged([], []) == []


def test_words_are_equal_in_both_widths_and_wildcards_are_escaped() -> None:
    assert words_of("ＡＩ　100% a_b") == ["%AI%", "%100\\%%", "%a\\_b%"]


def test_what_no_database_can_hold_is_looked_for_as_an_import_stores_it():
    assert words_of("a\x00b \udcff") == ["%ab%", "%\ufffd%"]


def test_the_beginning_of_an_id_is_a_range_of_ids() -> None:
    assert prefix_range("0000000f-") == (UUID(int=0xF << 96), UUID(int=(0x10 << 96) - 1))
    assert prefix_range(str(UUID(int=7))) == (UUID(int=7), UUID(int=7))
    assert prefix_range("睡眠") is None
    assert prefix_range("") is None
    assert prefix_range("0" * 33) is None

"""How much a tag speaks for a genre."""

from datetime import UTC, datetime, timedelta

from tane.recap.documents import Tag
from tane.recap.graph import Observation, boosts, by_tag, edges, is_sure

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def seen(
    genre: str, *tags: str, times: int = 1, is_corrected: bool = False, confidence: float = 1.0
) -> list[Observation]:
    return [
        Observation(
            genre=genre, tags=tuple(Tag(tag=tag, confidence=confidence) for tag in tags), is_corrected=is_corrected,
            said_at=NOON + timedelta(hours=turn),
        )
        for turn in range(times)
    ]  # fmt: skip


def test_a_tag_speaks_for_the_genre_of_three_documents_with_it():
    found = edges([*seen("food", "noodles", times=3), *seen("food", "tokyo", times=2)])

    assert [(edge.genre, edge.tag, edge.sample_size) for edge in found] == [("food", "noodles", 3)]
    assert found[0].last_observed_at == NOON + timedelta(hours=2)


def test_one_correction_counts_for_three():
    (edge,) = edges(seen("food", "Noodles ", is_corrected=True))

    assert (edge.tag, edge.sample_size) == ("noodles", 3)


def test_a_rare_tag_weighs_more_than_one_that_everything_has():
    found = edges([*seen("food", "noodles", "news", times=3), *seen("sea", "ferry", "news", times=9)])
    weights = {(edge.genre, edge.tag): edge.weight for edge in found}

    assert weights["food", "noodles"] == 1.0
    assert 0.7 <= weights["food", "news"] < weights["sea", "ferry"] < 1.0


def test_tags_of_little_confidence_and_beyond_the_sixth_do_not_count():
    many = [f"t{number}" for number in range(8)]

    assert {edge.tag for edge in edges(seen("food", *many, times=3))} == set(many[:6])
    assert edges(seen("food", "noodles", times=3, confidence=0.2)) == []


def test_what_belongs_to_no_genre_teaches_nothing():
    assert edges(seen("other", "noodles", times=5)) == []


def test_a_boost_is_the_sum_of_weight_and_confidence_over_the_tags():
    graph = by_tag([("food", "noodles", 0.5), ("food", "soup", 0.4), ("sea", "soup", 0.3)])

    found = boosts([Tag(tag="Noodles", confidence=0.8), Tag(tag="soup"), Tag(tag="unknown")], graph)

    assert found == {"food": 0.8, "sea": 0.3}


def test_a_decision_in_which_the_graph_had_a_part_does_not_teach_it():
    assert is_sure("tag_consistency", 0.1)
    assert is_sure("coarse_only", 0.9)
    assert not is_sure("coarse_only", 0.5)
    assert not is_sure("graph_boost", 0.99)

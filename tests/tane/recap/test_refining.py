"""Every way in which the genre of a document is decided."""

from typing import Any
from uuid import UUID

from tane.recap.coarse import CoarseResult, GenreCandidate
from tane.recap.documents import Tag
from tane.recap.features import Profile
from tane.recap.refining import Refined, Refiner, Unrefined, broken, bucket, unrefined
from tane.recap.taxonomy import Genre, Taxonomy

TAXONOMY = Taxonomy(
    genres=(
        Genre(genre="food", name_ja="料理", name_en="Food"),
        Genre(genre="sea", name_ja="海", name_en="The sea"),
        Genre(genre="law", name_ja="法", name_en="Law"),
    ),
    items=(),
)
GRAPH = {"noodles": {"food": 0.9}, "ferry": {"sea": 0.5}, "court": {"law": 0.4}, "weak": {"sea": 0.02}}
DOCUMENT = UUID(int=7)


def document(
    *candidates: tuple[str, float], tags: tuple[Tag, ...] = (), is_near: bool = True, **other: Any
) -> Unrefined:
    coarse = CoarseResult(
        candidates=tuple(
            GenreCandidate(genre=genre, score=sure, confidence=sure, keyword_support=0.0)
            for genre, sure in candidates
        ),
        is_near=is_near,
        is_by_words=False,
        profile=Profile(tfidf_sum=1.0, bm25_peak=0.5, token_count=9),
    )
    return Unrefined(document_id=DOCUMENT, tags=tags, coarse=coarse, **other)


def refined(one: Unrefined, *, percent: int = 100) -> Refined:
    return Refiner(TAXONOMY, GRAPH, rollout_percent=percent).decide(one)


def decided(one: Unrefined, *, percent: int = 100) -> tuple[str, str]:
    decision = refined(one, percent=percent).decision
    return decision.genre, decision.strategy


def test_without_tags_what_is_near_a_centroid_stays_as_it_is():
    assert decided(document(("food", 0.6), ("sea", 0.59))) == ("food", "coarse_only")


def test_beyond_the_rollout_the_best_candidate_stands_even_if_it_is_not_near():
    tagged = document(("food", 0.3), tags=(Tag(tag="ferry"),), is_near=False)

    assert bucket(DOCUMENT) in range(100)
    assert decided(tagged, percent=0) == ("food", "coarse_only")
    assert decided(tagged, percent=bucket(DOCUMENT)) == ("food", "coarse_only")
    assert decided(tagged, percent=bucket(DOCUMENT) + 1)[1] != "coarse_only"


def test_what_no_centroid_reaches_follows_its_neighbours():
    one = document(("food", 0.3), ("sea", 0.2), is_near=False, neighbours="sea", edges=4)

    assert decided(one) == ("sea", "label_spreading")
    assert refined(one).decision.graph_context["edges"] == 4


def test_what_neither_centroids_nor_neighbours_nor_tags_reach_belongs_to_none():
    assert decided(document(("food", 0.3), is_near=False)) == ("other", "fallback_other")
    assert decided(document(("food", 0.3), is_near=False, tags=(Tag(tag="x"),))) == (
        "other",
        "fallback_other",
    )


def test_a_tag_that_is_the_name_of_one_candidate_decides():
    one = document(("food", 0.5), ("sea", 0.4), tags=(Tag(tag="海", confidence=0.7), Tag(tag="noodles")))

    assert decided(one) == ("sea", "tag_consistency")


def test_a_name_of_little_confidence_and_names_of_two_candidates_do_not():
    unsure = document(("food", 0.5), ("sea", 0.3), tags=(Tag(tag="the sea", confidence=0.5),))
    both = document(("food", 0.5), ("sea", 0.3), tags=(Tag(tag="the sea"), Tag(tag="food")))

    assert decided(unsure) == ("food", "coarse_only")
    assert decided(both) == ("food", "coarse_only")


def test_tags_that_lead_clearly_boost_a_candidate():
    decision = refined(document(("sea", 0.5), ("food", 0.4), tags=(Tag(tag="noodles"),))).decision

    assert (decision.genre, decision.strategy) == ("food", "graph_boost")
    assert decision.confidence == round(0.6 * 0.4 + 0.4 * 0.9, 4)
    assert decision.graph_context["boosts"] == {"food": 0.9}
    assert decision.tag_profile["feature_profile"] == {
        "tfidf_sum": 1.0, "bm25_peak": 0.5, "token_count": 9, "tag_overlap": 1,
    }  # fmt: skip


def test_tags_alone_make_a_genre_a_candidate():
    one = document(("food", 0.3), is_near=False, tags=(Tag(tag="court"),))

    assert decided(one) == ("law", "graph_boost")


def test_a_tie_goes_to_the_weighted_score_and_a_model_may_break_it():
    found = refined(document(("food", 0.42), ("sea", 0.40), ("law", 0.1), tags=(Tag(tag="weak"),)))

    assert (found.decision.genre, found.decision.strategy) == ("food", "weighted_score")
    assert set(found.tied) == {"food", "sea"}
    settled = broken(found.decision, "sea", 0.8)
    assert (settled.genre, settled.strategy, settled.confidence) == ("sea", "llm_tie_break", 0.8)
    assert settled.candidates == found.decision.candidates


def test_a_small_boost_decides_where_nothing_ties():
    assert decided(document(("sea", 0.5), ("food", 0.4), tags=(Tag(tag="weak"),))) == ("sea", "graph_boost")


def test_neighbours_and_unknown_tags_leave_it_to_the_neighbours():
    one = document(("food", 0.3), is_near=False, neighbours="sea", tags=(Tag(tag="unknown"),))

    assert decided(one) == ("sea", "label_spreading")


def test_without_the_refining_pass_every_document_has_its_best_candidate():
    decision = unrefined(document(("food", 0.3), is_near=False))

    assert (decision.genre, decision.strategy, decision.reasons["refined"]) == ("food", "coarse_only", False)

import random
import re
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from tane.recap.facts import facts_of
from tane.recap.stories import Story, Unit, divided, find_stories
from tane.vectors.scale import SimilarityScale
from tests.tane.recap import news
from tests.tane.recap.news import SCALE, unit, vectors_of


def stories_of(units: Sequence[Unit], scale: SimilarityScale | None = SCALE) -> set[frozenset[int]]:
    return {frozenset(story.members) for story in find_stories(units, vectors_of(units), scale)}


@pytest.mark.parametrize("scale", [SCALE, None], ids=["scale of the model", "measured"])
def test_two_events_of_one_kind_stay_apart_and_reports_of_one_meet(
    scale: SimilarityScale | None,
) -> None:
    units = [
        unit(news.FIRE_SENBA),
        unit(news.FIRE_KITAURA, hours=30),
        unit(news.FIRE_SENBA_OTHER, hours=3, publisher="two"),
        unit(news.BREACH, hours=5),
        unit(news.BREACH_OTHER_FIRM, hours=28),
    ]

    assert stories_of(units, scale) == {frozenset(one) for one in ({0, 2}, {1}, {3}, {4})}


def test_two_languages_meet_at_the_event_that_both_report():
    units = [
        unit(news.FIRE_SENBA),
        unit(news.FIRE_SENBA_EN, hours=5, publisher="two"),
        unit(news.FIRE_KITAURA, hours=30),
        unit(news.FIRE_KITAURA_EN, hours=33, publisher="two"),
        unit(news.BREACH, hours=5),
        unit(news.BREACH_JA, hours=9, publisher="three"),
    ]

    assert stories_of(units) == {frozenset(one) for one in ({0, 1}, {2, 3}, {4, 5})}


def test_a_changed_figure_is_a_new_fact_and_not_another_story():
    units = [unit(news.BREACH), unit(news.BREACH_CHANGED, hours=48)]

    assert stories_of(units) == {frozenset({0, 1})}
    assert facts_of(units[1]) - facts_of(units[0])


def test_a_unit_joins_the_core_of_a_story_and_no_chain_forms():
    first = unit(news.FIRE_SENBA)
    between = unit(("", f"{news.FIRE_SENBA[1]}{news.FIRE_KITAURA[1]}"), hours=32)
    last = unit(news.FIRE_KITAURA, hours=30)

    found = stories_of([first, between, last])

    assert not any({0, 2} <= story for story in found)


def test_what_lies_further_apart_than_the_window_meets_over_what_lies_between():
    far_apart = [unit(news.FIRE_SENBA), unit(news.FIRE_SENBA_OTHER, hours=100)]
    bridged = [*far_apart, unit(news.FIRE_SENBA_OTHER, hours=50, publisher="two")]

    assert len(stories_of(far_apart)) == 2
    assert len(stories_of(bridged)) == 1


def test_the_order_of_units_does_not_matter():
    reports = [
        news.FIRE_SENBA,
        news.FIRE_KITAURA,
        news.FIRE_SENBA_EN,
        news.BREACH,
        news.BREACH_JA,
        news.FIRE_KITAURA_EN,
    ]
    units = [unit(report, hours=place) for place, report in enumerate(reports)]
    shuffled = random.Random(3).sample(units, len(units))

    def named(of: Sequence[Unit]) -> list[list[str]]:
        found = find_stories(of, vectors_of(of), SCALE)
        return [[str(of[row].document_id) for row in story.members] for story in found]

    assert named(units) == named(shuffled)


def test_one_unit_is_a_story_and_none_are_none():
    only = [unit(news.BREACH)]

    assert find_stories(only, vectors_of(only), SCALE) == [Story((0,), (0,))]
    assert find_stories([], np.empty((0, 512), dtype=np.float32), None) == []


def test_the_same_words_from_many_are_one_story():
    units = [unit(news.BREACH, hours=place / 10, name=str(place)) for place in range(60)]

    (story,) = find_stories(units, vectors_of(units), SCALE)

    assert story.members == tuple(range(60))
    assert set(story.core) < set(story.members)


def test_talk_meets_where_it_says_nearly_the_same():
    said = [
        "I want to repaint the kitchen before my parents visit, probably a pale green.",
        "Thinking again of painting the kitchen pale green before my parents come.",
        "The sourdough did not rise at all this time, the flat was too cold.",
        "My knee hurts after ten kilometres, I should rest for a week.",
    ]
    units = [unit(("", text), hours=place, is_talk=True) for place, text in enumerate(said)]

    assert stories_of(units) == {frozenset(one) for one in ({0, 1}, {2}, {3})}


def test_a_large_story_is_told_in_parts_of_which_none_is_lost():
    units = [unit(news.BREACH, hours=place, name=str(place)) for place in range(200)]

    parts = divided(Story(tuple(range(200)), (0, 1)), units)

    assert sorted(row for part in parts for row in part.members) == list(range(200))
    assert all(len(part.members) <= 80 and part.core for part in parts)


def test_facts_are_the_same_in_two_languages_and_hold_no_words():
    japanese = unit(("", "損失は3億2000万円で、12日に再開した。"))
    english = unit(("", "The loss came to 320 million yen; it reopened on 12 March."))

    assert facts_of(japanese) == facts_of(english)
    assert all(re.fullmatch("[fdou][0-9a][0-9a-f]{12}", fact) for fact in facts_of(japanese))


def test_a_day_is_read_from_when_it_was_said():
    monday = unit(("", "It opened on Monday."))
    tuesday = Unit(
        **{
            **{name: getattr(monday, name) for name in Unit.__slots__},
            "said_at": monday.said_at + timedelta(days=1),
        }
    )

    assert facts_of(monday) == facts_of(tuesday)

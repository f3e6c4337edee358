"""What the rows `story` and `repeat` count."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bench.repeat import daily
from bench.story import errors
from bench.story_gold import StoryItem, b_cubed, gold, numbered
from tane.llm.builtin import UNLIKE
from tane.vectors.scale import SimilarityScale
from tests.tane.recap import news
from tests.tane.recap.news import unit, vectors_of


def item(report: tuple[str, str], event: str, *, hours: float, brings_news: bool = True) -> StoryItem:
    return StoryItem(
        unit=unit(report, hours=hours, publisher=event),
        event=event,
        kind="report",
        brings_news=brings_news,
        half="dev",
    )


def test_b_cubed_averages_over_items():
    found, truth = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])

    score = b_cubed(found, truth)

    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert score.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert b_cubed(truth, truth).f1 == 1


def test_what_a_peer_calls_noise_stands_alone():
    assert b_cubed(np.array([-1, -1]), np.array([0, 1])).f1 == 1


def test_only_the_chosen_rows_are_compared():
    found, truth = np.array([0, 1, 0]), np.array([0, 0, 0])

    assert b_cubed(found, truth, np.array([True, False, True])).f1 == 1


def test_errors_tell_who_is_split_off_and_who_is_with_another_event():
    items = [item(news.BREACH, event, hours=0) for event in "aaab"]

    found = errors(items, np.array([0, 0, 1, 1]))

    assert found == {"split": {"report": "1 of 4"}, "merged": {"report": "2 of 4"}}


def test_a_fact_is_told_on_its_day_and_a_story_is_not_repeated_without_one():
    items = [
        item(news.FIRE_SENBA, "fire", hours=0),
        item(news.FIRE_SENBA_EN, "fire", hours=24, brings_news=False),
        item(news.BREACH, "breach", hours=2),
        item(news.BREACH_CHANGED, "breach", hours=48),
    ]

    counts = daily(items, vectors_of([one.unit for one in items]), SimilarityScale(UNLIKE))

    assert (counts.told, counts.repeated) == (3, 0)
    assert (counts.shown, counts.news) == (3, 3)


def test_a_story_that_is_told_because_of_what_is_no_news_counts_as_repeated():
    items = [item(news.BREACH, "breach", hours=2), item(news.BREACH_CHANGED, "breach", hours=48)]
    items[1] = replace(items[1], brings_news=False)

    counts = daily(items, vectors_of([one.unit for one in items]), SimilarityScale(UNLIKE))

    assert counts.repeated == 1


def test_the_gold_has_sixty_events_with_a_twin_each_in_halves_of_their_own():
    items = gold()
    events = {one.event for one in items if one.kind != "single"}
    halves = {event: {one.half for one in items if one.event == event} for event in events}

    assert len(events) == 60
    assert all(len(of) == 1 for of in halves.values())
    assert {event.rpartition("-")[0] + ending for event in events for ending in ("-a", "-b")} == events
    assert max(one.unit.said_at for one in items) - min(one.unit.said_at for one in items) < timedelta(
        days=11
    )
    assert numbered(["b", "a", "b"]).tolist() == [1, 0, 1]

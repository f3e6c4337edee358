from collections.abc import Sequence
from datetime import timedelta

from tane.recap.facts import facts_of
from tane.recap.stories import Story, Unit, find_stories
from tane.recap.story_identity import EarlierStory, TrackedStory, centroid, placed, track
from tests.tane.recap import news
from tests.tane.recap.news import BEGAN, SCALE, unit, vectors_of

NOW = BEGAN + timedelta(hours=60)


def tracked(
    units: Sequence[Unit], earlier: Sequence[EarlierStory] = (), *, hours: float = 60
) -> list[TrackedStory]:
    vectors = vectors_of(units)
    stories = find_stories(units, vectors, SCALE)
    return track(stories, units, vectors, earlier, now=BEGAN + timedelta(hours=hours), scale=SCALE)


def told(units: Sequence[Unit], story: TrackedStory, *, known: Sequence[Unit] | None = None) -> EarlierStory:
    """Return the story of these units as a recap left it that told all of it."""
    vectors = vectors_of(units)
    (only,) = find_stories(units, vectors, SCALE)
    return EarlierStory(
        story_id=story.story_id,
        members=frozenset(one.utterance_id for one in (units if known is None else known)),
        centroid=centroid(only, vectors),
        last_said_at=story.last_said_at,
        told_facts=story.facts,
    )


def test_a_story_is_new_once_and_its_id_follows_from_its_members():
    units = [unit(news.BREACH)]

    (first,), (again,) = tracked(units), tracked(units)

    assert (first.state, first.added) == ("new", 1)
    assert first.story_id == again.story_id
    assert first.new_facts == facts_of(units[0])


def test_a_story_goes_on_with_a_new_fact_under_its_id():
    before = [unit(news.BREACH)]
    (first,) = tracked(before)

    (later,) = tracked([*before, unit(news.BREACH_CHANGED, hours=48)], [told(before, first)])

    assert later.story_id == first.story_id
    assert (later.state, later.added) == ("continued", 1)
    assert later.new_facts
    assert not later.new_facts & first.facts


def test_a_story_that_others_repeat_is_quiet():
    before = [unit(news.BREACH)]
    (first,) = tracked(before)

    (later,) = tracked([*before, unit(news.BREACH, hours=20, publisher="two")], [told(before, first)])

    assert (later.state, later.added, later.new_facts) == ("quiet", 1, frozenset())


def test_a_story_without_common_members_is_known_by_its_centroid():
    before = [unit(news.BREACH)]
    (first,) = tracked(before)

    (later,) = tracked([unit(news.BREACH_CHANGED, hours=48)], [told(before, first)])

    assert later.story_id == first.story_id


def test_a_story_that_nobody_speaks_of_is_quiet_and_then_closed():
    before = [unit(news.BREACH)]
    (first,) = tracked(before)
    earlier = [told(before, first)]

    states = [tracked([], earlier, hours=hours)[0].state for hours in (95, 96)]

    assert states == ["quiet", "closed"]


def test_two_parts_of_one_story_get_two_ids_and_neither_is_told_again():
    before = [unit(news.BREACH), unit(news.BREACH_OTHER_FIRM, hours=28)]
    earlier = EarlierStory(
        story_id=before[0].utterance_id,
        members=frozenset(one.utterance_id for one in before),
        centroid=None,
        last_said_at=NOW,
    )

    found = tracked(before, [earlier])

    assert len({one.story_id for one in found}) == 2
    assert {one.state for one in found} == {"quiet"}


def test_what_many_tell_leads_and_what_brings_nothing_new_is_counted():
    single = unit(news.FIRE_KITAURA, hours=30)
    known = [unit(news.FIRE_SENBA, hours=1), unit(news.FIRE_SENBA_OTHER, hours=3, publisher="two")]
    (fire,) = tracked(known)
    breach = [unit(news.BREACH, publisher="one"), unit(news.BREACH_JA, hours=2, publisher="two")]
    units = [single, *known, *breach]
    vectors = vectors_of(units)
    stories = find_stories(units, vectors, SCALE)

    found = placed(
        track(stories, units, vectors, [told(known, fire)], now=NOW, scale=SCALE), stories, units, now=NOW
    )

    assert [(one.place, one.documents, one.publishers) for one in found] == [
        ("leading", 2, 2),
        ("folded", 1, 1),
        ("counted", 2, 2),
    ]
    assert [one.rank for one in found] == [1, 2, 3]


def test_three_lead_and_seven_follow():
    units = [
        unit(news.BREACH, hours=place, publisher=publisher)
        for place in range(12)
        for publisher in ("one", "two")
    ]
    stories = [Story((row, row + 1), (row, row + 1)) for row in range(0, 24, 2)]
    facts = frozenset({"a fact"})
    found = [
        TrackedStory(
            story_id=units[story.members[0]].document_id,
            row=row,
            state="new",
            added=2,
            facts=facts,
            new_facts=facts,
            last_said_at=units[story.members[0]].said_at,
        )
        for row, story in enumerate(stories)
    ]

    in_order = placed(found, stories, units, now=NOW)

    assert [one.place for one in in_order] == ["leading"] * 3 + ["further"] * 7 + ["folded"] * 2
    assert [one.story.row for one in in_order] == list(range(11, -1, -1))

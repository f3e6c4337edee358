"""Holds what `bench/story.jsonl` promises: news items whose events are known, to judge the grouping into stories.

An item is a title and two to five sentences of an invented publisher. `event` names what it tells of (null for a `single`); events
come as twins, `strike-a` and `strike-b`: the same type of matter in the same days, other names, places and figures. A twin pair lies
wholly in the `dev` or the `held` half; rules may be fitted to the first only. `kind`:

- `report`: the event in a publisher's own words; later ones may retell what a follow-up brought
- `translation`: the event in the language that its first report is not in
- `reissue`: an earlier item of the same publisher with a figure, a sentence or a few words changed
- `followup`: what became known later
- `single`: belongs to no event

`new_fact` says whether the item states something about the event (a figure, name, place, cause, decision, outcome) that no earlier
item of the event states, in either language; voices, comparisons and background do not count. Items stand in order of publication.
"""

import itertools
import json
from collections import Counter
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import bench

FIELDS = {
    "id", "event", "kind", "lang", "publisher", "published_at", "title", "text", "new_fact", "half",
}  # fmt: skip
WINDOW = (date(2026, 6, 1), date(2026, 6, 10))
LONGEST_SILENCE = timedelta(hours=96)
"""Between neighbours of an event: the width of the window in which a story is looked for."""
OPENING = 25
OF_AN_EVENT = (4, 9)

Item = dict[str, Any]


@cache
def items() -> list[Item]:
    text = (Path(bench.__file__).parent / "story.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@cache
def events() -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items():
        if item["event"]:
            found.setdefault(item["event"], []).append(item)
    return found


def time_of(item: Item) -> datetime:
    return datetime.fromisoformat(item["published_at"])


def likeness(one: Item, other: Item) -> float:
    return SequenceMatcher(None, one["text"], other["text"], autojunk=False).ratio()


def test_items_have_the_documented_fields_and_ids_in_their_order():
    assert all(item.keys() == FIELDS for item in items())
    assert [item["id"] for item in items()] == [f"s{number:03d}" for number in range(1, len(items()) + 1)]


def test_about_four_hundred_items_in_both_languages_tell_of_sixty_events():
    languages = Counter(item["lang"] for item in items())

    assert languages.keys() == {"ja", "en"}
    assert languages["ja"] >= 220
    assert languages["en"] >= 180
    assert len(events()) == 60


def test_items_stand_in_order_of_publication_within_ten_days():
    times = [time_of(item) for item in items()]

    assert all(time.utcoffset() is not None for time in times)
    assert times == sorted(times)
    assert (min(times).date(), max(times).date()) == WINDOW


def test_every_event_has_a_twin_of_the_same_type_in_the_same_half():
    halves = {event: {item["half"] for item in members} for event, members in events().items()}

    assert {event[:-1] + {"a": "b", "b": "a"}[event[-1]] for event in halves} == halves.keys()
    for event, half in halves.items():
        assert len(half) == 1, event
        assert half == halves[event[:-1] + "a"], event
    assert Counter(half.pop() for half in halves.values()) == {"dev": 30, "held": 30}


def test_twins_run_side_by_side():
    for event, members in events().items():
        twin = events()[event[:-1] + "b"]

        assert time_of(members[0]) <= time_of(twin[-1]), event
        assert time_of(twin[0]) <= time_of(members[-1]), event


def test_every_event_is_told_several_times_in_both_languages_and_goes_on():
    for event, members in events().items():
        kinds = Counter(item["kind"] for item in members)

        assert OF_AN_EVENT[0] <= len(members) <= OF_AN_EVENT[1], event
        assert kinds["report"] >= 2, event
        assert kinds["reissue"] >= 1, event
        assert kinds["translation"] >= 1, event
        assert kinds["followup"] >= 1, event
        assert {item["lang"] for item in members} == {"ja", "en"}, event
        assert len({item["publisher"] for item in members}) >= 3, event


def test_an_event_is_never_silent_for_longer_than_a_story_is_looked_for():
    for event, members in events().items():
        for earlier, later in itertools.pairwise(members):
            assert time_of(later) - time_of(earlier) <= LONGEST_SILENCE, event


def test_kinds_agree_with_what_they_mean():
    for event, members in events().items():
        first = members[0]

        assert (first["kind"], first["new_fact"]) == ("report", True), event
        for item in members:
            if item["kind"] == "translation":
                assert item["lang"] != first["lang"], item["id"]
            if item["kind"] == "followup":
                assert item["new_fact"], item["id"]
    for item in items():
        assert (item["kind"] == "single") == (item["event"] is None), item["id"]
        assert isinstance(item["new_fact"], bool), item["id"]
    assert sum(item["event"] is None for item in items()) == 25


def test_a_reissue_repeats_an_earlier_item_of_its_publisher_but_for_a_change():
    for members in events().values():
        for place, item in enumerate(members):
            if item["kind"] == "reissue":
                earlier = [other for other in members[:place] if other["publisher"] == item["publisher"]]

                assert 0.75 <= max(likeness(item, other) for other in earlier) < 1, item["id"]


def test_both_halves_hold_items_with_and_without_a_new_fact():
    found = Counter((item["half"], item["new_fact"]) for item in items())

    assert found.keys() == set(itertools.product(("dev", "held"), (True, False)))
    assert min(found.values()) >= 60


def test_no_text_stands_twice_and_only_reissues_begin_like_another():
    texts = [item["text"] for item in items()]
    openings: set[tuple[str, str]] = set()
    for item in items():
        if item["kind"] != "reissue":
            openings |= {("title", item["title"][:OPENING]), ("text", item["text"][:OPENING])}

    assert len(set(texts)) == len(texts)
    assert len(openings) == 2 * sum(item["kind"] != "reissue" for item in items())


def test_texts_are_short_and_clean():
    for item in items():
        for field in ("title", "text"):
            assert item[field] == item[field].strip() != "", item["id"]
            assert "\n" not in item[field], item["id"]
        assert 40 <= len(item["text"]) <= 400, item["id"]

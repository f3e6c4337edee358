"""Holds the promises of demo/README.md about the demo's articles and their labels."""

import itertools
import json
import re
from collections import Counter
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

WEEK = (date(2026, 9, 14), date(2026, 9, 20))
RESERVED = ("example.org", "example.com", "example.net")
FIELDS = {"id", "title", "url", "published_at", "lang", "tags", "body"}
OPENING = 25
"""Characters; articles of different stories never begin alike for so long."""

Article = dict[str, Any]


@cache
def articles() -> list[Article]:
    lines = files("demo").joinpath("articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def labels() -> dict[str, dict[str, str | None]]:
    labels: dict[str, dict[str, str | None]] = json.loads(
        files("demo").joinpath("articles.gold.json").read_text(encoding="utf-8")
    )
    return labels


def stories() -> dict[str, list[Article]]:
    found: dict[str, list[Article]] = {}
    for article in articles():
        if story := labels()[article["id"]]["story"]:
            found.setdefault(story, []).append(article)
    return found


def texts(article: Article) -> list[str]:
    """Return the paragraphs of the body without their markup."""
    bare = (re.sub(r"<[^>]+>", "", line) for line in article["body"].splitlines())
    return [line for line in bare if line]


def test_articles_have_the_documented_fields_and_ids_of_their_own():
    ids = [article["id"] for article in articles()]

    assert all(article.keys() == FIELDS for article in articles())
    assert len(set(ids)) == len(ids)


def test_about_sixty_articles_in_both_languages_come_from_several_publishers():
    languages = Counter(article["lang"] for article in articles())
    hosts = {urlsplit(article["url"]).hostname for article in articles()}

    assert languages.keys() == {"ja", "en"}
    assert languages["ja"] >= 32
    assert languages["en"] >= 24
    assert len(hosts) >= 9


def test_addresses_are_unique_and_on_hosts_that_nobody_can_own():
    addresses = [article["url"] for article in articles()]

    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        parts = urlsplit(address)
        assert parts.scheme == "https"
        assert (parts.hostname or "").endswith(tuple(f".{host}" for host in RESERVED)), address


def test_articles_stand_in_order_and_fill_every_day_of_the_week():
    times = [datetime.fromisoformat(article["published_at"]) for article in articles()]

    assert all(time.utcoffset() is not None for time in times)
    assert times == sorted(times)
    assert (min(times).date(), max(times).date()) == WEEK
    assert len({time.date() for time in times}) == 7


def test_an_article_has_at_most_four_tags_each_with_its_confidence():
    tags = [article["tags"] for article in articles()]

    assert {len(of_one) for of_one in tags} >= {0, 1, 2, 3}
    assert max(len(of_one) for of_one in tags) <= 4
    assert all(tag.keys() == {"tag", "confidence"} for of_one in tags for tag in of_one)
    assert all(0 < tag["confidence"] <= 1 for of_one in tags for tag in of_one)


def test_bodies_are_plain_text_or_simple_paragraphs():
    marked = [article for article in articles() if "<" in article["body"]]

    assert 6 <= len(marked) <= len(articles()) / 3
    for article in marked:
        assert article["body"].startswith("<p>"), article["id"]
        assert set(re.findall(r"</?(\w+)", article["body"])) <= {"p", "em", "code"}, article["id"]


def test_every_article_is_labelled_and_nothing_else():
    assert list(labels()) == [article["id"] for article in articles()]
    assert all(label.keys() == {"story", "genre"} for label in labels().values())


def test_stories_have_two_to_five_articles_and_the_rest_stands_alone():
    sizes = {story: len(members) for story, members in stories().items()}

    assert len(sizes) >= 14
    assert set(sizes.values()) <= {2, 3, 4, 5}
    assert sum(label["story"] is None for label in labels().values()) >= 14
    assert len({label["genre"] for label in labels().values()}) >= 8


def test_many_stories_are_told_in_both_languages():
    bilingual = [
        story for story, members in stories().items() if len({article["lang"] for article in members}) == 2
    ]

    assert len(bilingual) >= 7


def test_only_articles_of_one_story_begin_alike():
    for one, other in itertools.combinations(articles(), 2):
        for field in ("title", "body"):
            if one[field][:OPENING] == other[field][:OPENING]:
                assert labels()[one["id"]]["story"] == labels()[other["id"]]["story"] is not None


def test_no_two_articles_are_the_same():
    bodies = ["\n".join(texts(article)) for article in articles()]

    assert len(set(bodies)) == len(bodies)


def test_one_publisher_ends_articles_with_a_line_that_belongs_to_none_of_them():
    last = Counter((urlsplit(article["url"]).hostname, texts(article)[-1]) for article in articles())

    assert max(last.values()) >= 4

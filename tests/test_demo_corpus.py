"""Holds the promises of demo/README.md, so that the demo and later measurements can rely on them."""

import itertools
import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tane.store.domain import SEED_KINDS
from tane.store.pool import Connection
from tane.store.roles import list_roles
from tests.tables import every

LANGUAGES = ("ja", "en")
ZONES = {"ja": ZoneInfo("Asia/Tokyo"), "en": ZoneInfo("Europe/London")}
SIZES = {"ja": 430, "en": 130}
OF_A_THEME = {"ja": (8, 3, 2), "en": (5, 2, 2)}
"""At least so many utterances, conversations and sub-themes."""

ROLES = {
    "主張", "説明", "質問", "相談", "提案", "報告", "感想", "同意", "反論", "回想", "計画", "雑談",
}  # fmt: skip
STATEMENTS = {"定義", "因果", "規則", "手順"}
KINDS = STATEMENTS | {"評価", "転換", "問い"}
THEMES = {
    "ja": {
        "sleep", "running", "work", "code", "statistics", "money", "family", "cooking", "moving", "reading",
        "health", "friends", "smalltalk",
    },
    "en": {"work", "code", "health", "friends", "home", "study", "plans", "smalltalk"},
}  # fmt: skip
REQUIRED = {"id", "conversation", "speaker", "time", "text", "theme", "subtheme"}
OPTIONAL = {"role", "kinds", "scores", "seeds", "trap"}
RANGES = {
    "hypothetical": (0, 1),
    "confidence": (0, 1),
    "reinterpretation": (0, 1),
    "resistance": (0, 1),
    "direction": (-1, 1),
}
BARREN = {"greeting", "irony", "quotation", "instruction", "context"}
NEGATIONS = {"negation", "double-negation"}
NEGATION = re.compile(r"ない|なく|ません|ならへん|n['’]t\b|\bnot?\b|\bnever\b|\bnothing\b")

Utterance = dict[str, Any]


@cache
def read(language: str) -> list[Utterance]:
    lines = files("demo").joinpath(f"dialogues.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def corpus(language: str) -> list[Utterance]:
    return read(language)


@pytest.fixture
def both() -> list[Utterance]:
    return [utterance for language in LANGUAGES for utterance in read(language)]


@pytest.fixture
def gold(both: list[Utterance]) -> list[Utterance]:
    return [utterance for utterance in both if "seeds" in utterance]


def conversations_of(corpus: list[Utterance]) -> dict[str, list[Utterance]]:
    conversations: dict[str, list[Utterance]] = defaultdict(list)
    for utterance in corpus:
        conversations[utterance["conversation"]].append(utterance)
    return conversations


def seed_kinds(utterance: Utterance) -> set[str]:
    return {seed["kind"] for seed in utterance["seeds"]}


def trigrams(text: str) -> set[str]:
    """Return all runs of three characters; a shorter text is its own only run."""
    return {text[start : start + 3] for start in range(max(1, len(text) - 2))}


def test_every_line_has_the_documented_fields_and_no_others(both: list[Utterance]):
    assert all(utterance.keys() >= REQUIRED for utterance in both)
    assert all(utterance.keys() <= REQUIRED | OPTIONAL for utterance in both)


def test_it_is_large_enough_to_draw_a_map_of(language: str, corpus: list[Utterance]):
    assert len(corpus) >= SIZES[language]


def test_ids_are_unique_and_begin_with_their_conversation(both: list[Utterance]):
    ids = [utterance["id"] for utterance in both]

    assert len(set(ids)) == len(ids)
    assert all(utterance["id"].startswith(f"{utterance['conversation']}-") for utterance in both)


def test_a_conversation_has_several_speakers_and_stands_in_one_piece(both: list[Utterance]):
    runs = [name for name, _ in itertools.groupby(utterance["conversation"] for utterance in both)]

    assert len(runs) == len(set(runs))
    for turns in conversations_of(both).values():
        assert len({turn["speaker"] for turn in turns}) >= 2


def test_conversations_are_numbered_by_their_beginning(corpus: list[Utterance]):
    turns = conversations_of(corpus)
    beginnings = [datetime.fromisoformat(turns[name][0]["time"]) for name in sorted(turns)]

    assert beginnings == sorted(beginnings)


def test_time_rises_within_a_conversation_on_the_clock_of_its_place(language: str, corpus: list[Utterance]):
    for name, turns in conversations_of(corpus).items():
        times = [datetime.fromisoformat(turn["time"]) for turn in turns]

        assert all(earlier < later for earlier, later in itertools.pairwise(times)), name
        assert all(time.utcoffset() == time.astimezone(ZONES[language]).utcoffset() for time in times), name


def test_it_spans_at_least_six_weeks(corpus: list[Utterance]):
    times = [datetime.fromisoformat(utterance["time"]) for utterance in corpus]

    assert max(times) - min(times) >= timedelta(weeks=6)


@every(
    ("language", "theme"), [(language, theme) for language in LANGUAGES for theme in sorted(THEMES[language])]
)
def test_every_theme_comes_back_in_several_conversations(language: str, theme: str):
    utterances, conversations, subthemes = OF_A_THEME[language]
    of_theme = [utterance for utterance in read(language) if utterance["theme"] == theme]

    assert len(of_theme) >= utterances
    assert len({utterance["conversation"] for utterance in of_theme}) >= conversations
    assert len({utterance["subtheme"] for utterance in of_theme}) >= subthemes


def test_labels_are_of_the_documented_sets(language: str, corpus: list[Utterance]):
    assert {utterance["theme"] for utterance in corpus} == THEMES[language]
    assert {utterance["role"] for utterance in corpus if "role" in utterance} == ROLES
    assert {kind for utterance in corpus for kind in utterance.get("kinds", [])} == KINDS


def test_there_is_enough_to_extract(both: list[Utterance]):
    holding = [utterance for utterance in both if STATEMENTS & set(utterance.get("kinds", []))]

    assert len(holding) >= 150


def test_texts_can_be_stored_and_are_neither_blank_nor_padded(both: list[Utterance]):
    for utterance in both:
        text = utterance["text"]

        assert "\0" not in text, utterance["id"]
        assert text == text.strip() != "", utterance["id"]
        assert 3 <= len(text) <= 600, utterance["id"]


def test_no_two_texts_are_alike(both: list[Utterance]):
    runs = [(utterance["id"], trigrams(utterance["text"])) for utterance in both]

    too_close = [
        (one, other)
        for (one, left), (other, right) in itertools.combinations(runs, 2)
        if len(left & right) >= 0.6 * len(left | right)
    ]

    assert not too_close


def test_the_gold_is_large_enough_to_measure_with(gold: list[Utterance]):
    found = Counter(seed["kind"] for utterance in gold for seed in utterance["seeds"])

    assert len(gold) >= 250
    assert found.keys() == set(SEED_KINDS)
    assert min(found.values()) >= 10
    assert {utterance["role"] for utterance in gold} == ROLES


def test_gold_has_all_its_labels_and_what_is_no_gold_has_none_of_them(both: list[Utterance]):
    for utterance in both:
        if "seeds" in utterance:
            assert utterance.keys() >= {"role", "scores"}, utterance["id"]
        else:
            assert not utterance.keys() & {"scores", "trap"}, utterance["id"]


def test_bands_lie_within_the_range_of_their_score_and_leave_something_out(gold: list[Utterance]):
    for utterance in gold:
        assert utterance["scores"], utterance["id"]
        for name, (low, high) in utterance["scores"].items():
            least, most = RANGES[name]

            assert least <= low < high <= most, utterance["id"]
            assert (low, high) != (least, most), utterance["id"]


@pytest.mark.parametrize("score", sorted(RANGES))
def test_every_score_has_gold_on_either_side(gold: list[Utterance], score: str):
    middle = sum(RANGES[score]) / 2
    bands = [utterance["scores"][score] for utterance in gold if score in utterance["scores"]]

    assert sum(low >= middle for low, _ in bands) >= 20
    assert sum(high <= middle for _, high in bands) >= 20


def test_expected_seeds_stand_in_the_utterance_word_for_word(gold: list[Utterance]):
    for utterance in gold:
        for seed in utterance["seeds"]:
            assert seed.keys() == {"kind", "text"}, utterance["id"]
            assert seed["kind"] in SEED_KINDS, utterance["id"]
            assert seed["text"] == seed["text"].strip() != "", utterance["id"]
            assert seed["text"] in utterance["text"], utterance["id"]


def test_no_seed_is_expected_twice(gold: list[Utterance]):
    for utterance in gold:
        seeds = [(seed["kind"], seed["text"]) for seed in utterance["seeds"]]

        assert len(set(seeds)) == len(seeds), utterance["id"]


def test_seeds_and_kinds_of_statement_tell_the_same(gold: list[Utterance]):
    for utterance in gold:
        kinds, found = set(utterance.get("kinds", [])), seed_kinds(utterance)

        assert bool(kinds & STATEMENTS) == ("knowledge" in found), utterance["id"]
        assert ("定義" in kinds) == ("model" in found), utterance["id"]
        assert ("評価" in kinds) == ("evaluation" in found), utterance["id"]
        assert ("転換" in kinds) == ("conversion" in found), utterance["id"]
        assert ("問い" in kinds) == ("question" in found), utterance["id"]


def test_scores_do_not_gainsay_the_seeds(gold: list[Utterance]):
    for utterance in gold:
        found, scores = seed_kinds(utterance), utterance["scores"]

        if "conversion" in found:
            assert scores.get("reinterpretation", [0, 1])[1] > 0.5, utterance["id"]
        if "question" in found:
            assert scores.get("hypothetical", [0, 1])[1] > 0.5, utterance["id"]


def test_every_trap_is_set_in_both_languages(language: str, corpus: list[Utterance]):
    traps = Counter(utterance["trap"] for utterance in corpus if "trap" in utterance)

    assert traps.keys() == BARREN | NEGATIONS
    assert min(traps.values()) >= 3


def test_nothing_may_be_extracted_where_the_words_are_not_meant_as_said(gold: list[Utterance]):
    for utterance in gold:
        if utterance.get("trap") in BARREN:
            assert utterance["seeds"] == [], utterance["id"]


def test_a_seed_keeps_the_negation_it_was_said_with(gold: list[Utterance]):
    for utterance in gold:
        if utterance.get("trap") in NEGATIONS and utterance["seeds"]:
            assert any(NEGATION.search(seed["text"]) for seed in utterance["seeds"]), utterance["id"]
        if utterance.get("trap") == "double-negation":
            assert utterance["seeds"], utterance["id"]


def test_what_only_the_context_explains_has_something_before_it(both: list[Utterance]):
    for turns in conversations_of(both).values():
        assert turns[0].get("trap") != "context", turns[0]["id"]


async def test_every_labelled_role_is_among_those_that_ship(conn: Connection):
    shipped = {role.name for role in await list_roles(conn)}

    assert shipped >= ROLES

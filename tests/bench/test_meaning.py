"""What the row `meaning` counts."""

import numpy as np
import pytest

from bench.meaning import LANGUAGES, dialogues, precision
from bench.planted import unit
from bench.today_gold import items, rightness
from demo.standin.hashed_vectors import embed

SAID = [
    {"conversation": "a", "theme": "sleep"},
    {"conversation": "a", "theme": "sleep"},
    {"conversation": "b", "theme": "sleep"},
    {"conversation": "c", "theme": "money"},
    {"conversation": "c", "theme": "smalltalk"},
]
VECTORS = unit(np.array([[1, 0], [1, 0], [0.9, 0.1], [0.1, 1], [0, 1]], dtype=np.float32))


def test_the_nearest_of_other_conversations_are_right_if_they_share_the_theme():
    # One is found for each: a, a -> b right; b -> a right; the money of c -> b wrong; small talk asks nothing.
    assert precision(SAID, VECTORS, found=1) == pytest.approx(3 / 4)


def test_all_found_is_what_chance_gives():
    # a: 1 of 3, twice; b: 2 of 4; c: 0 of 3.
    assert precision(SAID, VECTORS, found=len(SAID)) == pytest.approx((1 / 3 + 1 / 3 + 2 / 4 + 0) / 4)


def test_the_rules_of_today_are_measured_as_the_command_has_them():
    known = items([one for language in LANGUAGES for one in dialogues(language)])

    halves = rightness(known, unit(embed([item.line.text for item in known])))

    for half in halves.values():
        assert half["open_right"] / half["open_shown"] >= 0.6
        assert half["everyday_shown"] / half["everyday_asked"] <= 0.1
    assert sum(half["before_right"] for half in halves.values()) >= 3

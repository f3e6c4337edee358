"""Pairs of different conversations, by which the row `talk` tells themes from conversations found again."""

import numpy as np

from bench.talk import pairs_across


def test_only_pairs_of_different_conversations_count():
    themes = np.array([0, 0, 0, 1, 1])
    conversations = np.array([0, 0, 1, 1, 2])

    by_conversation = pairs_across(np.array([0, 0, 1, 1, 2]), themes, conversations)
    by_theme = pairs_across(themes, themes, conversations)
    half = pairs_across(np.array([0, 0, 0, 0, -1]), themes, conversations)

    assert by_conversation == (0.0, 0.0)
    assert by_theme == (1.0, 1.0)
    assert half == (0.5, 2 / 3)  # right: both first turns with the third; wrong: with the fourth

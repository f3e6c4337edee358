"""How many documents a genre usually has."""

from tane.recap.distribution import distribution, over_runs


def test_a_genre_has_its_least_number_from_mean_and_deviation_never_below_three():
    found = distribution({"food": [10, 10, 16], "sea": [1, 0, 2], "other": [9, 9, 9]})

    assert found["food"] == {"n_mean": 12.0, "n_std": 2.83, "min_docs_threshold": 11}
    assert found["sea"]["min_docs_threshold"] == 3
    assert "other" not in found


def test_a_run_without_documents_of_a_genre_counts_as_none():
    assert over_runs({"food": {1: 4, 3: 2}, "sea": {2: 1}}) == {"food": [4, 0, 2], "sea": [0, 1, 0]}

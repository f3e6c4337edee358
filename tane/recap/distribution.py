"""How many documents a genre usually has, from which follows how few are too few to leave any out. Pure."""

from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev
from typing import Any

from tane.recap.documents import OTHER

LEAST_DOCUMENTS = 3
RUNS = 12  # the last, that count
_DEVIATIONS = 0.5


def distribution(counts: Mapping[str, Sequence[int]]) -> dict[str, dict[str, Any]]:
    """Return for each genre the mean and deviation of its documents in several runs, and its least number of documents."""
    found: dict[str, dict[str, Any]] = {}
    for genre, numbers in sorted(counts.items()):
        if genre == OTHER or not numbers:
            continue
        mean, deviation = fmean(numbers), pstdev(numbers)
        found[genre] = {
            "n_mean": round(mean, 2),
            "n_std": round(deviation, 2),
            "min_docs_threshold": max(LEAST_DOCUMENTS, round(mean - _DEVIATIONS * deviation)),
        }
    return found


def over_runs(counts: Mapping[str, Mapping[int, int]]) -> dict[str, list[int]]:
    """Return each genre's documents run by run, 0 in a run without any."""
    runs = sorted({run for of in counts.values() for run in of})
    return {genre: [of.get(run, 0) for run in runs] for genre, of in counts.items()}

"""Row `story`: which news items speak of one event, on the gold of `bench/story_gold.py`.

B-cubed F1 of Tane's stories beside HDBSCAN, EVoC and plain single link on the same vectors. The peers have the choice that Tane has not:
the smallest size of a group, the layer, or the threshold that is best on the very items they are scored on. Details: each half,
each language, and what kinds of items are split off or merged.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bench import peers
from bench.measure import Measure
from bench.planted import Integers
from bench.story_gold import HALVES, LANGUAGES, BCubed, StoryItem, b_cubed, gold, numbered, vectors
from tane.recap.stories import find_stories
from tane.vectors.arrays import Units

SMALLEST = (2, 3, 5)  # sizes of a group that HDBSCAN is tried with
HELD, SHOWN = "held", "builtin"

Partitions = Sequence[Integers]


def measure() -> Measure:
    tables = {half: table(gold(half)) for half in HALVES}
    of_held = tables[HELD][SHOWN]
    best = max((name for name in of_held if name != "stories"), key=lambda name: of_held[name]["f1"])
    ours, peer = of_held["stories"]["f1"], of_held[best]["f1"]
    return Measure(
        name="story",
        ours=ours,
        peer=peer,
        ratio=ours / peer,
        unit="B-cubed F1 on the held-out half, by the built-in encoder",
        details={"best_peer": best, **tables},
    )


def table(items: Sequence[StoryItem]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return by model and method what was found of these items."""
    truth = numbered([item.event for item in items])
    languages = np.array([item.unit.lang for item in items])
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for model, (units, scale) in vectors(items).items():
        began = time.perf_counter()
        labels = np.full(len(items), -1, dtype=np.int64)
        for number, story in enumerate(find_stories([item.unit for item in items], units, scale)):
            labels[list(story.members)] = number
        seconds = time.perf_counter() - began
        found[model] = {"stories": _row(b_cubed(labels, truth)) | {"seconds": round(seconds, 2)}}
        for language in LANGUAGES:
            of_language = b_cubed(labels, truth, languages == language)
            found[model]["stories"][language] = round(of_language.f1, 4)
        found[model]["stories"] |= errors(items, labels)
        for peer, partitions in PEERS.items():
            found[model][peer] = _row(
                max((b_cubed(one, truth) for one in partitions(units)), key=lambda one: one.f1)
            )
    return found


def errors(items: Sequence[StoryItem], labels: Integers) -> dict[str, dict[str, str]]:
    """Return by kind how many items are without most of their event, and how many are with another event's."""
    events = np.array([item.event for item in items])
    total, split, merged = Counter[str](), Counter[str](), Counter[str]()
    for row, item in enumerate(items):
        mates = (events == item.event) & (np.arange(len(items)) != row)
        beside = (labels == labels[row]) & (np.arange(len(items)) != row)
        total[item.kind] += 1
        split[item.kind] += bool(mates.any()) and (mates & beside).sum() < mates.sum() / 2
        merged[item.kind] += bool((beside & (events != item.event)).any())
    return {
        name: {kind: f"{count[kind]} of {total[kind]}" for kind in sorted(total)}
        for name, count in (("split", split), ("merged", merged))
    }


def _row(one: BCubed) -> dict[str, Any]:
    return {"f1": round(one.f1, 4), "precision": round(one.precision, 4), "recall": round(one.recall, 4)}


def _hdbscan(units: Units) -> Partitions:
    return [
        peers.call("hdbscan", arrays={"vectors": units}, smallest=smallest).arrays["labels"].astype(np.int64)
        for smallest in SMALLEST
    ]


def _evoc(units: Units) -> Partitions:
    return [
        labels.astype(np.int64) for labels in peers.call("evoc", arrays={"vectors": units}).arrays.values()
    ]


def _single_link(units: Units) -> Partitions:
    """Return the groups at every height at which two of them join."""
    from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]

    joined = linkage(np.asarray(units, dtype=np.float64), method="single", metric="cosine")
    heights = [(low + high) / 2 for low, high in pairwise(np.unique(joined[:, 2]))]
    return [fcluster(joined, height, criterion="distance").astype(np.int64) for height in heights]


PEERS: Mapping[str, Callable[[Units], Partitions]] = {
    "hdbscan": _hdbscan,
    "evoc": _evoc,
    "single_link": _single_link,
}

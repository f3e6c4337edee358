"""Row `quality`: each clustering mode and the peers on labelled vectors.

A set with two labellings, themes and the finer parts, is scored by the mean of both. Of a tree the top level answers
for the themes (and where there is one labelling only), the deepest for the parts. The peers' one partition answers for both;
EVoC is given its best layer, k-means the true number. The ratio is the default mode's score to the best peer's, on the
set where that is third best: three of the four shall reach 1.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench import peers
from bench.agreement import PartitionAgreement, agreement, mean_score
from bench.labelled import COARSE, FINE, LabelledVectors, of_csv, of_dialogues, shipped
from bench.measure import Measure
from bench.planted import Integers
from clustering import density, density_literal, hierarchy, incremental
from clustering.tree import Tree

DEFAULT = "density"
BERTOPIC_RUNS = 3  # it has no fixed seed: the run in the middle counts
NIGHTS = 5  # of the incremental mode, which begins with nothing
DECIDING = 3  # of the sets shall be reached

Partitions = Mapping[str, Integers]  # by labelling


def measure(
    *, csv: Path | None = None, text: str = "text", label: str = "label", dialogues: bool = False
) -> Measure:
    if csv is not None:
        sets = [of_csv(csv, text=text, label=label)]
    else:
        sets = of_dialogues() if dialogues else shipped()
    tables = {}
    for labelled in sets:
        tables[labelled.name] = _table(labelled)
        print(f"{labelled.name} {tables[labelled.name]}", file=sys.stderr, flush=True)  # it takes minutes
    return _summed(tables)


def _summed(tables: Mapping[str, Mapping[str, Any]]) -> Measure:
    ours = {name: table[DEFAULT]["score"] for name, table in tables.items()}
    best = {
        name: max((row["score"], peer) for peer, row in table.items() if peer not in MODES)
        for name, table in tables.items()
    }
    ratios = {name: round(_ratio(ours[name], best[name][0]), 3) for name in tables}
    deciding = sorted(ratios, key=lambda name: -ratios[name])[: min(DECIDING, len(ratios))][-1]
    return Measure(
        name="quality",
        ours=ours[deciding],
        peer=best[deciding][0],
        ratio=ratios[deciding],
        unit="cbrt(ARI^2 x coverage)",
        details={
            "ratios": ratios,
            "reached": sum(ratio >= 1 for ratio in ratios.values()),
            "best_peer": {name: peer for name, (_, peer) in best.items()},
            **tables,
        },
    )


def _ratio(ours: float, peer: float) -> float:
    if not peer:
        return 1.0 if not ours else float("inf")
    return ours / peer


def _table(labelled: LabelledVectors) -> dict[str, Any]:
    rows = {}
    for name, mode in MODES.items():
        began = time.perf_counter()
        partitions = mode(labelled)
        rows[name] = _row(labelled, partitions, time.perf_counter() - began)
    for name, peer in PEERS.items():
        partitions, seconds = peer(labelled)
        rows[name] = _row(labelled, partitions, seconds)
    return rows


def _row(labelled: LabelledVectors, partitions: Partitions, seconds: float) -> dict[str, Any]:
    found = {name: agreement(partitions[name], truth) for name, truth in labelled.truth.items()}
    return {
        "score": round(mean_score(list(found.values())), 4),
        "seconds": round(seconds, 2),
        **{name: _figures(one) for name, one in found.items()},
    }


def _figures(one: PartitionAgreement) -> dict[str, float]:
    figures = {
        "score": one.score,
        "ari": one.ari,
        "ami": one.ami,
        "coverage": one.coverage,
        "groups": one.groups,
    }
    return {name: round(value, 4) for name, value in figures.items()}


def levels(tree: Tree) -> Partitions:
    """Return the partition at the top of a tree and that of its deepest clusters."""
    top = tree.deepest.copy()
    if not len(tree):
        return {COARSE: top, FINE: top}
    while (is_below := (top >= 0) & (tree.parent[top] >= 0)).any():
        top[is_below] = tree.parent[top[is_below]]
    return {COARSE: top, FINE: tree.deepest}


def _density(labelled: LabelledVectors) -> Partitions:
    return levels(density.cluster(labelled.vectors)[0])


def _literal(labelled: LabelledVectors) -> Partitions:
    return levels(density_literal.cluster(labelled.vectors)[0])


def _hierarchy(labelled: LabelledVectors) -> Partitions:
    return levels(hierarchy.cluster(labelled.vectors)[0])


def _incremental(labelled: LabelledVectors) -> Partitions:
    labels, tried = np.full(len(labelled.vectors), -1), None
    for _ in range(NIGHTS):
        tended = incremental.cluster(labelled.vectors, labels, tried=tried)
        labels, tried = tended.labels, tended.tried
    return {COARSE: labels, FINE: labels}


def _bertopic(labelled: LabelledVectors) -> tuple[Partitions, float]:
    arrays = {"vectors": labelled.vectors}
    answer = peers.call("bertopic", arrays=arrays, texts=list(labelled.texts), runs=BERTOPIC_RUNS, warm=True)

    def score(name: str) -> float:
        return mean_score([agreement(answer.arrays[name], truth) for truth in labelled.truth.values()])

    middle = sorted(answer.arrays, key=lambda name: (score(name), name))[BERTOPIC_RUNS // 2]
    return dict.fromkeys((COARSE, FINE), answer.arrays[middle]), answer.seconds


def _evoc(labelled: LabelledVectors) -> tuple[Partitions, float]:
    answer = peers.call("evoc", arrays={"vectors": labelled.vectors})
    return {
        name: max(answer.arrays.values(), key=lambda layer: agreement(layer, truth).score)
        for name, truth in labelled.truth.items()
    }, answer.seconds


def _hdbscan(labelled: LabelledVectors) -> tuple[Partitions, float]:
    answer = peers.call("hdbscan", arrays={"vectors": labelled.vectors})
    return dict.fromkeys((COARSE, FINE), answer.arrays["labels"]), answer.seconds


def _kmeans(labelled: LabelledVectors) -> tuple[Partitions, float]:
    partitions, seconds = {}, 0.0
    for name, truth in labelled.truth.items():
        answer = peers.call(
            "kmeans", arrays={"vectors": labelled.vectors}, k=len(np.unique(truth[truth >= 0]))
        )
        partitions[name], seconds = answer.arrays["labels"].astype(np.int64), seconds + answer.seconds
    return partitions, seconds


MODES: Mapping[str, Callable[[LabelledVectors], Partitions]] = {
    "density": _density,
    "density_literal": _literal,
    "hierarchy": _hierarchy,
    "incremental": _incremental,
}
PEERS: Mapping[str, Callable[[LabelledVectors], tuple[Partitions, float]]] = {
    "bertopic": _bertopic,
    "evoc": _evoc,
    "hdbscan": _hdbscan,
    "kmeans": _kmeans,
}

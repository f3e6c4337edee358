"""Row `quality`: each clustering mode and the peers on labelled vectors.

Score: the cube root of ARI^2 x coverage, ARI over the clustered rows alone. Everybody has the same choice of levels, and on
each labelling the best one counts: of a tree its top and its deepest clusters, of EVoC every layer, of k-means and
Ward the partitions at the true counts of all labellings; BERTopic and HDBSCAN have one. Of a set with two labellings, themes and
the finer parts, it is the mean of both. `better` is the default mode's score to the best peer's; `top` that of its top
level alone, on the themes, to the better of BERTopic's and EVoC's own choice. The row's ratio is the median of `better`.
"""

import functools
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

Partitions = Mapping[str, Integers]  # by the level's name


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    """The partitions among which each labelling takes the best, and the one that its maker would show."""

    partitions: Partitions
    shown: str = COARSE
    seconds: float = 0.0


def measure(
    *,
    csv: Path | None = None,
    text: str = "text",
    label: str = "label",
    vectors: Path | None = None,
    dialogues: bool = False,
) -> Measure:
    if csv is not None:
        sets = [of_csv(csv, text=text, label=label, vectors=vectors)]
    else:
        sets = of_dialogues() if dialogues else shipped()
    tables = {}
    for labelled in sets:
        tables[labelled.name] = _table(labelled)
        print(f"{labelled.name} {tables[labelled.name]}", file=sys.stderr, flush=True)  # it takes minutes
    return _summed(tables)


def _summed(tables: Mapping[str, Mapping[str, Any]]) -> Measure:
    better, top, peer_of = {}, {}, {}
    for name, table in tables.items():
        peers_of_set = {peer: row for peer, row in table.items() if peer not in MODES}
        peer_of[name] = max(peers_of_set, key=lambda peer: peers_of_set[peer]["score"])
        better[name] = round(_ratio(table[DEFAULT]["score"], table[peer_of[name]]["score"]), 3)
        shown = max(table[peer]["shown"] for peer in ("bertopic", "evoc"))
        top[name] = round(_ratio(table[DEFAULT]["shown"], shown), 3)
    middle = sorted(better, key=lambda name: better[name])[len(better) // 2]
    return Measure(
        name="quality",
        ours=tables[middle][DEFAULT]["score"],
        peer=tables[middle][peer_of[middle]]["score"],
        ratio=better[middle],
        unit="cbrt(ARI^2 x coverage), the set in the middle",
        details={
            "better": better,
            "better_reached": sum(ratio >= 1 for ratio in better.values()),
            "top": top,
            "top_reached": sum(ratio >= 1 for ratio in top.values()),
            "best_peer": peer_of,
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
        found = LevelChoice(partitions=mode(labelled))
        rows[name] = _row(labelled, found, time.perf_counter() - began)
    for name, peer in PEERS.items():
        found = peer(labelled)
        rows[name] = _row(labelled, found, found.seconds)
    return rows


def _row(labelled: LabelledVectors, found: LevelChoice, seconds: float) -> dict[str, Any]:
    by_truth = {
        name: {level: agreement(partition, truth) for level, partition in found.partitions.items()}
        for name, truth in labelled.truth.items()
    }
    best = {name: max(levels.items(), key=lambda one: one[1].score) for name, levels in by_truth.items()}
    return {
        "score": round(mean_score([one for _, one in best.values()]), 4),
        "shown": round(by_truth[COARSE][found.shown].score, 4),
        "seconds": round(seconds, 2),
        **{name: {"level": level, **_figures(one)} for name, (level, one) in best.items()},
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
    return {COARSE: tree.top(), FINE: tree.deepest}


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


def _bertopic(labelled: LabelledVectors) -> LevelChoice:
    arrays = {"vectors": labelled.vectors}
    answer = peers.call("bertopic", arrays=arrays, texts=list(labelled.texts), runs=BERTOPIC_RUNS, warm=True)

    def score(name: str) -> float:
        return mean_score([agreement(answer.arrays[name], truth) for truth in labelled.truth.values()])

    middle = sorted(answer.arrays, key=lambda name: (score(name), name))[BERTOPIC_RUNS // 2]
    return LevelChoice(partitions={"labels": answer.arrays[middle]}, shown="labels", seconds=answer.seconds)


def _evoc(labelled: LabelledVectors) -> LevelChoice:
    answer = peers.call("evoc", arrays={"vectors": labelled.vectors})
    return LevelChoice(partitions=answer.arrays, shown="labels", seconds=answer.seconds)


def _hdbscan(labelled: LabelledVectors) -> LevelChoice:
    answer = peers.call("hdbscan", arrays={"vectors": labelled.vectors})
    return LevelChoice(partitions=answer.arrays, shown="labels", seconds=answer.seconds)


def _told_the_number(peer: str, labelled: LabelledVectors) -> LevelChoice:
    """Return what a peer finds that is given the true count of each labelling."""
    partitions, seconds = {}, 0.0
    for name, truth in labelled.truth.items():
        answer = peers.call(peer, arrays={"vectors": labelled.vectors}, k=len(np.unique(truth[truth >= 0])))
        partitions[name], seconds = answer.arrays["labels"].astype(np.int64), seconds + answer.seconds
    return LevelChoice(partitions=partitions, seconds=seconds)


MODES: Mapping[str, Callable[[LabelledVectors], Partitions]] = {
    "density": _density,
    "density_literal": _literal,
    "hierarchy": _hierarchy,
    "incremental": _incremental,
}
PEERS: Mapping[str, Callable[[LabelledVectors], LevelChoice]] = {
    "bertopic": _bertopic,
    "evoc": _evoc,
    "hdbscan": _hdbscan,
    "kmeans": functools.partial(_told_the_number, "kmeans"),
    "ward": functools.partial(_told_the_number, "ward"),
}

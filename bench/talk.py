"""Row `talk`: what the turns beside a turn do for its cluster, on the demo's dialogues with the built-in encoder.

A turn of a conversation about sleep is alike to the next turn anyhow, so only pairs of different conversations count:
of those in one cluster the share of one theme (precision), of those of one theme the share in one cluster (recall),
on the top level. The weight is chosen on one language and told for the other. The peer is the weight 0: no context.
"""

from typing import Any

import numpy as np

from bench.agreement import Integers, agreement
from bench.labelled import COARSE, Dialogues, talks
from bench.measure import Measure
from bench.quality import levels
from clustering import context, density

WEIGHTS = (0.0, 0.5, 0.75, 1.0, 1.25)


def measure() -> Measure:
    tables = {talk.name: {weight: _figures(talk, weight) for weight in WEIGHTS} for talk in talks()}
    best = {
        name: max((weight for weight in WEIGHTS if weight), key=lambda weight: table[weight]["f1"])
        for name, table in tables.items()
    }
    one, other = tables
    told = {one: best[other], other: best[one]}  # each by the weight that the other language chose
    ours = float(np.mean([tables[name][weight]["f1"] for name, weight in told.items()]))
    alone = float(np.mean([table[0.0]["f1"] for table in tables.values()]))
    return Measure(
        name="talk",
        ours=ours,
        peer=alone,
        ratio=ours / alone if alone else float("inf"),
        unit="F1 of pairs of different conversations, top level, weight chosen on the other language",
        details={
            "weights_told": told,
            "conversations_of_a_theme": {talk.name: _spread(talk) for talk in talks()},
            **{name: {str(weight): row for weight, row in table.items()} for name, table in tables.items()},
        },
    )


def _figures(talk: Dialogues, weight: float) -> dict[str, Any]:
    vectors, conversations = talk.vectors, None
    if weight:
        vectors = context.blended(talk.vectors, talk.conversations, talk.order, weight=weight)
        conversations = talk.conversations
    tree, _ = density.cluster(vectors, conversations=conversations)
    top = levels(tree)[COARSE]
    found = agreement(top, talk.themes)
    precision, recall = pairs_across(top, talk.themes, talk.conversations)
    both = precision + recall
    return {
        "f1": round(2 * precision * recall / both if both else 0.0, 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "ari": round(found.ari, 4),
        "ami": round(found.ami, 4),
        "coverage": round(found.coverage, 4),
        "groups": found.groups,
    }


def pairs_across(groups: Integers, themes: Integers, conversations: Integers) -> tuple[float, float]:
    """Return precision and recall over the pairs of rows of different conversations; who is in no group is with nobody."""
    together = (groups[:, None] == groups[None, :]) & (groups[:, None] >= 0)
    alike = themes[:, None] == themes[None, :]
    apart = conversations[:, None] != conversations[None, :]
    right = float((together & alike & apart).sum())
    return right / max(int((together & apart).sum()), 1), right / max(int((alike & apart).sum()), 1)


def _spread(talk: Dialogues) -> float:
    """Return how many conversations speak of a theme, in the mean."""
    pairs = np.unique(np.stack([talk.themes, talk.conversations]), axis=1)
    return round(float(pairs.shape[1] / len(np.unique(talk.themes))), 2)

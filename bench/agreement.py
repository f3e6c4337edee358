"""How well groups agree with labels, coverage apart and together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionAgreement:
    """Of one partition with one labelling.

    ARI (Hubert, Arabie 1985) and AMI (Vinh, Epps, Bailey 2010) look at the clustered rows alone. Those that truly
    belong nowhere (label -1) are there one group of their own, so taking them in is punished, and leaving them out is
    right: the coverage counts only rows that belong somewhere.
    """

    ari: float
    ami: float
    coverage: float
    groups: int

    @property
    def score(self) -> float:
        """The geometric mean of ARI, ARI and coverage; 0 where the agreement is no better than chance."""
        return float(np.cbrt(max(self.ari, 0.0) ** 2 * self.coverage))


def agreement(labels: Integers, truth: Integers) -> PartitionAgreement:
    """Compare a partition (n,) with a labelling (n,); -1 is none in both."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    is_in = labels >= 0
    belongs = truth >= 0
    if not is_in.any():
        return PartitionAgreement(ari=0.0, ami=0.0, coverage=0.0, groups=0)
    return PartitionAgreement(
        ari=float(adjusted_rand_score(truth[is_in], labels[is_in])),
        ami=float(adjusted_mutual_info_score(truth[is_in], labels[is_in])),
        coverage=float(is_in[belongs].mean()),
        groups=len(np.unique(labels[is_in])),
    )


def mean_score(of_labellings: Sequence[PartitionAgreement]) -> float:
    """Return one figure for a set that is labelled more than once."""
    return float(np.mean([one.score for one in of_labellings]))


LEAST_JACCARD = 0.5

Labels = Mapping[Any, frozenset[int]]  # seeds by their number, of each cluster


def most_like(members: frozenset[int], clusters: Labels) -> Any:
    """Return the cluster whose seeds are most like a topic's (Jaccard index), None where less than half are."""
    shares = {
        name: len(members & own) / len(members | own) for name, own in clusters.items() if members & own
    }
    best = max(shares, key=lambda name: (shares[name], str(name)), default=None)
    return best if best is not None and shares[best] >= LEAST_JACCARD else None

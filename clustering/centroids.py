"""What stands for a cluster: its centroid, its cohesion, its mean scores (C6, D2)."""

from collections.abc import Sequence

import numpy as np

from tane.vectors.arrays import Floats, Integers, Units
from tane.vectors.directions import mean_direction


def centroids(units: Units, offsets: Integers, members: Integers) -> Floats:
    """Return float64 (c, d): the mean direction of each cluster's vectors (D2).

    Args:
        units: (n, d) unit vectors.
        offsets: (c + 1,), where each cluster's members start.
        members: rows of `units`, cluster after cluster.

    Raises:
        ValueError: a cluster has no member.
    """
    if (np.diff(offsets) < 1).any():
        raise ValueError("a cluster without members has no centroid")
    means = np.empty((len(offsets) - 1, units.shape[1]))
    for number in range(len(means)):
        vectors = units[members[offsets[number] : offsets[number + 1]]]
        means[number] = mean_direction(vectors)
    return means


def cohesion(vectors: Units) -> float:
    """Return the mean cosine over pairs of different rows of unit vectors (m, d); 1 for a single one. O(m d)."""
    count = len(vectors)
    if count < 2:
        return 1.0
    total = vectors.sum(axis=0, dtype=np.float64)
    return float((total @ total - count) / (count * (count - 1)))


def mean_scores(values: Floats, utterances: Integers, seeds: Integers, members: Sequence[Integers]) -> Floats:
    """Return float64 (c, s): each cluster's mean over its seeds of the mean over each seed's utterances (C6).

    What is not measured (NaN) does not count; a cluster without any value has NaN. Linear in its input.

    Args:
        values: (u, s), the scores of u utterances; NaN where there is none.
        utterances: (l,), of each link its utterance's row in `values`.
        seeds: (l,), of each link its seed.
        members: per cluster the seeds in it, numbered as in `seeds`.
    """
    count = max([int(part.max(initial=-1)) for part in (seeds, *members)], default=-1) + 1
    linked = values[utterances]
    is_known = ~np.isnan(linked)
    sums, known = np.zeros((count, values.shape[1])), np.zeros((count, values.shape[1]))
    np.add.at(sums, seeds, np.where(is_known, linked, 0.0))
    np.add.at(known, seeds, is_known)
    of_seeds = np.full_like(sums, np.nan)
    np.divide(sums, known, out=of_seeds, where=known > 0)
    averages = np.full((len(members), values.shape[1]), np.nan)
    for number, rows in enumerate(members):
        of_members = of_seeds[rows]
        has_value = ~np.isnan(of_members)
        totals = np.where(has_value, of_members, 0.0).sum(axis=0)
        np.divide(totals, has_value.sum(axis=0), out=averages[number], where=has_value.any(axis=0))
    return averages

"""What belongs to no genre, parted into groups that a section can hold, and named by their words. Pure."""

from collections.abc import Sequence

import numpy as np

from tane.language.titles import placeholder_titles
from tane.recap.documents import OTHER
from tane.vectors.arrays import Units

FEWEST = 9  # documents that are parted at all
PER_PART = 12  # documents of a part, on the average
MOST_PARTS = 8
_SEED = 42
_NAMED_CHARS = 400  # of a text: what it is about stands at its beginning


def parted(vectors: Units, texts: Sequence[str]) -> list[tuple[str, str | None, list[int]]]:
    """Return the parts of `other` as (genre, name, rows), the largest first.

    vectors: (n, d) of length one, zero where there is none; those stay in `other` itself. k-means on the sphere, which leaves
    nobody out (a section each would be none).
    """
    rows = np.flatnonzero(vectors.any(axis=1))
    left = np.flatnonzero(~vectors.any(axis=1)).tolist()
    if len(rows) < FEWEST:
        return [(OTHER, None, list(range(len(texts))))] if texts else []
    from sklearn.cluster import KMeans  # noqa: PLC0415 - heavy

    count = int(np.clip(round(len(rows) / PER_PART), 2, MOST_PARTS))
    labels = KMeans(n_clusters=count, n_init=1, random_state=_SEED).fit_predict(vectors[rows])
    groups = [rows[labels == label].tolist() for label in range(count)]
    groups = sorted((group for group in groups if group), key=lambda group: (-len(group), group[0]))
    names = placeholder_titles([[texts[row][:_NAMED_CHARS] for row in group] for group in groups])
    parts: list[tuple[str, str | None, list[int]]] = [
        (f"{OTHER}.{number}", name, group)
        for number, (group, name) in enumerate(zip(groups, names, strict=True), start=1)
    ]
    return [*parts, (OTHER, None, left)] if left else parts

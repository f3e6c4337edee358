"""Labels spread over the similarity graph from labelled texts to documents that no centroid reaches. Pure.

An edge joins two texts that are more alike than all but one of a thousand unlike pairs of the model: what document 002 writes as a cosine
of 0.85 is another cosine for every model.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tane.vectors.arrays import Floats, Integers, Units
from tane.vectors.neighbours import nearest
from tane.vectors.scale import SimilarityScale

EDGE_RANK = 0.999
NEIGHBOURS = 10
LEAST_MASS = 0.6  # of the winning label
_ALPHA = 0.2  # of a label that comes from neighbours, against what was given
_TURNS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What the graph says of documents: (n, genres) shares of label mass, and (n,) edges."""

    mass: Floats
    edges: Integers

    def genre_of(self, row: int) -> int | None:
        """Return the genre whose mass carries a document; None where it has no edge, or none carries it."""
        if not self.edges[row]:
            return None
        best = int(np.argmax(self.mass[row]))
        return best if self.mass[row, best] >= LEAST_MASS else None


def spread(
    labelled: Units, truth: Integers, documents: Units, scale: SimilarityScale | None, *, genres: int
) -> Spread:
    """Spread the labels of texts, vectors (m, d), over documents, (n, d); zero vectors have no edges. O((m + n) k) memory."""
    count = len(documents)
    none = Spread(mass=np.zeros((count, genres)), edges=np.zeros(count, dtype=np.int64))
    nodes = np.concatenate([labelled, documents]).astype(np.float32)
    labels = np.concatenate([truth, np.full(count, -1)])
    has_vector = np.flatnonzero(nodes.any(axis=1))
    labels = labels[has_vector]
    if scale is None or not (labels >= 0).any() or not (labels < 0).any():
        return none
    affinity = _affinity(nodes[has_vector], scale.above(EDGE_RANK))
    if not affinity.nnz:
        return none
    from sklearn.semi_supervised import LabelSpreading  # noqa: PLC0415 - heavy

    model = LabelSpreading(kernel=lambda *_: affinity, alpha=_ALPHA, max_iter=_TURNS)
    model.fit(np.arange(len(labels), dtype=np.float64)[:, None], labels)
    mass = np.zeros((len(nodes), genres))
    mass[np.ix_(has_vector, model.classes_)] = np.nan_to_num(model.label_distributions_)
    edges = np.zeros(len(nodes), dtype=np.int64)
    edges[has_vector] = np.diff(affinity.indptr)
    return Spread(mass=mass[len(labelled) :], edges=edges[len(labelled) :])


def _affinity(units: Units, least: float) -> Any:
    """Return the symmetric graph of neighbours at least so alike, as a sparse matrix of float64."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy

    table = nearest(units, k=min(NEIGHBOURS, len(units) - 1))
    similarity = 1.0 - np.asarray(table.distances, dtype=np.float64)
    rows = np.repeat(np.arange(len(units)), similarity.shape[1])
    columns = np.asarray(table.indices).ravel()
    kept = (similarity.ravel() >= least) & (rows != columns)
    graph = csr_matrix(
        (similarity.ravel()[kept], (rows[kept], columns[kept])), shape=(len(units), len(units))
    )
    return graph.maximum(graph.T).tocsr()

"""Store what umap-learn makes of a table of neighbours: `python -m tests.tane.vectors.make_fuzzy_graph`.

Importing the library compiles for half a minute on a machine that never did, which the tests need not wait for. Its
release and the table stand beside its edges.
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

from tane.vectors.neighbours import nearest
from tests.clustering.blobs import directions

FILE = Path(__file__).with_name("fuzzy_graph.json")
POINTS, DIMS, NEIGHBOURS = 40, 16, 9


def main() -> None:
    """Write the file anew."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a part that needs Tensorflow and is not used
        from umap.umap_ import fuzzy_simplicial_set  # type: ignore[import-untyped]

    vectors = directions(POINTS, dims=DIMS)
    table = nearest(vectors, k=NEIGHBOURS)
    distances = table.distances.astype(np.float64).round(6)
    own = np.arange(POINTS)[:, None]
    graph, _, _ = fuzzy_simplicial_set(
        vectors,
        n_neighbors=NEIGHBOURS + 1,
        random_state=None,
        metric="cosine",
        knn_indices=np.concatenate([own, table.indices], axis=1),
        knn_dists=np.concatenate([np.zeros((POINTS, 1)), distances], axis=1).astype(np.float32),
    )
    edges = graph.tocoo()
    order = np.lexsort((edges.col, edges.row))
    saved = {
        "umap-learn": version("umap-learn"),
        "indices": table.indices.tolist(),
        "distances": distances.tolist(),
        "edges": [
            [int(edges.row[n]), int(edges.col[n]), round(float(edges.data[n]), 6)] for n in order.tolist()
        ],
    }
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in saved.items())
    FILE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

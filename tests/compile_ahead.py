"""Compiles the loops that tests run, once: `python -m tests.compile_ahead`, before processes that share the tests would each do so."""

import warnings
from importlib import import_module

from clustering import density
from layout import descent
from tests.clustering.blobs import blobs


def main() -> None:
    """Fill numba's folders; nothing is compiled where it was before."""
    density.cluster(blobs([30, 30], dims=32)[0])
    descent.warm_up()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # of a part that needs Tensorflow and is not used
        import_module("umap.umap_")


if __name__ == "__main__":
    main()

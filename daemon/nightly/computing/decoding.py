"""The snapshot's tables as arrays; runs in the compute pool. Pure but for the run's folder.

What it leaves there, all ids as rows of 16 bytes in ascending order:

    seed_ids.npy        (n, 16) uint8       seed_vectors.npy       (n, d) float32, of length one
    utterance_ids.npy   (m, 16) uint8       utterance_vectors.npy  (u, d) float32, of length one
    utterance_rows.npy  (u,) int64, the utterances that have a vector
    links.npy           (l, 2) int64, seed and utterance by row
    scores.npy          (m, 5) float64, NaN where there is none
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daemon.nightly.files import save_array
from store.snapshots import read_table

BLOCK_ROWS = 4096
SHORTEST = 0.5  # of a vector of length one, whatever half precision does to it
SCORES = ("hypothetical", "confidence", "reinterpretation", "resistance", "direction")

Ids = NDArray[np.uint8]
Integers = NDArray[np.int64]


def decode(folder: Path, dims: int, salt: str) -> dict[str, Any]:
    """Write the arrays and return their sizes and the fingerprint of everything a map is made from.

    `salt` stands for the settings: another clustering of the same items is another map.
    """
    seeds = read_table(folder, "seed_vectors", dims=dims)
    spoken = read_table(folder, "utterance_vectors", dims=dims)
    said = read_table(folder, "scores")
    seed_ids, utterance_ids = ids_of(seeds, "target"), ids_of(said, "utterance")
    digest = hashlib.sha256(salt.encode())
    for table in (seeds, spoken, said):
        for start in range(0, len(table), BLOCK_ROWS):
            digest.update(np.ascontiguousarray(table[start : start + BLOCK_ROWS]).tobytes())
    save_array(folder / "seed_ids.npy", seed_ids)
    save_array(folder / "utterance_ids.npy", utterance_ids)
    save_array(folder / "seed_vectors.npy", _unit(seeds, dims))
    save_array(folder / "utterance_vectors.npy", _unit(spoken, dims))
    save_array(folder / "utterance_rows.npy", rows_of(ids_of(spoken, "target"), utterance_ids))
    scores = [np.asarray(said[score]["value"], dtype=np.float64) for score in SCORES]
    save_array(folder / "scores.npy", np.stack(scores, axis=1))

    linked = read_table(folder, "links")
    pairs = np.stack(
        [rows_of(ids_of(linked, "seed"), seed_ids), rows_of(ids_of(linked, "utterance"), utterance_ids)],
        axis=1,
    )
    pairs = pairs[(pairs >= 0).all(axis=1)]
    save_array(folder / "links.npy", pairs)
    digest.update(pairs.tobytes())
    return {
        "seeds": len(seed_ids),
        "utterances": len(spoken),
        "fingerprint": digest.hexdigest(),
    }


def ids_of(table: NDArray[np.void], field: str) -> Ids:
    """Return a column of ids as (n, 16) bytes."""
    raw = np.ascontiguousarray(table[field]["value"])
    return raw.view(np.uint8).reshape(len(table), 16)


def rows_of(ids: Ids, among: Ids) -> Integers:
    """Return the row of each id among ascending ids, -1 where it is missing. O(n log m)."""
    keys, wanted = keys_of(among), keys_of(ids)
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1).astype(np.int64)


def raw_of(ids: Ids) -> NDArray[np.void]:
    """Return ids (n, 16) as single values (n,), as the staging files hold them."""
    return np.ascontiguousarray(ids).view("V16").reshape(len(ids))


def keys_of(ids: Ids) -> NDArray[Any]:
    """Return ids as strings of bytes, which order as PostgreSQL orders them; a fixed length keeps trailing zeros."""
    padded = np.concatenate([ids, np.ones((len(ids), 1), dtype=np.uint8)], axis=1)
    return np.ascontiguousarray(padded).view("S17").reshape(len(ids))


def _unit(table: NDArray[np.void], dims: int) -> NDArray[np.float32]:
    """Return the vectors with the rounding of half precision taken off their length; in blocks, to hold them once."""
    units = np.zeros((len(table), dims), dtype=np.float32)
    for start in range(0, len(table), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        vectors = table["vector"]["value"][rows, 2:].astype(np.float64)
        norms = np.linalg.norm(vectors, axis=1)
        if not (np.isfinite(norms).all() and norms.min() > SHORTEST):
            raise ValueError("a stored vector is not of length one")
        units[rows] = vectors / norms[:, None]
    return units

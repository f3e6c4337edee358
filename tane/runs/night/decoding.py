"""The snapshot's tables as arrays; runs in the compute pool. Pure but for the run's folder.

What it leaves there, all ids as rows of 16 bytes in ascending order:

    seed_ids.npy        (n, 16) uint8
    utterance_ids.npy   (m, 16) uint8
    utterance_rows.npy  (u,) int64, the utterances that have a vector
    item_vectors.npy    (n + u, d) float32, of length one: the seeds, then those utterances
    links.npy           (l, 2) int64, seed and utterance by row
    scores.npy          (m, 5) float64, NaN where there is none
"""

import hashlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tane.runs.files import replacing, save_array, write_header
from tane.store.domain import SCORES
from tane.store.snapshots import VECTORS, count_rows, read_blocks, read_table
from tane.vectors.arrays import BLOCK_ROWS
from tane.vectors.rows import inverse_norms, unit_rows

SHORTEST = 0.5  # of a vector of length one, whatever half precision does to it

Ids = NDArray[np.uint8]
Integers = NDArray[np.int64]


def decode(folder: Path, dims: int, salt: str) -> dict[str, Any]:
    """Write the arrays and return their sizes and the fingerprint of everything a map is made from.

    `salt` stands for the settings: another clustering of the same items is another map.
    """
    digest = hashlib.sha256(salt.encode())
    with replacing(folder / "item_vectors.npy") as file:
        # A block at a time: the snapshot and its vectors are never in memory as wholes.
        counts = [count_rows(folder, table, dims=dims) for table in VECTORS]
        write_header(file, shape=(sum(counts), dims), dtype=np.dtype(np.float32))
        seed_ids, spoken_ids = (_written(folder, table, dims, digest, file) for table in VECTORS)
    said = read_table(folder, "scores")
    utterance_ids = ids_of(said, "utterance")
    digest.update(np.ascontiguousarray(said).tobytes())
    save_array(folder / "seed_ids.npy", seed_ids)
    save_array(folder / "utterance_ids.npy", utterance_ids)
    save_array(folder / "utterance_rows.npy", rows_of(spoken_ids, utterance_ids))
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
        "utterances": len(spoken_ids),
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


def _written(folder: Path, table: str, dims: int, digest: "hashlib._Hash", file: IO[bytes]) -> Ids:
    """Append the vectors of a table to a file, add what it holds to the digest, and return its ids."""
    ids = [np.zeros((0, 16), dtype=np.uint8)]
    for block in read_blocks(folder, table, dims=dims, rows=BLOCK_ROWS):
        digest.update(block.tobytes())
        ids.append(ids_of(block, "target"))
        vectors = block["vector"]["value"][:, 2:]
        # Half precision has moved their lengths.
        scale = inverse_norms(vectors, between=(SHORTEST, np.inf))
        file.write(unit_rows(vectors, scale=scale).tobytes())
    return np.concatenate(ids)

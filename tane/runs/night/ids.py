"""Ids as rows of 16 bytes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint8]
Integers = NDArray[np.int64]


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

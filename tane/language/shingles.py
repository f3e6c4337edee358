"""Texts that say the same in nearly the same words: exact digests, and near duplicates by shingles. Pure.

Candidates come from MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3);
whether two texts are near duplicates is decided by the true Jaccard index of their shingles.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

SHINGLE = 5  # characters
PERMUTATIONS = 128
_SEED = 1
_LEAST_SHINGLES = 4  # of a text that can be anything's near duplicate
_NOT_WORDS = re.compile(r"[\W_]+")

Shingles = NDArray[np.uint32]
"""Hashes of the shingles of a text, ascending, each once."""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two texts by number, and the Jaccard index of their shingles."""

    one: int
    other: int  # > one
    similarity: float  # 0..1


def normalised(text: str) -> str:
    """Return the letters and figures of a text in one form, width and case."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())


def digest(text: str) -> str:
    """Return 128 bits (XXH3) in hexadecimal that texts of the same letters and figures share."""
    return xxhash.xxh3_128_hexdigest(normalised(text).encode())


def shingles(text: str) -> Shingles:
    """Return the hashes of all runs of five characters of the normalised text; O(n)."""
    plain = normalised(text)
    count = len(plain) - SHINGLE + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint32)
    codes = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    hashed = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE):
        # Multiply and shift, place by place: the order of the characters counts. The product wraps on purpose.
        hashed = (hashed ^ codes[place : place + count]) * np.uint64(0x9E3779B97F4A7C15)
        hashed ^= hashed >> np.uint64(29)
    return np.unique((hashed >> np.uint64(32)).astype(np.uint32))


def jaccard(one: Shingles, other: Shingles) -> float:
    """Return the share of the shingles of either that both have, 0..1."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    total = len(one) + len(other) - common
    return common / total if total else 0.0


def near_duplicates(texts: Sequence[str], *, least: float) -> Iterator[NearDuplicate]:
    """Yield the pairs whose Jaccard index is at least this; a pair just above it may be missed with a chance of a few per cent.

    Expected O(n) for texts that differ; texts of fewer than eight letters are nobody's near duplicates.
    """
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - loads scipy

    index = MinHashLSH(threshold=least, num_perm=PERMUTATIONS, weights=(0.3, 0.7))
    found: list[Shingles] = []
    for number, text in enumerate(texts):
        own = shingles(text)
        found.append(own)
        if len(own) < _LEAST_SHINGLES:
            continue
        signature = MinHash(num_perm=PERMUTATIONS, seed=_SEED, hashfunc=_as_it_is)
        signature.update_batch(own.tolist())
        for other in sorted(index.query(signature)):
            if (similarity := jaccard(found[other], own)) >= least:
                yield NearDuplicate(one=other, other=number, similarity=similarity)
        index.insert(number, signature, check_duplication=False)


def _as_it_is(hashed: int) -> int:
    return hashed

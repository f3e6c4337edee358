"""The candidates nearest to a line, collected chunk by chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store.today import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something near to a line, and by how many standard deviations nearer than the mean of all."""

    id: UUID
    z: float


class Nearest:
    """The `most` candidates nearest to a line so far, by cosine; of equal ones the first stay."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: list[tuple[float, UUID]] = []

    def take(
        self, similarities: NDArray[np.float32], allowed: NDArray[np.bool_], chunk: Sequence[Candidate]
    ) -> None:
        """Look at a chunk: similarities and flags of shape (m,); O(m)."""
        places = np.flatnonzero(allowed)
        if len(self._found) == self._most:
            places = places[similarities[places] > self._found[-1][0]]
        if not places.size:
            return
        if places.size > self._most:
            kth = np.partition(similarities[places], -self._most)[-self._most]
            places = places[similarities[places] >= kth]
        self._found += [(float(similarities[place]), chunk[place].id) for place in places.tolist()]
        self._found.sort(key=lambda one: -one[0])
        del self._found[self._most :]

    def all(self, *, mean: float, deviation: float) -> list[Near]:
        """Return them, the nearest first."""
        return [Near(id=key, z=(similarity - mean) / deviation) for similarity, key in self._found]

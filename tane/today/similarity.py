"""What is near to a question or a turn and may answer it or have been held before: one pass over all vectors.

Cosines of different models cannot be compared with one threshold. So a line's similarity is told in standard
deviations from its mean similarity to everything (a z-score), which needs no calibration by model. What all vectors of a
model have in common says nothing; where it outweighs all that they do say, it is taken away first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tane.language.speech_acts import ASKING_ROLES, LIGHT_ROLES, is_asked
from tane.store.domain import SEED_KINDS
from tane.store.today import Candidate, Quotation

HELD = frozenset(SEED_KINDS) - {"conversion", "question"}
HOLDING_NOTHING = LIGHT_ROLES - {"感想", "feeling"}
ANSWERS = 8  # of a question that are looked at more closely
EARLIER = 64  # of a turn
NOWHERE = 1e-6  # length of a rounding error

Vectors = NDArray[np.float32]
Flags = NDArray[np.bool_]


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


class SimilarityScan:
    """Compares lines with all candidates, chunk by chunk; O(lines · candidates · d), memory O(lines · chunk).

    Deterministic for the same candidates in the same order.
    """

    def __init__(
        self, lines: Sequence[Quotation], vectors: Vectors, *, zone: str, mean: Vectors | None = None
    ) -> None:
        """Take lines and their unit vectors, float32 of shape (n, d), and the mean of all, (d,). Days are those of `zone`."""
        self._lines = lines
        is_common = mean is not None and 2 * float(mean @ mean) > 1.0  # of the squared length
        self._mean = mean if mean is not None and is_common else np.zeros_like(vectors[0])
        self._vectors = self._centred(vectors)
        self._zone = ZoneInfo(zone)
        self._codes = _Codes()
        self._n = np.zeros(len(lines))
        self._sum = np.zeros(len(lines))
        self._squares = np.zeros(len(lines))
        self._nearest = [Nearest(ANSWERS if line.kind == "question" else EARLIER) for line in lines]

    def take(self, chunk: Sequence[Candidate]) -> None:
        """Compare with a chunk of candidates."""
        known = _Columns(chunk, self._codes)
        similarities = self._vectors @ self._centred(np.stack([candidate.vector for candidate in chunk])).T
        for place, line in enumerate(self._lines):
            row = similarities[place]
            elsewhere = known.elsewhere(line)
            others = row[elsewhere].astype(np.float64)
            self._n[place] += others.size
            self._sum[place] += others.sum()
            self._squares[place] += (others * others).sum()
            if line.kind == "question":
                allowed = elsewhere & known.after(line) & known.states
            else:
                allowed = known.held_before(line, self._zone)
            self._nearest[place].take(row, allowed, chunk)

    def near(self, place: int) -> list[Near]:
        """Return what may answer a question, or what the speaker of a turn said on an earlier day; the nearest first.

        Nothing stands out from nothing: of fewer than two candidates none is returned.
        """
        n = self._n[place]
        if n < 2:
            return []
        mean = self._sum[place] / n
        deviation = float(np.sqrt(max(self._squares[place] / n - mean * mean, 1e-12)))
        return self._nearest[place].all(mean=float(mean), deviation=deviation)

    def _centred(self, vectors: Vectors) -> Vectors:
        """Return them without the mean, of length one; what is no more than the mean points nowhere."""
        apart = vectors - self._mean
        lengths = np.linalg.norm(apart, axis=1, keepdims=True)
        return np.asarray(apart / np.maximum(lengths, NOWHERE), dtype=np.float32)


class _Codes:
    """Numbers for things that are compared often: equal things have equal numbers."""

    def __init__(self) -> None:
        self._known: dict[object, int] = {}

    def of(self, value: object) -> int:
        return self._known.setdefault(value, len(self._known))

    def all(self, values: Iterable[object]) -> NDArray[np.int64]:
        return np.array([self.of(value) for value in values], dtype=np.int64)


class _Columns:
    """The facts of a chunk as arrays of shape (m,)."""

    def __init__(self, chunk: Sequence[Candidate], codes: _Codes) -> None:
        self._codes = codes
        self._utterances = codes.all(candidate.utterance_id for candidate in chunk)
        self._conversations = codes.all(candidate.conversation_id for candidate in chunk)
        self._speakers = codes.all(candidate.speaker for candidate in chunk)
        self._times = np.array([candidate.at.timestamp() for candidate in chunk])
        self._positions = np.array([-1 if one.position is None else one.position for one in chunk])
        self._is_held = np.array([holds(candidate) for candidate in chunk])
        self.states = np.array([not asks(candidate) for candidate in chunk])

    def elsewhere(self, line: Quotation) -> Flags:
        """Tell what stands in another utterance than the line."""
        away: Flags = self._utterances != self._codes.of(line.utterance_id)
        return away

    def after(self, line: Quotation) -> Flags:
        """Tell what was said later: by its place in the line's own conversation, by its time elsewhere."""
        later: Flags = self._times > line.at.timestamp()
        if line.conversation_id is None or line.position is None:
            return later
        same = (self._conversations == self._codes.of(line.conversation_id)) & (self._positions >= 0)
        placed: Flags = (same & (self._positions > line.position)) | (~same & later)
        return placed

    def held_before(self, line: Quotation, zone: ZoneInfo) -> Flags:
        """Tell what the line's speaker said on an earlier day that may be a view."""
        midnight = line.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        held: Flags = self._is_held & self._is_by(line) & (self._times < midnight.timestamp())
        return held

    def _is_by(self, line: Quotation) -> Flags:
        own: Flags = self._speakers == self._codes.of(line.speaker)
        return own


def asks(candidate: Candidate) -> bool:
    """Tell whether a candidate is itself a question: by its kind, its role or its last characters."""
    if candidate.kind == "question" or candidate.role in ASKING_ROLES:
        return True
    return is_asked(candidate.ending or "")


def holds(candidate: Candidate) -> bool:
    """Tell whether a candidate may hold a view: a seed by its kind, an utterance unless it asks or its role is light."""
    if candidate.type == "seed":
        return candidate.kind in HELD
    return candidate.role not in HOLDING_NOTHING and not asks(candidate)

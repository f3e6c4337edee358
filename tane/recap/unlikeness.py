"""How surprising a cosine is for one model: the nats by which unlike pairs fall short of it. Pure."""

from dataclasses import dataclass

import numpy as np

from tane.vectors import scale as scales
from tane.vectors.arrays import Floats, Integers, Units
from tane.vectors.scale import LEVELS, SimilarityScale

_PAIRS = 20_000
_FEWEST = 4  # units below which their own pairs say nothing of what is unlike
_FEWEST_OF_A_LANGUAGE = 4
_NORMAL = (0.0, 0.674, 1.282, 1.645, 2.326, 2.576, 3.090)  # of the normal distribution at LEVELS
_NATS = tuple(-float(np.log1p(-level)) for level in LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlikeness:
    """What unlike pairs of a model reach, and by how much less pairs of two languages do."""

    scale: SimilarityScale | None
    across: float = 0.0

    def nats(self, cosines: Floats) -> Floats:
        """Return -ln of the share of unlike pairs that reach each cosine; above the last level the line goes on.

        Without a scale nothing is surprising: infinity, so that a gate by vectors stands open.
        """
        if self.scale is None:
            return np.full(cosines.shape, np.inf)
        known = np.asarray(self.scale.unlike)
        nats = np.interp(cosines, known, _NATS, left=0.0)
        step = max(known[-1] - known[4], 1e-6) / (_NATS[-1] - _NATS[4])  # of a cosine, from 0.99 to 0.999
        above: Floats = np.where(cosines > known[-1], _NATS[-1] + (cosines - known[-1]) / step, nats)
        return above


def unlikeness(units: Units, languages: Integers, given: SimilarityScale | None) -> Unlikeness:
    """Return what is unlike among units (n, d) of these languages (n,); O(pairs · d).

    given: the model's scale. Where the units' own pairs are more alike than that, because all speak of one topic, their own
    level counts; of few units too little is known for that.
    """
    one, other = _pairs(len(units))
    if len(units) < _FEWEST:
        return Unlikeness(scale=given)
    cosines = np.einsum("nd,nd->n", units[one], units[other], dtype=np.float64)
    same = languages[one] == languages[other]
    across = 0.0
    counts = np.bincount(languages)
    if (counts >= _FEWEST_OF_A_LANGUAGE).sum() > 1 and same.any():
        across = max(0.0, float(np.median(cosines[same]) - np.median(cosines[~same])))
    own = _own(cosines[same]) if same.any() else None
    if given is None or own is None or len(units) < scales.FEWEST:
        return Unlikeness(scale=given or own, across=across)
    return Unlikeness(scale=scales.of_quantiles(np.maximum(given.unlike, own.unlike).tolist()), across=across)


def _own(cosines: Floats) -> SimilarityScale:
    """Return a scale from pairs of which some are alike: the lower half, which they do not reach, tells its spread."""
    middle, low = np.quantile(cosines, (0.5, 0.16))
    spread = max(middle - low, 1e-4)
    return scales.of_quantiles([middle + spread * place for place in _NORMAL])


def _pairs(count: int) -> tuple[Integers, Integers]:
    if count * (count - 1) // 2 <= _PAIRS:
        one, other = np.triu_indices(count, k=1)
        return one.astype(np.int64), other.astype(np.int64)
    random = np.random.default_rng(0)
    first = random.integers(count, size=_PAIRS)
    return first, (first + random.integers(1, count, size=_PAIRS)) % count

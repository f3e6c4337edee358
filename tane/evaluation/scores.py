"""How well scores are told: by their order, and by the bands that a reader set."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tane.evaluation.answers import Case
from tane.evaluation.bootstrap import Figure, estimated
from tane.evaluation.statistics import ratio, spearman
from tane.store.domain import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFigures:
    """The figures of one score over `n` answers; `unread` more gave no number on the scale."""

    n: int
    unread: int
    spearman: Figure  # between the answer and the middle of its band
    in_band: Figure  # share of the answers within their band, both ends included


def score_figures(cases: Sequence[Case], score: Score) -> ScoreFigures:
    """Compare one score of the utterances that have both band and answer."""
    both = [case for case in cases if case.has(score)]
    pairs = [
        (value, case.gold.bands[score])
        for case in both
        if (value := case.answer.scores.get(score)) is not None
    ]
    told = np.array([value for value, _ in pairs], dtype=np.float64)
    bands = np.array([band for _, band in pairs], dtype=np.float64).reshape(-1, 2)
    middles = bands.mean(axis=1)
    hits = (bands[:, 0] <= told) & (told <= bands[:, 1])
    return ScoreFigures(
        n=len(pairs),
        unread=len(both) - len(pairs),
        spearman=estimated(len(pairs), lambda places: spearman(told[places], middles[places])),
        in_band=estimated(len(pairs), lambda places: ratio(int(hits[places].sum()), len(places))),
    )

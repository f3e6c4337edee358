"""How good genres are told, by models that had not seen the texts that they judge. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tane.recap.coarse import CoarseModel
from tane.recap.fitting import calibration_error, f1_by_genre, macro_f1
from tane.recap.taxonomy import LANGUAGES, Taxonomy
from tane.vectors.arrays import Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreQuality:
    """Figures of the texts of one language."""

    lang: str  # ja, en, or all
    texts: int
    macro_f1: float  # against the one genre that each text is of
    macro_f1_of_any: float  # a genre that a text is labelled with as well is right, too
    micro_f1: float
    calibration_error: float  # expected, over ten bins
    f1_by_genre: Mapping[str, float | None]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def judged(
    taxonomy: Taxonomy, vector_of: Mapping[str, Vectors], *, dims: int
) -> tuple[CoarseModel, list[GenreQuality]]:
    """Return the model of a taxonomy, and its figures out of fold for each language and for all; none where too few texts are there."""
    model = CoarseModel(taxonomy, vector_of, dims=dims)
    seen = model.out_of_fold
    if seen is None:
        return model, []
    items = [taxonomy.items[row] for row in seen.rows]
    said = seen.probabilities.argmax(axis=1)
    right = np.asarray(
        [
            truth if model.genres[genre] in item.also else genre
            for item, genre, truth in zip(items, said, seen.truth, strict=True)
        ]
    )
    langs = np.asarray([item.lang for item in items])
    count = len(model.genres)
    found: list[GenreQuality] = []
    for lang in (*LANGUAGES, "all"):
        rows = np.flatnonzero((langs == lang) | (lang == "all"))
        if not len(rows):
            continue
        truth = seen.truth[rows]
        found.append(
            GenreQuality(
                lang=lang,
                texts=len(rows),
                macro_f1=round(macro_f1(truth, said[rows], count), 4),
                macro_f1_of_any=round(macro_f1(truth, right[rows], count), 4),
                micro_f1=round(float((said[rows] == truth).mean()), 4),
                calibration_error=round(calibration_error(seen.probabilities[rows], truth), 4),
                f1_by_genre=dict(zip(model.genres, f1_by_genre(truth, said[rows], count), strict=True)),
            )
        )
    return model, found

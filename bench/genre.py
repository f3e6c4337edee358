"""Row `genre`: genres of the golden texts by models that were not shown them, with the built-in encoder.

Five folds; texts that tell one matter in two languages are on the same side. Ours is the classifier of taxonomy mode; the peer is a logistic
regression on the same vectors, which has no words of genres to go by. The figure is the macro-F1 of the weaker language. `python -m bench genre
--csv FILE` judges texts of another hand, with columns text and label, by the model that learned from all golden texts.
"""

import time
from collections.abc import Mapping, Sequence
from csv import DictReader
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.measure import Measure
from tane.language.spelling import has_cjk
from tane.llm.builtin import DIMS, MOST_CHARS, encode
from tane.recap.coarse import CoarseModel
from tane.recap.fitting import calibration_error, folds, macro_f1
from tane.recap.genre_quality import judged
from tane.recap.taxonomy import Taxonomy, excerpt, shipped


def measure(csv: Path | None = None, text: str = "text", label: str = "label") -> Measure:
    taxonomy = shipped()
    texts = taxonomy.texts()
    vector_of = dict(zip(texts, encode([one[:MOST_CHARS] for one in texts]), strict=True))
    started_s = time.perf_counter()
    model, quality = judged(taxonomy, vector_of, dims=DIMS)
    fit_s = time.perf_counter() - started_s
    details: dict[str, Any] = {one.lang: _figures(one.as_json()) for one in quality}
    details |= {
        "fit_s": round(fit_s, 1),
        "blend": str(model.blend),
        "temperature": round(model.temperature, 4),
    }
    if csv is not None:
        details["other_hand"] = _of_another_hand(model, csv, text, label)
    ours = min(one.macro_f1 for one in quality if one.lang != "all")
    peer = _peer(taxonomy, vector_of)
    return Measure(name="genre", ours=ours, peer=peer, ratio=ours / peer, unit="macro-F1", details=details)


def _figures(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        if isinstance(value, float)
        else {genre: f1 and round(f1, 3) for genre, f1 in value.items()}
        for name, value in values.items()
        if name not in ("lang", "texts")
    }


def _peer(taxonomy: Taxonomy, vector_of: Mapping[str, Any]) -> float:
    """Return the macro-F1 of the weaker language of a logistic regression, in the same kind of folds."""
    places = {genre: place for place, genre in enumerate(taxonomy.names)}
    truth = np.asarray([places[one.genre] for one in taxonomy.items])
    vectors = np.stack([vector_of[one.text] for one in taxonomy.items])
    said = np.zeros(len(truth), dtype=np.int64)
    for train, test in folds(truth, [one.group for one in taxonomy.items], np.arange(len(truth))):
        middle = vectors[train].mean(axis=0)
        regression = LogisticRegression(max_iter=2_000).fit(vectors[train] - middle, truth[train])
        said[test] = regression.predict(vectors[test] - middle)
    langs = np.asarray([one.lang for one in taxonomy.items])
    return min(
        macro_f1(truth[langs == lang], said[langs == lang], len(places)) for lang in sorted(set(langs))
    )


def _of_another_hand(model: CoarseModel, path: Path, text: str, label: str) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row[text], row[label]) for row in DictReader(file)]
    read = [excerpt(None, one) for one, _ in rows]
    results = model.classify(read, encode(read))
    langs = np.asarray(["ja" if has_cjk(one) else "en" for one, _ in rows])
    truth = np.asarray([model.genres.index(genre) for _, genre in rows])
    said = np.asarray([model.genres.index(one.candidates[0].genre) for one in results])
    sure = np.asarray([one.candidates[0].confidence for one in results])
    return {
        lang: _judge(truth[langs == lang], said[langs == lang], sure[langs == lang], model.genres)
        for lang in sorted(set(langs))
    }


def _judge(truth: Any, said: Any, sure: Any, genres: Sequence[str]) -> dict[str, float]:
    return {
        "texts": len(truth),
        "macro_f1": round(macro_f1(truth, said, len(genres)), 4),
        "micro_f1": round(float((truth == said).mean()), 4),
        "calibration_error": round(calibration_error(_spread(sure, said, len(genres)), truth), 4),
    }


def _spread(sure: Any, said: Any, genres: int) -> Any:
    """Return (n, genres): the confidence at what was said, the rest evenly among the others."""
    rest = (1 - sure) / max(genres - 1, 1)
    spread = np.repeat(rest[:, None], genres, axis=1)
    spread[np.arange(len(said)), said] = np.maximum(sure, rest)
    return spread

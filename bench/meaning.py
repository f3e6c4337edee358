"""Row `meaning`: what the configured embedding model makes of the demo's dialogues, beside the stand-in's hashed letters.

`tane.llm.url`, `tane.llm.embed_model` and `tane.llm.standin` decide which model it is; with the stand-in both sides are the same and the
ratio is 1. The figure is that of search by meaning: each utterance is a query, and of the five nearest of other
conversations those of its theme are right. Details: `tane today` on both halves of the dialogues and of talks written to measure
it by (`bench/today.*.jsonl`), and the default clustering mode on the themes; and the same with vectors of word counts, a third
geometry, for what hangs on the model.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from bench.agreement import agreement
from bench.labelled import COARSE, embedded
from bench.measure import Measure
from bench.planted import Floats, unit
from bench.quality import levels
from bench.today_gold import GoldItem, items, rightness, written_items
from clustering import density
from demo.standin import hashed_vectors as standin
from tane.language.spelling import folded
from tane.language.tokenizer import words as words_of

LANGUAGES = ("ja", "en")
FOUND = 5
NO_THEME = "smalltalk"
COUNTED_DIMS = 100
WORDLESS = 1e-6  # so that a text without words has a direction


def measure() -> Measure:
    spoken = {language: dialogues(language) for language in LANGUAGES}
    known = [*items([one for language in LANGUAGES for one in spoken[language]]), *written_items()]
    texts = [item.line.text for item in known]
    ours = figures(known, unit(asyncio.run(embedded(texts))))
    words = figures(known, unit(standin.embed(texts)))
    of_ours, of_words = (float(np.mean([one["search"][name] for name in LANGUAGES])) for one in (ours, words))
    return Measure(
        name="meaning",
        ours=of_ours,
        peer=of_words,
        ratio=of_ours / of_words,
        unit=f"share of the same theme among the {FOUND} nearest of other conversations",
        details={"model": ours, "standin": words, "counts": figures(known, counted(texts))},
    )


def dialogues(language: str) -> list[dict[str, Any]]:
    """Read the demo's dialogues of a language."""
    lines = files("demo").joinpath(f"dialogues.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def counted(texts: Sequence[str]) -> Floats:
    """Return unit vectors of shape (n, COUNTED_DIMS): a truncated SVD of the tf-idf of all words."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    counts = TfidfVectorizer(analyzer=_stems, sublinear_tf=True).fit_transform(texts)
    found = TruncatedSVD(COUNTED_DIMS, random_state=0).fit_transform(counts)
    return unit((found + WORDLESS).astype(np.float32))


def _stems(text: str) -> list[str]:
    return [word.stem for word in words_of(folded(text), with_frame=True)]


def figures(known: Sequence[GoldItem], vectors: Floats) -> dict[str, Any]:
    """Return all that is told of one model's unit vectors, of shape (n, d) for n items."""
    search, chance, clusters = {}, {}, {}
    for language in LANGUAGES:
        is_of = [item.line.type == "utterance" and _language(item.said) == language for item in known]
        said = [item.said for item, is_one in zip(known, is_of, strict=True) if is_one]
        own = vectors[np.array(is_of)]
        search[language] = round(precision(said, own), 3)
        chance[language] = round(precision(said, own, found=len(said)), 3)
        clusters[language] = round(_clustered(said, own), 3)
    return {"search": search, "chance": chance, "clusters": clusters, "today": rightness(known, vectors)}


def precision(said: Sequence[Mapping[str, Any]], vectors: Floats, *, found: int = FOUND) -> float:
    """Return the mean share of the query's theme among the nearest of other conversations; small talk is no query.

    Where all are found this is what chance would give.
    """
    themes = np.array([one["theme"] for one in said])
    talks = np.array([one["conversation"] for one in said])
    elsewhere = talks[:, None] != talks[None, :]
    likeness = np.where(elsewhere, vectors @ vectors.T, -np.inf)
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :found]
    is_found = np.take_along_axis(elsewhere, nearest, axis=1)
    is_right = is_found & (themes[nearest] == themes[:, None])
    shares = is_right.sum(axis=1) / np.maximum(is_found.sum(axis=1), 1)
    return float(shares[themes != NO_THEME].mean())


def _clustered(said: Sequence[Mapping[str, Any]], vectors: Floats) -> float:
    names = sorted({one["theme"] for one in said})
    truth = np.array([names.index(one["theme"]) for one in said], dtype=np.int64)
    return agreement(levels(density.cluster(vectors)[0])[COARSE], truth).score


def _language(said: Mapping[str, Any]) -> str | None:
    """Return the language of a demo's utterance; what was written to measure `tane today` by has no themes."""
    return {"d": "ja", "e": "en"}.get(said["id"][0])

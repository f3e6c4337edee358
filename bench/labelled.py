"""Labelled vectors: planted blobs, handwritten digits, a sample of MNIST, the demo's dialogues, a CSV of one's own."""

import asyncio
import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import peers
from bench.planted import Floats, Integers, nested, unit
from daemon.model_server import model_server
from tane.llm.builtin import encode
from tane.settings.sources import load_settings

BATCH = 64  # texts an embedding call
COARSE, FINE = "coarse", "fine"
LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledVectors:
    """Unit vectors, labellings by how fine they are (-1: belongs nowhere), and words for those who want some."""

    name: str
    vectors: Floats
    truth: Mapping[str, Integers]
    texts: Sequence[str]


def shipped() -> list[LabelledVectors]:
    """Return the five sets of the row: the dialogues in both languages by the built-in encoder, and what is no text."""
    spoken = [
        _themed(f"dialogues.{language}", _rows(language), _built_in([row["text"] for row in _rows(language)]))
        for language in LANGUAGES
    ]
    return [*spoken, _digits(), _blobs(), _mnist()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogues:
    """Turns of conversations, by the built-in encoder."""

    name: str
    vectors: Floats
    themes: Integers
    conversations: Integers
    order: Integers  # of the turns


def talks() -> list[Dialogues]:
    """Return the demo's dialogues, each language apart."""
    found = []
    for language in LANGUAGES:
        rows = _rows(language)
        found.append(
            Dialogues(
                name=language,
                vectors=unit(_built_in([row["text"] for row in rows])),
                themes=_numbered([row["theme"] for row in rows]),
                conversations=_numbered([row["conversation"] for row in rows]),
                order=np.arange(len(rows)),
            )
        )
    return found


def _built_in(texts: Sequence[str]) -> NDArray[np.float32]:
    return encode(list(texts))


def of_csv(path: Path, *, text: str, label: str, vectors: Path | None = None) -> LabelledVectors:
    """Return a file's texts with the vectors of a .npy file, or of the built-in encoder.

    vectors: (n, d), of each line of the file that has both, in their order.

    Raises:
        SystemExit: a column is missing, no line has both, or there are not as many vectors as such lines.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := {text, label} - set(reader.fieldnames or ()):
            raise SystemExit(f"{path.name} has no column {', '.join(sorted(missing))}")
        rows = [(row[text], row[label]) for row in reader if (row[text] or "").strip() and row[label]]
    if not rows:
        raise SystemExit(f"{path.name} has no line with both")
    texts = [words for words, _ in rows]
    known = _built_in(texts) if vectors is None else np.load(vectors).astype(np.float32)
    if len(known) != len(texts):
        raise SystemExit(f"{len(known)} vectors for {len(texts)} lines")
    return LabelledVectors(
        name=path.stem,
        vectors=unit(known),
        truth={COARSE: _numbered([name for _, name in rows])},
        texts=texts,
    )


def of_dialogues() -> list[LabelledVectors]:
    """Return the demo's dialogues, each language apart, as the configured model embeds them."""
    found = []
    for language in LANGUAGES:
        rows = _rows(language)
        vectors = asyncio.run(embedded([row["text"] for row in rows]))
        found.append(_themed(f"dialogues.{language}", rows, vectors))
    return found


async def embedded(texts: Sequence[str]) -> NDArray[np.floating]:
    """Return the vectors that the configured model gives, of shape (n, d)."""
    async with model_server(load_settings().llm) as models:
        found = [await models.embed(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.stack([np.asarray(vector) for answer in found for vector in answer.vectors])


def _blobs() -> LabelledVectors:
    planted = nested()
    return LabelledVectors(
        name="blobs",
        vectors=planted.vectors,
        truth={COARSE: planted.theme, FINE: planted.part},
        texts=_wordless(len(planted.vectors)),
    )


def _digits() -> LabelledVectors:
    from sklearn.datasets import load_digits

    found = load_digits()
    return LabelledVectors(
        name="digits",
        vectors=unit(found.data.astype(np.float32)),
        truth={COARSE: found.target.astype(np.int64)},
        texts=_wordless(len(found.data)),
    )


def _mnist() -> LabelledVectors:
    found = peers.call("mnist").arrays
    return LabelledVectors(
        name="mnist",
        vectors=unit(found["rows"]),
        truth={COARSE: found["labels"].astype(np.int64)},
        texts=_wordless(len(found["rows"])),
    )


def _rows(language: str) -> list[dict[str, Any]]:
    lines = files("demo").joinpath(f"dialogues.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _themed(name: str, rows: Sequence[Mapping[str, Any]], vectors: NDArray[np.floating]) -> LabelledVectors:
    return LabelledVectors(
        name=name,
        vectors=unit(vectors),
        truth={
            COARSE: _numbered([row["theme"] for row in rows]),
            FINE: _numbered([f"{row['theme']}/{row['subtheme']}" for row in rows]),
        },
        texts=[row["text"] for row in rows],
    )


def _numbered(names: Sequence[str]) -> Integers:
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], dtype=np.int64)


def _wordless(count: int) -> list[str]:
    """Return words for rows that have none: BERTopic wants some for the names of its topics."""
    return [f"word{number % 97} thing{number % 89}" for number in range(count)]

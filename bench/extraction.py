"""Row `extraction`: how far the mark "supported" on a seed can be trusted.

Ours marks a candidate seed as supported when its grounding is not low. The peer is the documents' own rule: the greater
of the cosine and the containment of character 3-grams, at least 0.35; the cosine is that of 3-gram counts, so that the
row needs no model server. Both see the statement and the utterance, nothing else. The figures that count are those of
the held-out half of the dialogues, to which no rule was fitted; the other half is given beside it, since a wide gap
between the two would show rules fitted to their examples.
"""

import hashlib
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bench.measure import Measure
from tane.language.grounding import LOW, support
from tane.language.spelling import folded

LABELS = ("true", "negated", "invented", "misattributed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSeed:
    """A statement, what it is in truth, and the text of the utterance."""

    utterance: str
    conversation: str
    language: str
    source: str
    text: str
    label: str
    form: str  # empty where a label knows no forms

    @property
    def is_true(self) -> bool:
        return self.label == "true"

    @property
    def is_held_out(self) -> bool:
        return is_held_out(self.conversation)


def is_held_out(conversation: str) -> bool:
    """Tell to which half a dialogue belongs: its id decides, so that no utterance of it is in both."""
    return hashlib.sha256(conversation.encode()).digest()[0] % 2 == 0


def candidates() -> list[CandidateSeed]:
    """Read them all, in the order of the file."""
    utterances = {
        row["id"]: row | {"language": lang} for lang in ("ja", "en") for row in _rows(f"dialogues.{lang}")
    }
    found = []
    for row in _rows("candidates"):
        said = utterances[row["utterance"]]
        found.append(
            CandidateSeed(
                utterance=row["utterance"],
                conversation=said["conversation"],
                language=said["language"],
                source=said["text"],
                text=row["text"],
                label=row["label"],
                form=row.get("form", ""),
            )
        )
    return found


def _rows(name: str) -> Iterator[dict[str, Any]]:
    lines = files("demo").joinpath(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return (json.loads(line) for line in lines)


PEER_LOW = 0.35
Mark = Callable[[CandidateSeed], bool]


def measure() -> Measure:
    halves = {
        "held_out": [candidate for candidate in candidates() if candidate.is_held_out],
        "development": [candidate for candidate in candidates() if not candidate.is_held_out],
    }
    started_s = time.perf_counter()
    ours = {name: score(half, is_supported) for name, half in halves.items()}
    taken_s = time.perf_counter() - started_s
    peer = {name: score(half, is_alike) for name, half in halves.items()}
    held_out = ours["held_out"]
    return Measure(
        name="extraction",
        ours=held_out["f1"],
        peer=peer["held_out"]["f1"],
        ratio=held_out["f1"] / peer["held_out"]["f1"],
        unit="F1 of the mark on the held-out half",
        details={
            "precision": held_out["precision"],
            "recall": held_out["recall"],
            **ours,
            "peer": peer,
            "ms_per_statement": 1e3 * taken_s / sum(map(len, halves.values())),
        },
    )


def is_supported(candidate: CandidateSeed) -> bool:
    return support(candidate.text, candidate.source).grounding >= LOW


def is_alike(candidate: CandidateSeed) -> bool:
    """Mark as the documents have it: by likeness alone."""
    said, held = _trigrams(candidate.text), _trigrams(candidate.source)
    common = sum(said[gram] * held[gram] for gram in said)
    norms = math.sqrt(sum(n * n for n in said.values()) * sum(n * n for n in held.values()))
    contained = sum(1 for gram in said if gram in held)
    likeness = max(common / norms if norms else 0.0, contained / len(said) if said else 0.0)
    return likeness >= PEER_LOW


def _trigrams(text: str) -> Counter[str]:
    letters = "".join(filter(str.isalnum, folded(text)))
    return Counter(letters[place : place + 3] for place in range(len(letters) - 2))


def score(half: Sequence[CandidateSeed], mark: Mark) -> dict[str, Any]:
    """Return precision and recall of a mark, in all and by language, and how often it is right on each kind."""
    marked = [(candidate, mark(candidate)) for candidate in half]
    return {
        **_rates(marked),
        "counts": dict(Counter(candidate.label for candidate in half)),
        "right": {
            label: _share_right([pair for pair in marked if pair[0].label == label]) for label in LABELS
        },
        "right_by_form": {
            f"{label}, {form}": _share_right(
                [pair for pair in marked if (pair[0].label, pair[0].form) == (label, form)]
            )
            for label, form in sorted({(candidate.label, candidate.form) for candidate in half})
            if form
        },
        "languages": {
            language: _rates([pair for pair in marked if pair[0].language == language])
            for language in sorted({candidate.language for candidate in half})
        },
    }


def _rates(marked: Sequence[tuple[CandidateSeed, bool]]) -> dict[str, float]:
    both = sum(candidate.is_true and is_marked for candidate, is_marked in marked)
    supported = sum(is_marked for _, is_marked in marked)
    true = sum(candidate.is_true for candidate, _ in marked)
    return {
        "precision": both / supported if supported else math.nan,
        "recall": both / true if true else math.nan,
        "f1": 2 * both / (supported + true) if supported + true else math.nan,
    }


def _share_right(marked: Sequence[tuple[CandidateSeed, bool]]) -> float:
    return sum(candidate.is_true == is_marked for candidate, is_marked in marked) / len(marked)

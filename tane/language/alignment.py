"""Which part of a source a part of a statement speaks of: what is compared is compared there alone. Pure.

A summary condenses and joins; a word that stands in one sentence of its source says nothing of what another one says.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tane.language.sentences import clause_spans, sentences
from tane.language.spelling import folded
from tane.language.tokenizer import words

_JOINTS = re.compile(
    r",? \b(?:and|while|whereas|although|though|but|whilst)\b |(?<=[りしくき])(?=[、,])|一方"
)
_NO_BREAK = re.compile(
    r"(?<=[0-9])[.,](?=[0-9])|(?<=[はもをにでの])、|(?<=[^いるただす]が)、"
)  # in a number; the same clause goes on
_PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause and its sentence, both folded, and their words by their stems."""

    text: str
    sentence: str
    stems: frozenset[str]
    around: frozenset[str]


def pieces(text: str) -> list[Clause]:
    """Return the clauses of a text, those joined by "and" parted."""
    return list(_each(text))


def _each(text: str) -> Iterator[Clause]:
    for sentence in sentences(text):
        whole = folded(sentence)
        around = stems(whole)
        for piece in piece_texts(sentence):
            yield Clause(text=piece.strip(), sentence=whole, stems=stems(piece), around=around)


def piece_texts(text: str) -> list[str]:
    """Return the same as folded texts."""
    plain = folded(text)
    masked = _NO_BREAK.sub("_", plain)
    found = []
    for start, end in clause_spans(masked):
        begun = start
        for joint in _JOINTS.finditer(masked, start, end):
            found.append(plain[begun : joint.start()])
            begun = joint.end()
        found.append(plain[begun:end])
    return [piece for piece in found if piece.strip()]


def stems(plain: str, *, with_frame: bool = False) -> frozenset[str]:
    """Return the words of a folded text by their stems, those in kanji by pairs of signs: 完成度 has 完成."""
    return frozenset(part for word in words(plain, with_frame=with_frame) for part in _parts(word.stem))


def _parts(stem: str) -> Iterator[str]:
    if len(stem) <= _PAIR or not "\u4e00" <= stem[0] <= "\u9fff":
        yield stem
    else:
        yield from (stem[place : place + _PAIR] for place in range(len(stem) - 1))


def counterparts(piece: Clause, source: Sequence[Clause]) -> list[Clause]:
    """Return the clauses of the source with most words in common, those of the likest sentence first; [] without any.

    Where several have as many words, all of them are returned: what holds for one of them is not held against the statement.
    """
    marks = [(len(piece.stems & one.stems), len(piece.around & one.around)) for one in source]
    best = max(marks, default=(0, 0))
    return [one for one, mark in zip(source, marks, strict=True) if mark == best and best[0]]

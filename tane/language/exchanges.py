"""A word exchanged for another in the same frame: "the dog sleeps on the sofa" of a source in which a cat does (C4). Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from tane.language.spelling import folded
from tane.language.stopwords import FRAME, GRAMMAR, OKURIGANA
from tane.language.tokenizer import script_runs

_LEAST_COMMON = (
    0.5  # share of the statement's matter that the source says in the same order: less is no common frame
)
_MOST_RUNS = 200  # of either text: aligning takes their product
_MOST_EXCHANGED = 3  # words: what stands for more of them is another clause
_CLOSE = 0.7  # share of it from which it is a copy, in which a verb of its own says something else
_STEM = 5  # letters
_ALIKE = 0.5  # share of a word's characters in the other one, from which both may be the same: 置時計, 時計


def is_exchanged(statement: str, source: str, *, in_summary: bool = False) -> bool:
    """Tell whether a statement follows its source word by word and puts a word of its own in the place of one of the source's.

    Both texts are aligned by their runs of script (Ratcliff and Obershelp's matching, `difflib`). What stands in place of another word
    must be strange to the source, and the other one strange to the statement. In a summary, which has verbs of its own, what a
    Japanese one begins with counts in a close copy alone, and a word in Latin letters is known by its stem.
    """
    said, held = _runs(statement), _runs(source)
    if max(len(said), len(held)) > _MOST_RUNS:
        return False
    known, own = folded(source), {run.text for run in said}
    blocks = SequenceMatcher(
        None, [run.text for run in held], [run.text for run in said], autojunk=False
    ).get_opcodes()
    total = _weight(said)
    common = sum(_weight(said[first:last]) for kind, _, _, first, last in blocks if kind == "equal")
    if not total or common < _LEAST_COMMON * total:
        return False
    counts_verbs = not in_summary or common >= _CLOSE * total
    frames = [number for number, block in enumerate(blocks) if block[0] == "equal"]
    for number, (kind, first, last, begin, end) in enumerate(blocks):
        if kind != "replace" or not {number - 1, number + 1} & set(frames):
            continue
        there = [run.text for run in held[first:last] if run.carries(counts_verbs) and run.text not in own]
        letters = set("".join(there))
        mine = [
            run.text
            for run in said[begin:end]
            if run.carries(counts_verbs)
            and not _stands_in(run.text, known, by_stem=in_summary)
            and sum(one in letters for one in run.text) <= _ALIKE * len(run.text)
        ]
        if len(there) <= _MOST_EXCHANGED and any(_is_exchange(one, other) for one in there for other in mine):
            return True
    return False


def _is_exchange(one: str, other: str) -> bool:
    """Tell whether both carry matter; of words that only hold a sentence up, those of place are as short as each other: 上, 下."""
    if one in FRAME or other in FRAME:
        return one in FRAME and other in FRAME and len(one) == len(other)
    return True


def _stands_in(word: str, text: str, *, by_stem: bool) -> bool:
    """Tell whether a text has a word, or all of its signs."""
    if by_stem and word.isascii():
        return word[:_STEM] in text
    return word in text or all(letter in text for letter in word)


class _Run(NamedTuple):
    """Characters of one script."""

    text: str
    has_matter: bool  # hiragana is mostly grammar
    is_verb: bool  # or an adjective, by what follows in hiragana

    def carries(self, counts_verbs: bool) -> bool:
        return self.has_matter and (counts_verbs or not self.is_verb)


def _runs(text: str) -> list[_Run]:
    runs = list(script_runs(folded(text)))
    following = [*(other.text[0] if one.end == other.start else "" for one, other in pairwise(runs)), ""]
    return [
        _Run(
            run.text,
            run.script != "hiragana" and run.text not in GRAMMAR and not run.text.isdigit(),
            run.script == "kanji" and len(run.text) == 1 and after in OKURIGANA,
        )
        for run, after in zip(runs, following[: len(runs)], strict=True)
    ]


def _weight(runs: Sequence[_Run]) -> int:
    return sum(len(run.text) for run in runs if run.has_matter)

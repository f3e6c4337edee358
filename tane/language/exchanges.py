"""A word exchanged for another in the same frame: "the dog sleeps on the sofa" of a source in which a cat does (C4). Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from tane.language.spelling import folded, has_cjk
from tane.language.stopwords import FRAME, GENERAL, GRAMMAR
from tane.language.terms import OKURIGANA
from tane.language.tokenizer import ScriptRun, script_runs

_LEAST_COMMON = (
    0.5  # share of the statement's matter that the source says in the same order: less is no common frame
)
_MOST_RUNS = 200  # of either text: aligning takes their product
_MOST_EXCHANGED = 3  # words: what stands for more of them is another clause
_MOST_IN_SUMMARY = 2
_CLOSE = 0.65  # share of it that makes a summary a copy
_STEM = 5  # letters
_BEGINNING = 3  # letters that two forms of a word share
_NUMERALS = "一二三四五六七八九十百千万億兆"  # of figures, others judge
_ALIKE = 0.5  # share of a word's characters in the other one, from which both may be the same: 置時計, 時計


def is_exchanged(statement: str, source: str, *, in_summary: bool = False) -> bool:
    """Tell whether a statement follows its source word by word and puts a word of its own in the place of one of the source's.

    Both texts are aligned by their runs of script (Ratcliff and Obershelp's matching, `difflib`). What stands in place of another word
    must be strange to the source, and the other one strange to the statement. A summary has words of its own, so that only
    a close copy of a sentence is judged; there a word in Latin letters is known by its stem,
    and one in kanji is another form of one with its first sign: 残高 of 残り. Verbs are its own.
    """
    said, held = _runs(statement, in_summary=in_summary), _runs(source, in_summary=in_summary)
    if max(len(said), len(held)) > _MOST_RUNS:
        return False
    known, own = folded(source), {word for word, _ in said}
    blocks = SequenceMatcher(
        None, [word for word, _ in held], [word for word, _ in said], autojunk=False
    ).get_opcodes()
    total = _weight(said)
    common = sum(_weight(said[first:last]) for kind, _, _, first, last in blocks if kind == "equal")
    if not total or common < (_CLOSE if in_summary else _LEAST_COMMON) * total:
        return False
    frames = [number for number, block in enumerate(blocks) if block[0] == "equal"]
    for number, (kind, first, last, begin, end) in enumerate(blocks):
        if kind != "replace" or not {number - 1, number + 1} & set(frames):
            continue
        there = [word for word, carries in held[first:last] if carries and word not in own]
        signs = {word for word, _ in held[first:last] if len(word) == 1}
        mine = [
            word
            for word, carries in said[begin:end]
            if carries
            and not _stands_in(word, known, by_stem=in_summary)
            and not (word[0] in signs if in_summary and has_cjk(word) else _is_alike(word, there))
        ]
        if len(there) <= (_MOST_IN_SUMMARY if in_summary else _MOST_EXCHANGED) and any(
            _is_exchange(one, other) for one in there for other in mine
        ):
            return True
    return False


def _is_exchange(one: str, other: str) -> bool:
    """Tell whether both carry matter; of words that only hold a sentence up, those of place are as short as each other: 上, 下."""
    if one in GENERAL and other in GENERAL:
        return False
    if one in FRAME or other in FRAME:
        return one in FRAME and other in FRAME and len(one) == len(other)
    return True


def _is_alike(word: str, others: Sequence[str]) -> bool:
    if word.isascii():
        return any(other.startswith(word[:_BEGINNING]) for other in others)
    letters = set("".join(others))
    return sum(one in letters for one in word) > _ALIKE * len(word)


def _stands_in(word: str, text: str, *, by_stem: bool) -> bool:
    """Tell whether a text has a word, or all of its signs."""
    if by_stem and word.isascii():
        return word[:_STEM] in text
    word = word.lstrip(_NUMERALS) if by_stem else word
    return word in text or all(letter in text for letter in word)


def _runs(text: str, *, in_summary: bool) -> list[tuple[str, bool]]:
    """Return the runs of a text, each with whether it carries matter; hiragana is mostly grammar."""
    runs = list(script_runs(folded(text)))
    following = [other.text if one.end == other.start else "" for one, other in pairwise(runs)]
    return [
        (
            run.text,
            run.script != "hiragana"
            and run.text not in GRAMMAR
            and not run.text.isdigit()
            and not (in_summary and _is_verb(run, after)),
        )
        for run, after in zip(runs, [*following, ""], strict=False)
    ]


def _is_verb(run: ScriptRun, after: str) -> bool:
    """Tell by what follows whether a sign is a verb's: 開いた, 枯れ, but not 白い."""
    return len(run.text) == 1 and run.script == "kanji" and after[:1] in OKURIGANA and after != "い"


def _weight(runs: list[tuple[str, bool]]) -> int:
    return sum(len(word) for word, carries in runs if carries)

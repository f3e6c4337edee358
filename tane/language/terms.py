"""The terms that tell one group of texts from the others: TF-IDF over the groups. Pure.

A term's weight is the share of a group's texts that have it, times the logarithm of how many times larger that
is than over all groups (class-based TF-IDF after Grootendorst 2022, with shares). Hiragana, mostly grammar, is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from tane.language.spelling import common_width, has_cjk
from tane.language.stopwords import FRAME, GENERAL, GRAMMAR
from tane.language.tokenizer import ScriptRun, script_runs

TERMS = 8
_SHORTEST_LATIN = 4  # letters of a lower-case word; AI and API are words, the and you are not
_LONGEST_JOINED = 4  # kanji before or after a Latin word that belong to it: 生成AI
_LONG_ENOUGH = 4  # characters from which a longer term tells no more
_COMMON = 0.1  # what a word is worth that is as frequent everywhere
_STOPPED = 0.3  # what a word is worth that says little of any theme
_IN_ONE_TEXT = 0.25  # a word of one text among many is that text's, not the group's


def characteristic(groups: Sequence[Sequence[str]], *, count: int = TERMS) -> list[list[str]]:
    """Return per group the terms that tell it from the others, the most telling first; linear in the characters."""
    counts = [Counter(term for text in texts for term in terms(text)) for texts in groups]
    overall: Counter[str] = Counter()
    for spread in counts:
        overall.update(spread)
    total = max(sum(len(texts) for texts in groups), 1)
    return [
        _ranked(spread, len(texts), {term: overall[term] / total for term in spread}, count)
        for spread, texts in zip(counts, groups, strict=True)
    ]


def terms(text: str) -> set[str]:
    """Return the terms of a text: runs of kanji, of katakana, of Latin letters with the kanji that they are joined to.

    Latin ones are in lower case unless they are names in capitals.
    """
    found: list[str] = []
    last: ScriptRun | None = None
    for run in script_runs(common_width(text)):
        if last is not None and last.end == run.start and _belong_together(last, run):
            found[-1] += run.text
        else:
            found.append(run.text if run.script in ("kanji", "katakana", "latin") else "")
        last = run
    return {term for one in found if (term := _common_case(one))}


def _belong_together(one: ScriptRun, other: ScriptRun) -> bool:
    kanji, latin = (one, other) if one.script == "kanji" else (other, one)
    return (
        (kanji.script, latin.script) == ("kanji", "latin")
        and len(kanji.text) <= _LONGEST_JOINED
        and latin.text[0].isalpha()
    )


def _common_case(term: str) -> str:
    """Return a term as it is counted; empty for a figure, a single sign and a short word in lower case."""
    if len(term) < 2 or not term[0].isalpha():
        return ""
    if term.isupper() or has_cjk(term):
        return term
    return term.lower() if len(term) >= _SHORTEST_LATIN else ""


def _ranked(spread: Counter[str], texts: int, everywhere: Mapping[str, float], count: int) -> list[str]:
    """Order terms by the share of texts that have them, times how much larger it is than everywhere."""

    def weight(term: str) -> float:
        share = spread[term] / texts
        length = min(len(term) if has_cjk(term) else len(term) / 2, _LONG_ENOUGH)
        alone = _IN_ONE_TEXT if spread[term] == 1 and texts > 1 else 1.0
        stopped = _STOPPED if term in GENERAL or term in FRAME or term in GRAMMAR else 1.0
        return float(share * (np.log(share / everywhere[term]) + _COMMON) * np.sqrt(length) * alone * stopped)

    return sorted(spread, key=lambda term: (-round(weight(term), 9), term))[:count]

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
OKURIGANA = frozenset("いうえおきくけぎぐげらりるれろちつびぶべみむめぬねじずぜ")
"""Signs that go on with a word in kanji; those that may begin a particle or a form of "do" are left out."""
_LONGEST_JOINED = 4  # kanji before or after a Latin word that belong to it: 生成AI
_SHORTEST = 2  # characters; one more with marks: C++, not x+
_SHORTEST_COUNTED = 3  # kanji after a figure that make it a term
_LONG_ENOUGH = 4  # characters from which a longer term tells no more
_COMMON = 0.1  # what a word is worth that is as frequent everywhere
_ADVERB = 0.3  # what a word in -ly is worth: it says how, not what
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
    """Return the terms of a text: runs of kanji, of katakana, of Latin letters and figures with the kanji that they are joined to.

    Latin ones are in lower case unless they are names in capitals. Words of grammar, and such as say little of any theme, are none.
    """
    found: list[str] = []
    last: ScriptRun | None = None
    for run in script_runs(common_width(text)):
        is_next = last is not None and last.end == run.start
        if last is not None and is_next and _belong_together(last, run):
            found[-1] += run.text
        else:
            found.append(run.text if run.script in ("kanji", "katakana", "latin") else "")
        if last is not None and is_next and last.script == "kanji" and run.text[0] in OKURIGANA:
            found[-2] = ""  # the stem of a verb or an adjective, which is no word by itself: 素晴らしい
        last = run
    return {term for one in found if (term := _common_case(one)) and not is_stopped(term)}


def is_stopped(term: str) -> bool:
    """Tell whether a term is grammar, holds a sentence up, or says little of any theme."""
    plain = term.casefold().partition("'")[0]
    return plain in GENERAL or plain in FRAME or plain in GRAMMAR


def _belong_together(one: ScriptRun, other: ScriptRun) -> bool:
    kanji, latin = (one, other) if one.script == "kanji" else (other, one)
    if (kanji.script, latin.script) != ("kanji", "latin") or len(kanji.text) > _LONGEST_JOINED:
        return False
    # 生成AI, 30年以内; a year or a number of things alone names nothing.
    is_figure = latin is one and latin.text.isdigit() and len(kanji.text) >= _SHORTEST_COUNTED
    return latin.text[0].isalpha() or is_figure


def _common_case(term: str) -> str:
    """Return a term as it is counted; empty for a bare figure and a single sign."""
    if len(term) < _SHORTEST + (not term.isalnum()) or not (term[0].isalpha() or has_cjk(term)):
        return ""
    return term if term.isupper() or has_cjk(term) else term.lower()


def _ranked(spread: Counter[str], texts: int, everywhere: Mapping[str, float], count: int) -> list[str]:
    """Order terms by the share of texts that have them, times how much larger it is than everywhere."""

    def weight(term: str) -> float:
        share = spread[term] / texts
        length = min(len(term) if has_cjk(term) else len(term) / 2, _LONG_ENOUGH)
        alone = _IN_ONE_TEXT if spread[term] == 1 and texts > 1 else 1.0
        adverb = _ADVERB if term.isascii() and term.endswith("ly") else 1.0
        return float(share * (np.log(share / everywhere[term]) + _COMMON) * np.sqrt(length) * alone * adverb)

    return sorted(spread, key=lambda term: (-round(weight(term), 9), term))[:count]

"""The words of a text that carry its matter, brought to a common form (C4). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tane.language.spelling import folded
from tane.language.stopwords import FRAME, GENERAL, GRAMMAR, IRREGULAR

_COUNTED = re.compile(
    r"[0-9一二三四五六七八九十百千万〇]+(?:時間|週間|[かヶカヵ]月|日間|年間|年|月|日|人|個|回|度|分|秒|割|倍|円|本|枚|杯|冊|件|点|歳|社|階|台|つ|番目?|目)?(?:後|前|間|以上|以下)?"
)
# Japanese is read without a dictionary: a run of one script is a word, hiragana is its ending.
_RUN = re.compile(
    r"(?P<latin>[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*[+#]*)|(?P<kanji>[\u4e00-\u9fff々]+)|(?P<katakana>[ァ-ヺー]+)"
    r"|(?P<hiragana>[\u3041-\u309f]+)|(?P<other>[^\W_A-Za-z0-9\u3041-\u309fァ-ヺー\u4e00-\u9fff々]+)"
)
_PART = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)*")
_COPULA = re.compile(
    r"(?:的)?(?:(?:な[のん])?(?:だ|で[すあ])(?:$|[とっろがけ。る])|に(?:な[るりっ]|す[る])|[しなみきた]?い(?:$|[。と]))"
)
_ENDINGS = ("ings", "ing", "ies", "ied", "est", "ed", "es", "ly", "er", "s", "y", "e")
_SHORTEST = 3  # letters that an ending must leave
_LONGEST = 6


class ScriptRun(NamedTuple):
    """Characters of one script: latin (with figures), kanji, katakana, hiragana or other; places in code points."""

    text: str
    start: int
    end: int
    script: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a folded text: its common form and its place there, in code points."""

    stem: str
    start: int
    end: int
    is_frame: bool  # holds a sentence up, and carries nothing


def script_runs(text: str) -> Iterator[ScriptRun]:
    """Yield the runs of one script of a text in NFKC, in their order; marks and blanks are left out."""
    for match in _RUN.finditer(text):
        yield ScriptRun(match.group(), match.start(), match.end(), match.lastgroup or "other")


def parts(run: ScriptRun) -> Iterator[ScriptRun]:
    """Yield the words of a run in Latin letters, which hyphens join; any other run is one."""
    if run.script != "latin" or run.text.isalnum():
        yield run
        return
    for match in _PART.finditer(run.text):
        start = run.start + match.start()
        yield ScriptRun(match.group(), start, start + len(match.group()), "latin")


def words(plain: str, *, with_frame: bool = False) -> list[Word]:
    """Return the words of a folded text that carry its matter, in their order; figures are left out.

    With `with_frame` also those that hold a sentence up ("thing", "go"), never those of grammar.
    """
    blank = _COUNTED.sub(lambda match: " " * len(match.group()), plain)
    return [
        Word(stem=stem, start=part.start, end=part.end, is_frame=part.text in FRAME)
        for run in script_runs(blank)
        for part in parts(run)
        if (stem := _stem(part, with_frame=with_frame))
    ]


def _stem(part: ScriptRun, *, with_frame: bool) -> str:
    """Return the common form, empty for a word that carries nothing."""
    word = part.text
    if part.script == "kanji" or (part.script == "katakana" and len(word) > 1):
        return "" if word in FRAME and not with_frame else word.rstrip("ー")
    word = word.partition("'")[0]
    if (
        part.script != "latin"
        or not word[0].isalpha()
        or word in GRAMMAR
        or len(word) < 2
        or (word in FRAME and not with_frame)
    ):
        return ""
    word = IRREGULAR.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word.removesuffix(ending)
            if ending != "er" and word.endswith("er") and len(word) - 2 >= _SHORTEST:
                word = word.removesuffix("er")  # numbers, as number
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:_LONGEST]


def novelty(statement: str, source: str) -> float:
    """Return the share of the statement's words that the source does not hold, 0..1; 0 without words.

    Of a word in kanji that the source writes in part, only the strange part counts.
    """
    plain = folded(source)
    known = {word.stem for word in words(plain)}
    said = folded(statement)
    found = words(said)
    if not found:
        return 0.0
    strange = [strangeness(word.stem, known, plain) * (1 + _is_predicate(said, word)) for word in found]
    return min(1.0, sum(strange) / len(found))


def strange_words(clause: str, source: str) -> tuple[float, float]:
    """Return how many words of a folded clause the folded source does not hold, and how many it does; parts of a word count in part."""
    known = {word.stem for word in words(source, with_frame=True)}
    strange = total = 0.0
    for word in words(clause):
        share = strangeness(word.stem, known, source) * _novel_part(word.stem, known)
        if not share or clause[word.start : word.end] not in GENERAL:
            strange, total = strange + share, total + 1
    return strange, total - strange


def _novel_part(stem: str, known: set[str]) -> float:
    """Return the strange part of a word in Latin letters that begins with one that is known: mudslide, of mud."""
    return (
        0.5 if stem.isascii() and any(stem.startswith(one) for one in known if len(one) >= _SHORTEST) else 1.0
    )


def _is_predicate(said: str, word: Word) -> bool:
    """Tell whether a Japanese noun or adjective is what the statement says of the others."""
    return not word.stem.isascii() and _COPULA.match(said, word.end) is not None


def strangeness(stem: str, known: set[str], plain: str) -> float:
    """Return the share of a word that a folded text, of these stems, does not have, 0..1."""
    if stem in known or (not stem.isascii() and stem in plain):
        return 0.0
    if stem.isascii() or "ァ" <= stem[0] <= "ヶ":
        return 1.0
    return sum(character not in plain for character in stem) / len(stem)

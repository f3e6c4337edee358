"""What the wording of a line tells: its topic, the view it leaves, whether it avoids an answer or takes one. Pure.

Rules over Japanese and English words, without a model; what they do not know they leave to nearness.
"""

import re
import unicodedata
from collections.abc import Sequence

from tane.language.tokenizer import folded, words

LONGEST = 4_000  # characters of a line that are read
_CLOSING = " 　\n\t」』）)】”’\"'…"
_POLITE_QUESTION = re.compile(r"(?:です|ます|ません|でしょう|ました)か。?$")
_SENTENCE = re.compile(r"[^。！？!?\n.]+")

# Who says so has not answered: a predicate, not the attribute of something ("a country that does not know natto").
_DODGE = re.compile(
    r"(?:(?:知ら|分から|わから)(?:ない|ん|へん|なく|なかっ)|(?:分か|わか)りません|何とも言え|なんとも言え)"
    r"(?:です|ん(?:です|だ)|けど|けれど|て|た|よ|な|ね|わ|し|$|[。、!.])"
    r"|\b(?:don't|do not|dunno|doesn't|didn't) (?:really |honestly |actually )?know\b(?! (?:how|what|why|that)\b)"
    r"|\bno idea\b|\bhard to (?:say|tell)\b|\bwho knows\b",
    re.IGNORECASE,
)
# Who asked has what they wanted.
_ACCEPTANCE = re.compile(
    r"^[\s.、。]*(?:[あえおへ][ーあぁ、っ.]*)?(?:わか(?:った|りました)|分か(?:った|りました)|なるほど|そっか|そうか[。、.]|そうだよね|了解|承知"
    r"|納得|解決|助か(?:った|りました)|ありがとう)"
    r"|^\W*(?:oh,? |ah,? )?(?:got it|i see\b|(?:that )?makes sense|that's fair|fair enough|understood|thanks|thank you|cheers\b|solved|(?:ok|okay|right)[,.])",
    re.IGNORECASE,
)
# Behind the view that is left, in Japanese; in English it stands before it; and in quotation marks before "no longer".
_LEFT_JA = re.compile(
    r"(?:ん|の|もの)?だ?(?:と|って)(?:ばかり|ずっと)?"
    r"(?:思(?:った|って(?:い)?(?:た|まし)|い込んで(?:い)?(?:た|まし)|てた|うてた|てまし)|考えて(?:い)?(?:た|まし)|信じて(?:い)?(?:た|まし))"
    r"|気がして(?:い)?(?:た|まし)"
)
_NO_LONGER = re.compile(r"「(?P<held>[^」]{1,200})」[^。]{0,8}もう[^。]{0,4}(?:言え|思え|思わ)な")
_LEFT_EN = re.compile(
    r"\b(?:used to (?:think|believe|assume|feel)|(?:always |had )?(?:thought|assumed|believed)"
    r"|(?:was|were) (?:so )?(?:sure|certain|convinced|the one)|wanted to|used to)\b(?P<held>[^.!?;,\n]{0,300}?)(?=[.!?;,\n]|$|\s(?:but|and (?:i|it|now|then))\b)",
    re.IGNORECASE,
)


def topic(text: str) -> frozenset[str]:
    """Return the words of a text that carry its matter, in their common form."""
    return frozenset(word.stem for word in words(folded(text[:LONGEST])))


def clauses(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [sentence for sentence in _SENTENCE.findall(text[:LONGEST]) if sentence.strip()]


def former_view(text: str) -> str:
    """Return the parts of a turn that say what its speaker had held, joined; empty where it does not say it so."""
    plain = _plain(text)
    found = [match["held"] for pattern in (_NO_LONGER, _LEFT_EN) for match in pattern.finditer(plain)]
    for sentence in _SENTENCE.findall(plain):
        start = 0
        for match in _LEFT_JA.finditer(sentence):
            found.append(sentence[start : match.start()])
            start = match.end()
    return " ".join(part.strip() for part in found if part.strip())


def is_dodged(text: str) -> bool:
    """Tell whether somebody says that they do not know."""
    return _DODGE.search(_plain(text)) is not None


def is_accepted(text: str) -> bool:
    """Tell whether a turn begins with taking what was said: "I see", "thanks"."""
    return _ACCEPTANCE.search(_plain(text)) is not None


def is_asked(ending: str) -> bool:
    """Tell by the last characters of a text whether it asks."""
    bare = ending.rstrip(_CLOSING)
    return bare.endswith(("？", "?")) or _POLITE_QUESTION.search(bare) is not None


def is_covered(asked: frozenset[str], said: frozenset[str], *, least: int) -> bool:
    """Tell whether at least so many topic words, and at least half of those asked for, are said."""
    shared = len(asked & said)
    return shared >= least and 2 * shared >= len(asked)


def rare(words_of: Sequence[frozenset[str]], *, most: int) -> frozenset[str]:
    """Return the words that stand in at most so many of some texts."""
    seen: dict[str, int] = {}
    for found in words_of:
        for word in found:
            seen[word] = seen.get(word, 0) + 1
    return frozenset(word for word, count in seen.items() if count <= most)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).replace("\u2019", "'")

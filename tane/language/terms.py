"""Titles of clusters from their own words, until a model has written better ones: TF-IDF over the clusters.

A term's weight is the share of a cluster's texts that have it, times the logarithm of how many times larger that
is than over all clusters (class-based TF-IDF after Grootendorst 2022, with shares). Words are found without a
tokenizer: runs of kanji, of katakana, of Latin letters; hiragana, mostly grammar, is left out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from tane.language.spelling import has_cjk

LONGEST_TITLE = 20  # characters in Japanese
LONGEST_LATIN_TITLE = 60
TERMS = 8

_TERM = re.compile(
    "[\u4e00-\u9fff々]{0,4}[A-Za-z][A-Za-z0-9+#'-]*[A-Za-z0-9+#][\u4e00-\u9fff々]{0,4}"  # 生成AI
    "|[\u30a1-\u30fa\u30fc]{2,12}|[\u4e00-\u9fff々]{2,8}"
)
_SHORTEST_LATIN = 4  # letters of a lower-case word; AI and API are words, the and you are not
_LONG_ENOUGH = 4  # characters from which a longer term tells no more
_COMMON = 0.1  # what a word is worth that is as frequent everywhere
_GENERAL = 0.3  # what a word is worth that says little of any theme
_GENERAL_WORDS = frozenset(
    [
        "可能性",
        "必要",
        "重要",
        "大切",
        "問題",
        "場合",
        "自分",
        "相手",
        "方法",
        "理由",
        "結果",
        "影響",
        "関係",
        "意味",
        "状態",
        "時間",
        "程度",
        "内容",
        "部分",
        "全体",
        "一部",
        "最初",
        "最後",
        "今回",
        "今日",
        "昨日",
        "明日",
        "本当",
        "普通",
        "一番",
        "現在",
        "今後",
        "存在",
        "反対",
        "使用",
        "利用",
        "人々",
        "他人",
        "about",
        "also",
        "because",
        "been",
        "could",
        "does",
        "from",
        "have",
        "into",
        "just",
        "like",
        "make",
        "many",
        "more",
        "most",
        "much",
        "need",
        "only",
        "other",
        "over",
        "really",
        "same",
        "should",
        "some",
        "something",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "things",
        "this",
        "those",
        "very",
        "want",
        "well",
        "were",
        "what",
        "when",
        "which",
        "while",
        "will",
        "with",
        "would",
        "your",
    ]
)
_IN_ONE_TEXT = 0.25  # a word of one text among many is that text's, not the cluster's


def titles(clusters: Sequence[Sequence[str]], *, taken: Iterable[str] = ()) -> list[str]:
    """Return one title per cluster, from words of its members; all differ, also from those taken.

    Deterministic, linear in the characters. A title has at most 20 characters in Japanese, 60 otherwise. A
    cluster whose texts have no word at all is named by the head of its first text.

    Args:
        clusters: per cluster the texts of its members; siblings together, so that titles tell them apart.
        taken: titles in use elsewhere.
    """
    used = {_plain(title) for title in taken}
    chosen: list[str] = []
    for texts, terms in zip(clusters, characteristic(clusters), strict=True):
        title = next(title for title in _candidates(texts, terms) if _plain(title) not in used)
        used.add(_plain(title))
        chosen.append(title)
    return chosen


def characteristic(clusters: Sequence[Sequence[str]], *, count: int = TERMS) -> list[list[str]]:
    """Return per cluster the terms that tell it from the others, the most telling first."""
    counts = [_spread(texts) for texts in clusters]
    overall: Counter[str] = Counter()
    for spread in counts:
        overall.update(spread)
    total = max(sum(len(texts) for texts in clusters), 1)
    return [
        _ranked(spread, len(texts), {term: overall[term] / total for term in spread}, count)
        for spread, texts in zip(counts, clusters, strict=True)
    ]


def words(text: str) -> set[str]:
    """Return the terms of a text; Latin ones in lower case unless they are names in capitals."""
    found = _TERM.findall(unicodedata.normalize("NFKC", text))
    folded = (word if word.isupper() or has_cjk(word) else word.lower() for word in found)
    return {word for word in folded if len(word) >= _SHORTEST_LATIN or word.isupper() or has_cjk(word)}


def _spread(texts: Sequence[str]) -> Counter[str]:
    """Return in how many of the texts each term stands."""
    spread: Counter[str] = Counter()
    for text in texts:
        spread.update(words(text))
    return spread


def _ranked(spread: Counter[str], texts: int, everywhere: Mapping[str, float], count: int) -> list[str]:
    """Order terms by the share of texts that have them, times how much larger it is than everywhere."""

    def weight(term: str) -> float:
        share = spread[term] / texts
        length = min(len(term) if has_cjk(term) else len(term) / 2, _LONG_ENOUGH)
        alone = _IN_ONE_TEXT if spread[term] == 1 and texts > 1 else 1.0
        general = _GENERAL if term in _GENERAL_WORDS else 1.0
        return float(share * (np.log(share / everywhere[term]) + _COMMON) * np.sqrt(length) * alone * general)

    return sorted(spread, key=lambda term: (-round(weight(term), 9), term))[:count]


def _candidates(texts: Sequence[str], terms: Sequence[str]) -> Iterator[str]:
    """Yield titles from the best on, without end."""
    is_japanese = any(has_cjk(term) for term in terms) or (not terms and has_cjk("".join(texts[:1])))
    longest = LONGEST_TITLE if is_japanese else LONGEST_LATIN_TITLE
    apart = [pair for pair in combinations(terms, 2) if not _overlap(*pair)]
    joined = [f"{a}と{b}" if is_japanese else f"{a} and {b}" for a, b in apart]
    head = " ".join(next((text for text in texts if text.strip()), "-").split())[:longest]
    for title in (*joined, *terms, head):
        if title and len(title) <= longest:
            yield _begun(title)
    base = (terms[0] if terms else head)[: longest - 8]
    number = 2
    while True:
        yield f"{_begun(base)} {number}"
        number += 1


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _begun(title: str) -> str:
    return title[:1].upper() + title[1:]


def _plain(title: str) -> str:
    return unicodedata.normalize("NFKC", title).casefold().strip()

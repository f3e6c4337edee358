"""Titles and overviews of clusters: kept short, and told apart from their siblings (E9). Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from handlers.statements import content

LONGEST_TITLE = 20  # characters of a title in Japanese
LONGEST_LATIN_TITLE = 60
LONGEST_OVERVIEW = 400

_CJK = re.compile("[\u3041-\u30ff\u3400-\u9fff]")
# Words that can tell clusters apart without a tokenizer: runs of one script.
_TERM = re.compile("[\u4e00-\u9fff々]{2,8}|[\u30a1-\u30fa\u30fc]{2,12}|[A-Za-z][A-Za-z0-9+#.-]{2,20}")


def longest_title(title: str) -> int:
    """Return how many characters a title of this script may have."""
    return LONGEST_TITLE if _CJK.search(title) else LONGEST_LATIN_TITLE


def short_title(title: str) -> str:
    """Return a title within its limit."""
    head = title[: longest_title(title)]
    return head.rstrip(" 、,・の") or head


def short_overview(overview: str) -> str:
    """Return the sentences of an overview that fit."""
    if len(overview) <= LONGEST_OVERVIEW:
        return overview
    head = overview[:LONGEST_OVERVIEW]
    end = max(head.rfind(mark) for mark in ("。", "！", "？", ". ", "\n")) + 1
    return head[:end].rstrip() if end else f"{head[:-1]}…"


def is_taken(title: str, taken: Iterable[str]) -> bool:
    """Tell whether a sibling has this title, spelling aside."""
    return content(title) in {content(other) for other in taken}


def characteristic_terms(texts: Sequence[str]) -> list[str]:
    """Return the terms of a cluster's texts, those in the most texts first."""
    counts = Counter(term for text in texts for term in set(_TERM.findall(text)))
    return sorted(counts, key=lambda term: (-counts[term], -len(term), term))


def distinct_title(title: str, taken: Sequence[str], terms: Iterable[str]) -> str:
    """Return the title, made distinct by the first term that no sibling's title has, else by a number."""
    if not is_taken(title, taken):
        return title
    siblings = "\n".join(content(other) for other in taken)
    telling = (term for term in terms if content(term) not in siblings)
    numbers = (str(number) for number in range(2, len(taken) + 3))
    candidates = (_with_addition(title, addition) for addition in (*telling, *numbers))
    return next(candidate for candidate in candidates if not is_taken(candidate, taken))


def _with_addition(title: str, addition: str) -> str:
    mark = f"（{addition}）" if _CJK.search(title) else f" ({addition})"
    return title[: max(longest_title(title) - len(mark), 1)].rstrip() + mark

"""Titles and overviews of clusters: kept short, and told apart from their siblings (E9). Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from tane.language.sentences import sentence_ends
from tane.language.spelling import folded, has_cjk, letters
from tane.language.stopwords import COMMON_KANJI
from tane.language.terms import characteristic
from tane.language.tokenizer import words

LONGEST_TITLE = 20  # characters of a title in Japanese
LONGEST_LATIN_TITLE = 60
LONGEST_OVERVIEW = 400

MOST_LATIN_WORDS = 5

_QUOTES = "「」『』“”\"'`*#<>《》【】 \u3000"
_LABEL = re.compile(r"^(?:題名|題|タイトル|title)\s*[:：]\s*", re.IGNORECASE)
# What of a title can be found again in the words of members: a kanji, two signs of katakana, the stem of a Latin word,
# and of a title in hiragana three signs.
_KANJI = re.compile("[\u4e00-\u9fff]")
_KATAKANA = re.compile("(?=([\u30a1-\u30fa\u30fc]{2}))")
_HIRAGANA = re.compile("(?=([\u3041-\u309f]{3}))")


def placeholder_titles(groups: Sequence[Sequence[str]], *, taken: Iterable[str] = ()) -> list[str]:
    """Return one title per group, from words of its texts; all differ, also from those taken.

    Deterministic, linear in the characters. A title has at most 20 characters in Japanese, 60 otherwise. A
    group whose texts have no word at all is named by the head of its first text.

    Args:
        groups: the texts of each; siblings together, so that titles tell them apart.
        taken: titles in use elsewhere.
    """
    used = {folded(title).strip() for title in taken}
    chosen: list[str] = []
    for texts, terms in zip(groups, characteristic(groups), strict=True):
        title = next(title for title in _candidates(texts, terms) if folded(title).strip() not in used)
        used.add(folded(title).strip())
        chosen.append(title)
    return chosen


def _candidates(texts: Sequence[str], terms: Sequence[str]) -> Iterator[str]:
    """Yield titles from the best on, without end."""
    is_japanese = has_cjk("".join(terms or texts[:1]))
    longest = LONGEST_TITLE if is_japanese else LONGEST_LATIN_TITLE
    apart = [(a, b) for a, b in combinations(terms, 2) if not _are_one_word(a, b)]
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


def _are_one_word(one: str, other: str) -> bool:
    """Tell whether two terms are forms of one word, or one is part of the other."""
    stems, others = ({word.stem for word in words(folded(term), with_frame=True)} for term in (one, other))
    return one in other or other in one or bool(stems & others)


def _begun(title: str) -> str:
    return title[:1].upper() + title[1:]


def longest_title(title: str) -> int:
    """Return how many characters a title of this script may have."""
    return LONGEST_TITLE if has_cjk(title) else LONGEST_LATIN_TITLE


def bare_title(title: str) -> str:
    """Return a title without the quotes, marks and label that a model may put around it; empty if nothing is left."""
    one_line = " ".join(title.split()).strip(_QUOTES)
    return _LABEL.sub("", one_line).strip(_QUOTES).rstrip("。.、,:：")


def short_title(title: str) -> str:
    """Return a title within its limit; in Latin letters it ends with a whole word where it can."""
    longest = longest_title(title)
    head = title[:longest]
    if len(title) > longest and not has_cjk(title) and not title[longest].isspace():
        head = head.rpartition(" ")[0] or head
    return head.rstrip(" 、,・の") or head


def is_wordy(title: str) -> bool:
    """Tell whether a title is longer than asked for: 20 characters in Japanese, else five words."""
    if len(title) > longest_title(title):
        return True
    return not has_cjk(title) and len(title.split()) > MOST_LATIN_WORDS


def names_members(title: str, members: str) -> bool:
    """Tell whether a title has anything in common with its members' words; one in another script is not judged.

    A title in Japanese of what was said in another language may be what the prompt asks for; a Latin one of
    Japanese words must quote them.
    """
    said, known = folded(title), folded(members)
    if has_cjk(said) and not has_cjk(known):
        return True
    pieces = {*_KANJI.findall(said)} - COMMON_KANJI
    pieces |= {*_KATAKANA.findall(said)}
    stems = {word.stem for word in words(said, with_frame=True) if word.stem.isascii()}
    if stems & {word.stem for word in words(known, with_frame=True)}:
        return True
    return any(piece in known for piece in pieces or (_HIRAGANA.findall(said) if not stems else ()))


def short_overview(overview: str) -> str:
    """Return the sentences of an overview that fit."""
    if len(overview) <= LONGEST_OVERVIEW:
        return overview
    end = max((end for end in sentence_ends(overview) if end <= LONGEST_OVERVIEW), default=0)
    return overview[:end].rstrip() if end else f"{overview[: LONGEST_OVERVIEW - 1]}…"


def is_taken(title: str, taken: Iterable[str]) -> bool:
    """Tell whether a sibling has this title, spelling aside."""
    return letters(title) in {letters(other) for other in taken}


def title_of(terms: Sequence[str]) -> str:
    """Return a title made of the first two terms, empty without any."""
    mark = "・" if has_cjk("".join(terms[:2])) else ", "
    return short_title(mark.join(terms[:2]))


def distinct_title(title: str, taken: Sequence[str], terms: Iterable[str]) -> str:
    """Return the title, made distinct by the first term that no sibling's title has, else by a number."""
    if not is_taken(title, taken):
        return title
    siblings = "\n".join(letters(other) for other in taken)
    telling = (term for term in terms if letters(term) not in siblings)
    numbers = (str(number) for number in range(2, len(taken) + 3))
    candidates = (_with_addition(title, addition) for addition in (*telling, *numbers))
    return next(candidate for candidate in candidates if not is_taken(candidate, taken))


def _with_addition(title: str, addition: str) -> str:
    mark = f"（{addition}）" if has_cjk(title) else f" ({addition})"
    return title[: max(longest_title(title) - len(mark), 1)].rstrip() + mark

"""One spelling of a text, by which two are compared, and the letters that tell its language."""

import re
import unicodedata

_CJK = re.compile("[々\u3041-\u30ff\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30fa\uff66-\uff9f]")
# What PostgreSQL or a terminal cannot hold: NUL and other controls, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SECOND_LANGUAGE = 0.25  # of the lines
_FEWEST_TELLING = 12  # letters from which a text shows its language


def common_width(text: str) -> str:
    """Return the text in NFKC, with straight apostrophes; its length may differ."""
    return unicodedata.normalize("NFKC", text).replace("\u2019", "'")


def folded(text: str) -> str:
    """Return the text in one spelling of width and case; its length may differ."""
    return common_width(text).casefold()


def letters(text: str) -> str:
    """Return the letters and digits of a text, folded: what two spellings have in common."""
    return "".join(filter(str.isalnum, folded(text)))


def storable(text: str) -> str:
    """Return the text without what cannot be stored."""
    return _UNSTORABLE.sub("", text)


def has_cjk(text: str) -> bool:
    """Tell whether kana or kanji stand in a text."""
    return _CJK.search(text) is not None


def is_foreign(text: str, source: str) -> bool:
    """Tell a text in another language than its Japanese source from one that the source itself writes so.

    A source of several lines may be of two languages: what a quarter of its lines is written in is not foreign.
    """
    said = letters(text)
    return (
        len(said) >= _FEWEST_TELLING
        and _KANA.search(text) is None
        and len(_KANA.findall(source)) >= _FEWEST_TELLING
        and said not in letters(source)
        and _share_without_kana(source) < _SECOND_LANGUAGE
    )


def _share_without_kana(source: str) -> float:
    lines = [line for line in source.splitlines() if len(letters(line)) >= _FEWEST_TELLING]
    return sum(_KANA.search(line) is None for line in lines) / max(len(lines), 1)

"""The figures of a text: what nobody may change who repeats it (C4). Pure."""

import re
from collections.abc import Mapping

from tane.language.spelling import folded

_DIGITS = re.compile(r"[0-9]+(?:[.:,][0-9]+)*")
_KANJI_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_KANJI_UNITS = {"十": 10, "百": 100, "千": 1_000}
_UNITS = (
    "時間|時|分|秒|日|週間|週|か月|ヶ月|カ月|ヵ月|月|年|人|回|個|つ|度|歳|才|円|割|倍|%|パーセント|キロ|メートル|グラム|リットル"
    "|杯|冊|本|枚|行|件|点|番目|階|台|社|章|通|万|億"
)
_KANJI_NUMBER = re.compile(rf"(?!十分)([一二三四五六七八九十百千〇]+)(?={_UNITS})")
_FROM_TWO = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_SPELLED = {word: str(value) for value, word in enumerate(_FROM_TWO, start=2)} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")


def figures(text: str) -> frozenset[str]:
    """Return the numbers of a text in digits, those spelled out in Japanese or English included.

    「一度」 and "one" are more often words than numbers, so a lone one does not count.
    """
    plain = folded(text)
    found = {number.replace(",", "") for number in _DIGITS.findall(plain)}
    found |= {_digits(match[1]) for match in _KANJI_NUMBER.finditer(plain) if match[1] != "一"}
    found |= {_SPELLED[word] for word in _WORD.findall(plain) if word in _SPELLED}
    return frozenset(found)


def spelled() -> Mapping[str, str]:
    """Return the English words of numbers from two on, each with its digits."""
    return _SPELLED


def kanji_value(kanji: str) -> int:
    """Return the value of signs of kanji for numbers, below ten thousand where they have units."""
    return int(_digits(kanji))


def _digits(kanji: str) -> str:
    """Read a number below ten thousand, written with units or digit by digit."""
    if not any(character in _KANJI_UNITS for character in kanji):
        return "".join(str(_KANJI_DIGITS[character]) for character in kanji)
    total, digit = 0, 0
    for character in kanji:
        if character in _KANJI_UNITS:
            total += (digit or 1) * _KANJI_UNITS[character]
            digit = 0
        else:
            digit = _KANJI_DIGITS[character]
    return str(total + digit)

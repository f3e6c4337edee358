"""Writes dates in the numerals of East Asia in digits: `二〇二四年三月四日`, `令和六年三月四日`, `三月五日`. Pure."""

import re

_DIGITS = {mark: number for number, mark in enumerate("〇一二三四五六七八九")} | {"零": 0}
_NUMERAL = "[〇零一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?P<before>[^\w]{{0,3}}(?:令和|平成|昭和|大正|明治)?)(?:(?P<year>{_NUMERAL}{{1,4}})年\s?)?"
    rf"(?P<month>{_NUMERAL}{{1,2}})月\s?(?P<day>{_NUMERAL}{{1,3}})(?P<end>[日號号])"
)


def with_digits(text: str) -> str:
    """Return a text with the date at its beginning in digits, if it is written without them."""
    found = _DATE.match(text)
    if found is None:
        return text
    year, month, day = (_number(found[part]) if found[part] else 0 for part in ("year", "month", "day"))
    if year is None or not month or not day:
        return text
    written = f"{year}年" if found["year"] else ""
    return f"{found['before']}{written}{month}月{day}{found['end']}{text[found.end() :]}"


def _number(written: str) -> int | None:
    """Return `二〇二四`, `三十一` as a number; None for what is neither digits in a row nor tens and ones."""
    if "十" not in written:
        return int("".join(str(_DIGITS[mark]) for mark in written))
    tens, _, ones = written.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)

"""Reads a model's reply: pure, total functions that raise nothing but BadReply.

A message names what is wrong with the reply and never quotes it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tane.llm.model_errors import BadReply

NumberRule = Literal["last", "minimum"]

_CODE_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[A-Za-z]*[ \t]*$", re.MULTILINE)
_LINE_LABEL = re.compile(r"^(?:[0-9]+ ?行目 ?[:.)、]?|line ?[0-9]+ ?[:.)]?|[0-9]+[.)]\s) *", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<![0-9])[0-9]++ ?(?:行目|つ目|番目)")
# Possessive throughout: a reply of a million digits must not cost more than one pass.
_FIGURE = r"(?:[0-9]++(?:[.,][0-9]++)?+|[.,][0-9]++)(?:[eE][+-]?[0-9]++)?+"
# A sign counts only when it is attached to its number and to nothing before it (B13); what hangs together
# with letters, dots or slashes ("0.8.5", "2024/05/01", "v2") is no number.
_NUMBER = rf"(?<![0-9.,A-Za-z])(?<![0-9]/)(?:(?<![0-9)])[+-])?{_FIGURE}(?![.,]?[0-9]|[A-Za-z]|/[0-9])"
_PLAIN = re.compile(_NUMBER)
_PERCENT = re.compile(rf"({_NUMBER}) ?(?:%|パーセント|percent)")
_RATIO = re.compile(rf"((?<![0-9.,A-Za-z/])[+-]?{_FIGURE}) ?/ ?(1(?:\.0++)?+|5|10|100)(?![.,/]?[0-9])")
_RANGE = re.compile(rf"(?<![0-9.,])[+-]?{_FIGURE} ?(?:[~〜–—-]|から|to) ?[+-]?{_FIGURE}")
_MARGIN = re.compile(rf"± ?{_FIGURE}")
_ECHO = 3  # a reply that lists this many roles on lines of their own repeats the question


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReply:
    """What a classifier's reply says; None where it says nothing usable."""

    name: str | None
    confidence: float | None


def without_fences(reply: str) -> str:
    """Return a reply without the marks that models put around code."""
    return _CODE_FENCE.sub("", reply)


def role_reply(reply: str, allowed: Sequence[str], *, rule: NumberRule = "last") -> RoleReply:
    """Read name and confidence, each for itself; without a name a confidence means nothing."""
    try:
        name = role_name(reply, allowed)
    except BadReply:
        return RoleReply(name=None, confidence=None)
    try:
        return RoleReply(name=name, confidence=number(reply, low=0.0, high=1.0, line=1, rule=rule))
    except BadReply:
        return RoleReply(name=name, confidence=None)


def role_name(reply: str, allowed: Sequence[str]) -> str:
    """Return the allowed name a reply chooses: its first line, else the earliest and then longest (B10).

    Raises:
        BadReply: no allowed name in it, or it repeats the list.
    """
    by_text = {_normal(name): name for name in reversed(allowed)}
    by_text.pop("", None)
    lines = _lines(reply)
    whole_lines = [line for line in lines if line in by_text]
    if len(set(whole_lines)) >= _ECHO:
        raise BadReply("the reply repeats the list of roles")
    if lines and lines[0] in by_text:
        return by_text[lines[0]]
    match = _any_of(by_text).search("\n".join(lines)) if by_text else None
    if match is None:
        raise BadReply("the reply names no allowed role")
    return by_text[match.group()]


def _any_of(names: Sequence[str] | dict[str, str]) -> re.Pattern[str]:
    # Alternatives are tried in order, so the longest of those that begin at one place wins.
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(_as_word(name) for name in longest_first))


def _as_word(name: str) -> str:
    before = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{before}{re.escape(name)}{after}"


def number(reply: str, *, low: float, high: float, line: int = 0, rule: NumberRule = "last") -> float:
    """Return the number a reply gives: the last one on the expected line (B12, B13).

    Full-width digits, decimal commas, percents and parts of 1, 5, 10 or 100 are understood; an echoed
    range is passed over. When the expected line has no number, the following ones and then the earlier
    ones are read. The rule `minimum` is the documents' own: the least number anywhere.

    Raises:
        BadReply: no number, or one outside [low, high]; it is never clamped.
    """
    if rule == "minimum":
        value = min((_value(match.group()) for match in _PLAIN.finditer(_normal(reply))), default=None)
    else:
        lines = _lines(reply)
        candidates = [*lines[line:], *reversed(lines[:line])]
        value = next((found for text in candidates if (found := _last_number(text)) is not None), None)
    if value is None:
        raise BadReply("the reply holds no number")
    if not low <= value <= high:
        raise BadReply("the number of the reply is outside its range")
    return value


def _last_number(line: str) -> float | None:
    """Read the last number of a line; what is understood is blanked, so that it is not read twice."""
    text = _blanked(_ORDINAL, _blanked(_MARGIN, line))
    found = [(match.start(), _value(match[1]) / _value(match[2])) for match in _RATIO.finditer(text)]
    text = _blanked(_RATIO, text)
    found += [(match.start(), _value(match[1]) / 100) for match in _PERCENT.finditer(text)]
    text = _blanked(_RANGE, _blanked(_PERCENT, text))
    found += [(match.start(), _value(match.group())) for match in _PLAIN.finditer(text)]
    return max(found)[1] if found else None


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _lines(reply: str) -> list[str]:
    """Return the lines that say something, normalised, without fences, labels and quotation marks."""
    lines = (_LINE_LABEL.sub("", line) for line in _normal(without_fences(reply)).splitlines())
    stripped = (line.strip(" \t\u3000*`_\"'「」『』【】()・") for line in lines)
    return [line for line in stripped if line]


def _normal(text: str) -> str:
    """Return the text in NFKC with every kind of minus as an ASCII one, trimmed."""
    return unicodedata.normalize("NFKC", text).translate(_MINUSES).strip()


_MINUSES = {ord(minus): "-" for minus in "\u2212\u2010\u2011\u207b"}

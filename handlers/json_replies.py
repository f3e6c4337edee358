"""Finds the JSON object in a reply, whatever stands around it and whatever is wrong with it. Pure and total.

A reply may hold drafts and examples beside the answer, so the object that has the most of what was asked for is taken,
the first of equals. What was cut off gives its finished parts.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tane.language.spelling import folded
from tane.llm.errors import BadReply

_QUOTATION_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "＂": '"'})
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_TOKEN = re.compile(r'\s*+(?:("(?:[^"\\]|\\.)*+")|([{}\[\]:,])|[^\s{}\[\]:,"]++)', re.DOTALL)
_MOST_TRIES = 16  # opening braces that may begin the object
_DEEPEST = 20
_LONGEST_MENDED = 20_000  # characters: mending takes 50 microseconds for one at worst

Fit = Callable[[dict[str, Any]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPart:
    """An object of a reply; of `unfinished`, the name of its last field, there may have been more."""

    fields: dict[str, Any]
    unfinished: str | None = None


def best_object(reply: str, fit: Fit) -> dict[str, Any]:
    """Return the object of a reply that fits best; `fit` counts what an object has of what was asked for.

    Trailing commas, typographic quotation marks and what else models do to JSON are mended when no object can be read
    as it is.

    Raises:
        BadReply: there is none, or it is broken for good.
    """
    if "{" not in reply:
        raise BadReply("the reply holds no JSON object")
    best: dict[str, Any] | None = None
    for read in (_as_it_is, _without_last_commas, _with_plain_quotes, _mended):
        found = [entry for entry in read(reply) if best is None or fit(entry) > fit(best)]
        if found:
            best = max(found, key=fit)
        if best is not None and fit(best) > 0:
            return best
    if best is None:
        raise BadReply("the reply's JSON is broken")
    return best


def finished_part(reply: str, fit: Fit) -> FinishedPart:
    """Return what a reply said before it was cut off: fields that are whole, of the last list its whole entries.

    Raises:
        BadReply: nothing was finished.
    """
    start = -1
    for _ in range(_MOST_TRIES):
        start = reply.find("{", start + 1)
        if start < 0:
            break
        found = _cut_back(reply, start)
        if found is not None and fit(found.fields) > 0:
            return found
    raise BadReply("nothing of the reply was finished when it was cut off")


def _as_it_is(reply: str) -> Iterator[dict[str, Any]]:
    tries, at = 0, reply.find("{")
    while at >= 0 and tries < _MOST_TRIES:
        try:
            value, end = json.JSONDecoder().raw_decode(reply, at)
        except (ValueError, RecursionError):
            tries, end = tries + 1, at + 1
        else:
            yield value
        at = reply.find("{", end)


def _without_last_commas(reply: str) -> Iterator[dict[str, Any]]:
    return _as_it_is(_LAST_COMMA.sub("", reply))


def _with_plain_quotes(reply: str) -> Iterator[dict[str, Any]]:
    return _as_it_is(_LAST_COMMA.sub("", reply.translate(_QUOTATION_MARKS)))


def _mended(reply: str) -> Iterator[dict[str, Any]]:
    """Yield what json-repair makes of it: missing commas and quotation marks, comments, Python's words."""
    text = reply[reply.find("{") : reply.rfind("}") + 1]
    mended = _repaired(text) if text else None
    if isinstance(mended, dict):
        yield mended
    elif isinstance(mended, list):
        yield from (entry for entry in mended if isinstance(entry, dict))


def _repaired(text: str) -> Any:
    import json_repair  # noqa: PLC0415 - only a broken reply needs it

    if len(text) > _LONGEST_MENDED:
        return None
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError, TypeError, KeyError, AttributeError):
        return None


@dataclass(slots=True)
class _Open:
    """A list or an object that has begun."""

    closer: str
    key: str | None = None
    awaits_value: bool = False


@dataclass(slots=True)
class _Scan:
    """How far an object is whole, and what would close it there."""

    stack: list[_Open]
    end: int
    closers: str = ""
    unfinished: str | None = None

    def take(self, token: re.Match[str]) -> bool:
        """Read on; False when the object is over, or is none."""
        text, mark = token[1], token[2]
        if mark in ("{", "["):
            self.stack.append(_Open("}" if mark == "{" else "]"))
            return len(self.stack) <= _DEEPEST
        if not self.stack:
            return False
        inner = self.stack[-1]
        if mark in ("}", "]"):
            if self.stack.pop().closer != mark:
                return False
            self._mark_whole(token.end())
        elif mark == ",":
            inner.awaits_value = False
            self._mark_whole(token.start(2))
        elif mark == ":":
            inner.awaits_value = True
        elif text is not None and inner.closer == "}" and not inner.awaits_value:
            inner.key = text
        return bool(self.stack)

    def _mark_whole(self, end: int) -> None:
        self.end = end
        self.closers = "".join(entry.closer for entry in reversed(self.stack))
        self.unfinished = _cut_key(self.stack)


def _cut_back(reply: str, start: int) -> FinishedPart | None:
    """Read the object that begins here up to the last part that is whole; O(n)."""
    scan = _Scan(stack=[], end=start)
    for token in _tokens(reply, start):
        if not scan.take(token):
            break
    if scan.end == start:
        return None
    value = _loaded(reply[start : scan.end] + scan.closers)
    return FinishedPart(fields=value, unfinished=scan.unfinished) if isinstance(value, dict) else None


def _tokens(reply: str, start: int) -> Iterator[re.Match[str]]:
    at = start
    while (token := _TOKEN.match(reply, at)) is not None:
        yield token
        at = token.end()


def _cut_key(stack: list[_Open]) -> str | None:
    """Return the name of the field whose list has begun and not ended."""
    for outer, inner in zip(reversed(stack[:-1]), reversed(stack[1:]), strict=True):
        if outer.closer == "}" and inner.closer == "]" and outer.key is not None:
            name = _loaded(outer.key)
            return name if isinstance(name, str) else None
    return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _repaired(text)


def field_name(key: str) -> str:
    """Return the name of a field as it was asked for, however the model spells it."""
    return folded(key).strip().strip("-・ ").replace(" ", "_")

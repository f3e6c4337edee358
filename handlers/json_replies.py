"""Reads a JSON reply, whatever stands around it and whatever is wrong with it, each field for itself. Pure and total.

A reply may hold drafts and examples beside the answer, so the object that has the most of what was asked for is taken,
the first of equals. What was cut off gives its finished parts. What a model writes into one field must not cost the
others: a field that is missing or of a hopeless form is None, and whoever needs it asks again.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model

from tane.language.spelling import folded
from tane.llm.model_errors import BadReply
from tane.store.domain import SCORES, SEED_KINDS

_TEXT_KEYS = ("text", "body", "content", "contents", "statement", "sentence", "value")
_MOST_WRAPPED = 3  # {"result": {"answer": {...}}}
_BLANK = re.compile(r"\s*+")
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

    What models do to JSON is mended by json-repair when no object can be read as it is: missing and last commas, other
    quotation marks, comments, Python's words.

    Raises:
        BadReply: there is none, or it is broken for good.
    """
    if "{" not in reply:
        raise BadReply("the reply holds no JSON object")
    best: dict[str, Any] | None = None
    for read in (_as_it_is, _mended):
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
        found = _whole_members(reply, start)
        if fit(found.fields) > 0:
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


def _whole_members(reply: str, start: int, *, depth: int = 0) -> FinishedPart:
    """Read the object that begins here up to the last member that is whole; O(n)."""
    fields: dict[str, Any] = {}
    at = start + 1
    while (key := _value(reply, at)) and isinstance(key[0], str) and reply[key[1] : key[1] + 1] == ":":
        name, begun = key[0], _after_blank(reply, key[1] + 1)
        whole = _value(reply, begun)
        if whole is None or not _is_whole(reply, *whole):
            fields, unfinished = _with_rest(reply, begun, name, fields, depth)
            return FinishedPart(fields=fields, unfinished=unfinished)
        fields[name] = whole[0]
        if reply[whole[1] : whole[1] + 1] != ",":
            break
        at = whole[1] + 1
    return FinishedPart(fields=fields)


def _with_rest(
    reply: str, begun: int, name: str, fields: dict[str, Any], depth: int
) -> tuple[dict[str, Any], str | None]:
    """Return the fields with what is whole of the last one, and the name of a list among it that has not ended."""
    if reply[begun : begun + 1] == "[" and (entries := _whole_entries(reply, begun)):
        return fields | {name: entries}, name
    if reply[begun : begun + 1] == "{" and depth < _DEEPEST:
        inner = _whole_members(reply, begun, depth=depth + 1)
        return (fields | {name: inner.fields}, inner.unfinished) if inner.fields else (fields, None)
    return fields, None


def _whole_entries(reply: str, start: int) -> list[Any]:
    entries = []
    at = start + 1
    while (entry := _value(reply, at)) and _is_whole(reply, *entry):
        entries.append(entry[0])
        at = entry[1] + 1
    return entries


def _value(reply: str, at: int) -> tuple[Any, int] | None:
    """Return the JSON value that stands here and where the next thing begins."""
    try:
        value, end = json.JSONDecoder().raw_decode(reply, _after_blank(reply, at))
    except (ValueError, RecursionError):
        return None
    return value, _after_blank(reply, end)


def _is_whole(reply: str, value: Any, end: int) -> bool:
    """Tell whether a value has ended: of a number more may have been to come."""
    return isinstance(value, str | list | dict) or reply[end : end + 1] in {",", "}", "]"}


def _after_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return at if blank is None else blank.end()


def field_name(key: str) -> str:
    """Return the name of a field as it was asked for, however the model spells it."""
    return folded(key).strip().strip("-・ ").replace(" ", "_")


def _text(value: object) -> str | None:
    """Return the text of a field: itself, or what a list or an object of one entry holds."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        value = next((value[key] for key in _TEXT_KEYS if key in value), None)
    return value if isinstance(value, str) else None


def _figure(value: object) -> str | None:
    """Return a number as text, for the parser of numbers that single replies have too."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return f"{value:.6f}" if abs(value) < 1e6 else "out of range"
    return _text(value)


def _texts(value: object) -> tuple[str, ...] | None:
    """Return the entries of a list; null and an empty text are ways of saying that there are none."""
    if value is None:
        return ()
    if isinstance(value, str | dict):
        value = [value]
    if not isinstance(value, list):
        return None
    entries = [_text(entry) for entry in value]
    if value and not any(entry is not None for entry in entries):
        return None
    return tuple(entry for entry in entries if entry)


Text = Annotated[str | None, BeforeValidator(_text)]
Figure = Annotated[str | None, BeforeValidator(_figure)]
Texts = Annotated[tuple[str, ...] | None, BeforeValidator(_texts)]


class Sections(BaseModel):
    """What one reply says to each question about an utterance; None where it says nothing usable.

    Each score and each kind of seed is a field, too: see `AllSections`, of which every reply is read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    role: Text = None
    role_confidence: Figure = None
    unfinished: str | None = None
    """The field whose list had begun when the reply was cut off; its whole entries are there."""


_ASKED: dict[str, Any] = dict.fromkeys(SCORES, (Figure, None)) | dict.fromkeys(SEED_KINDS, (Texts, None))
AllSections = create_model("AllSections", __base__=Sections, **_ASKED)
_FIELDS = AllSections.model_fields.keys() - {"unfinished"}


def json_object(reply: str) -> dict[str, Any]:
    """Return the JSON object of a reply that has most of the fields, whatever stands around it.

    Raises:
        BadReply: there is none, or it is broken for good.
    """
    return best_object(reply, _fit)


def sections(reply: str) -> Sections:
    """Read the reply to the fused prompt.

    Raises:
        BadReply: it holds no JSON object, or none with a field that was asked for.
    """
    return _read(json_object(reply), unfinished=None)


def cut_sections(reply: str) -> Sections:
    """Read what was finished of a reply that was cut off.

    Raises:
        BadReply: nothing was.
    """
    found = finished_part(reply, _fit)
    return _read(found.fields, unfinished=None if found.unfinished is None else field_name(found.unfinished))


def _read(value: Mapping[str, Any], *, unfinished: str | None) -> Sections:
    fields = _wanted(value, depth=0)
    if not fields:
        raise BadReply("the reply's JSON has none of the fields")
    try:
        return AllSections.model_validate(fields | {"unfinished": unfinished})
    except ValidationError:  # pragma: no cover - the validators above leave nothing to refuse
        raise BadReply("the reply's JSON does not fit") from None


def _fit(value: Mapping[str, Any]) -> int:
    return len(_wanted(value, depth=0))


def _wanted(value: Mapping[str, Any], *, depth: int) -> dict[str, Any]:
    """Return the fields we know, wherever the model put them; the outermost of a name counts."""
    found = {
        name: entry for key, entry in reversed(list(value.items())) if (name := field_name(key)) in _FIELDS
    }
    if not found and depth < _MOST_WRAPPED:
        for entry in value.values():
            if isinstance(entry, Mapping) and (inner := _wanted(entry, depth=depth + 1)):
                return inner
    return found

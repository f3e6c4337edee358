"""Reads a JSON reply: mends its form and checks each field for itself. Pure and total.

What a model writes into one field must not cost the others: a field that is missing or of a hopeless form is
None, and whoever needs it asks again.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from llm.errors import BadReply

_QUOTATION_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "＂": '"'})
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")
_TEXT_KEYS = ("text", "body", "content", "contents", "statement", "sentence", "value")
_DEEPEST = 3  # {"result": {"answer": {...}}}
_MOST_TRIES = 8  # opening braces that may begin the object


def json_object(reply: str) -> dict[str, Any]:
    """Return the first JSON object of a reply, whatever stands around it.

    Trailing commas and typographic quotation marks are mended when the reply cannot be read as it is.

    Raises:
        BadReply: there is none, or it is broken for good.
    """
    if "{" not in reply:
        raise BadReply("the reply holds no JSON object")
    for text in (reply, _LAST_COMMA.sub("", reply), _LAST_COMMA.sub("", reply.translate(_QUOTATION_MARKS))):
        for found in _objects(text):
            return found
    raise BadReply("the reply's JSON is broken")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    start = -1
    for _ in range(_MOST_TRIES):
        start = text.find("{", start + 1)
        if start < 0:
            return
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        yield value


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
    """What one reply says to each question about an utterance; None where it says nothing usable."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    role: Text = None
    role_confidence: Figure = None
    hypothetical: Figure = None
    confidence: Figure = None
    reinterpretation: Figure = None
    resistance: Figure = None
    direction: Figure = None
    evaluation: Texts = None
    model: Texts = None
    premise: Texts = None
    conversion: Texts = None
    question: Texts = None
    knowledge: Texts = None


def sections(reply: str) -> Sections:
    """Read the reply to the fused prompt.

    Raises:
        BadReply: it holds no JSON object, or none with a field that was asked for.
    """
    fields = _wanted(json_object(reply), depth=0)
    if not fields:
        raise BadReply("the reply's JSON has none of the fields")
    try:
        return Sections.model_validate(fields)
    except ValidationError:  # pragma: no cover - the validators above leave nothing to refuse
        raise BadReply("the reply's JSON does not fit") from None


def _wanted(value: Mapping[str, Any], *, depth: int) -> dict[str, Any]:
    """Return the fields we know, wherever the model put them; the outermost of a name counts."""
    found = {
        name: entry
        for key, entry in reversed(list(value.items()))
        if (name := _name(key)) in Sections.model_fields
    }
    if not found and depth < _DEEPEST:
        for entry in value.values():
            if isinstance(entry, Mapping) and (inner := _wanted(entry, depth=depth + 1)):
                return inner
    return found


def _name(key: str) -> str:
    return unicodedata.normalize("NFKC", key).strip().strip("-・ ").casefold().replace(" ", "_")

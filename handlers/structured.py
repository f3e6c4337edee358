"""Reads a JSON reply: mends its form and checks each field for itself. Pure and total.

What a model writes into one field must not cost the others: a field that is missing or of a hopeless form is
None, and whoever needs it asks again.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model

from handlers.json_replies import best_object, field_name, finished_part
from tane.llm.errors import BadReply
from tane.store.domain import SCORES, SEED_KINDS

_TEXT_KEYS = ("text", "body", "content", "contents", "statement", "sentence", "value")
_DEEPEST = 3  # {"result": {"answer": {...}}}


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
    if not found and depth < _DEEPEST:
        for entry in value.values():
            if isinstance(entry, Mapping) and (inner := _wanted(entry, depth=depth + 1)):
                return inner
    return found

"""Reading requests as Ollama does: which are refused, with what status and words."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEEP_ALIVE_S = 300.0
FOREVER_S = 10.0**9
_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d*)?)(ns|us|ms|s|m|h)")
_FLOATS = frozenset(
    ["temperature", "top_p", "min_p", "typical_p", "repeat_penalty", "presence_penalty", "frequency_penalty"]
)
_INTEGERS = frozenset(
    [
        "num_keep",
        "seed",
        "num_predict",
        "top_k",
        "repeat_last_n",
        "num_ctx",
        "num_batch",
        "num_gpu",
        "main_gpu",
        "num_thread",
    ]
)
_THINK = ("high", "medium", "low", "max")


class ApiRefusal(Exception):  # noqa: N818 - an answer, not a failure of ours
    """A request is answered with an error: status and words as Ollama's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """The options that the stand-in obeys."""

    num_predict: int = -1
    num_ctx: int = 0


def body_of(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        ApiRefusal: there is none.
    """
    if not raw.strip():
        raise ApiRefusal(400, "missing request body")
    try:
        body = json.loads(raw)
    except ValueError:
        raise ApiRefusal(400, "invalid character in request body") from None
    if not isinstance(body, dict):
        raise ApiRefusal(400, "json: cannot unmarshal value into Go value of type api.Request")
    return body


def text_field(body: Mapping[str, Any], name: str) -> str:
    """Return a field that must be text; missing means empty."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise ApiRefusal(400, f"json: cannot unmarshal value into Go struct field .{name} of type string")
    return value or ""


def sampling_of(body: Mapping[str, Any]) -> Sampling:
    """Check the types of all known options: a wrong one is a 500 in Ollama; unknown ones are ignored."""
    options = body.get("options") or {}
    if not isinstance(options, Mapping):
        raise ApiRefusal(
            400, "json: cannot unmarshal value into Go struct field .options of type map[string]interface {}"
        )
    for name, value in options.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if name in _FLOATS and not is_number:
            raise ApiRefusal(500, f'option "{name}" must be of type float32')
        if name in _INTEGERS and not is_number:
            raise ApiRefusal(500, f'option "{name}" must be of type integer')
        if name == "stop" and not isinstance(value, list):
            raise ApiRefusal(500, f'option "{name}" must be of type array')
    return Sampling(num_predict=int(options.get("num_predict", -1)), num_ctx=int(options.get("num_ctx", 0)))


def thinking_of(body: Mapping[str, Any], *, model: str, can_think: bool) -> bool:
    """Tell whether the request asks for thinking, and whether it may."""
    think = body.get("think")
    if isinstance(think, str) and think not in _THINK:
        wanted = 'must be "high", "medium", "low", "max", true, or false'
        raise ApiRefusal(400, f'invalid think value: "{think}" ({wanted})')
    if think and not can_think:
        raise ApiRefusal(400, f'"{model}" does not support thinking')
    return bool(think)


def inputs_of(body: Mapping[str, Any]) -> list[str]:
    """Return the texts of an embed request; "" and a missing input are none at all."""
    given = body.get("input")
    if given is None or given == "":
        return []
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ApiRefusal(400, "invalid input type")
    return texts


def keep_alive_of(body: Mapping[str, Any]) -> float:
    """Return how many seconds a model stays resident: seconds, a Go duration, or forever if negative."""
    value = body.get("keep_alive")
    if isinstance(value, int | float):
        return float(value) if value >= 0 else FOREVER_S
    if isinstance(value, str) and value:
        if value.startswith("-"):
            return FOREVER_S
        parts = _DURATION.findall(value)
        if not parts and value != "0":
            raise ApiRefusal(400, f'time: invalid duration "{value}"')
        return float(sum(float(number) * _UNITS[unit] for number, unit in parts))
    return KEEP_ALIVE_S

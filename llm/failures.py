"""Which error an HTTP reply of Ollama stands for: a pure table, because Ollama's status codes mislead.

A server's own words are searched, never repeated: they may quote the prompt or the reply.
"""

import json
import re

from llm.errors import (
    BadReply,
    BadVector,
    ModelCrashed,
    ModelError,
    ModelMissing,
    ModelUnavailable,
    RequestRefused,
    TextTooLong,
)

_TOO_LONG = re.compile(
    r"longer than the context|exceed_context_size|exceeds? (the |maximum )?context|too large to process"
)
_NOT_A_NUMBER = re.compile(r"\bNaN\b|\bInf\b")
_MISSING = re.compile(r"model ['\"].*['\"] not found")
_BAD_OPTION = re.compile(r'option "(\w{1,40})" must be of type (\w{1,20})')
_LACKS = re.compile(r"does not support (generate|chat|embeddings?|thinking|tools)")
_MEMORY = re.compile(r"out of memory|requires more system memory|cudaMalloc|\bOOM\b", re.IGNORECASE)

_TELLING = (400, 404, 500)  # their meaning depends on the words of the body
_UNKNOWN_ROUTE = "this is no Ollama server, or one too old"
# What a status means when the body does not say it better. 401, 403, an unknown route and 405 are faults of
# the configuration: every request would meet them, so jobs wait instead of dying. Ollama answers 403 with an
# empty body when it dislikes the Host header.
_MEANING: dict[int, tuple[type[ModelError], str]] = {
    400: (RequestRefused, "the server refuses the request"),
    401: (ModelUnavailable, "the server wants credentials"),
    403: (ModelUnavailable, "the server refuses this address: use 127.0.0.1, or set OLLAMA_HOST there"),
    404: (ModelUnavailable, _UNKNOWN_ROUTE),
    405: (ModelUnavailable, _UNKNOWN_ROUTE),
    413: (TextTooLong, "the request is larger than the server accepts"),
    429: (ModelUnavailable, "the server is overloaded"),
    503: (ModelUnavailable, "the server is overloaded"),
}


def failure_of(status: int, body: bytes, *, model: str) -> ModelError:
    """Return the error that a reply with this status and body stands for. Total."""
    said = _error_text(body)
    if said is not None and status in _TELLING:
        for rule in (_told_missing, _told_too_long, _told_no_number, _told_refusal, _told_spoilt):
            if (error := rule(said, model)) is not None:
                return error
    if status in _MEANING:
        kind, meaning = _MEANING[status]
        return kind(f"{meaning} ({status})")
    if status == 500:
        cause = "out of memory" if said and _MEMORY.search(said) else "its runner failed"
        return ModelCrashed(f"the server failed ({status}): {cause}")
    return ModelUnavailable(f"the server cannot be used ({status})")


def _error_text(body: bytes) -> str | None:
    """Return what a JSON body says in `error`; None for anything else, like the text of an unknown route."""
    try:
        decoded = json.loads(body)
    except ValueError:
        return None
    said = decoded.get("error") if isinstance(decoded, dict) else None
    if isinstance(said, dict):
        said = said.get("message")
    return said if isinstance(said, str) else None


def _told_missing(said: str, model: str) -> ModelError | None:
    return ModelMissing(model) if _MISSING.search(said) else None


def _told_too_long(said: str, _model: str) -> ModelError | None:
    return TextTooLong("the text is longer than the model's context") if _TOO_LONG.search(said) else None


def _told_no_number(said: str, _model: str) -> ModelError | None:
    return BadVector("the model made NaN or Inf of a text") if _NOT_A_NUMBER.search(said) else None


def _told_refusal(said: str, model: str) -> ModelError | None:
    if found := _BAD_OPTION.search(said):  # a 500, although the request is at fault
        return RequestRefused(f"the option {found[1]} must be of type {found[2]}")
    if found := _LACKS.search(said):
        return RequestRefused(f"{model} does not support {found[1]}")
    for known in ("invalid format", "invalid think value", "invalid input type", "invalid model name"):
        if known in said:
            return RequestRefused(f"the server refuses the request: {known}")
    return None


def _told_spoilt(said: str, _model: str) -> ModelError | None:
    if "token repeat limit" in said:
        return BadReply("the model repeated itself without end")
    if "error parsing tool call" in said:
        return BadReply("the model called a tool that does not exist")
    return None

"""Which error an HTTP reply of Ollama stands for: a pure table, because Ollama's status codes mislead.

A server's own words are searched, never repeated: they may quote the prompt or the reply.
"""

import re

from tane.llm.model_errors import (
    BadReply,
    BadVector,
    ModelCrashed,
    ModelError,
    ModelMissing,
    ModelUnavailable,
    ModelUnfit,
    RequestRefused,
    TextTooLong,
    ThinkRefused,
)
from tane.llm.wire import json_object

_TOO_LONG = re.compile(
    r"longer than the context|exceed_context_size|exceeds? (the |maximum |the available )?context|too large to process"
)
_COUNTED = re.compile(r'n_prompt_tokens\\?"?\s{0,4}:\s{0,4}(\d{1,9})')
_NOT_A_NUMBER = re.compile(r"\bNaN\b|\bInf\b")
_MISSING = re.compile(r"model ['\"][^'\"\n]*['\"] not found")
_BAD_OPTION = re.compile(r'option "(\w{1,40})" must be of type (\w{1,20})')
_LACKS = re.compile(r"does not support (generate|chat|embeddings?|thinking|tools)")
_CANNOT_EMBED = re.compile(
    r"does not support embeddings?|start it with .{0,4}--embeddings|pooling type .{0,40}not"
)
_THINK = re.compile(r"invalid think value|does not support thinking|cannot unmarshal .{0,80}\bthink\b")
# A runner that died: the request is not the cause, with any status.
_DIED = re.compile(
    r"no longer running|has unexpectedly stopped|process has terminated|runner (?:process )?(?:has )?(?:terminated|crashed|died)"
    r"|signal: (?:killed|aborted|segmentation)|exit status \d",
    re.IGNORECASE,
)
_REFUSALS = ("invalid format", "invalid input type", "invalid model name")
_MEMORY = re.compile(r"out of memory|requires more system memory|cudaMalloc|\bOOM\b", re.IGNORECASE)

_LONGEST_WORDS = 4000  # of an error that are looked at
_TELLING = (400, 404, 500, 501)  # their meaning depends on the words of the body
_UNKNOWN_ROUTE = "this is no Ollama server, or one too old"
# What a status means when the body does not say it better. 401, 403, an unknown route and 405 are faults of
# the configuration: every request would meet them, so jobs wait instead of dying. Ollama answers 403 with an
# empty body when it refuses the Host header.
_MEANING: dict[int, tuple[type[ModelError], str]] = {
    400: (RequestRefused, "the server refuses the request"),
    401: (ModelUnavailable, "the server wants credentials: set llm.token or llm.headers"),
    403: (ModelUnavailable, "the server refuses this address: use 127.0.0.1, or set OLLAMA_HOST there"),
    404: (ModelUnavailable, _UNKNOWN_ROUTE),
    405: (ModelUnavailable, _UNKNOWN_ROUTE),
    413: (TextTooLong, "the request is larger than the server accepts"),
    429: (ModelUnavailable, "the server is overloaded"),
    501: (ModelUnfit, "the model cannot embed: name another as llm.embed_model"),
    503: (ModelUnavailable, "the server is overloaded"),
}


def failure_of(status: int, body: bytes, *, model: str) -> ModelError:
    """Return the error that a reply with this status and body stands for. Total."""
    said = _error_text(body)
    if said is not None and _DIED.search(said):
        return ModelCrashed(f"the server failed ({status}): {_cause(said)}")
    if said is not None and status in _TELLING:
        for rule in (_told_missing, _told_too_long, _told_no_number, _told_refusal, _told_spoilt):
            if (error := rule(said, model)) is not None:
                return error
    if status in _MEANING:
        kind, meaning = _MEANING[status]
        return kind(f"{meaning} ({status})")
    if status == 500:
        return ModelCrashed(f"the server failed ({status}): {_cause(said)}")
    return ModelUnavailable(f"the server cannot be used ({status})")


def _cause(said: str | None) -> str:
    return "out of memory" if said and _MEMORY.search(said) else "its runner failed"


def _error_text(body: bytes) -> str | None:
    """Return what a JSON body says in `error`; None for anything else, like the text of an unknown route."""
    try:
        said = json_object(body).get("error")
    except ModelError:
        return None
    if isinstance(said, dict):
        said = f"{_word(said.get('message'))} {_word(said.get('type'))} {_tokens(said)}"
    return said[:_LONGEST_WORDS] if isinstance(said, str) else None


def _word(value: object) -> str:
    return value[:_LONGEST_WORDS] if isinstance(value, str) else ""


def _tokens(said: dict[str, object]) -> str:
    count = said.get("n_prompt_tokens")
    return f'"n_prompt_tokens":{count}' if type(count) is int and 0 <= count < 10**9 else ""


def _told_missing(said: str, model: str) -> ModelError | None:
    return ModelMissing(model) if _MISSING.search(said) else None


def _told_too_long(said: str, _model: str) -> ModelError | None:
    if not _TOO_LONG.search(said):
        return None
    counted = _COUNTED.search(said)
    return TextTooLong(
        "the text is longer than the model's context", tokens=int(counted[1]) if counted else 0
    )


def _told_no_number(said: str, _model: str) -> ModelError | None:
    return BadVector("the model made NaN or Inf of a text") if _NOT_A_NUMBER.search(said) else None


def _told_refusal(said: str, model: str) -> ModelError | None:
    if found := _BAD_OPTION.search(said):  # a 500, although the request is at fault
        return RequestRefused(f"the option {found[1]} must be of type {found[2]}")
    if _THINK.search(said):
        return ThinkRefused("the server refuses the request: invalid think value")
    if _CANNOT_EMBED.search(said):
        return ModelUnfit(f"{model} cannot embed: it is a model that writes; name another as llm.embed_model")
    if found := _LACKS.search(said):
        return _lacking(found[1], model)
    known = (word for word in _REFUSALS if word in said)
    return next((RequestRefused(f"the server refuses the request: {word}") for word in known), None)


def _lacking(ability: str, model: str) -> ModelError:
    if ability in ("generate", "chat"):
        return ModelUnfit(f"{model} cannot write: it is a model that embeds; name another as llm.text_model")
    return RequestRefused(f"{model} does not support {ability}")


def _told_spoilt(said: str, _model: str) -> ModelError | None:
    if "token repeat limit" in said:
        return BadReply("the model repeated itself without end")
    if "error parsing tool call" in said:
        return BadReply("the model called a tool that does not exist")
    return None

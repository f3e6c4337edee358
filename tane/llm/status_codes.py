"""Which error an HTTP reply of a model server stands for: a pure table, because status codes mislead.

A server's own words are searched, never repeated: they may quote the prompt or the reply.
"""

import re
from dataclasses import dataclass

from tane.llm.model_errors import (
    BadReply,
    BadVector,
    FieldRefused,
    ModelCrashed,
    ModelError,
    ModelMissing,
    ModelUnavailable,
    ModelUnfit,
    RequestRefused,
    TextTooLong,
    ThinkRefused,
    WrongKind,
)
from tane.llm.wire import json_object

_TOO_LONG = re.compile(
    r"longer than the (?:context|maximum model length)|exceed_context_size"
    r"|exceeds? (?:the |maximum |the available )?context|too large to process"
    # OpenAI and vLLM; LM Studio; text-embeddings-inference.
    r"|maximum context length|context_length_exceeded|exceeds? the (?:maximum )?(?:model length|max_model_len)"
    r"|greater than the context length|context length of only|must have less than \d{1,9} tokens"
)
_COUNTED = re.compile(
    r'n_prompt_tokens\\?"?\s{0,4}:\s{0,4}(\d{1,9})|resulted in (\d{1,9}) tokens|(\d{1,9}) in the (?:messages|input|prompt)'
    r"|(\d{1,9}) input tokens|keep the first (\d{1,9}) tokens|n_keep: (\d{1,9})|Given: (\d{1,9})"
)
_NOT_A_NUMBER = re.compile(r"\bNaN\b|\bInf\b|Out of range float values")
_MISSING = re.compile(r"model ['\"][^'\"\n]*['\"] not found")
# What servers with OpenAI's interface say of a model that they do not have, or have not loaded.
_ABSENT = re.compile(
    r"model_not_found|invalid model identifier|no models? (?:is |are )?(?:currently )?loaded"
    r"|\bmodel\b[^\n]{0,200}(?:not found|does not exist|is not (?:loaded|available))",
    re.IGNORECASE,
)
_NO_ROUTE = re.compile(r"unexpected endpoint or method", re.IGNORECASE)  # LM Studio, with status 200
_BAD_OPTION = re.compile(r'option "(\w{1,40})" must be of type (\w{1,20})')
_LACKS = re.compile(
    r"(?:does|do) not support (?:the )?(generate|chat|completions?|embeddings?|thinking|tools)", re.IGNORECASE
)
_CANNOT_EMBED = re.compile(
    r"(?:does|do) not support (?:the )?embeddings?|start it with .{0,4}--embeddings|pooling type .{0,40}not"
    r"|not (?:an )?embedding model|is not embedding",
    re.IGNORECASE,
)
_CANNOT_WRITE = re.compile(
    r"start it without .{0,4}--embeddings|embedding model.{0,40}(?:chat|completion|generat)", re.IGNORECASE
)
_THINK = re.compile(
    r"invalid think value|does not support thinking|cannot unmarshal .{0,80}\bthink\b|\breasoning[_ ]effort\b"
)
# Fields that Tane can do without, in the words of a server that does not know them.
_STRANGE = re.compile(
    r"unrecognized|unsupported|not supported|not support|not permitted|not allowed|unknown|unexpected|extra|invalid|failed to|unable to|must be|should be|require",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\b(?:(seed)|(response_format|json_schema|json schema|grammar))\b", re.IGNORECASE)
# A runner that died: the request is not the cause, with any status.
_DIED = re.compile(
    r"no longer running|has unexpectedly stopped|process has terminated|runner (?:process )?(?:has )?(?:terminated|crashed|died)"
    r"|model has crashed|signal: (?:killed|aborted|segmentation)|exit status \d",
    re.IGNORECASE,
)
_REFUSALS = ("invalid format", "invalid input type", "invalid model name")
_MEMORY = re.compile(r"out of memory|requires more system memory|cudaMalloc|\bOOM\b", re.IGNORECASE)

_LONGEST_WORDS = 4000  # of an error that are looked at
_TELLING = (400, 404, 413, 422, 500, 501)  # their meaning depends on the words of the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What differs between the errors of one kind of server and another's."""

    unknown_route: str
    forbidden: str
    missing: str  # what to do about a model that is missing
    is_openai: bool

    def missing_model(self, model: str) -> ModelMissing:
        """Return the error for a model that the server does not have."""
        return ModelMissing(model, remedy=self.missing.format(model=model))


OLLAMA = Wording(
    unknown_route='this is no Ollama server, or one too old; for one with OpenAI\'s interface set llm.api = "openai"',
    # Ollama answers with an empty body when it refuses the Host header.
    forbidden="the server refuses this address: use 127.0.0.1, or set OLLAMA_HOST there",
    missing="`ollama pull {model}`",
    is_openai=False,
)
OPENAI = Wording(
    unknown_route="there is no /v1/chat/completions, /v1/embeddings or /v1/models at llm.url: correct it, or set llm.api",
    forbidden="the server refuses the token: set llm.token or llm.headers",
    missing="load {model} in the server, or name one that its /v1/models lists as llm.text_model or llm.embed_model",
    is_openai=True,
)
# What a status means when the body does not say it better. 401, 403, an unknown route and 405 are faults of
# the configuration: every request would meet them, so jobs wait instead of dying.
_MEANING: dict[int, tuple[type[ModelError], str]] = {
    400: (RequestRefused, "the server refuses the request"),
    401: (ModelUnavailable, "the server wants credentials: set llm.token or llm.headers"),
    413: (TextTooLong, "the request is larger than the server accepts"),
    422: (RequestRefused, "the server refuses the request"),
    429: (ModelUnavailable, "the server is overloaded"),
    501: (ModelUnfit, "the model cannot embed: name another as llm.embed_model"),
    503: (ModelUnavailable, "the server is overloaded"),
}


def failure_of(status: int, body: bytes, *, model: str, wording: Wording = OLLAMA) -> ModelError:
    """Return the error that a reply with this status and body stands for. Total."""
    said = _error_text(body)
    told = None if said is None else _told(status, said, model, wording)
    return told or _meant(status, said, wording)


def _told(status: int, said: str, model: str, wording: Wording) -> ModelError | None:
    """Return the error that the words of the body tell of."""
    if _DIED.search(said):
        return ModelCrashed(f"the server failed ({status}): {_cause(said)}")
    if _NO_ROUTE.search(said):
        return ModelUnavailable(wording.unknown_route)
    if status not in _TELLING:
        return None
    rules = (_told_missing, _told_too_long, _told_no_number, _told_refusal, _told_spoilt)
    errors = (rule(said, model) for rule in rules)
    if error := next(filter(None, errors), None):
        return error
    return _told_openai(status, said, model, wording) if wording.is_openai else None


def _meant(status: int, said: str | None, wording: Wording) -> ModelError:
    """Return the error that the status stands for."""
    if status == 500:
        return ModelCrashed(f"the server failed ({status}): {_cause(said)}")
    own = {403: wording.forbidden, 404: wording.unknown_route, 405: wording.unknown_route}
    default = (ModelUnavailable, own.get(status, "the server cannot be used"))
    kind, meaning = _MEANING.get(status, default)
    return kind(f"{meaning} ({status})")


def _cause(said: str | None) -> str:
    return "out of memory" if said and _MEMORY.search(said) else "its runner failed"


def _error_text(body: bytes) -> str | None:
    """Return what a JSON body says of an error; None for anything else, like the text of an unknown route.

    That is `error`, as a text or an object; where a server has no such field the body itself is that object, or `detail` says it.
    """
    try:
        reply = json_object(body)
    except ModelError:
        return None
    said = reply.get("error", reply.get("detail"))
    if isinstance(said, list):  # of FastAPI: a place and a message each
        said = " ".join(
            f"{entry.get('loc')} {_word(entry.get('msg'))}" for entry in said[:20] if isinstance(entry, dict)
        )
    if said is None and "message" in reply:
        said = reply
    if isinstance(said, dict):
        parts = (_word(said.get(name)) for name in ("message", "type", "code", "param"))
        said = f"{' '.join(parts)} {_tokens(said)}"
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
        "the text is longer than the model's context",
        tokens=int(next(filter(None, counted.groups()))) if counted else 0,
    )


def _told_no_number(said: str, _model: str) -> ModelError | None:
    return BadVector("the model made NaN or Inf of a text") if _NOT_A_NUMBER.search(said) else None


def _told_refusal(said: str, model: str) -> ModelError | None:
    if found := _BAD_OPTION.search(said):  # a 500, although the request is at fault
        return RequestRefused(f"the option {found[1]} must be of type {found[2]}")
    if _THINK.search(said):
        return ThinkRefused("the server refuses the request: invalid think value")
    if _CANNOT_WRITE.search(said):
        return _lacking("chat", model)
    if _CANNOT_EMBED.search(said):
        return WrongKind(f"{model} cannot embed: it is a model that writes; name another as llm.embed_model")
    if found := _LACKS.search(said):
        return _lacking(found[1].lower(), model)
    known = (word for word in _REFUSALS if word in said)
    return next((RequestRefused(f"the server refuses the request: {word}") for word in known), None)


def _lacking(ability: str, model: str) -> ModelError:
    if ability in ("generate", "chat", "completion", "completions"):
        return WrongKind(f"{model} cannot write: it is a model that embeds; name another as llm.text_model")
    return RequestRefused(f"{model} does not support {ability}")


def _told_openai(status: int, said: str, model: str, wording: Wording) -> ModelError | None:
    if status in (400, 404, 500) and _ABSENT.search(said):
        return wording.missing_model(model)
    if status in (400, 422, 501) and _STRANGE.search(said) and (found := _FIELD.search(said)):
        return FieldRefused("seed" if found[1] else "response_format")
    return None


def _told_spoilt(said: str, _model: str) -> ModelError | None:
    if "token repeat limit" in said:
        return BadReply("the model repeated itself without end")
    if "error parsing tool call" in said:
        return BadReply("the model called a tool that does not exist")
    return None

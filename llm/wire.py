"""Ollama's requests and replies as values: pure functions between our contract and its JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llm.errors import BadReply, BadVector, ModelUnavailable, RequestRefused
from llm.protocol import ModelInfo

THINKING_TOKENS = 1024  # thinking counts in num_predict: too small a cap leaves an empty reply (B6)
EMBED_CONTEXT_TOKENS = 2048  # more than any split or seed needs; longer windows only cost memory
SEED = 42
# Temperature 0 and the same seed give the same bad answer again.
RESAMPLING_TEMPERATURES = (0.4, 0.7)
SMALLEST_NORM = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A complete reply of generate or chat."""

    text: str
    prompt_tokens: int
    reply_tokens: int


def full_name(model: str) -> str:
    """Return a model's name as the server lists it: a name without tag means `latest`."""
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}:latest"


def sampled(options: Mapping[str, Any], *, sample: int) -> dict[str, Any]:
    """Return the sampling options of the n-th try; 0 is the configured one."""
    chosen = {"seed": SEED, **options}
    if sample > 0:
        warmest = RESAMPLING_TEMPERATURES[min(sample, len(RESAMPLING_TEMPERATURES)) - 1]
        chosen["temperature"] = max(float(chosen.get("temperature", 0)), warmest)
        chosen["seed"] = int(chosen["seed"]) + sample
    return chosen


def encoded(payload: Mapping[str, Any]) -> bytes:
    """Return the JSON of a request.

    Raises:
        RequestRefused: the text holds lone surrogates and is no Unicode.
    """
    try:
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise RequestRefused("the text is not valid Unicode") from None


def decoded(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a reply.

    Raises:
        ModelUnavailable: it is none, so another program or a proxy answered.
    """
    try:
        reply = json.loads(body)
    except ValueError:
        raise ModelUnavailable("the server's reply is no JSON") from None
    if not isinstance(reply, dict):
        raise ModelUnavailable("the server's reply is no JSON object")
    return reply


def completed(reply: Mapping[str, Any], text: object) -> Completed:
    """Accept a reply only if it is whole: a run that was aborted or cut off looks like success (B4).

    Raises:
        BadReply: it is not.
    """
    if reply.get("done") is not True:
        raise BadReply("the model's run was aborted (done: false)")
    if reply.get("done_reason") != "stop":
        cut = reply.get("done_reason") == "length"
        raise BadReply(
            "the reply was cut off at its longest length" if cut else "the reply has no proper end"
        )
    if not isinstance(text, str):
        raise BadReply("the reply holds no text")
    return Completed(
        text=text, prompt_tokens=_count(reply, "prompt_eval_count"), reply_tokens=_count(reply, "eval_count")
    )


def chat_text(reply: Mapping[str, Any]) -> object:
    """Return the text of a chat's message; None if there is none."""
    message = reply.get("message")
    return (message.get("content") or None) if isinstance(message, dict) else None


def vectors_of(reply: Mapping[str, Any], *, count: int, dims: int) -> list["NDArray[np.float32] | BadVector"]:
    """Return the vectors of an embed reply: float32 of shape (dims,), norm 1, or why one is unusable.

    `dims` 0 stands for an unknown length. O(count * dims), deterministic.

    Raises:
        BadReply: there are more or fewer than `count`, so nobody knows which belongs to which text.
    """
    rows = reply.get("embeddings")
    if not isinstance(rows, list) or len(rows) != count:
        found = len(rows) if isinstance(rows, list) else 0
        raise BadReply(f"{found} vectors came back for {count} texts")
    return [_unit(row, dims=dims) for row in rows]


def _unit(row: object, *, dims: int) -> "NDArray[np.float32] | BadVector":
    try:
        vector = np.asarray(row, dtype=np.float64)  # null becomes NaN
    except (TypeError, ValueError):
        return BadVector("the vector holds something else than numbers")
    if vector.ndim != 1 or vector.size == 0 or vector.size != (dims or vector.size):
        return BadVector(f"the vector has {vector.size} elements, not {dims}")
    norm = float(np.linalg.norm(vector))
    if not np.isfinite(norm):
        return BadVector("the vector holds NaN or Inf")
    if norm < SMALLEST_NORM:
        return BadVector("the vector is zero")
    return (vector / norm).astype(np.float32)


def model_info(tag: Mapping[str, Any], shown: Mapping[str, Any], *, embeds: bool) -> ModelInfo:
    """Return what /api/tags and /api/show tell of a model."""
    facts = shown.get("model_info") or {}
    architecture = facts.get("general.architecture", "")
    return ModelInfo(
        name=str(tag.get("name", "")),
        digest=str(tag.get("digest", "")),
        dims=_count(facts, f"{architecture}.embedding_length") if embeds else 0,
        thinks="thinking" in (shown.get("capabilities") or ()),
        context_tokens=_count(facts, f"{architecture}.context_length"),
    )


def named(models: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return the entry of a model in a reply of /api/tags or /api/ps."""
    entries: Sequence[Mapping[str, Any]] = models.get("models") or ()
    return next((entry for entry in entries if entry.get("name") == full_name(name)), None)


def _count(values: Mapping[str, Any], key: str) -> int:
    """Return a whole number; Ollama leaves fields out that are zero."""
    value = values.get(key)
    return value if isinstance(value, int) else 0

"""The faults of `tests.faults` as servers with OpenAI's interface show them, in the words of those that do."""

import json
from typing import Any

CHAT = "/v1/chat/completions"
EMBEDDINGS = "/v1/embeddings"
MODEL_PATHS = (CHAT, EMBEDDINGS)

Said = tuple[int, dict[str, Any]]


def _openai(status: int, message: str, **fields: Any) -> Said:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return status, {"error": error | fields}


def _llama(status: int, message: str, kind: str, **fields: Any) -> Said:
    return status, {"error": {"code": status, "message": message, "type": kind} | fields}


def _vllm(status: int, message: str, kind: str) -> Said:
    return status, {"object": "error", "message": message, "type": kind, "param": None, "code": status}


_WINDOW = "This model's maximum context length is 4096 tokens. However, "

# By the name of the fault.
REFUSALS: dict[str, Said] = {
    "CRASH": _vllm(500, "EngineCore encountered an issue. See stack trace for the root cause.", "InternalServerError"),
    "OUT_OF_MEMORY": _openai(500, "CUDA out of memory. Tried to allocate 2.00 GiB.", type="server_error"),
    "OPTION_TYPE": (422, {"detail": [{"loc": ["body", "temperature"], "msg": "Input should be a valid number", "type": "float_parsing"}]}),
    "REFUSED": _openai(400, "Unrecognized request argument supplied: repetition_penalty"),
    "NAN_OLD": _vllm(500, "Out of range float values are not JSON compliant: nan", "InternalServerError"),
    "NAN": _llama(500, "embedding contains NaN or Inf values", "server_error"),
    "TOO_LONG": _vllm(400, f"{_WINDOW}you requested 6510 tokens (6010 in the messages, 500 in the completion). Please reduce the length.", "BadRequestError"),
    "TOO_LONG_NEW": (200, {"error": "Trying to keep the first 6010 tokens when context the overflows. However, the model is loaded with context length of only 2048 tokens, which is not enough."}),
    "CONTEXT_EXCEEDED": _llama(400, "the request exceeds the available context size, try increasing it", "exceed_context_size_error", n_prompt_tokens=6010, n_ctx=2048),
    "CONTEXT_CODE": _openai(400, f"{_WINDOW}your messages resulted in 6010 tokens.", param="messages", code="context_length_exceeded"),
    "BATCH_EXCEEDED": _llama(500, "input (6010 tokens) is too large to process. increase the physical batch size (current batch size: 512)", "server_error"),
    "KEEP_EXCEEDED": (400, {"error": "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 6010>= n_ctx: 4096)."}),
    "RUNNER_GONE": (400, {"error": "The model has crashed without additional information. (Exit code: 6)"}),
    "RUNNER_GONE_502": _openai(502, "llama-server process has terminated: signal: killed"),
    "CANNOT_EMBED": _llama(501, "This server does not support embeddings. Start it with `--embeddings`", "not_supported_error"),
    "NO_EMBEDDING": _vllm(400, "The model does not support Embeddings API", "BadRequestError"),
    "NO_GENERATE": _llama(501, "This server does not support completions. Start it without `--embeddings`", "not_supported_error"),
    "NO_CHAT": _vllm(400, "The model does not support Chat Completions API", "BadRequestError"),
    "MISSING": _vllm(404, "The model `standin` does not exist.", "NotFoundError"),
    "MISSING_OLD": _openai(404, 'Invalid model identifier "standin". Please specify a valid downloaded model.', param="model", code="model_not_found"),
    "NOT_LOADED": _openai(400, "No models loaded. Please load a model in the developer page or use the `lms load` command."),
    "BUSY": _llama(503, "Loading model", "unavailable_error"),
    "TOO_MANY": _openai(429, "Rate limit reached", type="requests", code="rate_limit_exceeded"),
    "NO_TOKEN": _llama(401, "Invalid API Key", "authentication_error"),
    "THINK_WORD": _openai(400, "Unrecognized request argument supplied: reasoning_effort"),
    "THINK_VALUE": (422, {"detail": [{"loc": ["body", "reasoning_effort"], "msg": "Input should be 'low', 'medium' or 'high'", "type": "literal_error"}]}),
    "NO_THINKING": _openai(400, "Unsupported parameter: 'reasoning_effort' is not supported with this model.", param="reasoning_effort"),
    "NO_SEED": (422, {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}]}),
    "NO_SCHEMA": (422, {"detail": [{"loc": ["body", "response_format", "type"], "msg": "Input should be 'text' or 'json_object'", "type": "literal_error"}]}),
    "FORMAT": _llama(400, "failed to parse grammar", "invalid_request_error"),
    "FORBIDDEN": (403, {"detail": "Forbidden"}),
    "UNKNOWN_ROUTE": (404, {"detail": "Not Found"}),
    "ROUTE_200": (200, {"error": "Unexpected endpoint or method. (POST /v1/chat/completions). Returning 200 anyway"}),
}  # fmt: skip


def refusal(fault: str) -> tuple[int, str, bytes] | None:
    """Return the whole reply with which a server refuses."""
    if fault not in REFUSALS:
        return None
    status, body = REFUSALS[fault]
    return status, "application/json", json.dumps(body).encode()


def spoil(fault: str, reply: dict[str, Any], words: str | None) -> dict[str, Any]:
    """Spoil a good reply; `words` are what a text model says instead."""
    if choices := reply.get("choices"):
        _spoil_choice(fault, choices[0], words)
        reply["choices"] = [] if fault == "NO_CHOICE" else choices
    elif vectors := reply.get("data"):
        _spoil_vectors(fault, vectors)
        _spoil_places(fault, vectors)
    return reply


def _spoil_choice(fault: str, choice: dict[str, Any], words: str | None) -> None:
    if words is not None:
        choice["message"]["content"] = words
    ends = {
        "ABORTED": "abort",
        "CUT_OFF": "length",
        "TOOL_CALL": "tool_calls",
        "FILTERED": "content_filter",
        "ENDLESS": "",
    }
    choice["finish_reason"] = ends.get(fault, choice["finish_reason"])
    if fault == "ONLY_THOUGHTS":
        choice["message"] |= {"content": None, "reasoning_content": "The user wants a list."}
    if fault == "DECLINED":
        choice["message"] |= {"content": None, "refusal": "I cannot help with a secret of the user."}


def _spoil_places(fault: str, vectors: list[dict[str, Any]]) -> None:
    if fault == "ONE_TOO_FEW":
        del vectors[0]
        for place, entry in enumerate(vectors):
            entry["index"] = place
    if fault == "TURNED_ROUND":
        vectors.reverse()
    if fault == "NUMBERED_ODDLY":
        vectors[0]["index"] = len(vectors)


def _spoil_vectors(fault: str, vectors: list[dict[str, Any]]) -> None:
    length = len(vectors[0]["embedding"])
    spoilt = {
        "ZERO": [0.0] * length,
        "NULLS": [None] * length,
        "SHORT_VECTOR": vectors[0]["embedding"][:-1],
    }
    vectors[0]["embedding"] = spoilt.get(fault, vectors[0]["embedding"])
    for entry in vectors:
        every = {
            "ALL_NULLS": [None] * length,
            "ALL_SHORT": entry["embedding"][:-1],
            "ALL_ALIKE": [1.0] + [0.0] * (length - 1),
        }
        entry["embedding"] = every.get(fault, entry["embedding"])

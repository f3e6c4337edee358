"""Every reply of every endpoint becomes a value or a ModelError, whatever it says and however long it says it."""

import asyncio
import contextlib
import functools
import gzip
import json
import math
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.standin import EMBED_MODEL, TEXT_MODEL
from tane.llm import model_errors, openai_wire, status_codes, wire
from tane.llm.model_host import ModelHost
from tests.growing import growth
from tests.odd_server import DIMS, SOUND, plain, serving, vector
from tests.tables import every
from tests.tane.llm.conftest import driver, openai_driver, prompt

DEEP = "[" * 200_000
HUGE = 10**400
# Values that a field may hold although no Ollama ever says so.
JUNK: list[Any] = [
    None, True, 0, -1, 1.5, HUGE, -HUGE, 2**63, 1e308, math.nan, math.inf, "", "viele", "12", "\x00", "\ud800", "x" * 5000,
    [], [1, 2], [[]], [None], ["a", 1], {}, {"a": {"b": []}}, [{"name": 1}], [[[[1.0]]]],
]  # fmt: skip
REPLIES: dict[str, dict[str, Any]] = {
    **SOUND,
    "/api/embed": {"embeddings": [vector("甲"), vector("乙")], "prompt_eval_count": 3},
    "/v1/embeddings": {
        "data": [{"index": place, "embedding": vector("甲乙"[place])} for place in (0, 1)],
        "usage": {"prompt_tokens": 3},
    },
    "detail": {
        "detail": [
            {"loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
        ]
    },
    "error": {"error": {"message": "exceed_context_size_error", "code": 400, "n_prompt_tokens": 5000}},
}


@st.composite
def nearly(draw: st.DrawFn, value: Any) -> Any:
    """A value like this one, of which any part may be anything, missing or named otherwise."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(JUNK))
    if isinstance(value, dict):
        kept = {key: draw(nearly(entry)) for key, entry in value.items() if draw(st.integers(0, 7))}
        return kept | draw(
            st.dictionaries(st.sampled_from([*value, "error"]), st.sampled_from(JUNK), max_size=1)
        )
    if isinstance(value, list):
        return [
            draw(nearly(entry)) for entry in value for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2])))
        ]
    return value


def used(path: str, body: bytes) -> None:
    """Read a reply as the drivers do, and use all of it."""
    if path in ("error", "detail"):
        used_of_error(body)
        return
    reply = wire.json_object(body)
    if path.startswith("/v1/"):
        used_of_openai(path, reply)
        return
    match path:
        case "/api/version":
            assert isinstance(wire.read(reply, wire.Version).version, str)
        case "/api/tags" | "/api/ps":
            found = wire.read(reply, wire.Listing).named(TEXT_MODEL)
            shown = wire.read(SOUND["/api/show"], wire.Shown)
            assert found is None or wire.model_info(found, shown, embeds=True).dims == DIMS
        case "/api/show":
            info = wire.model_info(wire.ListedModel(), wire.read(reply, wire.Shown), embeds=True)
            assert 0 <= info.dims <= wire.MOST_DIMS
            assert 0 <= info.context_tokens <= wire.LARGEST_COUNT
        case "/api/generate" | "/api/chat":
            written = wire.read(reply, wire.GeneratedText)
            assert 0 <= written.prompt_eval_count + written.eval_count <= 2 * wire.LARGEST_COUNT
            written.text(model="m").encode()
        case "/api/embed":
            for made in wire.read(reply, wire.Embeddings).vectors(count=2, dims=DIMS):
                assert isinstance(made, model_errors.ModelError) or abs(np.linalg.norm(made) - 1) < 1e-5


def used_of_error(body: bytes) -> None:
    for status in (200, 400, 404, 422, 500, 501, 503):
        for wording in (status_codes.OLLAMA, status_codes.OPENAI):
            status_codes.failure_of(status, body, model="m", wording=wording)


def used_of_openai(path: str, reply: dict[str, Any]) -> None:
    match path:
        case "/v1/models":
            served = wire.read(reply, openai_wire.ServedModels)
            info = served.data[0].info(embeds=True) if served.data else None
            assert info is None or (len(info.digest), info.dims <= wire.MOST_DIMS) == (64, True)
            assert served.named(TEXT_MODEL) is None or isinstance(served.owner, str)
        case "/v1/chat/completions":
            said = wire.read(reply, openai_wire.ChatCompletion)
            assert 0 <= said.prompt_tokens + said.reply_tokens <= 2 * wire.LARGEST_COUNT
            said.text(model="m").encode()
        case "/v1/embeddings":
            for made in wire.read(reply, openai_wire.EmbeddingList).vectors(count=2, dims=DIMS):
                assert isinstance(made, model_errors.ModelError) or abs(np.linalg.norm(made) - 1) < 1e-5


@pytest.mark.parametrize("path", REPLIES)
@given(data=st.data())
def test_what_is_nearly_a_reply_is_read_or_refused(path: str, data: st.DataObject):
    body = json.dumps(data.draw(nearly(REPLIES[path]))).encode()
    if data.draw(st.integers(0, 9)) == 0:
        body = body[: data.draw(st.integers(0, len(body)))]

    with contextlib.suppress(model_errors.ModelError):
        used(path, body)


@every("path", REPLIES)
@every("body", [DEEP, '{"a":' * 200_000, f'{{"models": {DEEP}', "", "\xff", "[]", "7"])
def test_what_is_no_object_is_refused(path: str, body: str):
    if path in ("error", "detail"):
        used(path, body.encode("latin-1"))
        return
    with pytest.raises(model_errors.ModelUnavailable):
        used(path, body.encode("latin-1"))


# One path that says something odd, and what becomes of a call that needs it: an error, or None where it does no harm.
ODD: dict[str, tuple[str, Any, str, type[Exception] | None]] = {
    "models that are numbers": ("/api/tags", {"models": [1, 2]}, "embed", model_errors.ModelCrashed),
    "models that are a word": ("/api/tags", {"models": "none"}, "generate", model_errors.ModelCrashed),
    "a model without a name": ("/api/tags", {"models": [{"digest": "a"}]}, "embed", model_errors.ModelMissing),
    "facts that are a word": ("/api/show", {"model_info": "llama", "capabilities": ["completion"]}, "embed", None),
    "facts that are a list": ("/api/show", {"model_info": [1], "capabilities": 7}, "generate", None),
    "a length that is a word": ("/api/show", {"model_info": {"general.architecture": ["x"]}}, "embed", None),
    "lengths beyond all numbers": ("/api/show", {"model_info": {"general.architecture": "odd", "odd.embedding_length": HUGE, "odd.context_length": HUGE}}, "embed", None),
    "an endless number in a vector": ("/api/embed", {"embeddings": [[HUGE] * DIMS] * 3}, "embed", model_errors.ModelUnfit),
    "words in a vector": ("/api/embed", {"embeddings": [["1.0"] * DIMS] * 3}, "embed", model_errors.ModelUnfit),
    "vectors of vectors": ("/api/embed", {"embeddings": [[[1.0] * DIMS]] * 3}, "embed", model_errors.ModelUnfit),
    "vectors that are objects": ("/api/embed", {"embeddings": [{"0": 1.0}] * 3}, "embed", model_errors.ModelUnfit),
    "vectors under a number": ("/api/embed", {"embeddings": 5}, "embed", model_errors.ModelCrashed),
    "a cost that is a word": ("/api/embed", {"embeddings": [vector("甲")], "prompt_eval_count": "viele"}, "embed", None),
    "a cost beyond all numbers": ("/api/generate", {**SOUND["/api/generate"], "eval_count": HUGE, "prompt_eval_count": -5}, "generate", None),
    "a reply that is a number": ("/api/generate", {**SOUND["/api/generate"], "response": 5}, "generate", model_errors.ModelCrashed),
    "a message that is a word": ("/api/chat", {**SOUND["/api/chat"], "message": "ja"}, "chat", model_errors.ModelCrashed),
    "a message of parts": ("/api/chat", {**SOUND["/api/chat"], "message": {"content": [{"text": "ja"}]}}, "chat", model_errors.ModelCrashed),
    "a message that is missing": ("/api/chat", {"done": True, "done_reason": "stop"}, "chat", model_errors.EmptyReply),
    "an end that is a word": ("/api/generate", {**SOUND["/api/generate"], "done": "yes"}, "generate", model_errors.CutReply),
    "an error that is a list": ("/api/generate", {"error": [1, 2]}, "generate", model_errors.ModelCrashed),
    "a version that is a list": ("/api/version", {"version": [0, 30]}, "inspect", None),
    "served models that are numbers": ("/v1/models", {"data": [1]}, "embed", model_errors.ModelCrashed),
    "served models without a name": ("/v1/models", {"data": [{"object": "model"}]}, "generate", model_errors.ModelMissing),
    "a name that is no text": ("/v1/models", {"data": [{"id": "a\x00b"}, {"id": 7}]}, "generate", model_errors.ModelMissing),
    "facts of a file that are a list": ("/v1/models", {"data": [{"id": name, "meta": [1]} for name in (TEXT_MODEL, EMBED_MODEL)]}, "embed", None),
    "no choice": ("/v1/chat/completions", {"choices": []}, "generate", model_errors.BadReply),
    "a choice without a message": ("/v1/chat/completions", {"choices": [{"finish_reason": "stop"}]}, "generate", model_errors.EmptyReply),
    "a choice without an end": ("/v1/chat/completions", {"choices": [{"message": {"content": "ja"}}]}, "generate", model_errors.BadReply),
    "a choice of parts": ("/v1/chat/completions", {"choices": [{"message": {"content": [{"text": "ja"}]}, "finish_reason": "stop"}]}, "chat", model_errors.ModelCrashed),
    "a usage that is a word": ("/v1/chat/completions", {**SOUND["/v1/chat/completions"], "usage": "viele"}, "generate", None),
    "a stream": ("/v1/chat/completions", "data: {}", "generate", model_errors.ModelUnavailable),
    "an answer of ollama": ("/v1/chat/completions", SOUND["/api/chat"], "generate", model_errors.BadReply),
    "vectors as text": ("/v1/embeddings", {"data": [{"index": 0, "embedding": "AACAPw=="}]}, "embed", model_errors.ModelUnfit),
    "vectors without a number": ("/v1/embeddings", {"data": [{"embedding": vector("甲")}]}, "embed", None),
    "vectors of another number": ("/v1/embeddings", {"data": [{"index": 7, "embedding": vector("甲")}]}, "embed", model_errors.ModelUnfit),
    "residents that are numbers": ("/api/ps", {"models": [3]}, "are_coresident", model_errors.ModelCrashed),
}  # fmt: skip


async def call(ollama: ModelHost, operation: str) -> object:
    match operation:
        case "embed":
            (made,) = (await ollama.embed(["甲"])).vectors
            if isinstance(made, model_errors.ModelError):
                raise made
            return made
        case "generate":
            return await ollama.generate(prompt())
        case "chat":
            return await ollama.chat(prompt(), schema={"type": "object"})
    return await getattr(ollama, operation)()


@every(("path", "says", "operation", "error"), ODD.values(), ids=ODD)
async def test_an_odd_reply_is_one_of_our_errors_or_does_no_harm(
    path: str, says: Any, operation: str, error: type[Exception] | None
):
    opened: Callable[[str], ModelHost] = openai_driver if path.startswith("/v1/") else driver
    async with serving({path: plain(json.dumps(says).encode())}) as url, opened(url) as models:
        if error is None:
            await call(models, operation)
            return
        with pytest.raises(model_errors.ModelError) as raised:
            await call(models, operation)
        assert type(raised.value) is error


async def endless_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    await without_end(writer, b"10000\r\n" + b" " * 0x10000 + b"\r\n")


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await without_end(writer, b"X-More: " + b"x" * 4000 + b"\r\n")


async def endless_interim_replies(writer: asyncio.StreamWriter) -> None:
    await without_end(writer, b"HTTP/1.1 102 Processing\r\n\r\n" * 100)


async def endless_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    await without_end(writer, b'{"a": [' + b"[]," * 20_000)


async def without_end(writer: asyncio.StreamWriter, piece: bytes) -> None:
    while True:
        writer.write(piece)
        await writer.drain()


@functools.cache
def packed(encoding: str) -> bytes:
    """A reply of 64 KB that unpacks to 64 MB."""
    zeros = bytes(2**26)
    body = gzip.compress(zeros) if encoding == "gzip" else zlib.compress(zeros)
    return plain(body, more=f"Content-Encoding: {encoding}\r\n")


async def gzip_bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(packed("gzip"))


async def deflate_bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(packed("deflate"))


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (endless_body, model_errors.ModelCrashed),
        (endless_chunks, model_errors.ModelCrashed),
        (endless_headers, model_errors.ModelUnavailable),
        (endless_interim_replies, model_errors.ModelTimeout),
        (gzip_bomb, model_errors.ModelCrashed),
        (deflate_bomb, model_errors.ModelCrashed),
        (plain(b"\x1f\x8bnonsense", more="Content-Encoding: gzip\r\n"), model_errors.ModelUnavailable),
        (plain(b"\x0b\x02\x80", more="Content-Encoding: br\r\n"), model_errors.ModelUnavailable),
        (plain(DEEP.encode()), model_errors.ModelCrashed),
        (plain(b"x" * 2**20, status=502), model_errors.ModelUnavailable),
        (plain(b"", status=302, more="Location: http://127.0.0.1:9/\r\n"), model_errors.ModelUnavailable),
        (b"HTTP/1.1 200 OK\r\n\xff\xfe: \x00\r\n\r\n{}", model_errors.ModelUnavailable),
        (b"HTTP/9.9 hello\r\n\r\n", model_errors.ModelUnavailable),
        (b"220 smtp.example ESMTP\r\n\r\n", model_errors.ModelUnavailable),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/tags", "/api/generate"])
async def test_a_reply_without_end_or_sense_is_given_up(says: Any, error: type[Exception], path: str):
    timeout_s = 0.3 if says is endless_interim_replies else 20.0
    async with serving({path: says}) as url, driver(url, timeout_s=timeout_s) as ollama:
        if path == "/api/tags" and says is endless_interim_replies:
            return  # half a minute is the deadline there
        with pytest.raises(model_errors.ModelError) as raised:
            await ollama.generate(prompt())
        assert type(raised.value) is error


async def test_a_packed_reply_of_good_size_is_read():
    body = gzip.compress(json.dumps(SOUND["/api/generate"]).encode())
    async with (
        serving({"/api/generate": plain(body, more="Content-Encoding: gzip\r\n")}) as url,
        driver(url) as ollama,
    ):
        assert (await ollama.generate(prompt())).text == "なし"


@every(
    "grow",
    [
        lambda n: b'{"models": [' + b'{"name": "a", "digest": "b"},' * n + b"{}]}",
        lambda n: b'{"error": "' + b"model 'model ' not" * n + b'"}',
        lambda n: b'{"error": {"message": "' + b"embedding model a keep the first 1 model " * n + b'"}}',
        lambda n: b'{"data": [' + b'{"id": "a", "aliases": ["b"]},' * n + b"{}]}",
        lambda n: b'{"response": "' + b"<think>" * n + b'", "done": true, "done_reason": "stop"}',
        lambda n: (
            b'{"response": "' + b"<|channel|>" * n + b"< " * n + b'", "done": true, "done_reason": "stop"}'
        ),
    ],
)
def test_twice_the_length_takes_twice_the_time(grow: Callable[[int], bytes]):
    def read(body: bytes) -> None:
        for path in ("/api/tags", "/api/generate", "/v1/models", "error"):
            with contextlib.suppress(model_errors.ModelError):
                used(path, body)

    assert growth(read, grow, 20_000) < 3


def test_names_are_compared_as_the_server_lists_them():
    assert (wire.full_name("a"), wire.full_name("b/a:7b"), wire.full_name(EMBED_MODEL)) == (
        "a:latest", "b/a:7b", wire.full_name(EMBED_MODEL),
    )  # fmt: skip

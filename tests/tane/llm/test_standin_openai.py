"""The stand-in's OpenAI interface seen by the official client: whoever speaks with it speaks the protocol."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest

from demo.standin import DIMS, EMBED_MODEL, TEXT_MODEL
from tane.llm.prompts import Prompts

if TYPE_CHECKING:
    import openai  # a second of every process that collects the tests

DEFINITION = "発酵とは、微生物が有機物を分解する働きのことだ。"


@pytest.fixture
def asked() -> str:
    return Prompts.load("ja").render("did_asked_knowledge", contents=DEFINITION).text


@pytest.fixture
def client(standin_url: str) -> Iterator["openai.OpenAI"]:
    import openai

    with openai.OpenAI(base_url=f"{standin_url}/v1", api_key="none", max_retries=0) as opened:
        yield opened


def test_lists_its_models(client: "openai.OpenAI"):
    assert [(model.id, model.owned_by) for model in client.models.list()] == [
        (TEXT_MODEL, "standin"),
        (EMBED_MODEL, "standin"),
    ]


def test_chats(client: "openai.OpenAI", asked: str):
    reply = client.chat.completions.create(
        model=TEXT_MODEL, messages=[{"role": "user", "content": asked}], seed=1, temperature=0, max_tokens=200
    )

    assert (reply.choices[0].message.content, reply.choices[0].finish_reason) == (DEFINITION, "stop")
    assert reply.usage is not None
    assert reply.usage.prompt_tokens > reply.usage.completion_tokens > 0


def test_chats_in_parts(client: "openai.OpenAI", asked: str):
    parts = client.chat.completions.create(
        model=TEXT_MODEL, messages=[{"role": "user", "content": asked}], stream=True
    )

    assert "".join(part.choices[0].delta.content or "" for part in parts) == DEFINITION


def test_chats_in_the_form_of_a_schema(client: "openai.OpenAI"):
    asked = Prompts.load("ja").render("cluster_body", contents=DEFINITION).text
    schema: dict[str, object] = {"type": "object", "properties": {"kind": {"enum": ["甲", "乙"]}}}

    reply = client.chat.completions.create(
        model=TEXT_MODEL,
        messages=[{"role": "user", "content": asked}],
        response_format={"type": "json_schema", "json_schema": {"name": "body", "schema": schema}},
    )

    assert json.loads(reply.choices[0].message.content or "") == {"kind": "甲"}


def test_says_where_a_reply_was_cut(client: "openai.OpenAI", asked: str):
    reply = client.chat.completions.create(
        model=TEXT_MODEL, messages=[{"role": "user", "content": asked}], max_tokens=3
    )

    assert reply.choices[0].finish_reason == "length"


@pytest.mark.parametrize("form", ["float", "base64"])
def test_embeds(client: "openai.OpenAI", form: str):
    made = client.embeddings.create(
        model=EMBED_MODEL,
        input=["発酵", "睡眠"],
        encoding_format="float" if form == "float" else "base64",
    )

    assert [entry.index for entry in made.data] == [0, 1]
    if form == "float":
        assert np.asarray([entry.embedding for entry in made.data]).shape == (2, DIMS)
    else:
        assert all(isinstance(entry.embedding, str) for entry in made.data)


@pytest.mark.parametrize(
    ("model", "fields", "error"),
    [
        ("gone", {}, "NotFoundError"),
        (EMBED_MODEL, {}, "BadRequestError"),
        (TEXT_MODEL, {"top_k": 3}, "BadRequestError"),
        (TEXT_MODEL, {"temperature": "warm"}, "BadRequestError"),
        (TEXT_MODEL, {"messages": []}, "BadRequestError"),
        (TEXT_MODEL, {"response_format": {"type": "yaml"}}, "BadRequestError"),
        (TEXT_MODEL, {"reasoning_effort": "endless"}, "BadRequestError"),
        (TEXT_MODEL, {"messages": [{"role": "user", "content": "長" * 200_000}]}, "BadRequestError"),
    ],
)
def test_refuses_as_the_reference_says(
    client: "openai.OpenAI", model: str, fields: dict[str, object], error: str
):
    import openai

    with pytest.raises(getattr(openai, error)) as raised:
        client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "はい"}], extra_body=fields
        )

    assert raised.value.type in ("invalid_request_error", "not_found_error")


def test_refuses_a_text_that_is_longer_than_its_window(client: "openai.OpenAI"):
    import openai

    with pytest.raises(openai.BadRequestError, match="maximum context length is 512"):
        client.embeddings.create(model=EMBED_MODEL, input=["長" * 2000])

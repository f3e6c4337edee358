"""The stand-in seen by the official client, and on the wire."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator

import httpx
import numpy as np
import ollama
import pytest

from demo.standin import DIMS, EMBED_MODEL, NOTICE, TEXT_MODEL
from demo.standin.process import start_standin
from tane.llm.prompts import Prompts
from tests.standin import serving_standin
from tests.waiting import until

DEFINITION = "発酵とは、微生物が有機物を分解する働きのことだ。"


@pytest.fixture
def asked() -> str:
    return Prompts.load("ja").render("did_asked_knowledge", contents=DEFINITION).text


@pytest.fixture
def client(standin_url: str) -> Iterator[ollama.Client]:
    with ollama.Client(standin_url, trust_env=False) as opened:
        yield opened


@pytest.fixture
async def async_client(standin_url: str) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(standin_url, trust_env=False) as opened:
        yield opened


@pytest.fixture
def http(standin_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=standin_url, trust_env=False) as opened:
        yield opened


class TestTheOfficialClient:
    def test_generates(self, client: ollama.Client, asked: str):
        reply = client.generate(TEXT_MODEL, asked)

        assert reply.response == DEFINITION
        assert (reply.done, reply.done_reason) == (True, "stop")
        assert reply.context
        assert (reply.prompt_eval_count or 0) > (reply.eval_count or 0) > 0
        assert (reply.total_duration or 0) > 0

    def test_streams_a_reply_in_parts_that_add_up(self, client: ollama.Client, asked: str):
        parts = list(client.generate(TEXT_MODEL, asked, stream=True))

        assert len(parts) > 2
        assert "".join(part.response or "" for part in parts) == DEFINITION
        assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
        assert parts[-1].done_reason == "stop"

    def test_chats(self, client: ollama.Client, asked: str):
        reply = client.chat(TEXT_MODEL, [{"role": "user", "content": asked}])

        assert reply.message.role == "assistant"
        assert reply.message.content == DEFINITION

    def test_chats_in_parts(self, client: ollama.Client, asked: str):
        parts = list(client.chat(TEXT_MODEL, [{"role": "user", "content": asked}], stream=True))

        assert "".join(part.message.content or "" for part in parts) == DEFINITION

    def test_chats_in_the_form_of_a_schema(self, client: ollama.Client):
        schema = {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "strength": {"type": "integer", "minimum": 1, "maximum": 10},
                "category": {"enum": ["甲", "乙"]},
            },
        }
        asked = Prompts.load("ja").render("cluster_body", contents=DEFINITION, titles=["発酵と微生物"]).text

        reply = client.chat(TEXT_MODEL, [{"role": "user", "content": asked}], format=schema)

        fields = json.loads(reply.message.content or "")
        assert fields["title"] not in ("", "発酵と微生物")
        assert fields["strength"] in range(1, 11)
        assert fields["category"] == "甲"

    def test_embeds(self, client: ollama.Client):
        vectors = np.array(client.embed(EMBED_MODEL, ["発酵の温度", "発酵と温度", "契約書の印鑑"]).embeddings)

        assert vectors.shape == (3, DIMS)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
        assert vectors[0] @ vectors[1] > 0.4
        assert vectors[0] @ vectors[2] < 0.2

    def test_embeds_nothing_for_an_empty_text(self, client: ollama.Client):
        assert client.embed(EMBED_MODEL, "").embeddings == []

    def test_embeds_the_old_way(self, client: ollama.Client):
        assert len(client.embeddings(EMBED_MODEL, "発酵").embedding) == DIMS

    def test_lists_and_shows_models_that_say_what_they_are(self, client: ollama.Client):
        names = [model.model for model in client.list().models]
        shown = client.show(TEXT_MODEL)

        assert names == [TEXT_MODEL, EMBED_MODEL]
        assert shown.license == NOTICE
        assert shown.capabilities == ["completion"]

    def test_loads_and_unloads(self):
        with serving_standin() as url, ollama.Client(url, trust_env=False) as client:
            assert client.generate(TEXT_MODEL, "").done_reason == "load"
            assert [model.model for model in client.ps().models] == [TEXT_MODEL]
            assert client.generate(TEXT_MODEL, "", keep_alive=0).done_reason == "unload"
            assert client.ps().models == []

    @pytest.mark.parametrize(
        ("model", "options", "think", "status", "words"),
        [
            ("gpt-oss:20b", {}, None, 404, "model 'gpt-oss:20b' not found"),
            (EMBED_MODEL, {}, None, 400, f'"{EMBED_MODEL}" does not support generate'),
            (TEXT_MODEL, {}, True, 400, f'"{TEXT_MODEL}" does not support thinking'),
            (TEXT_MODEL, {"temperature": "hot"}, None, 500, 'option "temperature" must be of type float32'),
            (TEXT_MODEL, {"num_ctx": "8k"}, None, 500, 'option "num_ctx" must be of type integer'),
        ],
    )
    def test_is_refused_in_ollamas_words(  # noqa: PLR0917
        self,
        client: ollama.Client,
        model: str,
        options: dict[str, str],
        think: bool | None,
        status: int,
        words: str,
    ):
        with pytest.raises(ollama.ResponseError) as raised:
            client.generate(model, "甲", options=options, think=think)

        assert (raised.value.status_code, raised.value.error) == (status, words)

    def test_is_told_of_a_text_that_is_too_long(self, client: ollama.Client):
        with pytest.raises(ollama.ResponseError, match="the input length exceeds the context length"):
            client.embed(EMBED_MODEL, "長" * 2000, truncate=False)
        assert client.embed(EMBED_MODEL, "長" * 2000).embeddings

    def test_ignores_options_it_does_not_know(self, client: ollama.Client):
        assert client.generate(TEXT_MODEL, "甲", options={"warmth": 3}).done

    def test_meets_a_reply_that_was_cut_off(self, client: ollama.Client, asked: str):
        assert client.generate(TEXT_MODEL, asked, options={"num_predict": 3}).done_reason == "length"

    def test_cannot_reach_a_server_that_is_gone(self):
        with serving_standin() as url:
            pass

        with ollama.Client(url, trust_env=False) as client, pytest.raises(ConnectionError):
            client.list()


class TestTheOfficialAsyncClient:
    async def test_generates_chats_and_embeds(self, async_client: ollama.AsyncClient, asked: str):
        generated = await async_client.generate(TEXT_MODEL, asked)
        chatted = await async_client.chat(TEXT_MODEL, [{"role": "user", "content": asked}])
        embedded = await async_client.embed(EMBED_MODEL, ["甲", "乙"])

        assert generated.response == chatted.message.content == DEFINITION
        assert len(embedded.embeddings) == 2

    async def test_streams(self, async_client: ollama.AsyncClient, asked: str):
        parts = [
            part.response or "" async for part in await async_client.generate(TEXT_MODEL, asked, stream=True)
        ]

        assert "".join(parts) == DEFINITION

    async def test_is_refused(self, async_client: ollama.AsyncClient):
        with pytest.raises(ollama.ResponseError, match="not found"):
            await async_client.show("gpt-oss:20b")


class TestTheWire:
    def test_streams_by_default(self, http: httpx.Client):
        reply = http.post("/api/generate", json={"model": TEXT_MODEL, "prompt": "甲"})

        assert reply.headers["content-type"] == "application/x-ndjson"
        assert json.loads(reply.text.splitlines()[-1])["done"] is True

    def test_leaves_out_what_is_zero(self, http: httpx.Client):
        reply = http.post("/api/generate", json={"model": TEXT_MODEL, "prompt": "", "stream": False}).json()

        assert reply.keys() == {"model", "created_at", "response", "done", "done_reason"}

    def test_an_unknown_route_is_text_and_an_unknown_model_is_json(self, http: httpx.Client):
        route, model = http.post("/api/nothing"), http.post("/api/show", json={"model": "nobody"})

        assert (route.status_code, route.text) == (404, "404 page not found")
        assert (model.status_code, model.json()) == (404, {"error": "model 'nobody' not found"})
        assert (http.get("/api/generate").status_code, http.get("/api/generate").text) == (
            405,
            "405 method not allowed",
        )

    def test_bodies_that_are_none_are_refused(self, http: httpx.Client):
        assert http.post("/api/generate").json() == {"error": "missing request body"}
        assert http.post("/api/generate", content=b"{").status_code == 400
        assert http.post("/api/generate", json={}).json() == {"error": "model '' not found"}
        assert http.post("/api/embed", json={"model": EMBED_MODEL, "input": [1]}).json() == {
            "error": "invalid input type"
        }

    def test_a_strange_host_name_gets_an_empty_403(self, http: httpx.Client):
        reply = http.get("/api/version", headers={"Host": "evil.example"})

        assert (reply.status_code, reply.content) == (403, b"")

    def test_a_thinking_model_tells_its_thoughts_apart(self):
        with serving_standin(thinks=True) as url:
            body = {"model": TEXT_MODEL, "prompt": "甲", "think": "low", "stream": False}
            reply = httpx.post(f"{url}/api/generate", json=body, trust_env=False).json()
            body["think"] = "loud"
            refused = httpx.post(f"{url}/api/generate", json=body, trust_env=False)

        assert reply["thinking"]
        assert refused.json()["error"].startswith('invalid think value: "loud"')

    def test_says_that_it_runs(self, http: httpx.Client):
        assert http.get("/").text == "Ollama is running"
        assert http.head("/api/version").status_code == 200
        assert http.get("/api/version").json()["version"].endswith("standin")

    def test_a_prompt_in_nobodys_wording_is_told_what_answers(self, http: httpx.Client):
        body = {"model": TEXT_MODEL, "prompt": "Write me a poem.", "stream": False}

        assert http.post("/api/generate", json=body).json()["response"] == NOTICE


async def test_the_child_process_answers_and_ends():
    standin = await start_standin()
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{standin.url}/")).text == "Ollama is running"

    await standin.aclose()

    assert standin.process.returncode == 0


async def test_the_child_process_ends_when_its_parent_is_killed():
    script = (
        "import asyncio\nfrom demo.standin.process import start_standin\n"
        "async def main():\n    print((await start_standin()).url, flush=True)\n    await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    url = (await parent.stdout.readline()).decode().strip()
    assert url.startswith("http")

    parent.kill()
    await parent.wait()

    async def is_gone() -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            try:
                await http.get(url)
            except httpx.TransportError:
                return True
        return False

    await until(is_gone, what="the stand-in outlived its parent")

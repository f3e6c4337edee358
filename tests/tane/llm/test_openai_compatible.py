"""What is peculiar to servers with OpenAI's interface."""

import asyncio
import json

import numpy as np
import pytest

from demo.standin import DIMS, EMBED_MODEL, TEXT_MODEL
from tane.llm import model_errors
from tane.llm.openai_compatible import OpenAiCompatible
from tane.llm.prompts import Prompts
from tane.llm.wire import THINKING_TOKENS
from tests.faults import Fault, FaultProxy
from tests.odd_server import plain, serving
from tests.openai_faults import CHAT, EMBEDDINGS
from tests.tane.llm.conftest import openai_driver, prompt

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}
VLLM = {
    "id": "org/writer", "object": "model", "created": 1, "owned_by": "vllm", "root": "org/writer",
    "parent": None, "max_model_len": 2048, "permission": [],
}  # fmt: skip
LLAMA = {
    "id": "/models/ruri v3.gguf", "object": "model", "created": 1, "owned_by": "llamacpp",
    "aliases": ["ruri"],
    "meta": {"vocab_type": 1, "n_vocab": 102_400, "n_ctx": 2048, "n_ctx_train": 8192, "n_embd": 4, "n_params": 3_000, "size": 9_000},
}  # fmt: skip


def listing(*models: dict[str, object]) -> bytes:
    return plain(json.dumps({"object": "list", "data": models}).encode())


class TestWriting:
    async def test_returns_the_reply_with_its_cost(self, openai: OpenAiCompatible):
        asked = Prompts.load("ja").render(
            "did_asked_knowledge", contents="発酵とは、微生物が有機物を分解する働きのことだ。"
        )

        reply = await openai.generate(asked)

        assert (reply.text, reply.model) == ("発酵とは、微生物が有機物を分解する働きのことだ。", TEXT_MODEL)
        assert reply.prompt_tokens > reply.reply_tokens > 0

    async def test_chat_follows_the_schema(self, openai: OpenAiCompatible, proxy: FaultProxy):
        asked = Prompts.load("ja").render("cluster_body", contents="発酵は温度で進む。\n発酵は塩で遅くなる。")

        reply = await openai.chat(asked, schema=SCHEMA)

        assert reply.text.startswith('{"title": "発酵')
        assert proxy.calls()[0].body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA},
        }

    async def test_sends_nothing_that_the_reference_does_not_know(
        self, openai: OpenAiCompatible, proxy: FaultProxy
    ):
        await openai.generate(
            prompt(reply_tokens=100, options={"temperature": 0, "repeat_penalty": 1.1, "num_predict": 7})
        )

        assert proxy.calls(CHAT)[0].body == {
            "model": TEXT_MODEL,
            "messages": [{"role": "user", "content": "こんにちは"}],
            "seed": 42,
            "temperature": 0,
            "max_tokens": 100 + THINKING_TOKENS,  # nobody tells whether it thinks
        }

    async def test_an_option_that_the_owner_set_is_sent_whatever_it_is(self, proxy: FaultProxy):
        async with openai_driver(proxy.url, options={"top_k": 20, "seed": 7, "num_ctx": 1}) as openai:
            with pytest.raises(
                model_errors.ModelUnfit, match=r"correct llm\.options"
            ):  # the stand-in is strict
                await openai.generate(prompt())

        assert (proxy.calls()[0].body["top_k"], proxy.calls()[0].body["seed"]) == (20, 7)
        assert "num_ctx" not in proxy.calls()[0].body

    async def test_another_sample_has_another_seed_and_more_warmth(
        self, openai: OpenAiCompatible, proxy: FaultProxy
    ):
        for sample in (0, 1, 2):
            await openai.generate(prompt(options={"temperature": 0}), sample=sample)

        sent = [(asked.body["seed"], asked.body["temperature"]) for asked in proxy.calls()]
        assert sent == [(42, 0), (43, 0.4), (44, 0.7)]

    @pytest.mark.parametrize(
        ("think", "sent"), [("auto", None), ("off", "none"), ("low", "low"), ("high", "high")]
    )
    async def test_thinking_is_mentioned_only_where_the_owner_chose(
        self, proxy: FaultProxy, think: str, sent: str | None
    ):
        async with openai_driver(proxy.url, think=think) as openai:
            await openai.generate(prompt())

        assert proxy.calls()[0].body.get("reasoning_effort") == sent

    @pytest.mark.parametrize("fault", [Fault.THINK_WORD, Fault.THINK_VALUE, Fault.NO_THINKING])
    async def test_a_server_that_refuses_the_word_is_asked_without_it_from_then_on(
        self, proxy: FaultProxy, fault: Fault
    ):
        async with openai_driver(proxy.url, think="low") as openai:
            proxy.script(fault)
            replies = [(await openai.generate(prompt())).text for _ in range(2)]

        assert all(replies)
        assert ["reasoning_effort" in asked.body for asked in proxy.calls()] == [True, False, False]

    @pytest.mark.parametrize(
        ("fault", "field"),
        [(Fault.NO_SEED, "seed"), (Fault.NO_SCHEMA, "response_format"), (Fault.FORMAT, "response_format")],
    )
    async def test_a_field_that_a_server_does_not_know_is_left_out(
        self, openai: OpenAiCompatible, proxy: FaultProxy, fault: Fault, field: str
    ):
        proxy.script(fault)
        asked = Prompts.load("ja").render("cluster_body", contents="発酵は温度で進む。")

        assert all([(await openai.chat(asked, schema=SCHEMA)).text for _ in range(2)])

        assert [field in asked.body for asked in proxy.calls()] == [True, False, False]

    async def test_the_window_of_the_server_holds_where_it_is_the_smaller_one(self):
        async with (
            serving({"/v1/models": listing(VLLM)}) as url,
            openai_driver(url, text_model="org/writer") as openai,
        ):
            with pytest.raises(model_errors.TextTooLong, match="the context holds 2048"):
                await openai.generate(prompt("種" * 2000))

    async def test_there_is_room_for_thoughts_as_far_as_the_window_goes(self, proxy: FaultProxy):
        async with openai_driver(proxy.url, context_tokens=2048) as openai:
            for text in ("甲", "甲" * 1500):
                await openai.generate(prompt(text, reply_tokens=100))

        sent = [asked.body["max_tokens"] for asked in proxy.calls()]
        assert sent[0] == 100 + THINKING_TOKENS
        assert 100 <= sent[1] < 100 + THINKING_TOKENS

    async def test_a_refusal_for_length_is_learnt_from(self, openai: OpenAiCompatible, proxy: FaultProxy):
        for fault in (Fault.CONTEXT_EXCEEDED, Fault.CONTEXT_CODE, Fault.TOO_LONG, Fault.KEEP_EXCEEDED):
            openai._writer.gauge.factor = 1.0
            proxy.script(fault)
            with pytest.raises(model_errors.TextTooLong):
                await openai.generate(prompt("1" * 5000))

            assert 1.4 < openai.token_factor < 1.6, fault

    async def test_the_token_goes_with_every_request_and_into_no_error(self):
        seen: list[bytes] = []

        async def gate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(plain(b'{"error": {"message": "Invalid API Key: s3cret"}}', status=401))
            writer.close()

        server = await asyncio.start_server(gate, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/"
        async with server, openai_driver(url, headers={"Authorization": "Bearer s3cret"}) as openai:
            for ask in (openai.inspect(), openai.probe("text"), openai.embed(["甲"])):
                with pytest.raises(model_errors.ModelUnavailable, match=r"llm\.token") as raised:
                    await ask
                assert "s3cret" not in str(raised.value) + repr(openai)

        assert [head.split(b" ")[1] for head in seen] == [b"/v1/models", CHAT.encode(), b"/v1/models"]
        assert all(b"Bearer s3cret" in head for head in seen)


class TestEmbedding:
    async def test_vectors_belong_to_their_texts_by_number(self, openai: OpenAiCompatible, proxy: FaultProxy):
        texts = ["甲の話", "乙の話", "丙の話"]
        plainly = (await openai.embed(texts)).vectors
        proxy.script(Fault.TURNED_ROUND)

        turned = (await openai.embed(texts)).vectors

        np.testing.assert_allclose(np.stack(turned), np.stack(plainly))  # type: ignore[arg-type]  # no errors among them

    async def test_numbers_that_no_text_has_are_a_bad_reply(
        self, openai: OpenAiCompatible, proxy: FaultProxy
    ):
        await openai.embed(["前"])
        proxy.rates = {Fault.NUMBERED_ODDLY: 1.0}

        with pytest.raises(model_errors.ModelUnfit):
            await openai.embed(["甲", "乙"])

    async def test_how_long_vectors_are_is_learnt_before_any_is_kept(
        self, openai: OpenAiCompatible, proxy: FaultProxy
    ):
        proxy.script(None, Fault.SHORT_VECTOR)

        embedded = await openai.embed(["甲", "乙"])

        assert embedded.model.dims == DIMS
        assert all(isinstance(vector, np.ndarray) and vector.size == DIMS for vector in embedded.vectors)
        assert [len(asked.body["input"]) for asked in proxy.calls(EMBEDDINGS)] == [1, 2, 1]

    async def test_a_text_too_large_for_a_batch_is_told_so(self, openai: OpenAiCompatible, proxy: FaultProxy):
        await openai.embed(["前"])
        proxy.when(lambda asked: "長" in str(asked.body.get("input")), Fault.BATCH_EXCEEDED)

        vectors = (await openai.embed(["短い", "長い"])).vectors

        assert isinstance(vectors[0], np.ndarray)
        assert isinstance(vectors[1], model_errors.TextTooLong)


class TestLookingAtTheServer:
    async def test_tells_what_it_has(self, openai: OpenAiCompatible):
        state = await openai.inspect()

        assert (state.version, state.missing) == ("standin", ())
        assert state.text is not None
        assert state.embed is not None
        assert (state.text.name, state.embed.name) == (TEXT_MODEL, EMBED_MODEL)
        assert len(state.embed.digest) == 64
        assert await openai.are_coresident() is None

    async def test_names_what_is_missing_and_a_remedy_that_fits(self, proxy: FaultProxy):
        async with openai_driver(proxy.url, text_model="org/writer") as openai:
            assert (await openai.inspect()).missing == ("org/writer",)

            with pytest.raises(model_errors.ModelMissing, match="/v1/models lists") as raised:
                await openai.generate(prompt())
        assert "ollama" not in str(raised.value)

    async def test_the_time_of_asking_makes_no_other_model_and_another_file_does(self):
        async def digest(**changes: object) -> str:
            async with (
                serving({"/v1/models": listing({**LLAMA, **changes})}) as url,
                openai_driver(url, embed_model=str(LLAMA["id"]), text_model="none") as openai,
            ):
                found = (await openai.inspect()).embed
                assert found is not None
                assert found.dims == 4
                return found.digest

        first = await digest()
        assert await digest(created=2_000_000_000) == first  # B8
        assert await digest(meta={**LLAMA["meta"], "size": 9_001}) != first  # type: ignore[dict-item]  # a table
        assert await digest(meta={**LLAMA["meta"], "n_ctx": 4096}) == first  # type: ignore[dict-item]  # another start of the server
        assert await digest(owned_by="another") != first

    async def test_an_alias_is_a_name(self):
        async with (
            serving({"/v1/models": listing(LLAMA)}) as url,
            openai_driver(url, text_model="ruri", embed_model="RURI") as openai,
        ):
            state = await openai.inspect()

        assert state.text is not None
        assert (state.text.name, state.text.context_tokens, state.missing) == (LLAMA["id"], 2048, ("RURI",))

    async def test_a_probe_really_asks_the_model(self, openai: OpenAiCompatible, proxy: FaultProxy):
        await openai.probe("text")
        await openai.probe("embed")

        assert [asked.path for asked in proxy.calls()] == [CHAT, EMBEDDINGS]
        assert proxy.calls()[0].body["max_tokens"] == 1

    @pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
    async def test_the_address_may_end_in_v1(self, standin_url: str, ending: str):
        async with openai_driver(standin_url + ending) as openai:
            assert (await openai.inspect()).missing == ()

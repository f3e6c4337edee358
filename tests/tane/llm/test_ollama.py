import asyncio
import json

import httpx
import numpy as np
import pytest

from demo.standin import DIMS, EMBED_MODEL, TEXT_MODEL
from tane.llm import model_errors
from tane.llm.ollama import Ollama
from tane.llm.prompts import Prompts
from tane.llm.wire import THINKING_TOKENS
from tests.faults import Fault, FaultProxy
from tests.odd_server import SOUND, plain, serving
from tests.standin import serving_standin
from tests.tane.llm.conftest import driver, prompt
from tests.waiting import until

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}


class TestWriting:
    async def test_returns_the_reply_with_its_cost(self, ollama: Ollama):
        asked = Prompts.load("ja").render(
            "did_asked_knowledge", contents="発酵とは、微生物が有機物を分解する働きのことだ。"
        )

        reply = await ollama.generate(asked)

        assert reply.text == "発酵とは、微生物が有機物を分解する働きのことだ。"
        assert reply.model == TEXT_MODEL
        assert reply.prompt_tokens > 0
        assert reply.reply_tokens > 0

    async def test_where_there_is_nothing_the_model_says_so(self, ollama: Ollama):
        asked = Prompts.load("ja").render("did_asked_knowledge", contents="おはようございます")

        assert (await ollama.generate(asked)).text == "なし"

    async def test_chat_follows_the_schema(self, ollama: Ollama):
        asked = Prompts.load("ja").render("cluster_body", contents="発酵は温度で進む。\n発酵は塩で遅くなる。")

        reply = await ollama.chat(asked, schema=SCHEMA)

        assert reply.text.startswith('{"title": "発酵')

    async def test_sends_constant_context_bounded_reply_and_the_prompts_options(
        self, ollama: Ollama, proxy: FaultProxy
    ):
        for tokens in (128, 512):  # B4: another num_ctx would load the model anew
            await ollama.generate(
                prompt(reply_tokens=tokens, options={"temperature": 0, "repeat_penalty": 1.1})
            )

        sent = [asked.body for asked in proxy.calls()]
        assert [body["options"] for body in sent] == [
            {"seed": 42, "temperature": 0, "repeat_penalty": 1.1, "num_ctx": 8192, "num_predict": tokens}
            for tokens in (128, 512)
        ]
        assert all(body["stream"] is False and "keep_alive" not in body for body in sent)

    async def test_settings_replace_the_prompts_options(self, proxy: FaultProxy):
        async with driver(proxy.url, options={"repeat_penalty": 1.3, "seed": 7}) as ollama:
            await ollama.generate(prompt(options={"repeat_penalty": 1.1, "top_p": 0.8}))

        options = proxy.calls()[0].body["options"]
        assert (options["repeat_penalty"], options["seed"], options["top_p"]) == (1.3, 7, 0.8)

    async def test_another_sample_has_another_seed_and_more_warmth(self, ollama: Ollama, proxy: FaultProxy):
        for sample in (0, 1, 2):
            await ollama.generate(prompt(options={"temperature": 0}), sample=sample)

        sent = [asked.body["options"] for asked in proxy.calls()]
        assert [options["seed"] for options in sent] == [42, 43, 44]
        assert [options["temperature"] for options in sent] == [0, 0.4, 0.7]

    async def test_think_is_not_sent_to_a_model_that_cannot(self, ollama: Ollama, proxy: FaultProxy):
        await ollama.generate(prompt())

        assert "think" not in proxy.calls()[0].body

    async def test_a_model_that_thinks_is_told_how_long_and_gets_room_for_it(self):
        with serving_standin(thinks=True) as url:
            async with FaultProxy(url) as proxy, driver(proxy.url, think="low") as ollama:
                await ollama.generate(prompt(reply_tokens=100))

        assert proxy.calls()[0].body["think"] == "low"
        assert proxy.calls()[0].body["options"]["num_predict"] == 100 + THINKING_TOKENS  # B6

    @pytest.mark.parametrize("fault", [Fault.THINK_WORD, Fault.THINK_VALUE, Fault.NO_THINKING])
    async def test_a_server_that_refuses_the_word_is_asked_without_it_from_then_on(self, fault: Fault):
        with serving_standin(thinks=True) as url:
            async with FaultProxy(url) as proxy, driver(proxy.url, think="high") as ollama:
                proxy.script(fault)
                replies = [(await ollama.generate(prompt())).text for _ in range(2)]

        assert all(replies)
        assert ["think" in asked.body for asked in proxy.calls()] == [True, False, False]

    async def test_nothing_may_be_cut_from_a_prompt_in_silence(self, ollama: Ollama, proxy: FaultProxy):
        await ollama.generate(prompt())
        await ollama.chat(prompt(), schema=SCHEMA)
        await ollama.probe("text")

        assert [(asked.body["truncate"], asked.body["shift"]) for asked in proxy.calls()] == [
            (False, False)
        ] * 3

    async def test_more_room_is_given_as_far_as_the_context_goes(self, ollama: Ollama, proxy: FaultProxy):
        for room in (1, 2, 2**20):
            await ollama.generate(prompt("甲" * 100, reply_tokens=500, room=room))

        assert [asked.body["options"]["num_predict"] for asked in proxy.calls()] == [500, 1000, 8192 - 110]

    async def test_what_the_server_counts_is_learnt(self):
        def say(tokens: int) -> bytes:
            return plain(json.dumps({**SOUND["/api/generate"], "prompt_eval_count": tokens}).encode())

        async with serving({"/api/generate": say(957)}) as url, driver(url) as ollama:
            assert ollama.token_factor == 1
            await ollama.generate(prompt("1" * 665))  # 532 by estimate

            assert 1.7 < ollama.token_factor < 1.8
            with pytest.raises(model_errors.TextTooLong):
                await ollama.generate(prompt("1" * 6000))  # 4,800 by estimate
        async with serving({"/api/generate": say(2**31)}) as url, driver(url) as ollama:
            await ollama.generate(prompt("1" * 665))
            assert ollama.token_factor <= 4

    async def test_a_refusal_for_length_is_learnt_from_as_well(self, ollama: Ollama, proxy: FaultProxy):
        proxy.script(Fault.CONTEXT_EXCEEDED)
        with pytest.raises(model_errors.TextTooLong):
            await ollama.generate(prompt("1" * 5000))

        assert 1.4 < ollama.token_factor < 1.6

    async def test_headers_go_with_every_request(self):
        seen: list[bytes] = []

        async def gate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(plain(b"{}", status=401))
            writer.close()

        server = await asyncio.start_server(gate, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, driver(url, headers={"Authorization": "Bearer s3cret", "X-Key": "k"}) as ollama:
            for ask in (ollama.inspect(), ollama.probe("text"), ollama.embed(["甲"])):
                with pytest.raises(model_errors.ModelUnavailable, match=r"llm\.token") as raised:
                    await ask
                assert "s3cret" not in str(raised.value) + repr(ollama)

        assert all(b"Bearer s3cret" in head and b"X-Key: k" in head for head in seen)
        assert len(seen) == 3

    async def test_a_prompt_that_does_not_fit_is_never_sent(self, ollama: Ollama, proxy: FaultProxy):
        with pytest.raises(model_errors.TextTooLong, match="the context holds 8192"):
            await ollama.generate(prompt("種" * 8000))

        assert proxy.calls() == []

    async def test_a_text_that_is_no_unicode_is_refused(self, ollama: Ollama):
        with pytest.raises(model_errors.RequestRefused, match="Unicode"):
            await ollama.generate(prompt("\ud800"))


class TestLookingAtTheServer:
    async def test_tells_what_it_has(self, ollama: Ollama):
        state = await ollama.inspect()

        assert state.missing == ()
        assert state.text is not None
        assert state.embed is not None
        assert (state.text.dims, state.embed.dims, state.embed.context_tokens) == (0, DIMS, 512)

    async def test_names_what_is_missing(self, proxy: FaultProxy):
        async with driver(proxy.url, text_model="gpt-oss:20b") as ollama:
            assert (await ollama.inspect()).missing == ("gpt-oss:20b",)

            with pytest.raises(model_errors.ModelMissing, match="`ollama pull gpt-oss:20b`"):
                await ollama.generate(prompt())

    async def test_a_name_without_tag_means_latest(self, proxy: FaultProxy):
        async with driver(proxy.url, embed_model="standin-embed") as ollama:
            assert (await ollama.inspect()).missing == ()
            assert isinstance((await ollama.embed(["甲"])).vectors[0], np.ndarray)

    async def test_a_probe_really_asks_the_model(self, ollama: Ollama, proxy: FaultProxy):
        await ollama.probe("text")
        await ollama.probe("embed")

        assert [asked.path for asked in proxy.calls()] == ["/api/generate", "/api/embed"]
        assert proxy.calls()[0].body["options"] == {"num_ctx": 8192, "num_predict": 1}

    async def test_a_probe_fails_as_the_model_does(self, ollama: Ollama, proxy: FaultProxy):
        proxy.script(Fault.CRASH)

        with pytest.raises(model_errors.ModelCrashed):
            await ollama.probe("text")
        proxy.script(Fault.ALL_NULLS)
        with pytest.raises(model_errors.ModelUnfit, match="no usable vector of any text"):
            await ollama.probe("embed")

    async def test_a_probe_needs_no_slot(self, proxy: FaultProxy):
        proxy.script(Fault.HANG, Fault.HANG)
        async with driver(proxy.url, parallel=1) as ollama:
            hanging = [asyncio.create_task(ollama.generate(prompt())) for _ in range(2)]
            await until(lambda: len(proxy.calls()) == 2)

            await ollama.probe("text")

            proxy.clear()
            await asyncio.gather(*hanging)

    async def test_models_that_are_resident_at_once_are_coresident(self):
        with serving_standin() as url:
            async with driver(url) as ollama:
                assert await ollama.are_coresident() is None
                await ollama.generate(prompt())
                await ollama.embed(["甲"])
                assert await ollama.are_coresident() is True

    async def test_a_model_that_was_pushed_out_is_not(self):
        with serving_standin() as url:
            async with driver(url) as ollama, driver(url) as other:
                await ollama.embed(["甲"])
                await ollama.generate(prompt())
                async with httpx.AsyncClient(trust_env=False) as http:
                    await http.post(
                        f"{url}/api/embed", json={"model": EMBED_MODEL, "input": [], "keep_alive": 0}
                    )

                assert await ollama.are_coresident() is False
                assert await other.are_coresident() is None

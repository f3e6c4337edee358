"""Which driver the settings choose, and what they hand to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from daemon.model_server import driver, is_standin, model_server
from demo.standin import EMBED_MODEL, TEXT_MODEL
from tane.llm.builtin import BUILTIN
from tane.llm.model_errors import ModelUnavailable
from tane.llm.ollama import Ollama
from tane.llm.openai_compatible import OpenAiCompatible
from tane.llm.protocol import Prompt
from tane.settings.model import Llm
from tests.faults import FaultProxy
from tests.odd_server import plain
from tests.standin import serving_standin


@contextlib.asynccontextmanager
async def taking_heads(seen: list[bytes]) -> AsyncIterator[str]:
    """Refuse everybody for want of a token, and keep what they said."""

    async def gate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(plain(b"{}", status=401))
        writer.close()

    server = await asyncio.start_server(gate, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


PROMPT = Prompt(text="こんにちは", reply_tokens=64, version="test")
OWN: dict[str, Any] = {"text_model": TEXT_MODEL, "embed_model": EMBED_MODEL}


@pytest.mark.parametrize(("api", "kind"), [("ollama", Ollama), ("openai", OpenAiCompatible)])
async def test_the_interface_is_chosen_by_setting_and_a_stand_in_is_known_by_either(
    api: Any, kind: type, capsys: pytest.CaptureFixture[str]
):
    with serving_standin() as url:
        llm = Llm(api=api, url=url)  # the models of a real host
        assert await is_standin(llm)
        async with model_server(llm) as models:
            assert isinstance(models, kind)
            assert (await models.generate(PROMPT)).model == TEXT_MODEL
            assert (await models.embed_driver()).model == BUILTIN


@pytest.mark.parametrize("api", ["ollama", "openai"])
async def test_words_before_a_text_come_from_the_settings(api: Any):
    with serving_standin() as url:
        async with FaultProxy(url) as proxy:
            llm = Llm(api=api, url=proxy.url, embed_prefix="文: ", embed_query_prefix="問: ", **OWN)
            async with driver(llm) as models:
                await models.embed(["甲"])
                await models.embed(["甲"], purpose="query")

            assert [asked.body["input"] for asked in proxy.calls()][-2:] == [["文: 甲"], ["問: 甲"]]


@pytest.mark.parametrize("api", ["ollama", "openai"])
async def test_the_token_is_shown_and_never_told(api: Any):
    seen: list[bytes] = []
    secrets: dict[str, Any] = {"token": "s3cret", "headers": {"X-Key": "k"}}
    async with taking_heads(seen) as url, driver(Llm(api=api, url=url, **secrets, **OWN)) as models:
        with pytest.raises(ModelUnavailable, match=r"llm\.token") as raised:
            await models.version()

    assert b"Authorization: Bearer s3cret" in seen[0]
    assert b"X-Key: k" in seen[0]
    assert "s3cret" not in f"{raised.value}{models!r}"

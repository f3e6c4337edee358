"""The model server as it answers when it is asked."""

import asyncio
from dataclasses import dataclass
from typing import Any

from daemon.models import driver
from demo.standin import EMBED_MODEL, TEXT_MODEL
from tane.llm.errors import ModelError
from tane.settings.model import Llm

ASK_S = 3.0
STANDIN_NOTE = "a stand-in that answers by rules, without a model: no evidence of quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """What is known of the model server."""

    url: str
    state: str  # ok, missing, down or stand-in
    text_model: str
    embed_model: str
    version: str | None = None
    missing: tuple[str, ...] = ()
    note: str | None = None


async def ask_models(llm: Llm) -> ModelServer:
    """Ask the model server for its version and models; an answer within 3 s or none."""
    if llm.standin:
        return ModelServer(
            url="built in",
            state="stand-in",
            text_model=TEXT_MODEL,
            embed_model=EMBED_MODEL,
            note=STANDIN_NOTE,
        )
    named: dict[str, Any] = {"url": llm.url, "text_model": llm.text_model, "embed_model": llm.embed_model}
    async with driver(llm) as ollama:
        try:
            found = await asyncio.wait_for(ollama.inspect(), ASK_S)
        except (ModelError, TimeoutError) as error:
            return ModelServer(**named, state="down", note=str(error) or "no answer within 3 s")
    if found.version.endswith("standin"):
        named |= {"text_model": TEXT_MODEL, "embed_model": EMBED_MODEL}
        return ModelServer(**named, state="stand-in", version=found.version, note=STANDIN_NOTE)
    state = "missing" if found.missing else "ok"
    return ModelServer(**named, state=state, version=found.version, missing=found.missing)

"""The model server as it answers when it is asked."""

import asyncio
from dataclasses import dataclass

from daemon.model_server import as_standin, driver
from tane.llm.auto_embedder import Kept
from tane.llm.model_errors import ModelError
from tane.settings.model import Llm
from tane.store.errors import StoreError

ASK_S = 3.0
STANDIN_NOTE = "a stand-in that answers by rules, without a model: no evidence of quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """What is known of the model server."""

    url: str
    state: str  # ok, missing, down or stand-in
    text_model: str
    embed_model: str  # "builtin" for the built-in encoder, "auto" where nobody knows yet
    version: str | None = None
    missing: tuple[str, ...] = ()
    offer: str | None = None  # a model of the host that could take the built-in encoder's place
    note: str | None = None


async def ask_models(llm: Llm, kept: Kept | None = None) -> ModelServer:
    """Ask the model server for its version and models; an answer within 3 s or none.

    `kept` tells whose vectors are stored, which decides what "auto" is.
    """
    if llm.standin:
        models = as_standin(llm)
        return ModelServer(
            url="built in",
            state="stand-in",
            text_model=models.text_model,
            embed_model=models.embed_model,
            note=STANDIN_NOTE,
        )
    async with driver(llm, kept=kept) as ollama:
        embed_model = llm.embed_model
        try:
            async with asyncio.timeout(ASK_S):
                embed_model = (await ollama.embed_driver()).model
                found = await ollama.inspect()
        except (ModelError, StoreError, TimeoutError) as error:
            return ModelServer(
                url=llm.url,
                state="down",
                text_model=llm.text_model,
                embed_model=embed_model,
                note=str(error) or "no answer within 3 s",
            )
    if found.version.endswith("standin"):
        models = as_standin(llm)
        return ModelServer(
            url=llm.url,
            state="stand-in",
            text_model=models.text_model,
            embed_model=models.embed_model,
            version=found.version,
            note=STANDIN_NOTE,
        )
    return ModelServer(
        url=llm.url,
        state="missing" if found.missing else "ok",
        text_model=llm.text_model,
        embed_model=embed_model,
        version=found.version,
        missing=found.missing,
        offer=found.offer,
        note=found.remedy or None,
    )

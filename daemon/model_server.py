"""The model server as configured: an Ollama, one with OpenAI's interface, or the built-in stand-in for as long as it is used."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from daemon import logs
from demo.standin import EMBED_MODEL, TEXT_MODEL
from demo.standin.process import start_standin
from tane.llm.auto_embedder import Kept
from tane.llm.builtin import BUILTIN
from tane.llm.calls import OnCall
from tane.llm.model_errors import ModelError
from tane.llm.model_host import AUTO, HostOptions, ModelHost
from tane.llm.ollama import Ollama
from tane.llm.openai_compatible import OpenAiCompatible
from tane.llm.prompts import SHIPPED
from tane.runs.pool import ProcessPool
from tane.settings.model import Llm
from tane.store import embeddings
from tane.store.pool import Pool, connection

log = structlog.get_logger()


@asynccontextmanager
async def model_server(
    llm: Llm, *, kept: Kept | None = None, on_call: OnCall | None = None
) -> AsyncIterator[ModelHost]:
    """Yield a driver for the configured models; with `tane.llm.standin` the stand-in runs meanwhile as a child.

    A server that says of itself that it is a stand-in is asked for the stand-in's models. `kept` tells whose vectors are stored, which decides
    what "auto" is.

    Raises:
        StandinFailed: the child did not start.
    """
    if not llm.standin:
        if await is_standin(llm):
            log.warning("models.standin", url=llm.url, note="what it answers is no evidence of quality")
            llm = as_standin(llm)
        async with driver(llm, kept=kept, on_call=on_call) as models:
            yield models
        return
    own_prompts = [] if llm.prompts in SHIPPED else [llm.prompts]
    child = await start_standin(parallel=llm.parallel, prompts=own_prompts)
    try:
        async with driver(
            as_standin(llm.model_copy(update={"url": child.url})), kept=kept, on_call=on_call
        ) as models:
            yield models
    finally:
        await child.aclose()


def as_standin(llm: Llm) -> Llm:
    """Return the settings with the stand-in's models; its hashed vectors are used only where they are asked for by name."""
    embed_model = BUILTIN if llm.embed_model in (AUTO, BUILTIN) else EMBED_MODEL
    return llm.model_copy(update={"text_model": TEXT_MODEL, "embed_model": embed_model})


async def is_standin(llm: Llm) -> bool:
    """Ask the server what it is; one that does not answer is taken for what the settings say."""
    async with driver(llm) as models:
        try:
            return (await models.version()).endswith("standin")
        except ModelError:
            return False


def kept_in(pool: Pool) -> Kept:
    """Return what tells the name of the model whose vectors are stored; a real server never has the stand-in's."""

    async def kept() -> str | None:
        async with connection(pool) as conn:
            name = await embeddings.kept_model(conn)
        return None if name == EMBED_MODEL.removesuffix(":latest") else name

    return kept


@asynccontextmanager
async def driver(
    llm: Llm, *, kept: Kept | None = None, on_call: OnCall | None = None
) -> AsyncIterator[ModelHost]:
    """Yield a driver for exactly these models; the built-in encoder gets a process when it is first asked."""
    encoding = ProcessPool(workers=1, threads=1)
    try:
        options = HostOptions(
            url=llm.url,
            text_model=llm.text_model,
            embed_model=llm.embed_model,
            parallel=llm.parallel,
            context_tokens=llm.context_tokens,
            think=llm.think,
            timeout_s=llm.timeout_s,
            options=llm.options,
            headers=_headers(llm),
            embed_prefix=llm.embed_prefix,
            embed_query_prefix=llm.embed_query_prefix,
            run=encoding.run,
            kept=kept,
            on_call=on_call,
            on_text=_log_text,
        )
        async with OpenAiCompatible(options) if llm.api == "openai" else Ollama(options) as models:
            yield models
    finally:
        await encoding.close()


def _headers(llm: Llm) -> dict[str, str]:
    """Return the headers of every request; the token is one of them."""
    headers = {name: value.get_secret_value() for name, value in llm.headers.items()}
    if llm.token is not None:
        headers["Authorization"] = f"Bearer {llm.token.get_secret_value()}"
    return headers


def _log_text(prompt: str, reply: str) -> None:
    if logs.is_text_wanted():
        log.info("llm.exchanged", prompt=prompt, reply=reply)

"""Do both models answer, and are the stored vectors theirs?"""

import os
import time
from collections.abc import AsyncIterator, Mapping
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from daemon.doctor.finding import Finding, fail, ok, warn
from daemon.model_server import as_standin, driver
from tane.llm.auto_embedder import Kept
from tane.llm.builtin import BUILTIN
from tane.llm.model_errors import ModelError, ModelUnfit, WrongKind
from tane.llm.model_host import ModelHost, ServerState
from tane.llm.protocol import ModelInfo
from tane.llm.writer import PROOF_QUESTION, PROOF_SCHEMA, judge_proof
from tane.settings.model import Llm
from tane.store.checkup import StoredModel

_PROBE = "種"
_START = {
    "ollama": "start Ollama, or correct llm.url",
    "openai": "start the model server, or correct llm.url and llm.api",
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


Ability: TypeAlias = Literal["embedding", "completion"]


async def examine_models(llm: Llm, stored: StoredModel | None) -> AsyncIterator[Finding]:
    """Ask the model server, then each model once; a model that must be loaded first may take a minute."""
    if llm.standin:
        yield warn(
            "model server",
            "llm.standin is set: rules answer, no model",
            "for real text set llm.standin = false",
        )
        return
    async with driver(llm, kept=_kept(stored)) as ollama:
        embedder = await ollama.embed_driver()
        try:
            state = await ollama.inspect()
        except ModelError as error:
            if embedder.is_hosted:
                yield fail("model server", f"{llm.url}: {error}", _START[llm.api])
                return
            yield warn(
                "model server",
                f"{llm.url}: {error}",
                f"{_START[llm.api]}: map, search and today work without it, what asks a text model waits",
            )
            async for finding in _builtin(ollama, await embedder.info(), stored):
                yield finding
            return
    if state.version.endswith("standin"):
        llm = as_standin(llm)
        yield warn(
            "model server",
            f"{llm.url} is a stand-in: rules answer, no model",
            "for real text correct llm.url",
        )
    else:
        yield ok("model server", f"{llm.url}, {ollama.kind} {state.version}".rstrip())
    async with driver(llm, kept=_kept(stored)) as ollama:
        async for finding in _each(ollama, llm, await ollama.inspect(), stored):
            yield finding


def _kept(stored: StoredModel | None) -> Kept:
    async def kept() -> str | None:
        return None if stored is None else stored.name

    return kept


async def _builtin(ollama: ModelHost, model: ModelInfo, stored: StoredModel | None) -> AsyncIterator[Finding]:
    yield await _probe_embedding(ollama)
    yield judge_vectors(model, stored)


async def _presence(ollama: ModelHost, llm: Llm, state: ServerState) -> AsyncIterator[Finding]:
    for name in state.missing:
        yield fail("models", f"the server does not have {name}", ollama.missing(name).remedy)
    if not state.missing:
        yield ok("models", f"{llm.text_model} and {(await ollama.embed_driver()).model}")
    if state.offer is not None:
        yield warn(
            "better vectors",
            f"the server has {state.offer}, and the built-in encoder makes the vectors",
            "`tane db reembed` makes them anew with it; the map stays until the next night",
        )
    if state.text is not None and (window := judge_window(llm, state.text)) is not None:
        yield window


async def _each(
    ollama: ModelHost, llm: Llm, state: ServerState, stored: StoredModel | None
) -> AsyncIterator[Finding]:
    async for finding in _presence(ollama, llm, state):
        yield finding
    probes = []
    if state.embed is not None:
        misplaced = judge_place(state.embed, "embedding")
        probes.append(misplaced or await _probe_embedding(ollama))
        if misplaced is None:
            yield judge_vectors(state.embed, stored)
    if state.text is not None:
        probes.append(judge_place(state.text, "completion") or await _probe_text(ollama))
    for finding in probes:
        yield finding
    if probes and probes[-1].check == "text model" and probes[-1].state == "ok":
        yield await _probe_schema(ollama)
    yield judge_parallel(llm, os.environ)
    if len(probes) == 2 and all(finding.state == "ok" for finding in probes):
        yield await _residence(ollama, llm)


def judge_place(model: ModelInfo, ability: Ability) -> Finding | None:
    """Tell a model that stands in the other one's place from one that is missing or broken. Pure."""
    if not model.abilities or ability in model.abilities:
        return None
    does = "a model that writes: it makes no vectors"
    if ability == "completion":
        does = "a model that embeds: it writes nothing"
    return _misplaced(f"{model.name} is there, but it is {does}", ability)


def _misplaced(cause: str, ability: Ability) -> Finding:
    if ability == "embedding":
        return fail(
            "embedding",
            cause,
            "name a model that embeds as llm.embed_model, such as paraphrase-multilingual",
        )
    return fail("text model", cause, "name a model that writes as llm.text_model, such as gpt-oss:20b")


async def _probe_schema(ollama: ModelHost) -> Finding:
    """Ask for words that no model would choose: only a server that enforces the schema answers with one of them."""
    try:
        reply = await ollama.prove(PROOF_QUESTION, schema=PROOF_SCHEMA)
    except ModelError as error:
        return fail(
            "json schema",
            str(error),
            'name another model as llm.text_model; set llm.think = "off" if it only thinks',
        )
    if judge_proof(reply.text) == "enforced":
        return ok("json schema", "the server holds the model to a schema")
    return warn(
        "json schema",
        "the model answered in its own words: the server enforces no schema",
        "update the model server; without it more replies are asked for again, and weak models end as single prompts",
    )


async def _probe_embedding(ollama: ModelHost) -> Finding:
    begun = time.monotonic()
    try:
        await ollama.probe("embed")
        vector = (await ollama.embed([_PROBE])).vectors[0]
    except ModelError as error:
        vector = error
    model = (await ollama.embed_driver()).model
    if isinstance(vector, WrongKind):
        return _misplaced(str(vector), "embedding")
    if isinstance(vector, ModelError):
        return fail("embedding", str(vector), "restart the model server; its own log tells why")
    if model == BUILTIN:
        return ok(
            "embedding",
            f"the built-in encoder, {vector.size} dimensions; a model of your host, such as paraphrase-multilingual, "
            "tells finer differences of meaning (llm.embed_model)",
        )
    return ok("embedding", f"{model}, {vector.size} dimensions, {time.monotonic() - begun:.2f} s")


async def _probe_text(ollama: ModelHost) -> Finding:
    begun = time.monotonic()
    try:
        await ollama.probe("text")
    except ModelError as error:
        if isinstance(error, WrongKind):
            return _misplaced(str(error), "completion")
        if isinstance(error, ModelUnfit):
            return fail(
                "text model", str(error), "then run `tane doctor` again; jobs wait meanwhile, uncharged"
            )
        return fail("text model", str(error), "restart the model server; does the model fit its memory?")
    return ok("text model", f"answers in {time.monotonic() - begun:.2f} s")


def judge_vectors(model: ModelInfo, stored: StoredModel | None) -> Finding:
    """Compare the stored vectors with the model that would make new ones. Pure."""
    if stored is None:
        return ok("vectors", "none yet")
    if stored.odd_vectors:
        return fail(
            "vectors",
            f"{stored.odd_vectors} have another length than their model ({stored.dims})",
            "another program wrote them: delete them, and queue `embedding` jobs for what they belonged to",
        )
    if stored.digest != model.digest:
        return warn(
            "vectors",
            f"they are of {stored.name} as it was; {model.name} is another model",
            "`tane run` makes them anew; pull the old model again if that was not meant",
        )
    if model.dims and stored.dims != model.dims:
        return fail(
            "vectors",
            f"stored with {stored.dims} dimensions, {model.name} makes {model.dims}",
            "pull the model again: one of the two is damaged",
        )
    return ok("vectors", f"{stored.name}, {stored.dims} dimensions")


def judge_window(llm: Llm, model: ModelInfo) -> Finding | None:
    """Compare llm.context_tokens with what a server with OpenAI's interface gives a request, where it tells. Pure."""
    if llm.api != "openai" or not 0 < model.context_tokens < llm.context_tokens:
        return None
    return warn(
        "context",
        f"the server gives a request {model.context_tokens} tokens, llm.context_tokens is {llm.context_tokens}",
        "start it with more (llama.cpp: --ctx-size, which its slots share; vLLM: --max-model-len), or long texts are refused",
    )


def judge_parallel(llm: Llm, environment: Mapping[str, str]) -> Finding:
    """Compare llm.parallel with what the server was told, as far as that can be seen: ModelHost does not tell. Pure."""
    if llm.api == "openai":
        return ok(
            "parallel",
            f"llm.parallel = {llm.parallel}; the server should answer as many at once (llama.cpp: --parallel, vLLM: --max-num-seqs)",
        )
    told = environment.get("OLLAMA_NUM_PARALLEL")
    if told and told != str(llm.parallel) and urlsplit(llm.url).hostname in _LOOPBACK:
        return warn(
            "parallel",
            f"OLLAMA_NUM_PARALLEL is {told} here, llm.parallel is {llm.parallel}",
            "set both to the same number",
        )
    return ok(
        "parallel", f"llm.parallel = {llm.parallel}; OLLAMA_NUM_PARALLEL of the server should be the same"
    )


async def _residence(ollama: ModelHost, llm: Llm) -> Finding:
    """Both models were used a moment ago: one that is gone was pushed out."""
    try:
        fits = await ollama.are_coresident()
    except ModelError as error:
        return warn("residence", str(error), "look again")
    if fits:
        return ok("residence", "both models fit the server at once")
    if fits is None and llm.api == "openai":
        said = "are used at once" if llm.coresident else "take turns; if both fit, set llm.coresident = true"
        return ok("residence", f"the server does not tell whether both models fit: they {said}")
    if llm.coresident:
        return fail(
            "residence", "llm.coresident is set, but the models push each other out", "unset llm.coresident"
        )
    return warn(
        "residence",
        f"one model pushes the other out: they take turns of up to {llm.slice_s:g} s",
        "more memory, a smaller text model, or OLLAMA_MAX_LOADED_MODELS=2 on the server",
    )

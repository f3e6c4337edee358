"""The driver for the model that writes: one of a model server.

A question with an answer that is known beforehand proves that the model answers at all, and whether a schema is enforced: no
model would choose these words by itself; one whose server enforces the schema can say nothing else.
"""

import asyncio
import json
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from tane.llm import wire
from tane.llm.calls import Call, OnCall, OnText, Operation
from tane.llm.model_errors import (
    BadReply,
    CutReply,
    ModelCrashed,
    ModelError,
    ModelUnfit,
    RequestRefused,
    TextTooLong,
    ThinkRefused,
)
from tane.llm.protocol import ModelInfo, ModelReply, Prompt
from tane.llm.server_api import ModelFacts, ServerApi, TextReply, TextRequest
from tane.llm.transport import LARGEST_REPLY
from tane.token_estimate import estimate_tokens

PROOF_WORDS = ("zq-mauve-tapir", "zq-ochre-heron")
PROOF_QUESTION = Prompt(
    text='今日の天気を一言で、JSONで答えてください。例：{"weather": "晴れ"}',
    reply_tokens=64,
    version="proof",
    options={"temperature": 0},
)
PROOF_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"weather": {"type": "string", "enum": list(PROOF_WORDS)}},
    "required": ["weather"],
    "additionalProperties": False,
}

Proof = Literal["enforced", "json", "words"]


def judge_proof(reply: str) -> Proof:
    """Tell what a reply to the question proves: the schema holds, JSON comes all the same, or only words. Pure."""
    try:
        said = json.loads(reply)
    except (ValueError, RecursionError):
        return "words"
    return "enforced" if isinstance(said, dict) and said.get("weather") in PROOF_WORDS else "json"


LEAST_REPLY = 2**20
BYTES_A_TOKEN = (
    64  # of JSON: a token of 20 letters with its escapes, its thought beside it, and its number in `context`
)
PROBE_S = 60.0  # longer than a model takes to load: a shorter probe would abort the load, for ever


class Gauge:
    """Learns of one model how many tokens a text really costs: small vocabularies spell out digits and emoji."""

    LEAST = 64  # tokens from which a count says something about the text and not about the template around it
    TEMPLATE = 48  # tokens that the model's own template may add
    LARGEST = 4.0

    def __init__(self) -> None:
        self.factor = 1.0

    def learn(self, text: str, counted: int) -> None:
        """Take note of what the server counted for a prompt; 0 where it did not say."""
        estimated = estimate_tokens(text)
        if counted > 0 and estimated >= self.LEAST:
            self.factor = max(self.factor, min((counted - self.TEMPLATE) / estimated, self.LARGEST))

    def tokens(self, text: str) -> int:
        """Return how many tokens a text may cost this model."""
        return math.ceil(round(self.factor * estimate_tokens(text), 6))


class Writer:
    """Generates and chats, one call more at once than the server has slots."""

    def __init__(
        self,
        api: ServerApi,
        model: str,
        *,
        parallel: int,
        context_tokens: int,
        think: str,
        timeout_s: float,
        options: Mapping[str, Any],
        on_call: OnCall | None,
        on_text: OnText | None,
    ) -> None:
        self.model = model
        self.facts = ModelFacts(api, model, embeds=False)
        self.gauge = Gauge()
        self.used_at: float | None = None
        self._api = api
        # One call more than the server has slots waits there, so that no slot is ever idle.
        self._slots = asyncio.Semaphore(parallel + 1)
        self._context_tokens = context_tokens
        self._think = think
        self._refuses_think = False
        self._timeout_s = timeout_s
        self._options = dict(options)
        self._on_call = on_call
        self._on_text = on_text

    async def write(
        self,
        operation: Operation,
        prompt: Prompt,
        *,
        sample: int,
        schema: Mapping[str, Any] | None = None,
    ) -> ModelReply:
        """Return a whole reply; see `Models`."""
        async with self._slots:
            with Call(self._on_call, model=self.model, operation=operation) as call:
                info = await self.facts.get()
                asked = self._asked(operation, prompt, info, sample=sample, schema=schema)
                try:
                    written = await self._thinking(asked, info)
                except TextTooLong:
                    raise
                except RequestRefused:
                    await self._ask_harmless(prompt.options)  # if this is refused too, no text is to blame
                    raise
                self.used_at = time.monotonic()
                call.prompt_tokens, call.reply_tokens = written.prompt_tokens, written.reply_tokens
                self.gauge.learn(prompt.text, written.prompt_tokens)
                text = self._heard(prompt, written, info)
                return ModelReply(
                    text=text,
                    model=info.name,
                    prompt_tokens=written.prompt_tokens,
                    reply_tokens=written.reply_tokens,
                    seconds=call.seconds,
                )

    def _asked(
        self,
        operation: Operation,
        prompt: Prompt,
        info: ModelInfo,
        *,
        sample: int,
        schema: Mapping[str, Any] | None,
    ) -> TextRequest:
        window = self._api.window(info, self._context_tokens)
        return TextRequest(
            operation=operation,
            text=prompt.text,
            options=wire.sampled({**prompt.options, **self._options}, sample=sample),
            context_tokens=self._context_tokens,
            reply_tokens=self._room(prompt, info, window),
            timeout_s=self._timeout_s,
            largest=max(LEAST_REPLY, BYTES_A_TOKEN * self._context_tokens),
            schema=schema,
        )

    async def probe(self) -> None:
        """Prove that the model writes with the owner's options. It takes no slot: those may all be held by calls that hang.

        Raises:
            ModelUnfit: the server refuses every request, or fails at each that has these options.
            ModelError: it does not write.
        """
        await self._ask_harmless({})

    async def _ask_harmless(self, prompt_options: Mapping[str, Any]) -> None:
        """Ask what no model and no server refuses, with the options of a request.

        A crash is the text's fault, the options' or the server's. The text's: this passes. The options': it passes
        without them. Else the server fails, and the breaker asks again until it does not.
        """
        asked = {**prompt_options, **self._options}
        try:
            await self._ask_one_token(asked)
        except TextTooLong:
            raise
        except (RequestRefused, ModelCrashed) as error:
            for left_out, options in (("llm.options", prompt_options), ("the options in llm.prompts", {})):
                if options != asked and await self._is_well_with(options):
                    raise ModelUnfit(
                        f"the server refuses every request with the options set for {self.model} ({error}):"
                        f" correct {left_out}"
                    ) from None
            if isinstance(error, ModelCrashed):
                raise
            raise ModelUnfit(f"the server refuses every request to {self.model}: {error}") from None

    async def _is_well_with(self, options: Mapping[str, Any]) -> bool:
        try:
            await self._ask_one_token(options)
        except ModelError:
            return False
        return True

    async def _ask_one_token(self, options: Mapping[str, Any]) -> None:
        asked = TextRequest(
            operation="generate",
            text="1",
            options=options,
            context_tokens=self._context_tokens,
            reply_tokens=1,
            timeout_s=PROBE_S,
            largest=LARGEST_REPLY,
        )
        await self._api.write(self.model, asked)

    async def prove(self, prompt: Prompt, *, schema: Mapping[str, Any]) -> ModelReply:
        """Ask a question whose answer is known beforehand; like `probe` it takes no slot.

        Raises:
            ModelUnfit: nothing usable is answered.
            ModelError: the server fails.
        """
        info = await self.facts.get()
        try:
            written = await self._thinking(self._asked("chat", prompt, info, sample=0, schema=schema), info)
            return ModelReply(text=written.text(model=info.name), model=info.name)
        except BadReply as error:
            raise ModelUnfit(f"{self.model} answers nothing usable: {error}") from None

    def _heard(self, prompt: Prompt, written: TextReply, info: ModelInfo) -> str:
        try:
            text = written.text(model=info.name)
        except CutReply as error:
            if self._on_text is not None:
                self._on_text(prompt.text, error.text)
            raise
        if self._on_text is not None:
            self._on_text(prompt.text, text)
        return text

    async def _thinking(self, asked: TextRequest, info: ModelInfo) -> TextReply:
        """Ask with the way of thinking; a server or model that refuses it is asked once without it."""
        think = {} if self._refuses_think else self._api.thinking(self._think, info)
        try:
            return await self._api.write(self.model, replace(asked, think=think))
        except ThinkRefused:
            if not think:
                raise
            self._refuses_think = True
            return await self._api.write(self.model, asked)
        except TextTooLong as error:
            self.gauge.learn(asked.text, error.tokens)
            raise

    def _room(self, prompt: Prompt, info: ModelInfo, window: int) -> int:
        """Return how many tokens the reply may have.

        Raises:
            TextTooLong: the prompt leaves too little: the server would refuse it, an old one cut it without a word (B4).
        """
        least = prompt.reply_tokens + (wire.THINKING_TOKENS if info.thinks else 0)
        asked = self.gauge.tokens(prompt.text)
        if asked + least > window:
            raise TextTooLong(
                f"prompt and reply may need {asked + least} tokens, the context holds {window}",
                tokens=asked,
            )
        usual = least + (wire.THINKING_TOKENS if info.thinks is None else 0)  # as far as there is room
        return min(usual * prompt.room, window - asked)

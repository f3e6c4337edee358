"""Counts what a batch asks of the models, for its log line."""

import time
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from tane.llm.protocol import Embedded, ModelReply, Models, Prompt, token_factor


class Meter(Models):
    """The same models, with a count of calls, seconds and tokens."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self.calls = 0
        self.seconds = 0.0
        self.prompt_tokens = 0
        self.reply_tokens = 0
        self.model = ""
        self.replies = 0  # that were read, however well
        self.unusable = 0  # of these

    @property
    def token_factor(self) -> float:
        """See `tane.llm.protocol.token_factor`."""
        return token_factor(self._models)

    def note_reply(self, *, is_usable: bool) -> None:
        """See `tane.llm.protocol.note_reply`."""
        self.replies += 1
        self.unusable += not is_usable

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:
        """See `Models.generate`."""
        return await self._count(self._models.generate(prompt, sample=sample))

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:
        """See `Models.chat`."""
        return await self._count(self._models.chat(prompt, schema=schema, sample=sample))

    async def embed(self, texts: Sequence[str]) -> Embedded:
        """See `Models.embed`."""
        self.calls += 1
        started_s = time.monotonic()
        embedded = await self._models.embed(texts)
        self.seconds += time.monotonic() - started_s
        self.model = embedded.model.name
        return embedded

    async def _count(self, call: Awaitable[ModelReply]) -> ModelReply:
        self.calls += 1
        reply = await call
        self.seconds += reply.seconds
        self.prompt_tokens += reply.prompt_tokens
        self.reply_tokens += reply.reply_tokens
        self.model = reply.model
        return reply

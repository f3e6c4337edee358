"""Written stand-ins for what tests must hold in their own hands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from tane.llm.protocol import Embedded, ModelReply, Prompt

Scripted: TypeAlias = "str | Exception | Callable[[Prompt], str]"


class FakeModels:
    """A text model that answers by script and remembers what it was asked.

    A function as the last entry answers everything that follows. `while_asked` runs during each call:
    what happens to the database while a model thinks.
    """

    def __init__(
        self,
        *script: Scripted,
        name: str = "fake:latest",
        while_asked: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.script = list(script)
        self.name = name
        self.while_asked = while_asked
        self.token_factor = 1.0
        self.prompts: list[Prompt] = []
        self.samples: list[int] = []
        self.schemas: list[Mapping[str, Any] | None] = []

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:
        return await self._answer(prompt, sample, None)

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:
        return await self._answer(prompt, sample, schema)

    async def embed(self, texts: Sequence[str]) -> Embedded:
        raise NotImplementedError

    async def _answer(self, prompt: Prompt, sample: int, schema: Mapping[str, Any] | None) -> ModelReply:
        self.prompts.append(prompt)
        self.samples.append(sample)
        self.schemas.append(schema)
        if self.while_asked is not None:
            await self.while_asked()
        assert self.script, "asked more often than the script foresees"
        reply = self.script[0] if len(self.script) == 1 and callable(self.script[0]) else self.script.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return ModelReply(text=reply if isinstance(reply, str) else reply(prompt), model=self.name)

"""What a server says of a model, believed for a minute."""

import asyncio
import time

from tane.llm import wire
from tane.llm.errors import ModelMissing
from tane.llm.protocol import ModelInfo
from tane.llm.transport import INSPECT_S, Transport

FACTS_S = 60.0


class Facts:
    """Digest and abilities of one model; asked again once a minute and after every failure."""

    def __init__(self, transport: Transport, model: str, *, embeds: bool) -> None:
        self._transport = transport
        self._model = model
        self._embeds = embeds
        self._asking = asyncio.Lock()
        self._known: tuple[float, ModelInfo] | None = None

    def forget(self) -> None:
        """Ask again before the next call."""
        self._known = None

    async def get(self) -> ModelInfo:
        """Return what is known.

        Raises:
            ModelMissing: the server does not have the model.
        """
        async with self._asking:
            if self._known is not None and time.monotonic() - self._known[0] < FACTS_S:
                return self._known[1]
            entry = (await self._transport.get("/api/tags", wire.Listing)).named(self._model)
            if entry is None:
                raise ModelMissing(self._model)
            asked = {"model": self._model}
            shown = await self._transport.post(
                "/api/show", asked, wire.Shown, model=self._model, timeout_s=INSPECT_S
            )
            info = wire.model_info(entry, shown, embeds=self._embeds)
            self._known = (time.monotonic(), info)
            return info

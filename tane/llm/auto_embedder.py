"""`llm.embed_model = "auto"`: which model makes the vectors, decided once and for as long as the store holds vectors."""

from collections.abc import Awaitable, Callable, Sequence

from tane.llm.builtin import BUILTIN, BuiltinEncoder
from tane.llm.embedder import Embedder
from tane.llm.model_errors import ModelError
from tane.llm.protocol import Embedded, EmbedDriver, ModelInfo, Purpose
from tane.llm.server_api import ServerApi

PREFERRED = "paraphrase-multilingual:latest"
"""The documents' model: taken where the host has it when the first vector is made."""

Kept = Callable[[], Awaitable[str | None]]
"""Returns the name of the model whose vectors the store holds; None while it holds none."""


class AutoEmbedder:
    """Keeps to the store's model; for an empty store takes the host's preferred model, else the built-in encoder."""

    def __init__(
        self,
        *,
        api: ServerApi,
        hosted: Callable[[str], Embedder],
        builtin: BuiltinEncoder,
        kept: Kept,
    ) -> None:
        self._api = api
        self._hosted = hosted
        self._builtin = builtin
        self._kept = kept
        self._decided: EmbedDriver | None = None

    @property
    def model(self) -> str:
        """The name of the model that was decided on; "auto" before."""
        return "auto" if self._decided is None else self._decided.model

    @property
    def is_hosted(self) -> bool:
        """Whether the model that was decided on is one of the server."""
        return self._decided is not None and self._decided.is_hosted

    @property
    def used_at(self) -> float | None:
        """When it last made vectors."""
        return None if self._decided is None else self._decided.used_at

    async def chosen(self) -> EmbedDriver:
        """Return the model's driver. While the store is empty and nothing was embedded, the host is asked each time."""
        if self._decided is not None:
            return self._decided
        kept = await self._kept()
        if kept is not None:
            self._decided = self._builtin if kept == BUILTIN else self._hosted(kept)
            return self._decided
        return self._hosted(PREFERRED) if await self._is_preferred_there() else self._builtin

    async def info(self) -> ModelInfo:
        """Return what identifies the model; see `EmbedDriver.info`."""
        return await (await self.chosen()).info()

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        """Embed texts; the first call decides. See `Models`."""
        self._decided = await self.chosen()
        return await self._decided.embed(texts, purpose=purpose)

    async def probe(self) -> None:
        """Prove that the model works; see `EmbedDriver.probe`."""
        await (await self.chosen()).probe()

    def forget(self) -> None:
        """Ask anew for what is known of the model."""
        if self._decided is not None:
            self._decided.forget()

    async def _is_preferred_there(self) -> bool:
        try:
            return await self._api.find(PREFERRED, embeds=True) is not None
        except ModelError:
            return False

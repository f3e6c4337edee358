"""`llm.embed_model = "auto"`: which model makes the vectors, decided once and for as long as the store holds vectors."""

from collections.abc import Awaitable, Callable, Sequence

from tane.errors import TaneError
from tane.llm.builtin import BUILTIN, BuiltinEncoder
from tane.llm.embedder import Embedder
from tane.llm.model_errors import ModelError, ModelUnavailable
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
        self._make = hosted
        self._made: dict[str, Embedder] = {}
        self._builtin = builtin
        self._kept = kept
        self._decided: EmbedDriver | None = None
        self._is_known = False  # that this is whose vectors are stored

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
        """Return the model's driver. While the store is empty and nothing was embedded, the host is asked each time.

        Raises:
            ModelUnavailable: nobody can tell whose vectors are stored.
        """
        if self._decided is not None and self._is_known:
            return self._decided
        try:
            kept = await self._kept()
        except TaneError:
            if self._decided is not None:
                return self._decided
            raise ModelUnavailable("the database does not tell whose vectors it holds") from None
        if kept is not None:
            self._decided = self._builtin if kept == BUILTIN else self._hosted(kept)
            self._is_known = True
            return self._decided
        return self._hosted(PREFERRED) if await self._is_preferred_there() else self._builtin

    async def info(self) -> ModelInfo:
        """Return what identifies the model; see `EmbedDriver.info`."""
        return await (await self.chosen()).info()

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = "document") -> Embedded:
        """Embed texts; the first call decides. See `Models`."""
        self._decided, self._is_known = await self.chosen(), True
        return await self._decided.embed(texts, purpose=purpose)

    async def probe(self) -> None:
        """Prove that the model works; see `EmbedDriver.probe`."""
        await (await self.chosen()).probe()

    async def offer(self) -> str | None:
        """Return the host's preferred model where it could take the built-in encoder's place."""
        is_builtin = not (await self.chosen()).is_hosted
        return PREFERRED if is_builtin and await self._is_preferred_there() else None

    def forget(self) -> None:
        """Ask anew for what is known of the model, and whose vectors are stored: the owner may have changed that."""
        if self._decided is not None:
            self._decided.forget()
        self._is_known = False

    def _hosted(self, name: str) -> Embedder:
        """Return the one driver of a model of the host; it bounds what is in flight."""
        return self._made.setdefault(name, self._make(name))

    async def _is_preferred_there(self) -> bool:
        try:
            return await self._api.find(PREFERRED, embeds=True) is not None
        except ModelError:
            return False

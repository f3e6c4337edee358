"""What the API is handed by whoever serves it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from tane.search.searching import TextEmbedder
from tane.store.pool import Pool
from tane.web.api.models import IngestReport
from tane.web.health import Report

ExportForm: TypeAlias = Literal["md", "html"]

SHARED_SOURCE = "api"
"""Of utterances whose sender names no source."""
ARTICLES_SOURCE = "articles"
"""The same of articles: an article and an utterance are never of one source."""


class IngestRefused(Exception):  # noqa: N818 - reads as the state it reports
    """What was sent cannot be read at all; the message says why, without text of the user."""


class IngestConflict(IngestRefused):
    """What was sent would replace words that are stored under the same ids; nothing of it was stored."""


class Ingest(Protocol):
    """Imports a file of JSON lines under the name of a source."""

    def __call__(
        self, path: Path, source: str, *, replace: bool = False, are_articles: bool = False
    ) -> Awaitable[IngestReport]:
        """Store what can be stored; `replace`: known ids may get other words.

        Raises:
            IngestRefused: nothing of it can be taken.
        """
        ...


class Editions(Protocol):
    """Recaps and mornings as they are shown; None is what there is not."""

    async def recap(self, run_id: int | None) -> Mapping[str, Any] | None:
        """Return a recap, or the last that came to something."""
        ...

    async def page(self, run_id: int, form: ExportForm) -> str | None:
        """Return a recap as a file of its own: Markdown, or one page that loads nothing."""
        ...

    async def morning(self, day: date | None) -> Mapping[str, Any] | None:
        """Return the edition of a day, or the last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Pools and functions; what is None is answered with 404."""

    reading: Pool
    """Sessions that cannot write."""
    writing: Pool
    can_write: bool
    """Whether this server has a token at all, so that the page need not offer what would be refused."""
    status: Callable[[], Awaitable[Report]]
    models: TextEmbedder
    """For queries."""
    ingest: Ingest
    today: Callable[[], Awaitable[Mapping[str, Any]]] | None = None
    editions: Editions | None = None
    memory: Callable[[], Awaitable[Mapping[str, Any]]] | None = None

"""What the API and the page are handed of recaps and mornings."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from tane.runs.recap.pages import recap_html, recap_markdown
from tane.runs.recap.view import read_morning, read_recap
from tane.store.pool import Pool, connection
from tane.web.api.services import ExportForm


class StoredEditions:
    """Recaps and mornings as they are stored; days are those of a time zone."""

    def __init__(self, pool: Pool, *, zone: str) -> None:
        self._pool = pool
        self._zone = zone

    async def recap(self, run_id: int | None) -> Mapping[str, Any] | None:
        """Return a recap, or the last that came to something."""
        async with connection(self._pool) as conn:
            view = await read_recap(conn, run_id)
        return None if view is None else view.as_json()

    async def page(self, run_id: int, form: ExportForm) -> str | None:
        """Return a recap as a file of its own."""
        async with connection(self._pool) as conn:
            view = await read_recap(conn, run_id)
        if view is None:
            return None
        return await asyncio.to_thread(
            recap_html if form == "html" else recap_markdown, view, zone=self._zone
        )

    async def morning(self, day: date | None) -> Mapping[str, Any] | None:
        """Return the edition of a day, or the last."""
        async with connection(self._pool) as conn:
            view = await read_morning(conn, day)
        return None if view is None else view.as_json()

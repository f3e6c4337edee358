"""What the API and the page are handed: pools, a model for queries, and the importer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute

from daemon.health import report
from daemon.health.reader import HealthReader
from daemon.memory_look import read_memory
from daemon.options import handler_options, job_plan
from daemon.stored_editions import StoredEditions
from tane.importing.identity import Rewording, WouldOverwrite
from tane.importing.importer import ImportOptions, import_files
from tane.importing.inputs import ARTICLES
from tane.importing.records import ImportProblem, NothingUsable
from tane.search.searching import TextEmbedder
from tane.settings.model import Settings
from tane.store.pool import Pool, connection
from tane.today.digest import read_today
from tane.web.api.models import IngestReport
from tane.web.api.routes import api_routes
from tane.web.api.services import (
    SHARED_SOURCE,
    Ingest,
    IngestConflict,
    IngestRefused,
    Services,
)
from tane.web.health import Report
from tane.web.page import page_routes

TODAY_LINES = 5
LONGEST_REASON = 200


def api_and_page(
    settings: Settings, *, reading_pool: Pool, writing_pool: Pool, look: HealthReader, models: TextEmbedder
) -> list[BaseRoute]:
    """Return the routes of the page and of all that it asks for."""

    async def status() -> Report:
        return report.ready(await look.take())

    async def today() -> Mapping[str, Any]:
        # A page that is opened is no visit: pages stay open for days.
        return (await read_today(reading_pool, zone=settings.timezone, limit=TODAY_LINES)).as_json()

    async def memory() -> Mapping[str, Any]:
        async with connection(reading_pool) as conn:
            return (await read_memory(conn, settings)).as_json()

    services = Services(
        reading=reading_pool,
        writing=writing_pool,
        can_write=settings.web.token is not None,
        status=status,
        models=models,
        ingest=importer(writing_pool, settings),
        today=today,
        editions=StoredEditions(reading_pool, zone=settings.timezone),
        memory=memory,
    )
    return [*api_routes(services), *page_routes()]


def importer(pool: Pool, settings: Settings) -> Ingest:
    """Return a function that imports a file of JSON lines just as `tane import` does."""
    chosen = handler_options(settings)  # once: reading the prompts takes longer than storing an utterance

    async def ingest(
        path: Path, source: str, *, replace: bool = False, are_articles: bool = False
    ) -> IngestReport:
        rejects = path.with_suffix(".rejects.csv")
        # Programs that name no source share one, and their ids may mean different things.
        kept = Rewording.NONE if source == SHARED_SOURCE else Rewording.FEW
        options = ImportOptions(
            source=source, format=ARTICLES if are_articles else "jsonl", encoding="utf-8", timezone=settings.timezone, rejects=rejects,
            rewording=Rewording.ALL if replace else kept, origin="api",
            map_sources=frozenset(settings.map.sources), kind="articles",
        )  # fmt: skip
        try:
            done = await import_files(pool, [path], options, plan=job_plan(chosen))
        except WouldOverwrite as would:
            raise IngestConflict(
                f"{would.overlap.reworded + would.overlap.reassigned:,} of the {would.overlap.known:,} known ids of the "
                "source would get other words or speakers; nothing was stored. If your program numbers its utterances by "
                "itself, name a source of its own (?source=NAME); if these are edits, say so (&replace=1)"
            ) from None
        except NothingUsable as nothing:
            if are_articles:  # each may lack its words for a reason of its own: the counts say so
                return IngestReport(
                    read=sum(nothing.rejected.values()), added=0, updated=0, unchanged=0,
                    rejected=dict(nothing.rejected), jobs=0,
                )  # fmt: skip
            why = ", ".join(f"{count} {reason}" for reason, count in nothing.rejected.items())
            raise IngestRefused(f"none of it can be taken: {why}"[:LONGEST_REASON]) from None
        except ImportProblem:
            # Its message names the file, which is ours, and flags of a command.
            raise IngestRefused(
                "each line is a JSON object with its words as text, contents or content; see docs/interface.md"
            ) from None
        return IngestReport(
            read=done.read,
            added=done.added,
            updated=done.updated,
            unchanged=done.unchanged,
            rejected=dict(done.rejected_by_reason),
            jobs=sum(done.queued.values()),
        )

    return ingest

"""Feeds beside the jobs: those that are due are fetched, and sources of articles follow map.sources."""

from contextlib import AbstractAsyncContextManager

from daemon.maintenance import Chore
from daemon.options import handler_options, job_plan
from tane.articles.collecting import Collector, open_collector
from tane.settings.model import Settings
from tane.store.articles import follow_mapped_kinds
from tane.store.pool import Pool, connection

LOOK_EVERY_S = 60.0
FIRST_LOOK_S = 10.0


def collector_of(pool: Pool, settings: Settings) -> AbstractAsyncContextManager[Collector]:
    """Return what fetches feeds as the settings ask for it."""
    return open_collector(
        pool, plan=job_plan(handler_options(settings)), every_s=settings.feeds.every * 60.0,
        full_text=settings.feeds.full_text, timeout_s=settings.feeds.timeout_s, timezone=settings.timezone,
        map_sources=frozenset(settings.map.sources), tags_url=settings.feeds.tags_url,
    )  # fmt: skip


def article_chores(pool: Pool, settings: Settings) -> list[Chore]:
    """Return what a daemon does for articles every now and then."""

    async def follow() -> None:
        async with connection(pool) as conn:
            await follow_mapped_kinds(conn, settings.map.sources)

    async def fetch() -> None:
        async with collector_of(pool, settings) as collector:
            async for _ in collector.collect():
                pass

    chores = [Chore(name="article sources", every_s=LOOK_EVERY_S, do=follow)]
    if settings.feeds.enabled:
        chores.append(Chore(name="feeds", every_s=LOOK_EVERY_S, do=fetch, first_after_s=FIRST_LOOK_S))
    return chores

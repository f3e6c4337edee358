from collections.abc import AsyncIterator

import pytest

from daemon.options import job_plan
from handlers.job_graph import enabled_types
from handlers.options import Options
from tane.articles.collecting import Collector, open_collector
from tane.llm.prompts import Prompts
from tane.store.pool import Pool
from tests.tane.articles.publisher import Publisher, publishing

PATIENCE_S = 10.0


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    async with publishing() as served:
        yield served


@pytest.fixture
async def collector(pool: Pool) -> AsyncIterator[Collector]:
    plan = job_plan(Options(prompts=Prompts.load("ja"), enabled=enabled_types("full"), context_tokens=8192))
    async with open_collector(
        pool,
        plan=plan,
        every_s=3600.0,
        full_text=True,
        timeout_s=PATIENCE_S,
        timezone="UTC",
        map_sources=frozenset(),
    ) as made:
        yield made

from collections.abc import AsyncIterator

import pytest

from tane.store.pool import Pool
from tests.daemon.queue.workshop import Workshop, open_workshop


@pytest.fixture
async def workshop(pool: Pool, dsn: str) -> AsyncIterator[Workshop]:
    async with open_workshop(pool, dsn) as opened:
        yield opened

from collections.abc import AsyncIterator

import httpx
import pytest

from tane.store.pool import Connection, Pool
from tests.tane.web.api.planted import Hands, Planted, client, plant, served


@pytest.fixture
async def planted(conn: Connection) -> Planted:
    return await plant(conn)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def api(dsn: str, pool: Pool, hands: Hands) -> AsyncIterator[httpx.AsyncClient]:
    async with served(dsn, pool, hands=hands) as url, client(url) as asking:
        yield asking

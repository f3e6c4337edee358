from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tane.store.pool import Pool
from tests.faults import FaultProxy
from tests.relay import Relay, relay_to
from tests.standin import serving_standin
from tests.system.daemon_process import Site, open_site
from tests.system.work import Work


@pytest.fixture(scope="session")
def standin() -> Iterator[str]:
    with serving_standin() as url:
        yield url


@pytest.fixture
async def proxy(standin: str) -> AsyncIterator[FaultProxy]:
    """The model server of the test; it may fail, hang and restart."""
    async with FaultProxy(standin) as opened:
        yield opened
        opened.clear()


@pytest.fixture
async def relay(dsn: str) -> AsyncIterator[Relay]:
    """The way to the database, for tests that cut it."""
    async with relay_to(dsn) as opened:
        yield opened


@pytest.fixture
async def site(tmp_path: Path, dsn: str, proxy: FaultProxy) -> AsyncIterator[Site]:
    async with open_site(folder=tmp_path, dsn=dsn, llm_url=proxy.url) as opened:
        yield opened


@pytest.fixture
async def relayed_site(tmp_path: Path, relay: Relay, proxy: FaultProxy) -> AsyncIterator[Site]:
    """A site whose daemons reach the database through the relay."""
    async with open_site(folder=tmp_path, dsn=relay.dsn, llm_url=proxy.url) as opened:
        yield opened


@pytest.fixture
def work(pool: Pool) -> Work:
    return Work(pool)

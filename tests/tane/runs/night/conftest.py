"""Stores that are filled once for a module, by its own `planted`, and copied for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tane.store.embedded import EmbeddedServer
from tests.conftest import Nursery
from tests.tane.runs.night.planted import Kept, Store, keeping


@pytest.fixture(scope="module")
def kept(
    request: pytest.FixtureRequest,
    nursery: Nursery,
    server: EmbeddedServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kept]:
    """What `planted` of the module left."""
    with keeping(nursery, server, tmp_path_factory.mktemp("kept"), request.module.planted) as made:
        yield made


@pytest.fixture(scope="module")
def kept_with_map(
    request: pytest.FixtureRequest,
    nursery: Nursery,
    server: EmbeddedServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kept]:
    """The same after a night."""

    async def planted_and_mapped(store: Store) -> None:
        await request.module.planted(store)
        await store.night()

    with keeping(nursery, server, tmp_path_factory.mktemp("mapped"), planted_and_mapped) as made:
        yield made


@pytest.fixture
async def store(kept: Kept, tmp_path: Path) -> AsyncIterator[Store]:
    """What was planted, before its first night."""
    async with kept.copy(tmp_path) as copied:
        yield copied


@pytest.fixture
async def mapped(kept_with_map: Kept, tmp_path: Path) -> AsyncIterator[Store]:
    """What was planted, after its first night."""
    async with kept_with_map.copy(tmp_path) as copied:
        yield copied

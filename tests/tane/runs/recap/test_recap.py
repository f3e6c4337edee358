"""A recap from the first document to the last citation, without a text model."""

from pathlib import Path

import pytest

from tane.store import recap_reading
from tane.store.pool import Pool, connection
from tests.tane.runs.recap.newsroom import Newsroom, shipped


@pytest.fixture
async def newsroom(pool: Pool, dsn: str, tmp_path: Path) -> Newsroom:
    """Nothing yet."""
    return await Newsroom(pool=pool, dsn=dsn, folder=tmp_path).open()


async def test_x(newsroom: Newsroom):
    await newsroom.publish(shipped())

    run_id, details = await newsroom.recap()

    import json

    print(json.dumps(details, indent=1, ensure_ascii=False, default=str))
    async with connection(newsroom.pool) as conn:
        for one in await recap_reading.read_sections(conn, run_id):
            print("##", one.genre, one.name, one.status, one.title, one.documents)
            for b in one.bullets or []:
                print("   -", b["text"], b["cites"])
        for s in await recap_reading.read_stories(conn, run_id):
            print(s.place, s.rank, s.title, s.documents, s.publishers, s.state)
        print(await recap_reading.stage_counts(conn, run_id))
    assert 0

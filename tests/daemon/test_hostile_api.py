"""Hostile words through the API: taken, found and given back as they are, refused with a reason, never logged."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from daemon.api import importer
from tane.settings.model import Settings
from tane.store.pool import Connection, Pool
from tane.web.api.models import IngestReport
from tests.hostile import CHANGED, KEPT, LONG, SENT, STORED
from tests.tane.web.api.planted import Hands, Planted, client, plant, served


class Importing(Hands):
    """Hands over the daemon's own importer."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._import = importer(pool, Settings())

    async def ingest(
        self, path: Path, source: str, *, replace: bool = False, are_articles: bool = False
    ) -> IngestReport:
        return await self._import(path, source, replace=replace, are_articles=are_articles)


@pytest.fixture
async def planted(conn: Connection) -> Planted:
    return await plant(conn)


@pytest.fixture
async def api(dsn: str, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    with capture_logs() as logs:
        async with served(dsn, pool, hands=Importing(pool)) as url, client(url) as asking:
            yield asking
    assert not [word for word in SENT if word[:20] in str(logs)]


@pytest.mark.parametrize("as_list", [False, True], ids=["lines", "list"])
async def test_utterances_with_hostile_words_everywhere_are_stored_and_read_back(
    api: httpx.AsyncClient, conn: Connection, as_list: bool
):
    rows = [
        {"text": text, "speaker": text, "conversation": text, "id": text, "mood": {text: text}}
        for text in SENT
    ]
    lines = json.dumps(rows) if as_list else "".join(f"{json.dumps(row)}\n" for row in rows)

    done = (await api.post("utterances", content=lines)).json()
    ids = [row["utterance_id"] for row in await conn.fetch("SELECT utterance_id FROM utterances")]
    shown = [(await api.get(f"utterances/{one}")).json() for one in ids]
    listed = (await api.get("snippets", params={"ids": ",".join(map(str, ids))})).json()["items"]

    assert (done["added"], done["rejected"]) == (len(SENT), {})
    assert {one["contents"] for one in shown} == set(STORED)
    assert {one["speaker"] for one in shown} == {text.strip() for text in STORED}
    assert all(one["metadata"] == {"mood": {one["contents"]: one["contents"]}} for one in shown)
    assert {one["text"] for one in listed} == {text[:120] for text in STORED}


async def test_what_was_said_is_found_by_its_own_hostile_words(api: httpx.AsyncClient):
    await api.post("utterances", content="".join(f"{json.dumps({'text': text})}\n" for text in SENT))

    for text in STORED:
        hits = (await api.get("search", params={"q": text[:40]})).json()["items"]
        assert text in {hit["text"] for hit in hits}


async def test_the_owners_words_come_back_as_they_were_given(api: httpx.AsyncClient, planted: Planted):
    for text in (one for one in KEPT if one != LONG):
        assert (await api.post(f"seeds/{planted.seed}/edit", json={"body": text})).status_code == 204
        assert (
            await api.post(f"clusters/{planted.sleep}/rename", json={"title": text, "overview": text})
        ).status_code == 204
        seed, cluster = (
            (await api.get(f"seeds/{planted.seed}")).json(),
            (await api.get(f"clusters/{planted.sleep}")).json(),
        )
        assert seed["body"] == text.strip()
        assert (cluster["title"], cluster["overview"]) == (text.strip(), text.strip())


@pytest.mark.parametrize("words", [*CHANGED, LONG], ids=["NUL", "half", "other half", "long"])
async def test_words_that_cannot_be_kept_are_refused_without_being_quoted(
    api: httpx.AsyncClient, planted: Planted, words: str
):
    for path, name in ((f"seeds/{planted.seed}/edit", "body"), (f"clusters/{planted.sleep}/rename", "title")):
        answer = await api.post(path, content=json.dumps({name: words}))
        assert answer.status_code == 400
        assert answer.text.startswith(f"{name} h")
        assert words[:5] not in answer.text

"""What the owner decides, and what other programs send."""

import json

import httpx
import pytest

from tane.store.pool import Connection, Pool
from tests.handlers.conversation import waiting
from tests.tables import every
from tests.tane.web.api.planted import BEARER, SEED, Hands, Planted, client, plant, served


async def test_a_seed_is_edited_accepted_and_rejected(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    async def state() -> tuple[str, str]:
        row = await conn.fetchrow("SELECT body, review_status FROM seeds WHERE seed_id = $1", planted.seed)
        assert row is not None
        return row["body"], row["review_status"]

    assert (await api.post(f"seeds/{planted.seed}/edit", json={"body": " 早寝は良い "})).status_code == 204
    assert await state() == ("早寝は良い", "edited")
    assert (await api.post(f"seeds/{planted.seed}/reject")).status_code == 204
    assert await state() == ("早寝は良い", "rejected")
    assert (await api.post(f"seeds/{planted.other}/accept")).status_code == 204


async def test_a_cluster_is_renamed_pinned_and_given_back(
    api: httpx.AsyncClient, conn: Connection, planted: Planted
):
    await api.post(f"clusters/{planted.sleep}/rename", json={"title": "よい眠り"})
    named = await conn.fetchrow(
        "SELECT cluster_title, is_pinned FROM clusters WHERE cluster_id = $1", planted.sleep
    )
    await api.post(f"clusters/{planted.sleep}/unpin")
    loose = await conn.fetchval("SELECT is_pinned FROM clusters WHERE cluster_id = $1", planted.sleep)
    await api.post(f"clusters/{planted.sleep}/pin")

    assert tuple(named or ()) == ("よい眠り", 1)
    assert loose == 0
    assert await conn.fetchval("SELECT is_pinned FROM clusters WHERE cluster_id = $1", planted.sleep) == 1
    assert ("cluster_body", planted.sleep) in await waiting(conn)


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {**BEARER, "Origin": "http://evil.example"}]
)
async def test_nobody_writes_without_the_token_or_from_another_site(
    dsn: str, conn: Connection, pool: Pool, headers: dict[str, str]
):
    planted = await plant(conn)

    async with served(dsn, pool) as url, client(url, headers=headers) as api:
        answer = await api.post(f"seeds/{planted.seed}/reject")

    assert answer.status_code in (401, 403)
    assert await conn.fetchval("SELECT review_status FROM seeds WHERE seed_id = $1", planted.seed) == "auto"


async def test_a_server_without_a_token_is_read_and_never_written(dsn: str, conn: Connection, pool: Pool):
    planted = await plant(conn)

    async with served(dsn, pool, token=None) as url, client(url, headers={}) as api:
        assert (await api.get("status")).json()["can_write"] is False
        assert (await api.post(f"seeds/{planted.seed}/reject")).status_code == 403


@every(
    ("path", "body", "status"),
    [
        ("seeds/{seed}/edit", b"", 400), ("seeds/{seed}/edit", b'{"body": " "}', 400), ("seeds/{seed}/edit", b"[]", 400),
        ("seeds/{seed}/edit", b"{", 400), ("seeds/{seed}/edit", b'{"body": "\\u0000"}', 400),
        ("seeds/{seed}/edit", b'{"body": "\\ud800"}', 400), ("seeds/{seed}/edit", b'{"body": "' + b"a" * 70_000 + b'"}', 413),
        ("seeds/{sleep}/edit", b'{"body": "a"}', 404), ("clusters/{sleep}/rename", b'{"title": 1}', 400),
        ("utterances", b"", 400), ("utterances", b"[1,", 400), ("utterances", b'{"text": "bad"}', 400),
        ("utterances?source=", b"{}", 400), ("utterances?replace=yes", b"{}", 400),
        ("utterances", b'{"id": 1, "text": "other words"}', 409),
        ("utterances?source=a%00b", b"{}", 400), ("utterances?source=%E2%80%AEa", b"{}", 400),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_refused_and_changes_nothing(
    api: httpx.AsyncClient, planted: Planted, path: str, body: bytes, status: int
):
    answer = await api.post(path.format(seed=planted.seed, sleep=planted.sleep), content=body)

    assert answer.status_code == status
    after = (await api.get(f"seeds/{planted.seed}")).json()
    assert (after["body"], after["review_status"]) == (SEED, "auto")


async def test_utterances_are_handed_on_as_lines_whether_they_come_as_lines_or_as_a_list(
    api: httpx.AsyncClient, hands: Hands
):
    items = [{"text": "一つ"}, {"text": "二つ"}]
    lines = "".join(f"{json.dumps(item)}\n" for item in items)

    first = await api.post("utterances", params={"source": "bot"}, content=lines)
    second = await api.post("utterances", json=items)

    assert [answer.json()["added"] for answer in (first, second)] == [2, 2]
    assert hands.received == [("bot", lines), ("api", lines)]


async def test_other_words_are_taken_when_the_program_says_that_they_are_edits(api: httpx.AsyncClient):
    answer = await api.post("utterances?source=bot&replace=1", content=b'{"id": 1, "text": "other words"}\n')

    assert (answer.status_code, answer.json()["added"]) == (200, 1)


@every(
    ("body", "status", "says"),
    [
        (json.dumps([{"title": "T", "body": "A"}] * 501), 413, "at most 500 articles"),
        ('[{"title": 7}]', 400, "article 1: title is not as"),
        ('{"body": "A"}\n{"tags": [{"confidence": 1}]}\n', 400, "article 2: tags.0"),
        ("", 400, "the body is empty"),
        ("[1]", 400, "article 1: it is not as"),
    ],
)
async def test_what_are_no_articles_is_refused_with_its_place_and_none_of_its_words(
    api: httpx.AsyncClient, body: str, status: int, says: str
):
    answer = await api.post("articles", content=body.encode())

    assert (answer.status_code, says in answer.text) == (status, True)

"""Recaps and mornings, read and asked for by a program."""

from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException

from tane.store.pool import Connection, Pool
from tane.web.api.editions import wanted
from tests.tables import every
from tests.tane.web.api.planted import SAID, Planted, client, served
from tests.tane.web.api.planted_recap import DAY, GENRE, TITLE, PlantedRecap, plant_recap


@pytest.fixture
async def recap(conn: Connection, planted: Planted) -> PlantedRecap:
    return await plant_recap(conn, planted.said)


async def test_a_recap_leads_from_every_sentence_to_the_utterance_that_says_it(
    api: httpx.AsyncClient, planted: Planted, recap: PlantedRecap
):
    found = (await api.get("recaps/latest")).json()

    (story,) = found["leading"]
    (citation,) = story["bullets"][0]["citations"]
    assert found == (await api.get(f"recaps/{recap.run}")).json()
    assert (story["title"], citation["utterance_id"], citation["copies"]) == (TITLE, str(planted.said), 1)
    assert citation["text"] in SAID
    assert [one["run_id"] for one in (await api.get("recaps")).json()["items"]] == [recap.run]


async def test_it_can_be_asked_what_a_stage_left_out_and_why_a_document_is_there(
    api: httpx.AsyncClient, recap: PlantedRecap
):
    stage = (await api.get(f"recaps/{recap.run}/stages/dedup", params={"limit": 1})).json()
    why = (await api.get(f"recaps/{recap.run}/documents/{recap.document}")).json()

    assert [(one["document_id"], one["reason"]) for one in stage["dropped"]] == [
        (str(recap.left_out), "near_duplicate")
    ]
    assert (stage["details"], stage["next_offset"]) == ({"near": 1}, 1)
    assert (why["document"]["genre"], why["document"]["strategy"]) == (GENRE, "map_cluster")
    assert why["document"]["coarse_candidates"] == [{"genre": GENRE, "score": 0.4}]
    assert [one["is_cited"] for one in why["evidence"]] == [True]


async def test_it_is_taken_along_as_a_file_that_no_browser_shows_at_this_address(
    api: httpx.AsyncClient, recap: PlantedRecap
):
    markdown = await api.get(f"recaps/{recap.run}/export")
    page = await api.get(f"recaps/{recap.run}/export", params={"format": "html"})

    assert markdown.text.startswith("# Recap 2026-07-28")
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert page.text.startswith("<!doctype html>")
    assert page.headers["content-disposition"] == f'attachment; filename="recap-{recap.run}.html"'


async def test_a_morning_is_found_by_its_day(api: httpx.AsyncClient, planted: Planted, recap: PlantedRecap):
    found = (await api.get(f"mornings/{DAY}")).json()

    assert found == (await api.get("mornings/latest")).json()
    assert [one["documents"][0]["utterance_id"] for one in found["articles"]] == [str(planted.said)]
    assert (found["talk"], found["letter"]["title"]) == ([], TITLE)
    assert [one["edition_date"] for one in (await api.get("mornings")).json()["items"]] == [DAY.isoformat()]


async def test_an_article_has_title_publisher_and_link_where_it_is_found_and_where_it_is_read(
    api: httpx.AsyncClient, planted: Planted, recap: PlantedRecap
):
    facts = {"title": TITLE, "publisher": "news.example.org", "url": "https://news.example.org/1"}
    hits = (await api.get("search", params={"q": "コーヒー"})).json()["items"]

    assert (await api.get(f"utterances/{planted.said}")).json()["article"] == facts
    assert [one["article"] for one in hits if one["id"] == str(planted.said)] == [facts]


async def test_who_asks_for_a_recap_joins_the_one_that_is_open(api: httpx.AsyncClient, conn: Connection):
    first = await api.post("recaps", json={"days": 3, "until": "2026-08-04T00:00:00Z", "sources": "talk"})
    second = await api.post("recaps")

    assert (first.status_code, first.json()["is_new"], first.json()["status"]) == (202, True, "requested")
    assert second.json() == {**first.json(), "is_new": False}
    params = await conn.fetchval("SELECT params FROM nightly_runs WHERE kind = 'recap'")
    assert params == {"days": 3, "window_end": "2026-08-04T00:00:00+00:00", "sources": "talk"}


@every(
    ("said", "params"),
    [
        ({}, {}), ({"other": 1}, {}), ({"mode": "taxonomy"}, {"mode": "taxonomy"}), ({"days": 0.5}, {"days": 0.5}),
        ({"until": "2026-08-04t09:00:00.1234567+09:00"}, {"window_end": "2026-08-04T00:00:00+00:00"}),
    ],
)  # fmt: skip
def test_what_is_left_out_is_as_the_settings_say(said: dict[str, Any], params: dict[str, Any]):
    assert wanted(said) == params


@every(
    "said",
    [
        {"days": 0}, {"days": True}, {"days": "7"}, {"days": 1e9}, {"days": float("nan")}, {"until": 1}, {"until": "2026-08-04"},
        {"until": "2026-13-04T00:00:00Z"}, {"until": "0001-01-01T00:00:00+14:00"}, {"sources": "all"}, {"sources": None},
        {"sources": []}, {"mode": 1},
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(said: dict[str, Any]):
    with pytest.raises(HTTPException) as refusal:
        wanted(said)

    assert refusal.value.status_code == 400


@every(
    ("path", "status"),
    [
        ("recaps/latest", 404), ("recaps/7", 404), ("recaps/none", 404), (f"recaps/{'9' * 30}", 404), ("recaps?limit=0", 400),
        ("recaps/7/stages/dedup", 404), ("recaps/7/export?format=pdf", 400), ("recaps/7/export", 404), ("mornings/latest", 404),
        ("mornings/2026-02-30", 404), ("mornings/2026-08-03", 404),
    ],
)  # fmt: skip
async def test_what_there_is_not_is_said_in_words(api: httpx.AsyncClient, path: str, status: int):
    answer = await api.get(path)

    assert answer.status_code == status
    assert answer.text.strip()


async def test_a_night_is_no_recap(api: httpx.AsyncClient, conn: Connection):
    run = await conn.fetchval(
        "INSERT INTO nightly_runs (kind, trigger) VALUES ('night', 'command') RETURNING run_id"
    )

    for path in ("", "/stages/dedup", "/export"):
        assert (await api.get(f"recaps/{run}{path}")).status_code == 404


async def test_a_server_without_recaps_says_so(dsn: str, pool: Pool):
    async with served(dsn, pool, has_recaps=False) as url, client(url) as api:
        assert (await api.get("recaps")).status_code == 404
        assert (await api.post("recaps")).status_code == 404
        assert (await api.get("status")).json()["has_recaps"] is False

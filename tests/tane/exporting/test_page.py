"""The HTML file as bytes: what it holds, what it allows, and when there is none. Browsers open it in tests/tane/web/page."""

import base64
import hashlib
import json
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tane.exporting.exporter import export
from tane.exporting.page import TooLarge, json_in_script, write_page
from tane.store.exporting import Chosen
from tane.store.mapping import map_columns
from tane.store.pool import Connection, Pool
from tests.tane.exporting.planted import BELOW, HOSTILE, MODEL, QUESTION, SAID, SAID_LATER, TOP, plant
from tests.tane.today.gold import name


class Parts(HTMLParser):
    """The scripts and styles of a file, as a parser of HTML finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.policy = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "meta" and known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"] or ""
        if tag in ("script", "style"):
            self.found.append((tag, known, ""))

    def handle_data(self, data: str) -> None:
        if self.found and not self.found[-1][2]:
            self.found[-1] = (*self.found[-1][:2], data)

    def blocks(self) -> list[tuple[str, str | None, list[list[Any]]]]:
        return [
            (of, attributes.get("data-cluster"), json.loads(text))
            for _, attributes, text in self.found
            if (of := attributes.get("data-of")) is not None
        ]

    def rows(self, of: str, cluster: str | None = None) -> list[list[Any]]:
        return [row for name, whose, rows in self.blocks() if (name, whose) == (of, cluster) for row in rows]


@pytest.fixture
async def planted(conn: Connection) -> None:
    await plant(conn)


async def made(pool: Pool, path: Path, chosen: Chosen = Chosen(), *, largest_bytes: int = 10**9) -> Parts:  # noqa: B008 - frozen
    writer = partial(write_page, largest_bytes=largest_bytes)
    await export(pool, path, writer=writer, chosen=chosen, told=lambda *_: None)
    return Parts(path.read_text(encoding="utf-8"))  # noqa: ASYNC240 - a test has time


@pytest.mark.usefixtures("planted")
class TestAFile:
    async def test_holds_every_item_once_and_names_it_by_its_number(self, pool: Pool, tmp_path: Path):
        parts = await made(pool, tmp_path / "map.html")

        items = [row[0] for of in ("utterances", "seeds", "clusters") for row in parts.rows(of)]
        number = {item: n for n, item in enumerate(items)}
        assert set(items) == {str(one) for one in (SAID, SAID_LATER, QUESTION, MODEL, TOP, BELOW)}
        assert parts.rows("utterances")[number[str(SAID)]][1] == HOSTILE
        assert [number[str(QUESTION)], number[str(SAID)], 0, 4] in parts.rows("sources")
        assert [number[str(MODEL)], number[str(QUESTION)], 0, None, 0.7] in parts.rows("edges")
        assert [number[str(SAID)], 1.2346, -2.5, 0] in parts.rows("atlas")
        assert parts.rows("cluster", str(BELOW)) == [[number[str(QUESTION)], 1.2346, -2.5, 0]]

    async def test_has_an_utterance_where_the_map_of_the_server_has_it_with_its_first_seed(
        self, conn: Connection, pool: Pool, tmp_path: Path
    ):
        await conn.execute("UPDATE utterance_seeds SET span_start = 5 WHERE seed_id = $1", QUESTION)
        await conn.execute(
            "INSERT INTO utterance_seeds (utterance_id, seed_id, span_start) VALUES ($1, $2, 0)", SAID, MODEL
        )
        parts = await made(pool, tmp_path / "map.html")
        answer = json.loads(await map_columns(conn, name("atlas")))

        clusters = [row[0] for row in parts.rows("clusters")]
        (home,) = (row[5] for row in parts.rows("utterances") if row[0] == str(SAID))
        on_map = dict(zip(answer["columns"]["id"], answer["columns"]["cluster"], strict=True))
        assert clusters[home] == str(TOP) == answer["clusters"][on_map[str(SAID)]]["id"]
        assert [row[6] for row in parts.rows("seeds")] == [clusters.index(str(one)) for one in (BELOW, TOP)]

    async def test_allows_its_own_program_and_style_and_nothing_else(self, pool: Pool, tmp_path: Path):
        parts = await made(pool, tmp_path / "map.html")

        own = [text for tag, known, text in parts.found if tag == "style" or known.get("type") == "module"]
        digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in own}
        assert len(own) == 2
        assert set(re.findall(r"'sha256-([^']+)'", parts.policy)) == digests
        assert parts.policy.startswith("default-src 'none';")
        assert "unsafe" not in parts.policy
        assert "http" not in parts.policy

    async def test_bears_the_licences_of_what_it_is_made_of(self, pool: Pool, tmp_path: Path):
        parts = await made(pool, tmp_path / "map.html")

        (licences,) = (text for _, known, text in parts.found if known.get("id") == "licences")
        assert "@cosmos.gl/graph" in licences

    async def test_of_equal_data_is_equal_and_of_a_part_holds_that_part(self, pool: Pool, tmp_path: Path):
        await made(pool, tmp_path / "a.html")
        await made(pool, tmp_path / "b.html")
        part = await made(pool, tmp_path / "c.html", Chosen(kinds=["question"], clusters=[BELOW]))

        assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
        assert [row[0] for row in part.rows("seeds")] == [str(QUESTION)]
        assert part.rows("utterances") == []

    async def test_that_no_browser_would_open_is_not_written(self, pool: Pool, tmp_path: Path):
        (tmp_path / "map.html").write_text("before", encoding="utf-8")

        with pytest.raises(TooLarge, match="--only cluster=ID"):
            await made(pool, tmp_path / "map.html", largest_bytes=1000)

        assert [one.name for one in tmp_path.iterdir()] == ["map.html"]  # noqa: ASYNC240 - a test has time
        assert (tmp_path / "map.html").read_text(encoding="utf-8") == "before"


async def test_an_empty_database_makes_a_file_with_an_empty_map(pool: Pool, tmp_path: Path):
    assert [rows for _, _, rows in (await made(pool, tmp_path / "map.html")).blocks()] == [[]]


def test_json_within_a_script_holds_no_markup_and_is_the_same_json():
    text = "</script><!--<script>&amp;\u2028\u2029\u202e\x00\x1b種"

    written = json_in_script([text])

    assert not set("<>&\u2028\u2029\x00\x1b") & set(written)
    assert json.loads(written) == [text]

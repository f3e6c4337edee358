"""Hostile words in every format: what reads the file gets the same words back, and no spreadsheet calculates them."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from tane.exporting.exporter import export, writer_of
from tane.exporting.graphml import plain_text
from tane.exporting.sheets import GUARDED, unguard
from tane.store.exporting import Chosen
from tane.store.pool import Connection, Pool
from tests.hostile import STORED
from tests.tane.exporting.test_page import Parts


@pytest.fixture(autouse=True)
async def _planted(conn: Connection) -> None:
    for text in STORED:
        await conn.execute(
            "INSERT INTO utterances (contents, speaker, metadata) VALUES ($1, $1, $2)", text, {text: text}
        )
        await conn.execute("INSERT INTO seeds (body, seed_kind) VALUES ($1, 'knowledge')", text)
        await conn.execute(
            "INSERT INTO clusters (cluster_title, cluster_overview, cluster_category) VALUES ($1, $1, $1)",
            text,
        )


async def written(pool: Pool, folder: Path, form: str, *, raw: bool = False) -> Path:
    path = folder / f"out.{form}"
    await export(pool, path, writer=writer_of(form, raw=raw), chosen=Chosen(), told=lambda *_: None)
    return path


def table(path: Path, name: str, encoding: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(encoding), newline="")))


async def test_in_json(pool: Pool, tmp_path: Path):
    made = json.loads((await written(pool, tmp_path, "json")).read_bytes())

    assert sorted(item["content"] for item in made["items"]) == sorted([*STORED, *STORED])
    assert {item["speaker"] for item in made["items"] if item["type"] == "utterance"} == set(STORED)
    assert {cluster["description"] for cluster in made["clusters"]} == set(STORED)


async def test_in_parquet(pool: Pool, tmp_path: Path):
    import pandas as pd  # heavy

    made = pd.read_parquet(await written(pool, tmp_path, "parquet"))

    assert sorted(made["content"]) == sorted([*STORED, *STORED])
    assert all(
        json.loads(data) == {text: text}
        for data, text in zip(made["metadata"], made["content"], strict=True)
        if data != "{}"
    )


async def test_in_a_spreadsheet(pool: Pool, tmp_path: Path):
    path = await written(pool, tmp_path, "csv")

    for name, column in (
        ("utterances", "content"),
        ("utterances", "speaker"),
        ("seeds", "content"),
        ("clusters", "title"),
    ):
        cells = [row[column] for row in table(path, name, "utf-8-sig")]
        assert not [cell for cell in cells if cell.startswith(tuple(set(GUARDED) - {"'"}))]
        assert sorted(map(unguard, cells)) == sorted(STORED)


async def test_in_a_table_for_programs(pool: Pool, tmp_path: Path):
    path = await written(pool, tmp_path, "csv", raw=True)

    assert sorted(row["content"] for row in table(path, "utterances", "utf-8")) == sorted(STORED)


async def test_in_graphml(pool: Pool, tmp_path: Path):
    import networkx as nx  # heavy

    graph = nx.read_graphml(await written(pool, tmp_path, "graphml"))

    labels = [plain_text(data["label"]) for _, data in graph.nodes(data=True)]
    assert sorted(labels) == sorted([*STORED, *STORED, *STORED])


async def test_in_a_page(pool: Pool, tmp_path: Path):
    parts = Parts((await written(pool, tmp_path, "html")).read_text(encoding="utf-8"))

    for of, column in (("utterances", 1), ("utterances", 3), ("seeds", 1), ("clusters", 3)):
        assert sorted(row[column] for row in parts.rows(of)) == sorted(STORED)

"""Each format is opened by what it is for, and holds what the database holds."""

import asyncio
import csv
import io
import json
import zipfile
from pathlib import Path
from typing import IO, Any

import pytest

from tane.exporting.document import write_json
from tane.exporting.exporter import FORMATS, export, format_of, writer_of
from tane.exporting.graphml import plain_text
from tane.exporting.sheets import unguard
from tane.exporting.tables import ALL, Told
from tane.store import exporting
from tane.store.errors import StoreError
from tane.store.exporting import Chosen, Rows
from tane.store.pool import Connection, Pool, connection
from tests.tables import every
from tests.tane.exporting.planted import (
    BELOW,
    GUARDED_TWICE,
    HOSTILE,
    MODEL,
    QUESTION,
    SAID,
    SAID_LATER,
    TALK,
    TOP,
    plant,
)

EVERYTHING = Chosen()


class Exporter:
    def __init__(self, pool: Pool, folder: Path) -> None:
        self._pool = pool
        self._folder = folder
        self.told: list[tuple[str, int]] = []

    async def __call__(self, form: str, chosen: Chosen = EVERYTHING, *, raw: bool = False) -> Path:
        path = self._folder / f"export.{form}"
        await export(
            self._pool,
            path,
            writer=writer_of(form, raw=raw),
            chosen=chosen,
            told=lambda name, rows: self.told.append((name, rows)),
        )
        return path

    async def json(self, chosen: Chosen = EVERYTHING) -> dict[str, list[dict[str, Any]]]:
        path = await self("json", chosen)
        made: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
        return made


@pytest.fixture
async def exported(conn: Connection, pool: Pool, tmp_path: Path) -> Exporter:
    await plant(conn)
    return Exporter(pool, tmp_path)


def files_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] for entry in entries]


class TestJson:
    async def test_has_the_items_of_document_004_and_what_else_is_known(self, exported: Exporter):
        items = (await exported.json())["items"]

        assert ids(items) == list(map(str, (SAID, SAID_LATER, QUESTION, MODEL)))
        assert items[0] == {
            "id": str(SAID), "content": HOSTILE, "metadata": {"a": "種", "b": [1, None]},
            "created_at": "2026-09-01T23:30:00+00:00", "x": 1.2346, "y": -2.5, "cluster_l1": str(TOP),
            "cluster_l2": str(BELOW), "cluster_l3": None, "type": "utterance", "kind": None, "speaker": "@佐藤",
            "conversation_id": str(TALK), "position": 1, "source": None, "role": None, "hypothetical": None,
            "confidence": 0.3, "reinterpretation": None, "resistance": None, "direction": None,
        }  # fmt: skip
        assert (items[1]["content"], items[1]["x"]) == ("", None)
        assert (items[2]["kind"], items[2]["utterance_id"], items[2]["grounding"]) == (
            "question",
            str(SAID),
            0.9,
        )
        assert items[2]["created_at"] == "2026-09-01T23:30:00+00:00"

    async def test_has_the_clusters_of_document_004_without_archived_ones(self, exported: Exporter):
        clusters = (await exported.json())["clusters"]

        assert clusters[0] == {
            "id": str(TOP), "cluster_type": "embedding", "level": 1, "name": f"L1_{str(TOP)[:8]}", "parent_id": None,
            "comment_count": 2, "description": "種について", "pattern_name": "種", "category": "考え", "strength": 7,
        }  # fmt: skip
        assert [(entry["id"], entry["parent_id"]) for entry in clusters[1:]] == [(str(BELOW), str(TOP))]

    async def test_of_an_empty_database_is_empty_lists(self, pool: Pool, tmp_path: Path):
        assert await Exporter(pool, tmp_path).json() == {"items": [], "clusters": []}


class TestCsv:
    async def test_tables_come_back_in_the_csv_module_word_for_word(self, exported: Exporter):
        for raw in (False, True):
            with zipfile.ZipFile(await exported("csv", raw=raw)) as archive:
                text = archive.read("utterances.csv").decode("utf-8" if raw else "utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(text, newline="")))

            def back(value: str, *, raw: bool = raw) -> str:
                return value if raw else unguard(value)

            assert [back(row["content"]) for row in rows] == [HOSTILE, ""]
            assert back(rows[0]["speaker"]) == "@佐藤"
            assert json.loads(rows[0]["metadata"]) == {"a": "種", "b": [1, None]}
            assert (rows[0]["confidence"], rows[1]["confidence"]) == ("0.3", "")

    async def test_no_cell_is_a_formula_unless_raw(self, exported: Exporter):
        with zipfile.ZipFile(await exported("csv")) as archive:
            cells = [
                cell
                for table in ("utterances", "seeds", "clusters")
                for row in list(
                    csv.reader(io.StringIO(archive.read(f"{table}.csv").decode("utf-8-sig"), newline=""))
                )[1:]
                for cell in row
            ]
        texts = [cell for cell in cells if cell and not cell.removeprefix("-").replace(".", "").isdigit()]

        assert not [cell for cell in texts if cell[0] in "=+-@\t\r"]
        assert "'" + GUARDED_TWICE in cells

    async def test_every_table_opens_in_pandas_with_its_columns(self, exported: Exporter):
        import pandas as pd  # heavy

        with zipfile.ZipFile(await exported("csv")) as archive:
            frames = {name: pd.read_csv(archive.open(name)) for name in archive.namelist()}

        assert {name: list(frame.columns) for name, frame in frames.items()} == {
            f"{table.name}.csv": list(table.columns) for table in ALL
        }
        assert {name: len(frame) for name, frame in frames.items()} == {
            "utterances.csv": 2, "seeds.csv": 2, "clusters.csv": 2, "sources.csv": 2, "edges.csv": 6, "points.csv": 4,
        }  # fmt: skip
        assert frames["points.csv"]["x"].tolist() == [1.2345679] * 4


class TestParquet:
    async def test_opens_in_pandas_with_types_and_texts(self, exported: Exporter):
        import pandas as pd  # heavy

        frame = pd.read_parquet(await exported("parquet"))

        assert frame["content"].tolist()[0] == HOSTILE
        assert frame["id"].tolist() == list(map(str, (SAID, SAID_LATER, QUESTION, MODEL)))
        assert str(frame["created_at"].dtype).startswith("datetime64[us, UTC")
        assert frame["created_at"][0] == pd.Timestamp("2026-09-01T23:30:00Z")
        assert str(frame["x"].dtype) == "float32"
        assert frame["x"].isna().tolist() == [False, True, False, True]
        assert json.loads(frame["metadata"][0]) == {"a": "種", "b": [1, None]}

    async def test_of_an_empty_database_is_a_table_without_rows(self, pool: Pool, tmp_path: Path):
        import pandas as pd  # heavy

        assert pd.read_parquet(await Exporter(pool, tmp_path)("parquet")).empty


class TestGraphml:
    async def test_opens_in_networkx_with_nodes_edges_and_texts(self, exported: Exporter):
        import networkx as nx  # heavy

        graph = nx.read_graphml(await exported("graphml"))

        assert set(graph.nodes) == {
            f"utterance:{SAID}", f"utterance:{SAID_LATER}", f"seed:{QUESTION}", f"seed:{MODEL}", f"cluster:{TOP}",
            f"cluster:{BELOW}",
        }  # fmt: skip
        said = graph.nodes[f"utterance:{SAID}"]
        assert plain_text(said["label"]) == HOSTILE
        assert (said["x"], said["confidence"], said["speaker"]) == (1.2345679, 0.3, "@佐藤")
        assert graph.nodes[f"cluster:{TOP}"]["label"] == "種"
        assert graph.is_directed()
        assert (
            sorted(data["edge_type"] for _, _, data in graph.edges(data=True))
            == ["near"] * 2 + ["part_of"] * 4 + ["said_in"] * 2
        )

    async def test_keeps_both_edges_between_the_same_two(self, exported: Exporter):
        import networkx as nx  # heavy

        graph = nx.read_graphml(await exported("graphml"))
        between = graph.get_edge_data(f"seed:{QUESTION}", f"utterance:{SAID}")

        assert sorted(data["edge_type"] for data in between.values()) == ["near", "said_in"]


class TestFilters:
    async def test_kinds_choose_items(self, exported: Exporter):
        async def found(*kinds: str) -> list[str]:
            return ids((await exported.json(Chosen(kinds=list(kinds))))["items"])

        assert await found("question") == [str(QUESTION)]
        assert await found("seed") == [str(QUESTION), str(MODEL)]
        assert await found("utterance", "model") == [str(SAID), str(SAID_LATER), str(MODEL)]
        assert await found("premise") == []

    async def test_a_cluster_comes_with_its_members_and_what_they_were_taken_from(
        self, exported: Exporter, pool: Pool
    ):
        below = await exported.json(Chosen(clusters=[BELOW]))
        async with connection(pool) as conn:
            whole = await exported.json(Chosen(clusters=await exporting.subtree(conn, [TOP])))

        assert ids(below["items"]) == [str(SAID), str(QUESTION)]
        assert ids(below["clusters"]) == [str(BELOW)]
        assert len(whole["items"]) == 4
        assert ids(whole["clusters"]) == [str(TOP), str(BELOW)]

    @pytest.mark.parametrize(
        "chosen",
        [Chosen(kinds=["question"]), Chosen(kinds=["utterance"]), Chosen(clusters=[BELOW]),
         Chosen(kinds=["seed"], clusters=[BELOW])],
    )  # fmt: skip
    async def test_no_edge_leads_to_what_was_not_chosen(self, exported: Exporter, chosen: Chosen):
        import networkx as nx  # heavy

        graph = nx.read_graphml(await exported("graphml", chosen))
        items = await exported.json(chosen)

        nodes = {f"{item['type']}:{item['id']}" for item in items["items"]}
        assert set(graph.nodes) == nodes | {f"cluster:{cluster['id']}" for cluster in items["clusters"]}
        assert all(data.get("type") for _, data in graph.nodes(data=True))


class TestTheFile:
    @pytest.mark.parametrize("form", FORMATS)
    async def test_is_the_same_for_the_same_database(self, exported: Exporter, form: str):
        first = (await exported(form)).read_bytes()

        assert (await exported(form)).read_bytes() == first

    @pytest.mark.parametrize("form", FORMATS)
    async def test_stays_as_it_was_when_an_export_fails(
        self, exported: Exporter, form: str, tmp_path: Path, conn: Connection
    ):
        path = await exported(form)
        before = path.read_bytes()
        await conn.execute("ALTER VIEW living_seeds RENAME TO seeds_gone")

        with pytest.raises(StoreError):
            await exported(form)

        assert path.read_bytes() == before
        assert files_in(tmp_path) == [path.name]

    async def test_stays_as_it_was_when_an_export_is_cancelled(self, pool: Pool, tmp_path: Path):
        path = tmp_path / "mine.json"
        path.write_bytes(b"before")
        begun = asyncio.Event()

        async def never_ends(rows: Rows, file: IO[bytes], told: Told) -> None:
            file.write(b"half")
            begun.set()
            await asyncio.Event().wait()

        task = asyncio.ensure_future(
            export(pool, path, writer=never_ends, chosen=EVERYTHING, told=lambda _name, _rows: None)
        )
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert path.read_bytes() == b"before"
        assert files_in(tmp_path) == [path.name]

    async def test_is_for_its_owner_only(self, exported: Exporter):
        assert (await exported("json")).stat().st_mode & 0o777 == 0o600

    async def test_is_of_one_moment(self, conn: Connection, pool: Pool, tmp_path: Path):
        await plant(conn)
        begun, added = asyncio.Event(), asyncio.Event()

        async def write_slowly(rows: Rows, file: IO[bytes], told: Told) -> None:
            async for _ in rows.utterances():
                begun.set()
            await added.wait()
            await write_json(rows, file, told)

        path = tmp_path / "slow.json"
        task = asyncio.ensure_future(
            export(pool, path, writer=write_slowly, chosen=EVERYTHING, told=lambda _name, _rows: None)
        )
        await begun.wait()
        await conn.execute("INSERT INTO seeds (body) VALUES ('遅れてきた種')")
        added.set()
        await task

        assert "遅れてきた種" not in path.read_text(encoding="utf-8")


async def test_what_was_written_is_told_table_by_table_in_batches(
    exported: Exporter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exporting, "BATCH", 1)

    await exported("json")

    assert exported.told == [("utterances", 1)] * 2 + [("seeds", 1)] * 2 + [("clusters", 1)] * 2


@every(
    ("name", "form"),
    [("a.json", "json"), ("A.ZIP", "csv"), ("a.graphml", "graphml"), ("a.txt", None), ("a", None)],
)
def test_a_format_is_told_by_the_name_of_its_file(name: str, form: str | None):
    assert format_of(Path(name)) == form

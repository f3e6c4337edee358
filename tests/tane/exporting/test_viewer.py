"""The two files of document 004: a viewer that knows the document alone finds each item's clusters."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tane.exporting.viewer import export_for_viewer
from tane.store.exporting import Chosen
from tane.store.pool import Connection, Pool
from tests.tane.exporting.planted import BELOW, QUESTION, SAID, TOP, plant
from tests.tane.today.gold import name

DEEPER, DEEPEST, LARGE = name("deeper"), name("deepest"), name("large")
LONG = name("long")


async def written(pool: Pool, folder: Path, chosen: Chosen = Chosen()) -> tuple[Any, Any]:  # noqa: B008 - frozen
    await export_for_viewer(pool, folder, chosen=chosen, told=lambda *_: None)
    return tuple(json.loads((folder / f"{table}.json").read_bytes()) for table in ("items", "clusters"))


def files_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
async def planted(conn: Connection) -> None:
    await plant(conn)
    await conn.executemany(
        "INSERT INTO clusters (cluster_id, parent_cluster_id, depth, cluster_title, total_count) VALUES ($1, $2, $3, 'x', $4)",
        [(LARGE, None, 1, 40), (DEEPER, BELOW, 3, 1), (DEEPEST, DEEPER, 4, 1)],
    )
    await conn.execute(
        "INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight) "
        "VALUES ('seed', $1, 'cluster', $2, 'part_of', 'member', 0.7)",
        QUESTION, DEEPEST,
    )  # fmt: skip


@pytest.mark.usefixtures("planted")
async def test_numbers_of_items_and_names_of_clusters_join_as_the_document_joins_them(
    pool: Pool, tmp_path: Path
):
    items, clusters = await written(pool, tmp_path)
    by_name = {entry["name"]: entry for entry in clusters}
    question = next(entry for entry in items if entry["id"] == str(QUESTION))

    paths = [by_name[f"L{level}_{question[f'cluster_l{level}']}"]["cluster_id"] for level in (1, 2, 3)]

    assert [UUID(one) for one in paths] == [TOP, BELOW, DEEPER]
    assert list(by_name) == [
        "L1_0",
        "L1_1",
        "L2_0",
        "L3_0",
    ]  # the largest of a level first; the fourth is unknown
    assert by_name["L1_0"]["cluster_id"] == str(LARGE)
    parents = {entry["id"]: entry for entry in clusters}
    assert [parents[by_name[one]["parent_id"]]["name"] for one in ("L2_0", "L3_0")] == ["L1_1", "L2_0"]


@pytest.mark.usefixtures("planted")
async def test_only_what_has_a_place_is_an_item_and_long_texts_are_cut(
    pool: Pool, conn: Connection, tmp_path: Path
):
    await conn.execute(
        "INSERT INTO utterances (utterance_id, uttered_at, contents) VALUES ($1, '2026-10-01Z', repeat('種', 600))",
        LONG,
    )
    await conn.execute(
        "INSERT INTO layout_points (layout_id, target_type, target_id, x, y) VALUES ($1, 'utterance', $2, 0, 0)",
        name("atlas"), LONG,
    )  # fmt: skip

    items, _ = await written(pool, tmp_path)

    assert [entry["id"] for entry in items] == [str(SAID), str(LONG), str(QUESTION)]
    assert items[1]["content"] == "種" * 500
    assert (items[0]["x"], items[0]["y"]) == (1.2346, -2.5)
    assert items[0]["metadata"] == {"a": "種", "b": [1, None]}


@pytest.mark.usefixtures("planted")
async def test_a_cluster_above_what_was_chosen_leaves_no_number_that_joins_nothing(
    pool: Pool, tmp_path: Path
):
    items, clusters = await written(pool, tmp_path, Chosen(clusters=[BELOW, DEEPER, DEEPEST]))

    assert [(entry["name"], entry["parent_id"]) for entry in clusters] == [("L2_0", None), ("L3_0", 1)]
    assert {(entry["cluster_l1"], entry["cluster_l2"]) for entry in items} == {(None, 0)}


async def test_an_empty_database_gives_two_empty_lists(pool: Pool, tmp_path: Path):
    assert await written(pool, tmp_path) == ([], [])


@pytest.mark.usefixtures("planted")
async def test_a_failure_leaves_both_files_as_they_were(pool: Pool, tmp_path: Path):
    before = await written(pool, tmp_path)

    def fails(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        await export_for_viewer(pool, tmp_path, chosen=Chosen(), told=fails)

    kept = tuple(json.loads((tmp_path / f"{table}.json").read_bytes()) for table in ("items", "clusters"))
    assert kept == before
    assert files_in(tmp_path) == ["clusters.json", "items.json"]

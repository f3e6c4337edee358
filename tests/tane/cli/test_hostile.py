"""Hostile words on a terminal of 80 columns: nothing drives it, nothing turns the order of what it shows."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from rich.cells import cell_len

from tests.hostile import DRIVES_A_TERMINAL, FAMILY, SENT, STORED, TERMINAL
from tests.tane.cli.conftest import Tane

DATA = [("today",), ("search", "押す"), ("seeds", "list"), ("clusters", "list"), ("dead",), ("status",)]
"""What commands show of the owner's words; each of them as JSON, too."""


def rows() -> Iterator[dict[str, str]]:
    for number, text in enumerate(SENT):
        yield {
            "text": f"{text} {number}",
            "speaker": text,
            "conversation": text,
            "id": f"{number}{text}",
            "mood": text,
        }


@pytest.fixture
def planted(tane: Tane, tmp_path: Path) -> Tane:
    """Hostile words in every field, brought in as their owners would."""
    (tmp_path / "said.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows()), encoding="ascii")
    tane("import", "said.jsonl", "--source", "diary")
    seeds = tane.sql("SELECT utterance_id FROM utterances")
    for (utterance,), text in zip(seeds, STORED, strict=True):
        tane.sql(
            "WITH s AS (INSERT INTO seeds (body, seed_kind, grounding) VALUES ($2, 'knowledge', 0.9) RETURNING seed_id) "
            "INSERT INTO utterance_seeds (utterance_id, seed_id) SELECT $1, seed_id FROM s", utterance, text,
        )  # fmt: skip
        tane.sql(
            "INSERT INTO clusters (cluster_title, cluster_overview, cluster_category, depth, total_count) VALUES ($1, $1, $1, 1, 3)",
            text,
        )
    return tane


def shows_only_words(result: Result) -> None:
    for stream in (result.stdout, result.stderr):
        assert not DRIVES_A_TERMINAL & set(stream)


def test_lists_show_words_and_nothing_else_within_eighty_columns(planted: Tane):
    for command in DATA:
        told = planted(*command)

        shows_only_words(told)
        assert max(map(cell_len, told.stdout.split("\n"))) <= 80, command


def test_json_holds_every_character_and_drives_nothing(planted: Tane):
    for command in DATA:
        shows_only_words(planted(*command, "--json"))

    bodies = [seed["body"] for seed in planted.json("seeds", "list", "--limit", "1000")]
    assert sorted(bodies) == sorted(STORED)


def test_an_item_with_all_its_words_drives_nothing(planted: Tane):
    ids = planted.sql(
        "SELECT utterance_id::text FROM utterances UNION ALL SELECT seed_id::text FROM seeds "
        "UNION ALL SELECT cluster_id::text FROM clusters"
    )
    for (item,) in ids:
        shows_only_words(planted("show", item))
        shows_only_words(planted("show", item, "--json"))


def test_an_emoji_of_a_family_stays_one(planted: Tane):
    assert FAMILY in planted("seeds", "list").stdout


def test_the_owners_words_come_back_as_they_were_given(planted: Tane):
    ((seed,),) = planted.sql("SELECT seed_id::text FROM seeds LIMIT 1")
    ((cluster,),) = planted.sql("SELECT cluster_id::text FROM clusters LIMIT 1")

    shows_only_words(planted("seeds", "edit", seed, TERMINAL))
    shows_only_words(planted("clusters", "rename", cluster, TERMINAL))

    assert planted.sql("SELECT body FROM seeds WHERE seed_id::text = $1", seed) == [(TERMINAL,)]
    assert planted.sql("SELECT cluster_title FROM clusters WHERE cluster_id::text = $1", cluster) == [
        (TERMINAL,)
    ]


def test_names_out_of_a_file_do_not_reach_the_terminal_by_a_message(tane: Tane, tmp_path: Path):
    (tmp_path / "h.csv").write_text("a\x9b2Jb,nam\u202ee\n1,2\n", encoding="utf-8")

    told = tane("import", "h.csv", status=1)

    shows_only_words(told)
    assert "there are 2 columns; known names of the first row: nam�e" in told.stderr


def test_a_search_for_what_no_text_can_hold_finds_nothing(planted: Tane):
    assert planted("search", "\udcff\udcfe").stdout == ""

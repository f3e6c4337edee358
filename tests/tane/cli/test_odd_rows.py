"""Whatever PostgreSQL can hold may stand in a row: every command that reads returns 0 and shows the good rows beside it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tane.cli import tane as command
from tane.store.pool import Connection
from tests.odd_rows import GOOD, plant
from tests.tane.cli.conftest import Tane

READING = [
    ("status",), ("today",), ("search", "その10は"), ("seeds", "list"), ("clusters", "list"), ("roles", "list"),
    ("jobs", "list"), ("dead",), ("nightly", "status"), ("nightly", "history"),
]  # fmt: skip
FILES = ("all.json", "all.zip --format csv", "all.html", "all.parquet", "all.graphml", "viewer/")
SHOWN = {
    "seeds list": [f"良い種その{number}" for number in range(1, 11)],
    "search その10は": ["良い言葉その10は大事だ"],
    "clusters list": ["良いまとまり1", "良いまとまり2"],
}
ITEMS = """
(SELECT utterance_id::text FROM utterances WHERE utterance_id NOT IN ($1, $2) ORDER BY md5(utterance_id::text) LIMIT 4)
UNION ALL (SELECT seed_id::text FROM seeds WHERE seed_id NOT IN ($1, $2) ORDER BY md5(seed_id::text) LIMIT 4)
UNION ALL (SELECT cluster_id::text FROM clusters WHERE cluster_id NOT IN ($1, $2) ORDER BY md5(cluster_id::text) LIMIT 4)
"""


@pytest.fixture
def odd(tane: Tane) -> Tane:
    """Good rows, and among them one of every odd value in every column."""

    async def fill(conn: Connection) -> int:
        await conn.execute(GOOD)
        return await plant(conn)

    assert tane.do(fill) > 500
    return tane


def strict(text: str) -> Any:
    """Read JSON as other programs do, to whom NaN is none."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_every_command_that_reads_shows_the_good_rows(odd: Tane):
    for arguments in READING:
        odd(*arguments)
        more = (
            ("--limit", "1000")
            if arguments[1:] == ("list",) and arguments[0] in ("seeds", "clusters")
            else ()
        )
        found = odd(*arguments, *more, "--json").stdout
        strict(found)
        for words in SHOWN.get(" ".join(arguments[:2]), []):
            assert words in found
    for name in FILES:
        odd("export", *name.split())
    exported = {item["content"] for item in strict(Path("all.json").read_text(encoding="utf-8"))["items"]}
    assert {f"良い言葉その{number}は大事だ" for number in range(1, 11)} <= exported
    items = odd.sql(ITEMS, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")
    for (item,) in items:
        odd("show", item)
    for (job,) in odd.sql("SELECT job_id::text FROM worker_jobs ORDER BY md5(job_id::text) LIMIT 5"):
        odd("jobs", "show", job)
    odd("support-bundle")
    examined = CliRunner().invoke(command, ["doctor"], prog_name="tane")
    assert isinstance(examined.exception, SystemExit)  # the model server is away, and nothing else ended it


def test_a_cluster_at_any_depth_and_a_name_of_any_length_fit_on_the_screen(tane: Tane):
    tane.sql("INSERT INTO clusters (cluster_title, depth) VALUES ('良い', 2147483647), ('良い', -5)")
    tane.sql(
        "INSERT INTO worker_jobs (job_type, target_table, target_id) VALUES (repeat('長', 60000), 'seed', gen_random_uuid())"
    )

    listed = tane("clusters", "list").stdout
    assert listed.count("良い") == 2
    assert max(map(len, listed.split("\n"))) < 200
    assert len(tane("jobs", "list").stdout) < 10_000

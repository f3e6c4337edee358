"""Hostile words in every field of a file: stored as they are, or as near as a database can, and never logged."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from structlog.testing import capture_logs

from daemon.options import job_plan
from handlers.options import Options
from tane.importing.importer import ImportOptions, import_files
from tane.llm.prompts import Prompts
from tane.store.pool import Connection, Pool
from tests.hostile import CHANGED, SENT

OPTIONS = Options(prompts=Prompts.load("ja"), enabled=frozenset(), context_tokens=8192)


def fields(text: str, number: int) -> dict[str, str]:
    return {"text": text, "speaker": text, "conversation": text, "id": f"{number}-{text}", "mood": text}


def json_lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode("ascii")


def a_table(rows: list[dict[str, str]]) -> bytes:
    lines = io.StringIO(newline="")
    table = csv.DictWriter(lines, list(rows[0]), quoting=csv.QUOTE_ALL)
    table.writeheader()
    table.writerows(rows)
    return lines.getvalue().encode("utf-8", "surrogatepass")


def stored(text: str) -> str:
    return CHANGED.get(text, text)


async def imported(pool: Pool, path: Path) -> Mapping[str, int]:
    with capture_logs() as logs:
        done = await import_files(
            pool,
            [path],
            ImportOptions(source="diary", rejects=path.with_suffix(".rejected")),
            plan=job_plan(OPTIONS),
        )
    assert not [word for word in SENT if word[:20] in str(logs)]
    return {"added": done.added, "unchanged": done.unchanged, **done.rejected_by_reason}


async def test_json_lines_keep_what_a_database_can_hold(pool: Pool, conn: Connection, tmp_path: Path):
    path = tmp_path / "said.jsonl"
    path.write_bytes(json_lines([fields(text, n) for n, text in enumerate(SENT)]))

    first = await imported(pool, path)
    again = await imported(pool, path)

    rows = await conn.fetch(
        "SELECT contents, speaker, metadata, conversation_id FROM utterances ORDER BY created_at, external_id"
    )
    assert first == {"added": len(SENT), "unchanged": 0}
    assert again == {"added": 0, "unchanged": len(SENT)}
    assert {row["contents"] for row in rows} == set(map(stored, SENT))
    assert {row["speaker"] for row in rows} == {stored(text).strip() for text in SENT}
    assert all(row["metadata"]["mood"] == row["contents"] for row in rows)
    assert len({row["conversation_id"] for row in rows}) == len(SENT)


async def test_a_table_keeps_the_same_but_refuses_lines_that_are_no_utf8(
    pool: Pool, conn: Connection, tmp_path: Path
):
    path = tmp_path / "said.csv"
    path.write_bytes(a_table([fields(text, n) for n, text in enumerate(SENT)]))

    done = await imported(pool, path)

    contents = {row["contents"] for row in await conn.fetch("SELECT contents FROM utterances")}
    halves = {text for text in SENT if not text.isprintable() and "\ufffd" in stored(text)}
    assert done == {"added": len(SENT) - len(halves), "unchanged": 0, "not valid utf-8": len(halves)}
    assert contents == {stored(text) for text in SENT if text not in halves}

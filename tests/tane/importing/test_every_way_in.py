"""Every format, in every encoding, from a file and from standard input: the same utterances come out."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tane.importing.inputs import ARTICLES, FORMATS
from tane.importing.records import ImportProblem
from tane.store.pool import Pool
from tests.tables import every
from tests.tane.importing.importing import Import, write_bytes, written

ONE, TWO = "睡眠が足りないと判断が鈍ると、医者は言った。", "早く寝ると朝が楽になる、と母は言っていた。"
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8"),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16 of a big-endian machine": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "shift_jis": lambda text: text.encode("cp932"),
    "euc-jp": lambda text: text.encode("euc_jp"),
}
DETECTED = {
    "utf-8": "utf-8", "utf-8 with a mark": "utf-8", "utf-16": "utf-16", "utf-16 of a big-endian machine": "utf-16",
    "shift_jis": "cp932", "euc-jp": "euc_jp",
}  # fmt: skip
LOGS = ("whatsapp", "line")
SUFFIXES = {
    "chatgpt": "json",
    "claude": "json",
    "deepseek": "json",
    "whatsapp": "txt",
    "line": "txt",
    "text": "txt",
    "markdown": "md",
}


def table(dialect: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, dialect).writerows([["speaker", "text"], ["花子", ONE], ["太郎", TWO]])
    return file.getvalue()


def chatgpt() -> list[dict[str, Any]]:
    said = [
        {"id": f"m{number}", "author": {"role": "user"}, "content": {"content_type": "text", "parts": [text]}}
        for number, text in enumerate((ONE, TWO))
    ]
    mapping = {
        "a": {"parent": None, "children": ["b"], "message": said[0]},
        "b": {"parent": "a", "children": [], "message": said[1]},
    }
    return [{"title": "眠りの話", "mapping": mapping, "current_node": "b", "conversation_id": "c"}]


def claude() -> list[dict[str, Any]]:
    said = [{"uuid": f"m{number}", "sender": "human", "text": text} for number, text in enumerate((ONE, TWO))]
    return [{"uuid": "c", "name": "眠りの話", "chat_messages": said}]


def deepseek() -> list[dict[str, Any]]:
    nodes = {
        str(number): {
            "id": str(number), "parent": str(number - 1), "children": [],
            "message": {"fragments": [{"type": "REQUEST", "content": text}]},
        }
        for number, text in enumerate((ONE, TWO), start=1)
    }  # fmt: skip
    nodes["1"]["children"] = ["2"]
    return [{"id": "c", "title": "眠りの話", "inserted_at": "2026-08-03T20:00:00+08:00", "mapping": nodes}]


TEXTS = {
    "jsonl": "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in (ONE, TWO)),
    "json": json.dumps([{"text": text} for text in (ONE, TWO)], ensure_ascii=False),
    "csv": table("excel"),
    "tsv": table("excel-tab"),
    "text": f"{ONE}\n\n{TWO}\n",
    "markdown": f"---\ntags: [a]\n---\n# 2026-08-03\n\n**{ONE}**\n\n- [ ] {TWO}\n",
    "chatgpt": json.dumps(chatgpt(), ensure_ascii=False),
    "claude": json.dumps(claude(), ensure_ascii=False, indent=1),
    "deepseek": json.dumps(deepseek(), ensure_ascii=False),
    "whatsapp": f"2026/08/03 21:15 - 花子: {ONE}\n2026/08/03 21:16 - 太郎: {TWO}\n",
    "line": f"[LINE] 花子とのトーク履歴\n保存日時：2026/08/05 11:26\n\n2026/08/03(月)\n9:00\t花子\t{ONE}\n9:01\t太郎\t{TWO}\n",
}


async def contents(pool: Pool) -> set[str]:
    return {row["contents"] for row in await pool.fetch("SELECT contents FROM utterances")}


async def emptied(pool: Pool) -> None:
    """Let the next row of a table begin with nothing, as a database of its own would."""
    await pool.execute("TRUNCATE sources, utterances, worker_jobs CASCADE")


def test_every_format_is_in_the_table():
    assert TEXTS.keys() == set(FORMATS) - {ARTICLES}  # see test_publications


@every("encoding", ENCODINGS)
@every("format_name", TEXTS)
async def test_one_file_and_one_pipe_hold_the_same(run: Import, pool: Pool, format_name: str, encoding: str):
    await emptied(pool)
    data = ENCODINGS[encoding](TEXTS[format_name])
    path = write_bytes(f"talk.{SUFFIXES.get(format_name, format_name)}", data)

    report = await run(path)
    piped = await run("-", format=format_name, source=report.files[0].source, stdin=data)

    assert await contents(pool) == {ONE, TWO}
    assert [file.encoding for file in (*report.files, *piped.files)] == [DETECTED[encoding]] * 2
    assert (report.added, report.rejected, report.files[0].format) == (2, 0, format_name)
    assert (piped.added, piped.unchanged) == (0, 2), "the pipe of the same source adds nothing"


@every("encoding", ["utf-16-le", "utf-16-be"])
@every("format_name", TEXTS)
async def test_utf16_without_a_mark_is_read_when_named(
    run: Import, pool: Pool, format_name: str, encoding: str
):
    await emptied(pool)
    await run(
        "-", source="piped", format=format_name, encoding=encoding, stdin=TEXTS[format_name].encode(encoding)
    )

    assert await contents(pool) == {ONE, TWO}


@every("encoding", ["utf-16-le", "utf-16-be"])
@every("format_name", TEXTS)
async def test_utf16_without_a_mark_is_told_by_its_ascii(
    run: Import, pool: Pool, format_name: str, encoding: str
):
    await emptied(pool)
    report = await run("-", source="piped", format=format_name, stdin=TEXTS[format_name].encode(encoding))

    assert report.files[0].encoding == encoding
    assert await contents(pool) == {ONE, TWO}


async def test_utf16_without_a_mark_and_without_ascii_is_asked_for(run: Import, pool: Pool):
    with pytest.raises(ImportProblem, match="--encoding"):
        await run("-", source="piped", format="text", stdin=(ONE * 9).encode("utf-16-le"))

    assert await contents(pool) == set()


@every("format_name", TEXTS)
async def test_no_format_takes_a_mark_for_a_character(run: Import, pool: Pool, format_name: str):
    """Named or not: `--encoding utf-8` for a file with a mark, and utf-16-le for one with."""
    await emptied(pool)
    await run(
        "-",
        source="piped",
        format=format_name,
        encoding="utf-8",
        stdin=TEXTS[format_name].encode("utf-8-sig"),
    )
    await run(
        "-",
        source="piped",
        format=format_name,
        encoding="utf-16-le",
        stdin=b"\xff\xfe" + TEXTS[format_name].encode("utf-16-le"),
    )

    assert await contents(pool) == {ONE, TWO}
    assert await pool.fetchval("SELECT count(*) FROM utterances") == 2


@every("format_name", [name for name in TEXTS if name not in LOGS])
async def test_nothing_at_all_is_an_import_of_nothing(run: Import, format_name: str):
    report = await run("-", source="piped", format=format_name, stdin=b"")

    assert (report.read, report.rejected) == (0, 0)


@every("format_name", LOGS)
async def test_a_log_without_a_message_is_told(run: Import, format_name: str):
    with pytest.raises(ImportProblem, match=r"standard input: no line .* is it another --format"):
        await run("-", source="piped", format=format_name, stdin=b"")


@every("format_name", TEXTS)
async def test_what_is_no_text_at_all_is_told(run: Import, pool: Pool, format_name: str):
    with pytest.raises(ImportProblem, match=r"^standard input: neither UTF-8.*--encoding"):
        await run("-", source="piped", format=format_name, stdin=bytes(range(128, 256)) * 10)


async def test_what_is_rejected_from_a_pipe_is_listed(run: Import):
    await run("-", source="piped", format="jsonl", stdin=(TEXTS["jsonl"] + "{broken\n").encode("cp932"))

    assert "standard input,3,not JSON" in written("stdin.rejects.csv")

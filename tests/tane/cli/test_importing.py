"""tane import: what it says, and that the second time adds nothing."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from tane.store.pool import Pool
from tests.tane.cli.conftest import Tane
from tests.waiting import until

ROOT = Path(__file__).parents[3]

LINES = [
    {"id": "1", "speaker": "佐藤", "text": "最近よく眠れない。睡眠が足りないと判断が鈍る。"},
    {"id": "2", "speaker": "田中", "text": "寝る前に画面を見るのをやめてみてはどうですか。"},
    {"id": "3", "speaker": "佐藤", "text": ""},
]


def talk(folder: Path) -> str:
    path = folder / "talk.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES), encoding="utf-8")
    return str(path)


def test_it_tells_what_it_did_and_what_is_to_do(tane: Tane, tmp_path: Path) -> None:
    result = tane("import", talk(tmp_path))

    assert result.stdout == ""
    assert "3 read" in result.stderr
    assert "2 new" in result.stderr
    assert "1 rejected" in result.stderr
    assert "rejected: 1 × no text" in result.stderr
    assert "talk.jsonl.rejects.csv" in result.stderr
    assert "to do: about" in result.stderr
    assert "tane run" in result.stderr


def test_the_second_time_adds_and_queues_nothing(tane: Tane, tmp_path: Path) -> None:
    path = talk(tmp_path)
    first = tane.json("import", path)
    second = tane.json("import", path)

    assert (first["added"], first["rejected"]) == (2, 1)
    assert first["queued"]["utterance_role"] == 2
    assert (second["added"], second["unchanged"], second["queued"]) == (0, 2, {})
    assert second["estimate_s"] > 0


def test_the_zone_of_times_that_name_none_is_told(tane: Tane, tmp_path: Path) -> None:
    diary = tmp_path / "diary.md"
    diary.write_text("## 2026-09-01（火）\n\n朝に歩くと、その日は頭がよく動く。\n", encoding="utf-8")

    told, report = (
        tane("--set", "timezone=Europe/Berlin", "import", str(diary)).stderr,
        tane.json("import", str(diary)),
    )

    assert "times without a zone: Europe/Berlin (the setting timezone)" in told
    assert (report["times_without_zone"], report["timezone"], report["updated"]) == (1, "UTC", 1)


def test_what_is_left_out_is_told_by_its_kind(tane: Tane, tmp_path: Path) -> None:
    said = [{"uuid": text, "text": text, "sender": "human"} for text in ("hello", "", " ")]
    hello = {"uuid": "c", "chat_messages": said}
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([hello]), encoding="utf-8")

    told, report = tane("import", str(path)).stderr, tane.json("import", str(path))

    assert "left out: 2 empty messages" in told
    assert (report["omitted"], report["omitted_by_kind"]) == (2, {"empty_message": 2})


def test_an_export_that_holds_no_words_is_no_success(tane: Tane, tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(
        json.dumps([{"uuid": "c", "chat_messages": [{"uuid": "m", "text": ""}]}]), encoding="utf-8"
    )

    told = tane("import", str(path), status=1).stderr

    assert "only 1 empty message" in told
    assert "new" not in told


def test_columns_are_named_by_flags(tane: Tane, tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    path.write_text("no,argument,by\n1,学習には許諾が要ると考えます。,甲\n", encoding="cp932")

    report = tane.json("import", str(path), "--text", "argument", "--speaker", "by", "--source", "意見")

    assert report["files"][0]["source"] == "意見"
    assert tane.sql("SELECT contents, speaker FROM utterances") == [("学習には許諾が要ると考えます。", "甲")]


def test_standard_input_is_read(tane: Tane, tmp_path: Path) -> None:
    text = Path(talk(tmp_path)).read_text(encoding="utf-8")

    tane("import", "-", "--format", "jsonl", "--source", "talk", stdin=text)

    assert tane.sql("SELECT count(*) FROM utterances") == [(2,)]


def test_what_cannot_be_read_is_one_clear_line(tane: Tane) -> None:
    for arguments in (["none.csv"], ["-"], ["-", "--format", "jsonl"]):
        result = tane("import", *arguments, status=1)
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith("tane: ")


def test_another_file_of_the_same_name_is_one_clear_line_until_the_owner_decides(
    tane: Tane, tmp_path: Path
) -> None:
    for year in ("2024", "2025"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "talk.csv").write_text(f"id,text\n1,words of {year}\n2,and more of {year}\n")
    tane("import", str(tmp_path / "2024/talk.csv"))

    refused = tane("import", str(tmp_path / "2025/talk.csv"), status=1)
    agreed = tane.json("import", str(tmp_path / "2025/talk.csv"), "--replace")

    assert len(refused.stderr.splitlines()) == 1
    assert "--source 2025-talk" in refused.stderr
    assert agreed["updated"] == 2


async def test_an_import_that_is_ended_by_a_signal_says_what_is_stored(
    tane: Tane, pool: Pool, tmp_path: Path
) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text("".join(f'{{"text": "{n} things"}}\n' for n in range(50_000)))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "daemon", "import", str(path), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    await until(lambda: stored(pool))
    process.send_signal(signal.SIGTERM)

    _, said = await asyncio.wait_for(process.communicate(), 20)

    lines = said.decode().splitlines()
    there = await pool.fetchval("SELECT count(*) FROM utterances")
    (told,) = [line for line in lines if line.startswith("stored so far: ")]
    # The signal may come after a batch is committed and before it is counted.
    assert any(f": {there - late:,} new, 0 changed, 0 known already" in told for late in (0, 500))
    assert process.returncode == 130
    assert lines[-1] == "tane: interrupted"


async def stored(pool: Pool) -> bool:
    found: bool = await pool.fetchval("SELECT EXISTS (SELECT FROM utterances)")
    return found


def test_an_import_that_meets_a_problem_says_what_is_stored_and_the_next_goes_on(
    tane: Tane, tmp_path: Path
) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text("".join(f'{{"text": "{n} things"}}\n' for n in range(1200)))
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")

    result = tane("import", str(path), str(broken), status=1)

    stored, reason = result.stderr.splitlines()
    assert stored.startswith("stored so far: 1,200 new, 0 changed, 0 known already")
    assert reason.startswith(f"tane: {broken}: which column holds the text?")
    assert tane.json("import", str(path))["unchanged"] == 1200

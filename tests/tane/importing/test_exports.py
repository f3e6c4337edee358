"""Chat exports as a whole: told apart, imported, and imported again."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tane.importing.inputs import Input, chat_title, inspect_inputs
from tane.importing.records import Columns, ImportProblem
from tane.store.pool import Pool
from tests.tables import every
from tests.tane.importing.importing import LONG, Import, count, written

ANDROID = f"13/08/2026, 21:15 - Anna: {LONG}\n13/08/2026, 21:16 - Ben: <Media omitted>\n"
LINE = f"[LINE] 花子とのトーク履歴\n保存日時：2026/08/05 11:26\n\n2026/08/03(月)\n9:00\t花子\t{LONG}\n"


def chatgpt(*texts: str) -> str:
    """Return the export of one conversation in which the user says these."""
    mapping: dict[str, Any] = {
        f"n{number}": {
            "parent": f"n{number - 1}" if number else None,
            "children": [],
            "message": {
                "id": f"m{number}", "author": {"role": "user"}, "create_time": 1785715200.0 + number,
                "content": {"content_type": "text", "parts": [text]},
            },
        }
        for number, text in enumerate(texts)
    }  # fmt: skip
    one = {"title": "t", "mapping": mapping, "current_node": f"n{len(texts) - 1}", "conversation_id": "c"}
    return json.dumps([one])


def claude(text: str) -> str:
    said = {"uuid": "m", "sender": "human", "text": text, "created_at": "2026-08-03T01:00:00Z"}
    return json.dumps([{"uuid": "c", "name": "t", "chat_messages": [said]}], ensure_ascii=False)


def deepseek(text: str) -> str:
    said = {"inserted_at": "2026-08-03T20:00:01+08:00", "fragments": [{"type": "REQUEST", "content": text}]}
    return json.dumps([{"id": "d", "mapping": {"1": {"id": "1", "parent": None, "message": said}}}])


def write_text(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def zipped(name: str, *members: tuple[str, str]) -> Path:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members:
            archive.writestr(member, text)
    return Path(name)


def inspected(path: Path, **asked: str | None) -> list[Input]:
    return inspect_inputs([path], format_name=asked.get("format"), source=asked.get("source"))


class TestAFile:
    @every(
        ("name", "text", "told", "source"),
        [
            ("conversations.json", chatgpt(LONG), "chatgpt", "chatgpt"),
            ("conversations.json", claude(LONG), "claude", "claude"),
            ("conversations.json", deepseek(LONG), "deepseek", "deepseek"),
            ("[LINE] 花子とのトーク.txt", LINE, "line", "[LINE] 花子とのトーク"),
            ("WhatsApp Chat with Anna (1).txt", ANDROID, "whatsapp", "WhatsApp Chat with Anna"),
            ("Anna/_chat.txt", ANDROID, "whatsapp", "Anna"),
            ("diary.txt", LONG, "text", "diary"),
            ("diary (1).txt", LONG, "text", "diary (1)"),
            ("WhatsApp Chat with Anna.md", ANDROID, "whatsapp", "WhatsApp Chat with Anna"),
            ("diary.md", LONG, "markdown", "diary"),
            ("table (1).csv", "text\na\n", "csv", "table (1)"),
        ],
    )
    def test_is_told_by_name_and_beginning(self, name: str, text: str, told: str, source: str):
        (chosen,) = inspected(write_text(name, text))

        assert (chosen.format, chosen.source) == (told, source)

    def test_is_what_the_user_says(self):
        (chosen,) = inspected(write_text("diary.txt", LINE), format="text", source="mine")

        assert (chosen.format, chosen.source, chosen.title) == ("text", "mine", "diary")

    def test_that_tells_nothing_is_asked_for(self):
        with pytest.raises(ImportProblem, match=r"beginning of a\.json.*--format"):
            inspected(write_text("a.json", "[]"))

    def test_that_is_a_log_of_an_unknown_form_is_refused_until_its_format_is_named(self):
        path = write_text("irc.txt", "[21:14] <anna> hello\n[21:15] <ben> yes\n")

        with pytest.raises(ImportProblem, match=r"irc\.txt: most of its lines.*--format text"):
            inspected(path)
        assert inspected(path, format="text")[0].format == "text"

    @pytest.mark.parametrize(
        ("name", "text", "why"),
        [
            ("a.txt", "13/08/2026, 21:14 - Anna: <Media omitted>\n", "only 1 attachment"),
            ("b.txt", "[LINE] 花子\n2026/08/03(月)\n9:00\t花子\t[写真]\n9:01\t花子\t[スタンプ]\n", "only 1 picture, 1 sticker"),
            ("c.txt", "[LINE] 花子\n花子 やあ\n", "no line is a message of LINE.*--format"),
            ("d.jsonl", '{"text": ""}\n{"text": " "}\n', "2 × no text"),
            ("e.csv", "text,n\n,1\n,2\n", "2 × no text"),
        ],
    )  # fmt: skip
    async def test_of_which_nothing_can_be_stored_is_refused_with_the_reason(
        self, run: Import, name: str, text: str, why: str
    ):
        with pytest.raises(ImportProblem, match=f"{name}: .*{why}"):
            await run(write_text(name, text))

    async def test_without_columns_has_none_to_name(self, run: Import):
        with pytest.raises(ImportProblem, match="no columns"):
            await run(write_text("diary.txt", LONG), columns=Columns(text="body"))

    def test_keeps_a_name_that_is_only_a_number(self):
        assert chat_title(Path("(1).txt")) == "(1)"


class TestAnExport:
    async def test_of_chatgpt_in_parts_is_one_source(self, run: Import, pool: Pool):
        parts = ("conversations-000.json", chatgpt(LONG)), ("conversations-001.json", "[{}, 7]")

        report = await run(zipped("2026-08.zip", ("user.json", "{}"), *parts))

        assert (report.read, report.added, report.rejected) == (3, 1, 2)
        assert {file.source for file in report.files} == {"chatgpt"}
        assert "2026-08.zip/conversations-001.json,2,not a JSON object" in written("2026-08.zip.rejects.csv")
        row = await pool.fetchrow("SELECT speaker, external_id, uttered_at FROM utterances")
        assert row is not None
        assert (row["speaker"], row["external_id"]) == ("user", "c/m0")

    async def test_of_a_later_day_adds_what_is_new(self, run: Import, pool: Pool):
        await run(zipped("2026-08.zip", ("conversations.json", chatgpt(LONG))))

        report = await run(zipped("2026-09.zip", ("conversations.json", chatgpt(LONG, "続きがある。"))))

        assert (report.added, report.unchanged) == (1, 1)
        assert await count(pool, "utterances") == 2

    async def test_of_claude_is_read_from_its_zip(self, run: Import, pool: Pool):
        report = await run(zipped("data.zip", ("users.json", "[]"), ("conversations.json", claude(LONG))))

        assert (report.added, report.files[0].format) == (1, "claude")
        assert await pool.fetchval("SELECT contents FROM utterances") == LONG

    async def test_of_whatsapp_and_line_counts_what_holds_no_words(self, run: Import, pool: Pool):
        report = await run(
            zipped("WhatsApp Chat - Anna.zip", ("_chat.txt", ANDROID)), write_text("[LINE] 花子.txt", LINE)
        )

        assert (report.read, report.added, report.omitted, report.rejected) == (3, 2, 1, 0)
        assert await count(pool, "utterances WHERE conversation_id IS NOT NULL AND position = 0") == 2
        again = await run(zipped("WhatsApp Chat - Anna (1).zip", ("_chat.txt", ANDROID)))
        assert (again.added, again.unchanged) == (0, 1)

    async def test_that_holds_no_words_is_refused_with_what_it_holds(self, run: Import):
        wordless, known = chatgpt("", ""), claude("").replace("text", "words")

        with pytest.raises(
            ImportProblem, match=r"conversations\.json: it holds no words .* only 2 empty messages"
        ):
            await run(write_text("conversations.json", wordless))
        with pytest.raises(ImportProblem, match="only 1 empty message"):
            await run(write_text("conversations.json", known))
        with pytest.raises(
            ImportProblem, match=r"nothing of it can be used \(1 × no conversation of a ChatGPT export"
        ):
            await run(write_text("conversations.json", known), format="chatgpt")

    async def test_of_which_one_part_holds_no_words_is_read(self, run: Import):
        parts = ("conversations-000.json", chatgpt(LONG)), ("conversations-001.json", chatgpt(""))

        report = await run(zipped("2026-08.zip", *parts))

        assert (report.added, report.omitted_by_kind) == (1, {"empty_message": 1})

    async def test_longer_than_the_sample_in_one_line_keeps_its_encoding(self, run: Import, pool: Pool):
        report = await run(write_text("conversations.json", claude("種" * 300_000)))

        assert (report.added, report.files[0].encoding) == (1, "utf-8")
        assert await pool.fetchval("SELECT length(contents) FROM utterances") == 300_000

    async def test_is_taken_from_standard_input(self, run: Import):
        report = await run("-", format="line", source="花子", stdin=LINE.encode("cp932"))

        assert (report.added, report.files[0].encoding) == (1, "cp932")

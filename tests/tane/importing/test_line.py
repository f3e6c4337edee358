import pytest

from tane.importing.line_syntax import day_of, title_of, words_of
from tane.importing.records import ImportProblem, ImportRecord, Omitted
from tests.tables import every
from tests.tane.importing.reading import read, read_rows, rejects, texts

LOG = """\
[LINE] 佐藤花子とのトーク履歴\r
保存日時：2026/08/05 11:26\r
\r
2026/08/03(月)\r
13:47\t健\t引っ越しは春がいい。\r
13:48\t佐藤花子\t[スタンプ]\r
13:48\t佐藤花子\t"理由は三つ。\r
2026/08/01(土)\r
と言ったら怒る？"\r
13:49\t健\t[写真]\r
13:49\tメッセージの送信を取り消しました\r
13:50\t\t佐藤花子がグループに参加しました。\r
\r
2026/08/04(火)\r
23:34\t健\t☎ 通話時間 0:07\r
23:35\t健\tタブ\tも言葉。\r
"""


def records(log: str) -> list[ImportRecord]:
    return [row for row in read(log.encode(), "line", title="talk") if isinstance(row, ImportRecord)]


class TestALog:
    def test_is_read(self):
        assert [(row.line, row.speaker, row.text) for row in records(LOG)] == [
            (5, "健", "引っ越しは春がいい。"),
            (7, "佐藤花子", "理由は三つ。\n2026/08/01(土)\nと言ったら怒る？"),
            (16, "健", "タブ\tも言葉。"),
        ]

    def test_dates_its_messages_by_the_days_between_them(self):
        assert [row.uttered_at and row.uttered_at.isoformat() for row in records(LOG)] == [
            "2026-08-03T13:47:00+00:00",
            "2026-08-03T13:48:00+00:00",
            "2026-08-04T23:35:00+00:00",
        ]

    def test_is_the_conversation_that_its_first_line_names(self):
        assert {row.conversation for row in records(LOG)} == {"佐藤花子"}

    def test_without_a_first_line_is_named_after_its_file(self):
        (row,) = records("2026/08/03(月)\n9:00\tA\tやあ\n")

        assert row.conversation == "talk"

    def test_counts_stickers_calls_and_lines_of_the_program_as_omitted(self):
        rows = read_rows(LOG.encode(), "line")

        assert [(row.line, row.kind) for row in rows if isinstance(row, Omitted)] == [
            (6, "sticker"),
            (10, "picture"),
            (11, "deleted_message"),
            (12, "system_note"),
            (15, "call"),
        ]

    @every(
        "header",
        ["", "[LINE] 健とのトーク履歴\n保存日時：2026/08/05 11:26\n\n", "[LINE] Chat history with Ken\nSaved on: 8/5/2026, 11:26\n", "保存日時：2026/08/05 11:26\n"],
    )  # fmt: skip
    def test_lists_words_before_the_first_message_and_no_header(self, header: str):
        log = "2026/08/03(月)\n9:00\tA\tやあ\n"

        assert rejects(read((header + log).encode(), "line")) == []
        assert rejects(read((header + "切れた言葉\n" + log).encode(), "line")) == [
            (1, "stands before the first message")
        ]

    def test_may_have_half_days(self):
        log = "2026年8月3日 月曜日\n午後9:05\tA\tやあ\n午前0:10\tA\tまだ？\n9:30 PM\tA\t寝る\n"

        assert [row.uttered_at and row.uttered_at.hour for row in records(log)] == [21, 0, 21]

    def test_without_a_day_leaves_its_messages_without_a_time(self):
        (row,) = records("9:00\tA\tやあ\n")

        assert (row.uttered_at, row.is_time_unreadable) == (None, True)

    @every(
        ("date", "words"),
        [
            ("Sat, 08/08/2026", "cinema"),
            ("2026/08/08", "映画"),
            ("2026.08.08 토요일", "영화"),
            ("ส. 08/08/2569", "หนัง"),
        ],
    )
    def test_keeps_the_words_behind_a_date_within_a_message_and_its_own_day(self, date: str, words: str):
        rows = records(
            f"2026/08/03(月)\n21:14\tBob\tplans:\n{date}\n{words}\n21:16\tBob\tlater\n\n2026/08/14(金)\n9:00\tBob\thi\n"
        )

        assert [(row.text, str(row.uttered_at)[:16]) for row in rows] == [
            (f"plans:\n{date}\n{words}", "2026-08-03 21:14"),
            ("later", "2026-08-03 21:16"),
            ("hi", "2026-08-14 09:00"),
        ]

    def test_that_is_another_text_is_a_problem(self):
        with pytest.raises(ImportProblem, match="--format"):
            read("[LINE] 花子とのトーク履歴\n花子 やあ\n".encode(), "line")

    def test_loses_only_the_message_with_bytes_that_cannot_be_read(self):
        rows = read(
            "2026/08/03(月)\n9:00\tA\tやあ\n9:01\tA\t".encode() + b"\xff\n" + "9:02\tA\tうん\n".encode(),
            "line",
        )

        assert texts(rows) == ["やあ", "うん"]
        assert rejects(rows) == [(3, "not valid utf-8")]


class TestALine:
    @every(
        "line",
        [
            "2026/08/03(月)", "2026/8/3(月)", "2026/08/03（月）", "2026/08/03(月曜日)", "2026.08.03 月曜日", "2026/08/03",
            "2026年8月3日月曜日", "2026年8月3日(月)", "2026/08/03（星期一）", "2026/08/03（週一）", "Mon, 08/03/2026", "2026/08/03(จ.)",
            "จ. 03/08/2569", "2026.08.03 วันจันทร์", "2026년 8월 3일 월요일", "2026.08.03 Monday", "2026. 8. 3. (월)", "Sen, 03/08/2026",
            "Thứ Hai, 03/08/2026", "lunes, 03/08/2026", "2026/08/03(??)",
        ],
    )  # fmt: skip
    def test_may_be_a_day(self, line: str):
        assert day_of(line) is not None
        (row,) = records(f"{line}\n9:00\tA\tやあ\n")
        assert row.uttered_at is not None
        assert row.uttered_at.isoformat() == "2026-08-03T09:00:00+00:00"

    @every(
        "line",
        [
            "",
            "2026/08/03に会おう",
            "8月3日",
            "(月)",
            "13:47\t健\t2026/08/03",
            "2026/08/03 旅行",
            "2026/13/32(月)",
        ],
    )
    def test_may_be_none(self, line: str):
        assert day_of(line) is None

    @every(
        ("line", "title"),
        [
            ("[LINE] 花子とのトーク履歴", "花子"),
            ("[LINE] 家族のトーク履歴", "家族"),
            ("[LINE] Chat history with Anna", "Anna"),
            ("[LINE] Chat history in Family", "Family"),
            ("[LINE] 與小美的聊天記錄", "小美"),
            ("[LINE] ประวัติการแชทกับ Nok", "Nok"),
            ('[LINE] ประวัติการแชทในกลุ่ม "บ้าน"', "บ้าน"),
            ("[LINE] 민수님과의 대화", "민수"),
            ("[LINE] Riwayat obrolan dengan Ani", "Ani"),
            ("[LINE] 何か", None),
            ("花子とのトーク履歴", None),
        ],
    )
    def test_may_name_the_conversation(self, line: str, title: str | None):
        assert title_of(line) == title


class TestTheWords:
    @every(
        ("lines", "words", "after"),
        [
            (["a"], "a", []),
            (["a", "", "2026/08/04(火)"], "a", ["2026/08/04(火)"]),
            (['"a', "", 'b"', "", "2026/08/04(火)"], "a\n\nb", ["", "2026/08/04(火)"]),
            (['"a', 'he said "no"', 'b"'], 'a\nhe said "no"\nb', []),
            (['"a"', "", "2026/08/04(火)"], '"a"', ["2026/08/04(火)"]),
            (['"a', "b"], '"a\nb', []),
            (['"', 'a"'], "a", []),
            (["a", "b"], "a\nb", []),
            (["plans:", "2026/08/04", "cinema"], "plans:\n2026/08/04\ncinema", []),
            (["plans:", "2026/08/04", "", "cinema", "", "2026/08/05"], "plans:\n2026/08/04\n\ncinema", ["2026/08/05"]),
            (['"a', 'b"', "2026/08/06 の予定"], "a\nb\n2026/08/06 の予定", []),
            (['"a', 'b"', "2026/08/06", "c", "", "2026/08/07"], "a\nb\n2026/08/06\nc", ["2026/08/07"]),
            (["", "2026/08/04", "b"], "2026/08/04\nb", []),
            (["2026/08/04", "2026/08/05"], "2026/08/04", ["2026/08/05"]),
            (["a", "", "[LINE] A", "Saved on: 2026/08/05", "", "2026/08/04"], "a", ["[LINE] A", "Saved on: 2026/08/05", "", "2026/08/04"]),
        ],
    )  # fmt: skip
    def test_end_where_the_message_does(self, lines: list[str], words: str, after: list[str]):
        text, rest = words_of(lines)

        assert (text, list(rest)) == (words, after)

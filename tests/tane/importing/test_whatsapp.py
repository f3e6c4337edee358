"""Who says something in WhatsApp's log, and what is a line of the program's own."""

import pytest

from tane.importing.chat_times import WrittenDate, date_order
from tane.importing.chronology import DateOrder
from tane.importing.records import ImportProblem, ImportRecord, Omitted
from tane.importing.whatsapp_headers import is_head
from tests.tables import every
from tests.tane.importing.reading import read, read_rows, rejects, texts

ANDROID = """\
13/08/2026, 21:14 - Messages and calls are end-to-end encrypted. Tap to learn more.
13/08/2026, 21:14 - Anna created group “Trip: 2026”
13/08/2026, 21:15 - Anna: When shall we leave?
I could do Friday.

Or Saturday: any time.
13/08/2026, 21:16 - Ben: <Media omitted>
13/08/2026, 21:17 - +81 90-1234-5678: IMG-20260813-WA0001.jpg (file attached)
the timetable
14/08/2026, 07:02 - Ben: This message was deleted
14/08/2026, 07:03 - Ben: Saturday then <This message was edited>
"""
IOS = (
    "[2026/08/13 21:14:05] 旅行: \u200eメッセージと通話はエンドツーエンドで暗号化されています。\r\n"
    "[2026/08/13 21:15:01] 花子: いつ出る？\r\n金曜なら行ける。\r\n"
    "\u200e[2026/08/13 21:15:40] 花子: \u200e画像は含まれていません\r\n"
    "[2026/08/14 7:02:09] ~ 健: 土曜にしよう。\r\n"
)


def records(log: str) -> list[ImportRecord]:
    return [row for row in read(log.encode(), "whatsapp", title="trip") if isinstance(row, ImportRecord)]


def times(log: str) -> list[str | None]:
    return [row.uttered_at.isoformat() if row.uttered_at else None for row in records(log)]


class TestALog:
    def test_of_android_is_read(self):
        assert [(row.line, row.speaker, row.text) for row in records(ANDROID)] == [
            (3, "Anna", "When shall we leave?\nI could do Friday.\n\nOr Saturday: any time."),
            (8, "+81 90-1234-5678", "the timetable"),
            (11, "Ben", "Saturday then"),
        ]
        assert times(ANDROID)[::2] == ["2026-08-13T21:15:00+00:00", "2026-08-14T07:03:00+00:00"]

    @every(
        ("log", "pasted"),
        [
            ("13/08/26, 21:14 - Anna: look:\nPASTED\nand so on\n13/08/26, 21:15 - Ben: yes\n", "[14.05.24, 10:00:00] Max: hi"),
            ("13/08/26, 21:14 - Anna: look:\nPASTED\nand so on\n13/08/26, 21:15 - Ben: yes\n", "14/05/2024, 10:00 - dentist"),
            ("13/08/2026, 21:14 - Anna: look:\nPASTED\nand so on\n14/08/2026, 21:15 - Ben: yes\n", "20/08/2026, 10:00 - dentist"),
            ("[13.08.26, 21:14:05] Anna: look:\nPASTED\nand so on\n[13.08.26, 21:15:05] Ben: yes\n", "14/05/2024, 10:00 - Max: hi"),
        ],
    )  # fmt: skip
    def test_keeps_a_line_that_looks_like_the_head_of_another_in_its_message(self, log: str, pasted: str):
        assert [(row.speaker, row.text) for row in records(log.replace("PASTED", pasted))] == [
            ("Anna", f"look:\n{pasted}\nand so on"),
            ("Ben", "yes"),
        ]

    def test_of_two_phones_joined_is_read_in_both_forms(self):
        rows = records(ANDROID + IOS)

        assert {row.speaker for row in rows} >= {"Anna", "Ben", "花子", "健"}

    def test_whose_beginning_is_cut_off_lists_what_is_left_of_the_first_message(self):
        rows = read(b"the end of something\n" + ANDROID.encode(), "whatsapp")

        assert rejects(rows)[0] == (1, "stands before the first message")

    def test_of_ios_is_read(self):
        assert [(row.speaker, row.text) for row in records(IOS)] == [
            ("花子", "いつ出る？\n金曜なら行ける。"),
            ("健", "土曜にしよう。"),
        ]
        assert times(IOS) == ["2026-08-13T21:15:01+00:00", "2026-08-14T07:02:09+00:00"]

    def test_is_one_conversation_named_after_its_file(self):
        assert {row.conversation for row in records(ANDROID)} == {"trip"}

    def test_counts_pictures_and_lines_of_the_program_as_omitted(self):
        rows = read_rows(ANDROID.encode(), "whatsapp")

        assert [(row.line, row.kind) for row in rows if isinstance(row, Omitted)] == [
            (1, "system_note"),
            (2, "system_note"),
            (7, "attachment"),
            (8, "picture"),
            (10, "deleted_message"),
        ]

    def test_may_begin_with_the_end_of_a_message(self):
        assert [row.text for row in records("… and so on\n13/8/26, 9:00 - Anna: hello\n")] == ["hello"]

    def test_that_is_another_text_is_a_problem(self):
        with pytest.raises(ImportProblem, match="--format"):
            read(b"Dear diary\n", "whatsapp")

    def test_loses_only_the_message_with_bytes_that_cannot_be_read(self):
        log = b"1.8.26, 9:00 - A: a\n1.8.26, 9:01 - A: b\n\xff\n1.8.26, 9:02 - A: c\n"
        rows = read(log, "whatsapp", encoding="utf-8")

        assert texts(rows) == ["a", "c"]
        assert rejects(rows) == [(3, "not valid utf-8")]


class TestAHead:
    @every(
        ("head", "moment"),
        [
            ("13/08/2026, 21:14 - ", "2026-08-13T21:14:00+00:00"),
            ("8/13/26, 9:14 PM - ", "2026-08-13T21:14:00+00:00"),
            ("8/13/26, 9:14\u202fPM - ", "2026-08-13T21:14:00+00:00"),
            ("13/08/26, 9:14 p.\xa0m. - ", "2026-08-13T21:14:00+00:00"),
            ("13.08.26, 21:14 - ", "2026-08-13T21:14:00+00:00"),
            ("01.02.26, 21:14 - ", "2026-02-01T21:14:00+00:00"),
            ("2026/08/13 21:14 - ", "2026-08-13T21:14:00+00:00"),
            ("2026-08-13 21:14 - ", "2026-08-13T21:14:00+00:00"),
            ("[13/08/2026, 21:14:05] ", "2026-08-13T21:14:05+00:00"),
            ("\u200e[8/13/26, 9:14:05\u202fPM] ", "2026-08-13T21:14:05+00:00"),
            ("[2026/08/13 午後9:14:05] ", "2026-08-13T21:14:05+00:00"),
            ("[13-08-2026 21:14:05] ", "2026-08-13T21:14:05+00:00"),
            ("[13.8.2026 klo 21.14.05] ", "2026-08-13T21:14:05+00:00"),
            ("13-08-26 21:14:05: ", "2026-08-13T21:14:05+00:00"),
        ],
    )
    def test_is_written_in_the_manner_of_the_phone(self, head: str, moment: str):
        assert times(f"{head}Anna: hello\n") == [moment]

    @every(
        "line",
        ["", "hello: you", "at 21:14 - Anna: x", "[1] a note", "21:14 Anna: x", "1/2 - cup: sugar"],
    )
    def test_is_not_begun_by_other_lines(self, line: str):
        assert not is_head(line)


class TestTheOrderOfADate:
    @every(
        ("dates", "order"),
        [
            ([("2026", "08", "03")], "ymd"),
            ([("1", "2", "26"), ("13", "2", "26")], "dmy"),
            ([("1", "2", "26"), ("2", "13", "26")], "mdy"),
            ([("30", "1", "26"), ("2", "2", "26")], "dmy"),
            ([("1", "9", "26"), ("2", "3", "26")], "mdy"),
            ([("9", "1", "26"), ("3", "2", "26")], "dmy"),
            ([("1", "2", "26"), ("1", "2", "26")], None),
            ([], None),
        ],
    )
    def test_is_told_from_all_of_them(self, dates: list[tuple[str, str, str]], order: DateOrder | None):
        assert date_order(WrittenDate(numbers=date) for date in dates) == order

    def test_that_stays_open_leaves_the_messages_without_a_time(self):
        (row,) = records("1/2/26, 9:00 - Anna: hello\n")

        assert (row.uttered_at, row.is_time_unreadable, row.written_time) == (None, True, "1/2/26 9:00")

    @every("words", ["λόγος", "了解", "hello Dr. Who", "오후", "午後", "привет"])
    @every("form", ["{}, 9:08 AM - Bob: {}\n", "[{}, 9:08:01 AM] Bob: {}\n"])
    def test_is_not_told_by_the_words_of_a_message(self, form: str, words: str):
        days = ("1/20/24", "1/25/24", "2/3/24", "2/26/24")
        log = "".join(form.format(day, words) for day in days)

        assert [moment and moment[:10] for moment in times(log)] == [
            "2024-01-20", "2024-01-25", "2024-02-03", "2024-02-26",
        ]  # fmt: skip
        assert times(form.format("1/2/24", words) + form.format("1/3/24", words)) == [None, None]

    def test_is_not_told_by_the_dots_of_what_the_program_notes(self):
        note = "1/2/24, 9:08 AM - Messages are encrypted. Tap to learn more.\n"

        assert times(f"{note}1/2/24, 9:09 AM - Bob: hello\n") == [None]

    def test_that_days_prove_holds_against_the_language_of_its_words(self):
        log = "1/20/24, 9:08 π.μ. - Bob: a\n1/25/24, 9:08 π.μ. - Bob: b\n2/3/24, 9:08 π.μ. - Bob: c\n"

        assert times(log)[2] == "2024-02-03T09:08:00+00:00"

    @pytest.mark.parametrize("form", ["{} 21:01 - Ann: hello\n", "[{} 21:01:02] 太郎: やあ\n"])
    def test_with_a_year_of_two_digits_first_is_told_by_the_whole_log(self, form: str):
        log = "".join(form.format(day) for day in ("24/03/10", "24/03/11", "24/04/02"))

        assert [moment and moment[:10] for moment in times(log)] == ["2024-03-10", "2024-03-11", "2024-04-02"]
        assert times(form.format("24/3/10")) == [None]


def speakers(*rests: str, title: str = "") -> list[str | None]:
    """Return who says each line of a log; None: the program."""
    log = "".join(f"13/08/2026, 21:{14 + at} - {rest}\n" for at, rest in enumerate(rests))
    rows = read_rows(log.encode(), "whatsapp", title=title)
    return [
        row.speaker if isinstance(row, ImportRecord) else None
        for row in rows
        if isinstance(row, ImportRecord | Omitted)
    ]


class TestAName:
    @every(
        ("name", "speaker"),
        [
            ('Robert "Bob" Miller', 'Robert "Bob" Miller'),
            ("Robert “Bob” Miller", "Robert “Bob” Miller"),
            ("田中「たな」美咲", "田中「たな」美咲"),
            ("Иван «Ваня» Петров", "Иван «Ваня» Петров"),
            ("O'Brien", "O'Brien"),
            ("~\u202fEve", "Eve"),
            ("\u202a+44 7700 900123\u202c", "+44 7700 900123"),
            ("Jo-Jo Doe - home", "Jo-Jo Doe - home"),
            ("🌻 Mum (new)", "🌻 Mum (new)"),
            ("Dr. A. B. Smith, dentist", "Dr. A. B. Smith, dentist"),
        ],
    )
    def test_is_kept_as_it_is(self, name: str, speaker: str):
        assert speakers(f"{name}: hello", "Ann: hi") == [speaker, "Ann"]

    def test_may_hold_half_a_quotation_if_it_says_more_than_once(self):
        assert speakers('The 5" man: a "b" c', 'The 5" man: d "e" f') == ['The 5" man', 'The 5" man']

    def test_may_hold_half_a_quotation_that_nothing_ends(self):
        assert speakers('John 5": hello') == ['John 5"']

    def test_with_a_colon_is_told_by_the_title_of_the_log(self):
        assert speakers("Work: Ann: hello", "Ben: note: hi", title="WhatsApp Chat with Work: Ann") == ["Work: Ann", "Ben"]  # fmt: skip


class TestALineOfTheProgram:
    @every(
        "line",
        [
            "Ann created group “Trip: 2026”",
            'Ann changed the subject from "a: b" to "c: d"',
            "You changed the subject from “a: b” to “c: d”",
            "Ann hat den Betreff von „a: b“ zu „c: d“ geändert",
            "Ann a changé le sujet de « a: b » à « c: d »",
            "Ann cambió el asunto de «a: b» a «c: d»",
            "Annがグループ名を「a: b」から「c: d」に変更しました",
            "Ann將群組主旨從「a: b」更改為「c: d」",
            "Messages and calls are end-to-end encrypted. Tap to learn more.",
            "Ann added Ben",
            "Ann added Dan: the man",
            "You removed Dan: the man",
            "Ann añadió a Dan: fontanero",
            "Ann a ajouté Dan: plombier",
            "Ann hat Dan: Klempner hinzugefügt.",
            "AnnがDan: 水道屋さんを追加しました",
            "Ann님이 Dan: the man님을 추가했습니다.",
            "Ann добавил(а) Dan: сантехник",
        ],
    )
    def test_is_nobodys(self, line: str):
        assert speakers("Ann: hi", line, "Ann: ho") == ["Ann", None, "Ann"]

    @every("name", ["Added Ltd", "Mum left work", "Dan invited", "The man that Ann added to us"])
    def test_is_none_if_it_is_somebodys(self, name: str):
        assert speakers("Ann: hi", f"{name}: hello", f"{name}: you") == ["Ann", name, name]

    @every("name", ["Added Ltd", "Mum left work", "Dan invited", "田中が好き", "Jan heeft zin"])
    def test_is_none_without_its_wording(self, name: str):
        assert speakers("Ann: hi", f"{name}: hello") == ["Ann", name]

    def test_is_none_if_nobody_of_that_name_speaks(self):
        assert speakers("Ann: hi", "ながい: 田中さんを招待しました") == ["Ann", "ながい"]

    def test_is_nobodys_when_it_is_repeated(self):
        line = 'Ann changed the subject from "a: b" to "c: d"'

        assert speakers("Ann: hi", line, line) == ["Ann", None, None]

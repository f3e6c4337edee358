import pytest

from tane.importing.delimited import column_names, is_table, sniff
from tane.importing.records import Columns, ImportProblem, ImportRecord
from tests.tables import every
from tests.tane.importing.reading import read, rejects, texts


class TestTheDelimiter:
    @every(
        ("head", "expected"),
        [
            ("id,text\n1,a\n", ","),
            ("id;text\n1;a, b, c\n2;d, e, f\n", ";"),
            ("id\ttext\n1\ta, b; c\n", "\t"),
            ('id,text\n1,"a;b;c\nd;e"\n', ","),
            ("text;note,more\na;b,c\n", ","),  # a tie
            ("text\none column, with commas; and more\n", ","),
            ('\ufeff"a;b",text\n1,2\n', ","),
            ("", ","),
            ("id|text|speaker\n1|a, b|Ann\n2|c; d|Eve\n", "|"),
            ("id;text;speaker;\n1;a, b;Ann\n2;c;Eve\n", ";"),
            ("id,text\n1,a;b;c,\n2,d;e;f,,\n", ","),
            ('id;text\n1;"a \\";\\" b"\n2;"c \\";\\" d"\n', ";"),
        ],
    )
    def test_is_the_one_that_gives_even_rows(self, head: str, expected: str):
        assert sniff(head) == expected

    def test_of_a_tsv_file_is_the_tab_whatever_else_occurs(self):
        assert texts(read(b"id\ttext\n1\ta,b;c\n", "tsv")) == ["a,b;c"]

    @every("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "\ufeffsep=;"])
    @every("encoding", ["utf-8", "utf-16", "cp932"])
    def test_is_the_one_that_a_first_line_names(self, first: str, encoding: str):
        if encoding == "cp932":
            first = first.removeprefix("\ufeff")
        data = f"{first}\r\nid;text;speaker\r\n1;一つ, 二つ;花子\r\n".encode(encoding)

        (row,) = read(data, "csv", encoding=encoding)

        assert isinstance(row, ImportRecord)
        assert (row.line, row.external_id, row.text, row.speaker) == (3, "1", "一つ, 二つ", "花子")

    def test_that_is_named_wins_in_a_file_of_tabs_too(self):
        assert texts(read(b"sep=^\nid^text\n1^a\tb\n", "tsv")) == ["a\tb"]


class TestQuotationMarksWithABackslash:
    @every(
        ("field", "text"),
        [
            ('"She said \\"no, never\\" twice"', 'She said "no, never" twice'),
            ('"\\"Yes\\""', '"Yes"'),
            ('"\\""', '"'),
            ('"two\nlines, \\"quoted\\" in the second"', 'two\nlines, "quoted" in the second'),
            ('"\\"first\\" of\ntwo lines"', '"first" of\ntwo lines'),
            ('"a \\", b \\" c"', 'a ", b " c'),
            # In the other way of quoting a backslash is a backslash.
            ('"C:\\talk\\"', "C:\\talk\\"),
            ('"a ""b"" \\ c"', 'a "b" \\ c'),
            ("no quotes \\ at all", "no quotes \\ at all"),
        ],
    )
    def test_are_words(self, field: str, text: str):
        rows = read(f'id,text,speaker\n1,{field},Ann\n2,"Who waters it?",Eve\n'.encode(), "csv")

        assert texts(rows) == [text, "Who waters it?"]
        assert [row.speaker for row in rows if isinstance(row, ImportRecord)] == ["Ann", "Eve"]

    def test_that_make_no_sense_either_way_leave_the_rows_after_them(self):
        rows = read(b'id,text\n1,"a \\"b" c\n2,d\n3,"\\"e\n4,f\n', "csv")

        assert texts(rows) == ["d", "f"]
        assert rejects(rows) == [(2, "quotes that do not match"), (4, "quotes that do not match")]


class TestBlanks:
    @every(
        "data",
        [
            b"id,text,speaker,\n1,a,Ann\n2,b,Eve\n",
            b"id,text,speaker\n1,a,Ann,\n2,b,Eve,\n",
            b"id,text,speaker,\n1,a,Ann,\n2,b,Eve,\n",
            b"id,text,speaker,,,\n1,a,Ann,,\n2,b,Eve,,,,,\n",
            b",,\nid,text,speaker\n,,\n1,a,Ann\n, ,\n,,,,,\n,\n2,b,Eve\n,,\n",
        ],
    )
    def test_beyond_the_named_columns_and_rows_of_them_say_nothing(self, data: bytes):
        rows = read(data, "csv")

        assert [(row.text, row.speaker, row.metadata) for row in rows if isinstance(row, ImportRecord)] == [
            ("a", "Ann", {}),
            ("b", "Eve", {}),
        ]
        assert rejects(rows) == []

    def test_do_not_hide_a_cell_under_a_blank_name(self):
        (row,) = read(b"id,text,\n1,a,kept\n", "csv")

        assert isinstance(row, ImportRecord)
        assert row.metadata == {"column 3": "kept"}


class TestATextFile:
    """Excel calls a table with tabs in UTF-16 `Unicode text` and names it .txt."""

    @every(
        ("head", "expected"),
        [
            ("id\ttext\tspeaker\n1\ta\tAnn\n", True),
            ("本文,話者\n一つ,花子\n", True),
            ("sep=;\nid;text\n1;a\n", True),
            ("text\none line\n", False),
            ("id,text\n", False),
            ("Text, message\nIt is said, so it holds.\nHere, there, everywhere.\n", False),
            ("Name, date, message: three words\nand a line without\n", False),
            ("9:00\tAnn\tHello\n9:01\tEve\tGood morning\n", False),
            ("", False),
        ],
    )
    def test_is_a_table_if_its_first_row_names_the_columns(self, head: str, expected: bool):
        assert is_table(head) is expected


class TestRows:
    def test_hold_quoted_line_breaks_quotes_and_delimiters(self):
        rows = read('text,speaker\n"一行目\r\n二行目, ""引用""",花子\n次,太郎\n'.encode(), "csv")

        assert texts(rows) == ['一行目\r\n二行目, "引用"', "次"]

    def test_know_the_line_they_begin_on(self):
        rows = read(b'text\n"a\nb"\n\nc\n', "csv")

        assert [row.line for row in rows] == [2, 5]

    def test_of_another_width_are_rejected_alone(self):
        rows = read(b"id,text\n1,a\n2\n3,b,c\n4,d\n", "csv")

        assert texts(rows) == ["a", "d"]
        assert rejects(rows) == [(3, "wrong number of fields"), (4, "wrong number of fields")]

    def test_after_a_quote_that_is_never_closed_are_read_all_the_same(self):
        rows = read(b'id,text\n1,a\n2,"b\n3,c\n4,d\n', "csv")

        assert texts(rows) == ["a", "c", "d"]
        assert rejects(rows) == [(3, "quotes that do not match")]

    def test_with_quotes_in_the_wrong_place_are_rejected_alone(self):
        rows = read(b'id,text\n1,"a"b\n2,"c "d" e"\n3,f\n', "csv")

        assert texts(rows) == ["f"]
        assert [line for line, _ in rejects(rows)] == [2, 3]

    def test_after_a_line_without_end_are_read_all_the_same(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tane.decoding.lines.MAX_LINE_CHARS", 100)

        rows = read(b"id,text\n1," + b"x" * 1000 + b"\n2,b\n", "csv")

        assert texts(rows) == ["b"]
        assert [line for line, _ in rejects(rows)] == [2]

    def test_of_an_empty_file_are_none(self):
        assert read(b"", "csv") == []
        assert read(b"text\n", "csv") == []

    def test_may_hold_a_text_longer_than_the_csv_module_allows(self):
        long = "長" * 200_000

        assert texts(read(f"text\n{long}\n".encode(), "csv")) == [long]

    def test_longer_than_the_limit_are_rejected_with_the_limit(self):
        rows = read(b"text\n" + b"x" * 1_000_001 + b"\nok\n", "csv")

        assert texts(rows) == ["ok"]
        assert rejects(rows) == [(2, "text longer than 1,000,000 characters")]

    def test_give_nul_bytes_up_and_say_so(self):
        (row,) = read(b"text\na\x00b\n", "csv")

        assert isinstance(row, ImportRecord)
        assert (row.text, row.is_cleaned) == ("ab", True)


class TestTheRowOfNames:
    def test_gets_names_that_differ(self):
        assert column_names(["", " text ", "text", "text", "\x00"]) == [
            "column 1",
            "text",
            "text (2)",
            "text (3)",
            "column 5",
        ]

    def test_that_cannot_be_read_is_a_problem_of_the_file(self):
        with pytest.raises(ImportProblem, match="column names"):
            read(b'"id,text\n1,a\n', "csv")

    def test_without_a_known_text_is_counted_and_its_words_are_not_told(self):
        with pytest.raises(ImportProblem, match=r"--text.*there are 3 columns.*none of the names") as told:
            read(b"I am ill,Bob,2026-08-03\nstill ill,Bob,2026-08-04\n", "csv")

        assert not any(word in str(told.value) for word in ("ill", "Bob", "2026"))

    def test_without_the_column_asked_for_tells_the_known_names(self):
        with pytest.raises(ImportProblem, match=r"'who' for --speaker; there are 3 columns.*: text, id$"):
            read(b"text,id,secret\na,1,b\n", "csv", columns=Columns(speaker="who"))

    def test_may_be_told_by_flags(self):
        rows = read(
            "when,what,who,where,no\n2024/1/2,やあ,花子,部屋,7\n".encode(),
            "csv",
            columns=Columns(text="what", speaker="who", conversation="where", time="when", id="no"),
        )

        (row,) = rows
        assert isinstance(row, ImportRecord)
        assert (row.text, row.speaker, row.conversation, row.external_id) == ("やあ", "花子", "部屋", "7")
        assert row.uttered_at is not None
        assert row.metadata == {}

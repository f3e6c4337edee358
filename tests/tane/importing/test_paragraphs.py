from tane.importing.records import ImportRecord
from tests.tane.importing.reading import read, rejects, texts


class TestAText:
    def test_is_parted_by_blank_lines(self):
        rows = read("一つ目の段落。\nその続き。\n\n \n二つ目の段落。\r\n".encode(), "text")

        assert texts(rows) == ["一つ目の段落。\nその続き。", "二つ目の段落。"]
        assert [row.line for row in rows] == [1, 5]

    def test_is_parted_by_the_indents_of_japanese_prose(self):
        assert texts(read("　朝は早い。\n夜も早い。\n　昼は長い。\n".encode(), "text")) == [
            "朝は早い。\n夜も早い。",
            "昼は長い。",
        ]

    def test_without_blank_lines_and_indents_has_a_paragraph_on_each_line(self):
        assert texts(read(b"buy milk\ncall Anna\n", "text")) == ["buy milk", "call Anna"]

    def test_is_one_conversation_named_after_its_file(self):
        rows = read(b"a\n\nb\n", "text", title="diary")

        assert [row.conversation for row in rows if isinstance(row, ImportRecord)] == ["diary", "diary"]

    def test_that_is_empty_has_no_paragraphs(self):
        assert read(b"", "text") == read(b" \n\n\n", "text") == []

    def test_loses_only_the_paragraph_with_bytes_that_cannot_be_read(self):
        rows = read("始め。\n\nここが\n".encode() + b"\xff\xfe\n" + "だめ。\n\n終わり。\n".encode(), "text")

        assert texts(rows) == ["始め。", "終わり。"]
        assert rejects(rows) == [(4, "not valid utf-8")]

    def test_may_be_shift_jis(self):
        assert texts(read("吾輩は猫である。\n\n名前はまだ無い。".encode("cp932"), "text")) == [
            "吾輩は猫である。",
            "名前はまだ無い。",
        ]

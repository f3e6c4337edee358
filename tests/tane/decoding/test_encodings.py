import io

import pytest

from tane.decoding.encodings import Encoding, EncodingUnclear, detect, named
from tane.decoding.lines import MAX_LINE_CHARS, BadLine, Lines
from tests.tables import every
from tests.tane.importing.reading import read, rejects, texts

JAPANESE = "本文\n著作権についてどう思いますか。\nコーヒーは①杯だけ、と医者が言った。\n"


def detected(data: bytes) -> str:
    return detect(io.BytesIO(data)).name


class TestTheEncodingOfAFile:
    @every(
        ("data", "expected"),
        [
            (b"", "utf-8"),
            (b"text\nplain\n", "utf-8"),
            (JAPANESE.encode("utf-8"), "utf-8"),
            (JAPANESE.encode("utf-8-sig"), "utf-8"),
            (JAPANESE.encode("utf-16"), "utf-16"),
            (b"\xfe\xff" + JAPANESE.encode("utf-16-be"), "utf-16"),
            (JAPANESE.encode("cp932"), "cp932"),
            (JAPANESE.replace("①", "一").encode("shift_jis"), "cp932"),
            (JAPANESE.replace("①", "一").encode("euc_jp"), "euc_jp"),
            ("氏名,住所\n山田太郎,東京都千代田区\n".encode("cp932"), "cp932"),  # no kana at all
            ("氏名,住所\n山田太郎,東京都千代田区\n".encode("euc_jp"), "euc_jp"),
            ("名前\nﾔﾏﾀﾞ さんは、きょう来ました\n".encode("cp932"), "cp932"),
        ],
    )
    def test_is_told_from_its_mark_or_its_text(self, data: bytes, expected: str):
        assert detected(data) == expected

    def test_is_judged_by_the_first_lines_beyond_ascii_however_late_they_come(self):
        data = b"0123456789\n" * 200_000 + JAPANESE.encode("cp932")

        assert detected(data) == "cp932"

    def test_leaves_the_stream_at_its_start(self):
        stream = io.BytesIO(JAPANESE.encode("cp932"))

        detect(stream)

        assert stream.tell() == 0

    def test_is_utf8_when_a_sample_ends_within_a_character(self):
        assert detected("長い行".encode() * 100_000) == "utf-8"

    def test_stays_utf8_when_a_few_lines_are_broken(self):
        assert detected(b"ok\n" * 20 + b"caf\xe9 \n") == "utf-8"
        assert detected(JAPANESE.encode() + b"\xff\xfe\n") == "utf-8"

    @pytest.mark.parametrize(
        "data",
        [
            "Où est-il allé? Ça dépend.\nÀ bientôt, là-bas.\n".encode("latin-1"),
            "Москва столица России\nДа, конечно\n".encode("koi8-r"),
            bytes(range(128, 256)) * 10,
        ],
    )
    def test_is_asked_for_when_it_is_none_of_these(self, data: bytes):
        with pytest.raises(EncodingUnclear, match="--encoding"):
            detected(data)

    @every(
        ("data", "asked"),
        [
            (b"\x00\x01\x02\x03\x04\x05PK\x03\x04\x14\x00\x00", "control bytes"),
            ("猫が好きだ。".encode("utf-16-le"), "utf-16-le"),
            (b"~{TgIO~}\n", "hz"),
            ("いつも猫がいる\n".encode("utf-7"), "utf-7"),
            (b"\x1b$)G\x0eEDEDED\x0f\n", "ISO-2022"),
            (b"\xf1\xab\xaa\xa0\n", "it may be"),  # valid UTF-8 of a character that does not exist
        ],
    )
    def test_is_asked_for_by_its_name(self, data: bytes, asked: str):
        with pytest.raises(EncodingUnclear, match=rf"{asked}.*--encoding"):
            detected(data)

    @every(
        "data",
        [
            b"one\x00two, and a longer line\n" * 3,
            b"\x1b[31mred\x1b(B\x1b[m\n",
            b"C++ ~{x} +49 30 1234567 a+b+cde\n",
            "×, ÷, €, ✓ and 😀\n".encode(),
            "猫\n".encode(),
            "é\n".encode(),
        ],
    )
    def test_of_plain_text_with_odd_signs_is_utf8(self, data: bytes):
        assert detected(data) == "utf-8"

    def test_may_be_named(self):
        rows = read("text\nOù est-il?\n".encode("latin-1"), "csv", encoding="latin-1")

        assert texts(rows) == ["Où est-il?"]

    @every("name", ["no-such-thing", "rot13", "base64", ""])
    def test_must_be_one_that_exists(self, name: str):
        with pytest.raises(EncodingUnclear):
            named(name)


class TestLines:
    def test_are_counted_and_lose_the_byte_order_mark(self):
        lines = Lines(io.BytesIO("\ufeff一\r\n二\n三".encode()), Encoding("utf-8"))

        assert list(lines) == ["一\r\n", "二\n", "三"]
        assert lines.number == 3

    def test_that_never_end_are_skipped_without_being_held(self):
        lines = Lines(io.BytesIO(b"x" * (3 * MAX_LINE_CHARS) + b"\nnext\n"), Encoding("utf-8"))

        with pytest.raises(BadLine, match="longer"):
            next(lines)

        assert list(lines) == ["next\n"]

    def test_end_with_a_cut_off_utf16_file(self):
        rows = read("text\n一\n二\n".encode("utf-16")[:-1], "csv")

        assert texts(rows) == ["一"]
        assert rejects(rows) == [(3, "the file ends within a character")]

    def test_leave_the_stream_open_for_its_owner(self):
        stream = io.BytesIO(b"a\nb\n")

        list(Lines(stream, Encoding("utf-8")))

        assert not stream.closed


class TestBytesOfAnotherEncoding:
    @pytest.mark.parametrize("format_name", ["jsonl", "csv"])
    def test_cost_their_line_and_no_other(self, format_name: str):
        head = b"text\n" if format_name == "csv" else b'{"text": "\xe4\xb8\x80"}\n'
        good = "良い行\n".encode() if format_name == "csv" else '{"text": "良い行"}\n'.encode()
        bad = good.replace("良".encode(), b"\xff")

        rows = read(head + good + bad + good, format_name)

        assert texts(rows)[-2:] == ["良い行", "良い行"]
        assert rejects(rows) == [(3, "not valid utf-8")]

    def test_cost_their_line_in_iso_2022_too(self):
        good = "良い行です\n".encode("iso2022_jp")

        rows = read(b"text\n" + good + b"\x1b$B\x21\x7f\x7f\x1b(B\n" + good, "csv")

        assert texts(rows) == ["良い行です", "良い行です"]
        assert rejects(rows) == [(3, "not valid iso2022_jp")]

    def test_are_found_in_shift_jis_too(self):
        rows = read(JAPANESE.encode("cp932") + b"\x81\n", "csv")

        assert rejects(rows) == [(4, "not valid cp932")]


def test_lone_surrogates_of_a_utf16_file_are_cleaned_not_rejected():
    data = b"\xff\xfe" + "text\nab".encode("utf-16-le") + b"\x3d\xd8" + "c\n".encode("utf-16-le")

    (row,) = read(data, "csv")

    assert texts([row]) == ["ab\ufffdc"]

"""Folding: Japanese lines break where Japanese allows it."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tane.cli.output import MAY_NOT_BEGIN, MAY_NOT_END, fold
from tests.tables import every


def lines(text: str, cells: int) -> list[str]:
    return fold(text, cells).plain.split("\n")


@every(
    ("text", "cells", "folded"),
    [
        ("眠れない夜に考える", 8, ["眠れない", "夜に考え", "る"]),
        ("眠れない、夜。", 8, ["眠れな", "い、夜。"]),
        ("私は「眠れない」", 6, ["私は", "「眠れ", "ない」"]),
        ("コーヒー", 6, ["コー", "ヒー"]),
        ("a long word", 6, ["a long", "word"]),
        ("OLLAMAを使う", 8, ["OLLAMAを", "使う"]),
        ("私はOLLAMA", 8, ["私は", "OLLAMA"]),
        ("一行\n二行", 20, ["一行", "二行"]),
        ("", 20, [""]),
        ("。。。。。。", 6, ["。。。", "。。。"]),
    ],
)
def test_lines_break_where_they_may(text: str, cells: int, folded: list[str]) -> None:
    assert lines(text, cells) == folded


@given(st.text(alphabet="あ漢aB、。「」（ー \n🌱", max_size=80), st.integers(4, 30))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, cells: int) -> None:
    folded = lines(text, cells)

    assert max(cell_len(line) for line in folded) <= cells
    assert "".join(folded).replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_no_line_of_ordinary_prose_begins_or_ends_wrongly() -> None:
    text = "「眠れない」と言うと、彼は（少し考えて）「コーヒーは、何時まで？」と聞いた。" * 5

    for cells in range(8, 80):
        folded = lines(text, cells)
        assert not any(line[0] in MAY_NOT_BEGIN or line[-1] in MAY_NOT_END for line in folded)


def test_styles_survive() -> None:
    folded = fold(Text.assemble("前置き", ("大事な所", "bold")), 8)

    assert [folded.plain[span.start : span.end] for span in folded.spans if span.style == "bold"] == [
        "大",
        "事な所",
    ]

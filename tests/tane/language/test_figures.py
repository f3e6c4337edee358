"""Figures: what may not change on the way from an utterance to a seed."""

from tane.language.figures import figures
from tests.tables import every


@every(
    ("text", "found"),
    [
        ("３０分と1,200円", {"30", "1200"}),
        ("午後三時に二十五人", {"3", "25"}),
        ("二〇二六年の百三十円", {"2026", "130"}),
        ("もう十分だし、一度でいい", set()),
        ("one of twelve tests", {"12"}),
        ("〇" * 9 + "年", {"0" * 9}),
    ],
)
def test_figures_are_read_in_any_spelling(text: str, found: set[str]):
    assert figures(text) == found

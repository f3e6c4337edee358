"""Who does it and to whom."""

from tane.language.doers import changes_sides, has_other_doer
from tests.tables import every

DESIGNS = "Curator Nell Hardy praised the third sketch, while Omar Quill liked the first.\nThe visitors vote next week."


@every(
    ("statement", "source"),
    [
        ("ツバメが2対0でカモメを破った。", "カモメが2対0でツバメを破った。"),
        ("東亜社は南洋社を買収する。", "南洋社が東亜社を買収すると発表した。"),
        ("Orsova sued Lenz over the patent.", "Lenz sued Orsova last week over a patent."),
        ("In the final Bram beat Corley.", "Corley beat Bram in the final."),
    ],
)
def test_two_that_have_changed_sides_are_seen(statement: str, source: str):
    assert changes_sides(statement, source)


@every(
    ("statement", "source"),
    [
        ("カモメは2対0でツバメを破った。", "カモメが2対0でツバメを破った。"),
        ("ツバメはカモメに0対2で敗れた。", "カモメが2対0でツバメを破った。"),
        ("Lenz was sued by Orsova.", "Orsova sued Lenz."),
        ("Quill is for the first sketch and Hardy for the third.", DESIGNS),
        ("", DESIGNS),
        (DESIGNS, ""),
    ],
)
def test_another_voice_or_order_is_no_other_side(statement: str, source: str):
    assert not changes_sides(statement, source)


@every(
    ("statement", "source", "expected"),
    [
        ("The visitors praised the third sketch.", DESIGNS, True),
        ("Nell Hardy praised the third sketch.", DESIGNS, False),
        ("The third sketch was praised by Nell Hardy.", DESIGNS, False),
        (
            "町長は毎年の祭りの費用を全額負担すると約束した。",
            "商店会は毎年の祭りの費用を全額負担すると約束した。",
            True,
        ),
        (
            "商店会は祭りの費用を全額負担すると約束した。",
            "商店会は毎年の祭りの費用を全額負担すると約束した。",
            False,
        ),
        ("", DESIGNS, False),
    ],
)
def test_a_doer_in_the_place_of_another_is_seen(statement: str, source: str, expected: bool):
    assert has_other_doer(statement, source) is expected

"""Things that have changed partners."""

from tane.language.pairings import is_crossed
from tests.tables import every

SEA = "北の港では水揚げが増え、南の港では減った。"


@every(
    ("statement", "source"),
    [
        ("南の港では水揚げが増え、北の港では減った。", SEA),
        ("梨は高く、桃は安かった。", "桃は高く、梨は安かった。"),
        ("Rents fell in the north and rose in the south.", "Rents rose in the north and fell in the south."),
        (
            "歌手の森が三曲目を歌い、奏者の谷が五曲目を弾いた。",
            "歌手の森は五曲目を歌った。奏者の谷は三曲目を弾いた。",
        ),
        ("There was too much rain and too little snow.", "There was too little rain and too much snow."),
    ],
)
def test_are_seen(statement: str, source: str):
    assert is_crossed(statement, source)


@every(
    ("statement", "source"),
    [
        (SEA, SEA),
        ("水揚げは北の港で増え、南の港では減っている。", SEA),
        ("北の港では増えた水揚げが、南の港では減った。", SEA),
        (
            "昨年閉じた工場の跡地に、市が図書館を建てる。",
            "市は図書館を建てる。場所は昨年閉じた工場の跡地だ。",
        ),
        (
            "In the south rents fell, while they rose in the north.",
            "Rents rose in the north and fell in the south.",
        ),
        ("", SEA),
        (SEA, ""),
    ],
)
def test_are_not_seen_where_all_stay_together(statement: str, source: str):
    assert not is_crossed(statement, source)

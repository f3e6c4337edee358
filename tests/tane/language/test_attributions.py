"""Who is said to have said it."""

from tane.language.attributions import speakers, strange_speaker
from tests.tables import every

DRIVERS = ["組合の調べでは、運転手の四割が休めていない。", "会社は取材に応じなかった。"]
MINE = ["The miners' doctor said that the dust was never measured.", "The owner declined to comment."]


@every(
    ("sentence", "expected"),
    [
        ("気象庁によると、雨は夜まで続く。", ["気象庁"]),
        ("市長は「来年も続ける」と述べた。", ["市長"]),
        ("橋は渡れない、と県の担当者は話した。", ["県の担当者"]),
        ("According to the fire service, nobody was hurt.", ["the fire service"]),
        ("The road is shut, the mayor said.", ["the mayor"]),
        ("He said that it was late.", []),
        ("The growers were told to wait.", []),
        ("雨は夜まで続く。", []),
    ],
)
def test_are_found(sentence: str, expected: list[str]):
    assert list(speakers(sentence)) == expected


@every(
    ("statement", "source"),
    [
        ("会社側の調べによると、運転手の四割が休めていない。", DRIVERS),
        ("会社は、運転手の四割が休めていないと認めた。", DRIVERS),
        ("The owner admitted that the dust was never measured.", MINE),
        ("According to the owner, the dust was never measured.", MINE),
    ],
)
def test_another_speaker_is_strange(statement: str, source: list[str]):
    assert strange_speaker(statement, source) is not None


@every(
    ("statement", "source"),
    [
        ("組合によると、運転手の四割が休めていない。", DRIVERS),
        ("運転手の四割が休めていない。", DRIVERS),
        ("The dust was never measured, the doctor of the miners said.", MINE),
        ("Nobody measured the dust.", MINE),
    ],
)
def test_the_same_speaker_or_none_is_not(statement: str, source: list[str]):
    assert strange_speaker(statement, source) is None


def test_what_nobody_in_the_text_says_its_publisher_says():
    source = ["米の価格が下がった。"]

    assert strange_speaker("ハト新聞によると、米の価格が下がった。", source, publishers=["ハト新聞"]) is None
    assert (
        strange_speaker("街道通信によると、米の価格が下がった。", source, publishers=["ハト新聞"])
        == "街道通信"
    )
    assert strange_speaker("Hato reports that rice is cheaper.", source, publishers=["hato.example"]) is None

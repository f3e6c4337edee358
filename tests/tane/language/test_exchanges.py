"""A word in the place of another, in the same frame."""

from tane.language.exchanges import is_exchanged
from tests.tables import every

EXCHANGED = [
    ("猫がソファーの上で寝ています。", "犬がソファーの上で寝ています。"),
    ("会議は火曜の午後に開かれる。", "会議は木曜の午後に開かれる。"),
    ("The cat sleeps on the old sofa.", "The dog sleeps on the old sofa."),
    ("踏み切りの中を自転車が通っている。", "踏み切りの中を車が通っている。"),
]
KEPT = [
    ("猫がソファーの上で寝ています。", "猫がソファーの上で寝ています。"),
    (
        "テーブルの上に時計があります。",
        "テーブルの上には小さな置時計があります。",
    ),  # what the source says more
    ("寝ている猫がソファーの上にいる。", "猫がソファーの上で寝ています。"),  # in another order
    ("寝不足だと仕事で間違える。", "よく眠れないと、昼間の判断が鈍くなってしまう。"),  # no common frame
    (
        "カフェインは眠りを浅くする可能性がある",
        "カフェインは夜の眠りを浅くするかもしれない。私の場合は眠れなくなる。",
    ),
    ("3 figures are enough", "three figures are enough"),  # of which figures there are, others tell
    ("The cat sleeps.", "The cat sleeps on the old sofa."),
    ("", "猫がいる。"),
    ("猫がいる。", ""),
]


@every(("statement", "source"), EXCHANGED)
def test_is_seen(statement: str, source: str):
    assert is_exchanged(statement, source)


@every(("statement", "source"), KEPT)
def test_is_not_seen_where_there_is_none(statement: str, source: str):
    assert not is_exchanged(statement, source)

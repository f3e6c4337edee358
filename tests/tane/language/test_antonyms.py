"""Contraries: one word in the place of the other."""

from tane.language.antonyms import is_reversed
from tests.tables import every


@every(
    ("statement", "passage", "is_opposite"),
    [
        ("量が増える", "量が減る", True),
        ("量が減る", "量が減る", False),
        ("増えたり減ったりする", "量が減る", False),
        ("Prices decrease", "Prices increase", True),
        ("標本が大きいと大きくぶれる", "標本が小さいと大きくぶれる", True),
        ("標本が小さければぶれは大きい", "標本が小さいと大きくぶれる", False),
        ("壊れやすい", "壊れにくい", True),
        ("It gets softer", "It gets hard", True),
        ("It hardly moves", "a soft landing", False),
        ("Lowering prices", "The loan is on paper", False),
    ],
)
def test_opposites(statement: str, passage: str, is_opposite: bool):
    assert is_reversed(statement, passage) == is_opposite

"""Some and all."""

from tane.language.scope import changes_scope
from tests.tables import every

SHOPS = "組合は一部の店で値札を替えた。\n倉庫はすべて点検を終えた。"
WELLS = "The team tested most wells in the valley. All pumps were replaced."


@every(
    ("statement", "source", "expected"),
    [
        ("組合は全店で値札を替えた。", SHOPS, True),
        ("一部の倉庫は点検を終えた。", SHOPS, True),
        ("組合は一部の店の値札を替え、すべての倉庫を点検した。", SHOPS, False),
        ("The team tested every well in the valley.", WELLS, True),
        ("Some pumps were replaced.", WELLS, True),
        ("Most wells in the valley were tested, and every pump was replaced.", WELLS, False),
        ("", WELLS, False),
        ("All ships sail.", WELLS, False),
    ],
)
def test_some_are_not_all_and_all_are_not_some(statement: str, source: str, expected: bool):
    assert changes_scope(statement, source) is expected

"""Clauses and names that a source does not have."""

from tane.language.inventions import strange_clause, strange_compound, strange_thing
from tests.tables import every

APP = "表計算ソフトの新しい版で、保存中に止まる不具合が直った。"
FIRE = "The barn fire was out within two hours and nobody was hurt."


@every(
    ("statement", "source"),
    [
        ("新しい版で保存中の不具合が直り、起動の速度も大幅に向上した。", APP),
        ("The barn fire was out within two hours, and careless smoking is thought to be the cause.", FIRE),
        ("The barn was lost because its sprinklers malfunctioned.", FIRE),
    ],
)
def test_of_words_of_its_own_a_clause_is_strange(statement: str, source: str):
    assert strange_clause(statement, source) is not None


@every(
    ("statement", "source"),
    [
        ("保存中に止まる不具合は、新しい版で解消された。", APP),
        ("No one was hurt in the fire, which took two hours to put out.", FIRE),
        (FIRE, FIRE),
        ("", FIRE),
    ],
)
def test_a_word_of_its_own_among_others_is_not(statement: str, source: str):
    assert strange_clause(statement, source) is None


@every(
    ("statement", "source", "expected"),
    [
        ("会社員の中村健太容疑者を逮捕した。", "会社員の中里雄一容疑者を逮捕した。", "中村健太容疑者"),
        ("会社員の中里雄一容疑者を逮捕した。", "会社員の中里雄一容疑者を逮捕した。", None),
        ("試験航行を始める。", "試験の航行を始める。", None),
        ("共同開発を進める。", "共同で進める。", None),
    ],
)
def test_a_compound_with_another_beginning_is_a_name_of_its_own(
    statement: str, source: str, expected: str | None
):
    assert strange_compound(statement, source) == expected


@every(
    ("statement", "expected"),
    [
        ("象が寝ている。", "象"),
        ("飼育員は野菜を運んだ。", "野菜"),
        ("保護団体の調べでは、ライオンは寝ている。", "保護団体"),
        ("動物園はライオンの檻を直した。", None),
        ("三頭がいる。", None),
        ("The elephant sleeps.", None),
    ],
)
def test_a_japanese_noun_that_does_or_suffers_something_is_strange_where_the_source_lacks_it(
    statement: str, expected: str | None
):
    assert strange_thing(statement, "動物園の檻の中でライオンが三頭寝ている。") == expected

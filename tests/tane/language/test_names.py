"""Names: what may not change on the way from an utterance to a seed."""

from tane.language.names import unknown_names
from tests.tables import every


@every(
    ("statement", "source", "found"),
    [
        ("昨日田中さんが来た", "田中さんは昨日来た", set()),
        ("佐藤さんが来た", "田中さんが来た", {"佐藤"}),
        ("お母さんが来た", "来たのは母だ", set()),
        ("コンピューターを使う", "コンピュータを使った", set()),
        ("ロンドンへ行く", "パリへ行く", {"ロンドン"}),
        ("手術は怖い", "注射は怖い", {"手術"}),
        ("転職は不安だ", "職を転じるのは不安だ", set()),
        ("SQLで書く", "PythonとSQLで書く", set()),
        ("Goで書く", "Pythonで書く", {"go"}),
        ("We met Anna in Paris", "I met Anna in Rome", {"paris"}),
        ("She said so", "Maria said so", set()),
        ("遥は来ない", "もう来ない", {"遥"}),
        ("最近は来ない", "もう来ない", set()),
        ("父に聞いた", "母に聞いた", {"父"}),
        ("分母の工夫", "分ける", set()),
        ("Lena ignores that rule", "Oskar ignores that rule", {"lena"}),
        ("Cooking breaks them down", "It breaks when cooked", set()),
        ("My sister called", "She called", {"sister"}),
        ("Peter said so", "Maria said so", {"peter"}),
    ],
)
def test_unknown_are_names_that_the_source_does_not_know(statement: str, source: str, found: set[str]):
    assert unknown_names(statement, source) == found

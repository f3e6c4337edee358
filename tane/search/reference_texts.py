"""Texts that a query is held against: questions of no concern to anybody in particular, and texts that say nothing."""

from collections.abc import Mapping

from tane.language.spelling import has_cjk

OTHER_QUERIES: Mapping[str, tuple[str, ...]] = {
    "ja": (
        "自転車のチェーンの交換",
        "豆のスープの作り方",
        "ウィーン行きの切符",
        "台風のあとの屋根の修理",
        "昨夜の試合の結果",
        "将棋の覚え方",
        "日曜に開いている歯医者",
        "電話の歴史",
    ),
    "en": (
        "how to change a bicycle chain",
        "best recipe for lentil soup",
        "train tickets to Vienna",
        "repairing a roof after a storm",
        "the score of last night's match",
        "learning to play chess",
        "a dentist who is open on Sundays",
        "the history of the telephone",
    ),
}
"""Queries about everyday things far apart from each other: how near such queries are to a store is the middle of the scale."""
WORDLESS = ("。", "xkqz vbnw", "ぬぺぷもげ", "x7q2k9", "щфъж", "ㅂㅈㄷㅎ", "鰯鬱驫")
"""Texts that say nothing: what is no nearer to a query without a known word than these are is near to it by accident."""


def other_queries(query: str) -> tuple[str, ...]:
    """Return queries like this one in its language: models are at home in some languages more than in others."""
    return OTHER_QUERIES["ja" if has_cjk(query) else "en"]

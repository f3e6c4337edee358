"""What a cluster is about: its most central sentences, and a title from its most characteristic terms."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.standin.hashed_vectors import embed
from demo.standin.sentence_kinds import sentences
from tane.language.spelling import has_cjk
from tane.language.titles import LONGEST_OVERVIEW, placeholder_titles

MOST_SENTENCES = 4
MOST_READ = 400  # statements looked at
_REPEATS = 0.75  # a sentence nearer than this to a chosen one says nothing new

# Fields of life by the words that betray them.
_FIELDS = (
    (
        "仕事",
        "work",
        r"仕事|会議|職場|上司|部下|締[め]?切|業務|会社|転職|残業|顧客|\b(?:work|job|meeting|office|career|customer)\b",
    ),
    (
        "技術",
        "technology",
        r"AI|プログラ|コード|ソフト|データ|サーバ|アプリ|モデル|設計|開発|技術|\b(?:code|software|data|server|model)\b",
    ),
    (
        "法と社会",
        "law and society",
        r"法律|著作権|規制|権利|政府|制度|社会|政治|契約|\b(?:law|copyright|government|society|rights?)\b",
    ),
    ("健康", "health", r"健康|睡眠|運動|病|医|体調|疲|眠|食事|\b(?:health|sleep|exercise|doctor|diet)\b"),
    (
        "学び",
        "learning",
        r"学[ぶびん習]|勉強|読書|本を|教育|授業|覚え|記憶|\b(?:learn|study|read|book|school|memory)\w*",
    ),
    (
        "暮らし",
        "daily life",
        r"料理|掃除|洗濯|買い物|家計|部屋|庭|野菜|パン|暮らし|家事|\b(?:cook|kitchen|garden|house|bread|soil)\w*",
    ),
    (
        "創作",
        "making",
        r"創作|小説|絵|音楽|デザイン|写真|文章|作品|物語|\b(?:write|writing|music|design|art|story|photo)\b",
    ),
    (
        "人間関係",
        "people",
        r"友|家族|親|子ども|夫|妻|恋|人間関係|会話|対話|\b(?:friend|family|parent|child|relationship)\w*",
    ),
    (
        "考え方",
        "thinking",
        r"考え|思考|判断|哲学|価値観|習慣|感情|心|\b(?:think|thought|habit|mind|value|emotion)\w*",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDescription:
    """What is said of a cluster."""

    title: str
    overview: str
    category: str
    strength: int  # 1 to 10


def describe(contents: str, *, avoid: Iterable[str] = ()) -> GroupDescription:
    """Describe statements given one a line; the title is none of `avoid`. Deterministic."""
    said = [sentence.text for sentence in sentences(contents)][:MOST_READ] or [contents.strip() or "-"]
    vectors = embed(said)
    centre = vectors.mean(axis=0)
    return GroupDescription(
        title=placeholder_titles([said], taken=avoid)[0],
        overview=_overview(said, vectors, vectors @ centre),
        category=_category(said),
        strength=_strength(centre, len(said)),
    )


def _overview(said: Sequence[str], vectors: NDArray[np.float32], centrality: NDArray[np.float32]) -> str:
    chosen: list[int] = []
    length = 0
    for at in np.argsort(-centrality, kind="stable"):
        fits = length + len(said[at]) + 1 <= LONGEST_OVERVIEW
        is_new = not chosen or float((vectors[chosen] @ vectors[at]).max()) < _REPEATS
        if fits and is_new:
            chosen.append(int(at))
            length += len(said[at]) + 1
        if len(chosen) == MOST_SENTENCES:
            break
    if not chosen:
        return said[int(np.argmax(centrality))][:LONGEST_OVERVIEW]
    joint = "" if has_cjk(said[0]) else " "
    return joint.join(_ended(said[at]) for at in sorted(chosen))


def _ended(sentence: str) -> str:
    if sentence[-1] in "。！？!?.」":
        return sentence
    return sentence + ("。" if has_cjk(sentence) else ".")


def _category(said: Sequence[str]) -> str:
    text = "\n".join(said)
    counts = [len(re.findall(cues, text, re.IGNORECASE)) for _, _, cues in _FIELDS]
    best = int(np.argmax(counts))
    japanese = has_cjk(text)
    if not counts[best]:
        return "その他" if japanese else "other"
    return _FIELDS[best][0 if japanese else 1]


def _strength(centre: NDArray[np.float32], count: int) -> int:
    """Grade how alike the statements are: their mean cosine without each one's own."""
    if count < 2:
        return 10
    alike = (float(centre @ centre) * count - 1) / (count - 1)
    return int(np.clip(round(1 + 9 * alike / 0.4), 1, 10))

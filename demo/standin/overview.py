"""What a cluster is about: its most central sentences, and a title from its most characteristic terms."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.standin.sentences import is_japanese, sentences
from demo.standin.vectors import embed

LONGEST_TITLE = 20
LONGEST_OVERVIEW = 400
MOST_SENTENCES = 4
MOST_READ = 400  # statements looked at
_REPEATS = 0.75  # a sentence nearer than this to a chosen one says nothing new

_TERM_JA = re.compile(
    r"[一-龯々ァ-ヶー]{0,4}[A-Za-z][A-Za-z0-9+#.-]*[ァ-ヶー一-龯々]*|[ァ-ヶー]{2,}[一-龯々]*|[一-龯々]{2,}(?:[0-9]+[一-龯々]+)*[ァ-ヶー]*"
)
_TERM_EN = re.compile(r"(?<![A-Za-z'’])[A-Za-z][A-Za-z-]{3,}(?![A-Za-z'’])")  # contractions say nothing
_PLAIN_LATIN = re.compile(r"[a-z-]+")  # an aside in Japanese: (social jetlag)
_COMMON_JA = frozenset(
    """
    場合 必要 重要 大切 大事 可能 可能性 問題 自分 自身 相手 時間 状態 方法 理由 結果
    影響 関係 意味 以上 以下 全体 一部 多く 最初 最後 今回 今日 昨日 明日 毎日 一番
    二つ 一つ 本当 普通 十分 簡単 気持 気持ち 存在 対象 内容 部分 際限 程度 具体的 基本
    一般 一般的 行為 現状 現在 今後 将来 使用 利用 考慮 確認 説明 質問 回答 意見 懸念
    """.split()  # noqa: SIM905 - a page of quotation marks would hide the words
)
_COMMON_EN = frozenset(
    """
    about actually after again already also although always another anyone anything around asked away
    back because been before being best better between both came cannot come comes could did different
    does doing done down each even ever every everyone everything exactly feel felt find first found
    from getting give gives goes going gone good got half hard have having help here herself himself
    hold instead into itself just keep keeps kept know knows last least left less life like little long
    look looks made make many maybe mean means might mind mine more most much must myself need never
    next nobody nothing often okay once ones only other over part people perhaps point possible probably
    put quite really right said same says second seen shall should show since some someone something
    soon still such sure take takes talk talked talking tell tells than thank thanks that their them
    themselves then there these they thing things think thinks third this those though thought three
    through time today together told tomorrow took toward towards tried true turn turns under until upon
    used using very wait want wants week weeks well went were what when where whether which while whole
    whose will with without word words work works would year years yesterday your yourself
    """.split()  # noqa: SIM905 - a page of quotation marks would hide the words
)
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
class Description:
    """What is said of a cluster."""

    title: str
    overview: str
    category: str
    strength: int  # 1 to 10


def describe(contents: str, *, avoid: Iterable[str] = ()) -> Description:
    """Describe statements given one a line; the title is none of `avoid`. Deterministic."""
    said = [sentence.text for sentence in sentences(contents)][:MOST_READ] or [contents.strip() or "-"]
    vectors = embed(said)
    centre = vectors.mean(axis=0)
    return Description(
        title=_title(said, taken={title.strip().casefold() for title in avoid}),
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
    joint = "" if is_japanese(said[0]) else " "
    return joint.join(_ended(said[at]) for at in sorted(chosen))


def _ended(sentence: str) -> str:
    if sentence[-1] in "。！？!?.」":
        return sentence
    return sentence + ("。" if is_japanese(sentence) else ".")


def _title(said: Sequence[str], *, taken: set[str]) -> str:
    japanese = is_japanese("".join(said))
    terms = _terms(said, japanese=japanese)
    candidates = _titles_ja(terms) if japanese else _titles_en(terms)
    fallback = said[0][:LONGEST_TITLE]
    for candidate in (*candidates, fallback):
        if candidate.casefold() not in taken:
            return candidate
    return next(
        t
        for n in range(2, len(taken) + 3)
        if (t := f"{fallback[: LONGEST_TITLE - 4]} {n}").casefold() not in taken
    )


def _titles_ja(terms: Sequence[str]) -> Iterable[str]:
    pairs = ((a, b) for at, a in enumerate(terms) for b in terms[at + 1 :] if a not in b and b not in a)
    yield from (title for a, b in pairs if len(title := f"{a}と{b}") <= LONGEST_TITLE)
    yield from (term for term in terms if len(term) <= LONGEST_TITLE)


def _titles_en(terms: Sequence[str]) -> Iterable[str]:
    for start in range(max(1, len(terms) - 2)):
        three = terms[start : start + 3]
        if len(three) == 3:
            yield f"{three[0].capitalize()}, {three[1]} and {three[2]}"
    yield from (term.capitalize() for term in terms)


def _terms(said: Sequence[str], *, japanese: bool) -> list[str]:
    """Return the words that most statements share, longer ones first among equals."""
    pattern, common = (_TERM_JA, _COMMON_JA) if japanese else (_TERM_EN, _COMMON_EN)
    spread: Counter[str] = Counter()
    for sentence in said:
        words = {word if japanese else word.lower() for word in pattern.findall(sentence)}
        spread.update(
            word
            for word in words
            if word not in common
            and 2 <= len(word) <= LONGEST_TITLE
            and not (japanese and _PLAIN_LATIN.fullmatch(word))
        )
    ranked = sorted(spread, key=lambda word: (-spread[word] * min(len(word), 6) ** 0.5, word))
    return ranked[:8]


def _category(said: Sequence[str]) -> str:
    text = "\n".join(said)
    counts = [len(re.findall(cues, text, re.IGNORECASE)) for _, _, cues in _FIELDS]
    best = int(np.argmax(counts))
    japanese = is_japanese(text)
    if not counts[best]:
        return "その他" if japanese else "other"
    return _FIELDS[best][0 if japanese else 1]


def _strength(centre: NDArray[np.float32], count: int) -> int:
    """Grade how alike the statements are: their mean cosine without each one's own."""
    if count < 2:
        return 10
    alike = (float(centre @ centre) * count - 1) / (count - 1)
    return int(np.clip(round(1 + 9 * alike / 0.4), 1, 10))

"""How a passage stands to what it says: denied, hedged, demanded (C4). Pure.

Counting words is all this does. It is meant for comparing a statement with the words it is said to come
from: there the same counting errs twice in the same way.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What the wording of a passage does to its matter."""

    is_denied: bool
    is_hedged: bool
    is_demanded: bool


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# "I think" asserts in Japanese talk as in English, so it is no hedge here.
_HEDGE = _any(
    r"かも(?:しれ|知れ|。|、|$|ね|な)|だろう|でしょう|たぶん|多分|おそらく|恐らく|ひょっとし|もしかし|らしい|らしく|みたい(?:だ|で|。|$)"
    r"|(?:の|る|た|い)よう(?:だ|です|に見え|に思え)|気がする|気がし|可能性|はず(?:だ|です|。|$)|とは限ら|のか(?:な|。|$|[?？])|かな(?:。|$|[?？あ])"
    r"|[?？]|か(?:。|$)|かどうか|わからない|分からない|わかりません|分かりません",
    r"\b(?:may|might|maybe|perhaps|probably|possibly|could|seems?|apparently|i guess|not sure|i wonder|whether|likely)\b",
)
_DEMAND = _any(
    r"べき|な(?:けれ|きゃ|くて|くちゃ|いと)(?:ば|は|)?(?:なら|いけ|だめ|ダメ|$|。)|ねばなら|ざるを得|必要(?:が|だ|で|。|$)"
    r"|(?:た|る|い)(?:ほう|方)が(?:い|よ|良)|(?:る|う|く|す|つ|ぬ|む|ぶ|ぐ)とい[いう]|とよい|と良い|[てで]は(?:いけ|なら|だめ|ダメ)",
    r"\b(?:should|shouldn't|must|mustn't|ought|have to|has to|need to|needs to|had better)\b",
)
# Words with "nai" in them that deny nothing: demands, hedges, and adjectives.
_NO_DENIAL = _any(
    r"な(?:けれ|きゃ|くて|くちゃ|いと)(?:ば|は|)?(?:なら|いけ|だめ|ダメ)(?:ない|ません|なかった|)|ねばならない|ざるを得ない|かも(?:しれ|知れ)(?:ない|ません)"
    r"|(?:違|ちが)いな[いく]|しか(?:な[いく]|ありません)|(?:少|危|切|幼|はか|つまら|もったい|くだら|情け|とんでも|仕方|しょうが|何気|さりげ|せつ|すく)な[いくか]"
    r"|(?:(?<=[がはも、])な|無)くな[らりるれろっ]|だけで(?:は)?な[いく]|じゃない(?:か|です|[?？])|(?:わか|分か)(?:らない|りません)"
    r"|まず|必ず|はず|いずれ|ずっと|ずつ|おのずと|わずか|ずれ|水(?:準|分)",
    r"\bnot only\b|\bno doubt\b|\bnot sure\b",
)
_DENIAL = _any(
    r"な(?:い|かっ|く|けれ)|ません|(?<=[あかさたなまらわがざばえけせてねめれげべいきしちにみりびじ])ず(?:に|、|。|$|と)|ずに|[らかさたまわ]ぬ"
    r"|てはだめ|てはダメ|(?:は|が|も)(?:だめ|ダメ|無理|不可能)|(?:嘘|うそ|誤り|間違い|誤解)(?:だ|です|で|。|$)",
    r"\b(?:not|no|never|nobody|nothing|none|neither|nor|without|cannot|hardly)\b|n't\b",
)


def stance(passage: str) -> Stance:
    """Read a passage's wording; a thing denied twice is not denied."""
    text = unicodedata.normalize("NFKC", passage).replace("\u2019", "'")
    return Stance(
        is_denied=len(_DENIAL.findall(_NO_DENIAL.sub(" ", text))) % 2 == 1,
        is_hedged=_HEDGE.search(text) is not None,
        is_demanded=_DEMAND.search(text) is not None,
    )


_OPPOSITES = (
    ("増", "減"), ("高", "低"), ("大き", "小さ"), ("多い", "少な"), ("長い", "短い"), ("長く", "短く"), ("早", "遅"), ("速", "遅"),
    ("良い", "悪"), ("いい", "悪い"), ("賛成", "反対"), ("好き", "嫌い"), ("上が", "下が"), ("強", "弱"),
    ("無料", "有料"), ("安全", "危険"), ("簡単", "難し"), ("得意", "苦手"), ("可能", "不可能"), ("始め", "やめ"),
    ("必要", "不要"), ("便利", "不便"), ("午前", "午後"), ("前に", "後に"), ("increase", "decrease"), ("increase", "reduce"),
    ("more", "less"), ("always", "never"), ("better", "worse"), ("good", "bad"), ("everybody", "nobody"),
    ("everyone", "no one"), ("high", "low"), ("before", "after"), ("safe", "dangerous"), ("easy", "hard"),
)  # fmt: skip


def is_reversed(statement: str, passage: str) -> bool:
    """Tell whether the statement says the opposite word where the passage says the other."""
    said, meant = (f" {unicodedata.normalize('NFKC', text).casefold()} " for text in (statement, passage))
    return any(
        _count(said, one) > _count(meant, one) and _count(meant, other) > _count(said, other)
        for pair in _OPPOSITES
        for one, other in (pair, pair[::-1])
    )


def _count(text: str, word: str) -> int:
    return len(re.findall(rf"\b{word}", text)) if word.isascii() else text.count(word)

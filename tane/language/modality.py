"""How a passage stands to what it says: denied, hedged, demanded (C4). Pure.

Counting words is all this does. It is meant for comparing a statement with the words it is said to come
from: there the same counting errs twice in the same way.
"""

import re
from dataclasses import dataclass

from tane.language.spelling import common_width


@dataclass(frozen=True, slots=True, kw_only=True)
class Modality:
    """What the wording of a passage does to its matter."""

    is_denied: bool
    is_hedged: bool
    is_demanded: bool
    is_universal: bool


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# "I think" asserts in Japanese talk as in English, so it is no hedge here.
_HEDGE = _any(
    r"かも(?:しれ|知れ|。|、|$|ね|な)|だろう|でしょうか|たぶん|多分|おそらく|恐らく|ひょっとし|もしかし|らしい|らしく|みたい(?:だ|で|。|$)"
    r"|(?:の|る|た|い)よう(?:だ|です|に見え|に思え)|気がする|気がし|可能性|はず(?:だ|です|。|$)|とは限ら|のか(?:な|。|$|[?？])|かな(?:。|$|[?？あ])"
    r"|[?？]|か(?:。|$)|かどうか|わからない|分からない|わかりません|分かりません",
    r"\b(?:may|might|maybe|perhaps|probably|possibly|could|seems?|apparently|i guess|not sure|i wonder|whether|likely)\b",
)
_DEMAND = _any(
    r"べき|な(?:けれ|きゃ|くて|くちゃ|いと)(?:ば|は|)?(?:なら|いけ|だめ|ダメ|$|。)|ねばなら|ざるを得|必要(?:が|だ|で|。|$)"
    r"|(?:た|る|い)(?:ほう|方)が(?:い|よ|良)|(?:る|う|く|す|つ|ぬ|む|ぶ|ぐ)といい|とよい|と良い|[てで]は(?:いけ|なら|だめ|ダメ)"
    r"|[てで](?:ください|下さい)|ましょう|(?:る|う|く|す|つ|ぬ|む|ぶ|ぐ|ない)こと。|鉄則|禁止|ように(?:し|と)",
    r"^\s*(?:(?:and|then|but|so|please|first|never|always) )*(?!i\b|you\b|we\b|he\b|she\b|it\b|they\b)[a-z]+ (?:the|a|an|it|them|him|her|me|us|one|all|each|your|this|that|up|down|away|out|in|off|back)\b(?! (?:is|are|was|were)\b)"
    r"|\b(?:don't|do not|please|let's|make sure|be sure)\b|"
    r"\b(?:should|shouldn't|must|mustn't|ought|have to|has to|need to|needs to|had better)\b",
)
_UNIVERSAL = _any(
    r"必ず(?!しも)|いつも|常に|つねに|絶対|決して|けっして|全員|全て|すべて|誰でも|誰もが|どこでも|例外なく|まったく|全く",
    r"\b(?:always|never|every(?:one|body|thing|where|)|invariably|completely|entirely|without exception|no (?:one|matter)|nobody|anyone|anybody)\b",
)
# Words with "nai" in them that deny nothing: demands, hedges, and adjectives.
_NO_DENIAL = _any(
    r"な(?:けれ|きゃ|くて|くちゃ|いと)(?:ば|は|)?(?:なら|いけ|だめ|ダメ)(?:ない|ません|なかった|)|ねばならない|ざるを得ない|かも(?:しれ|知れ)(?:ない|ません)"
    r"|(?:違|ちが)いな[いく]|しか(?:な[いく]|ありません)|(?:少|危|切|幼|はか|つまら|もったい|くだら|情け|とんでも|仕方|しょうが|何気|さりげ|せつ|すく)な[いくか]"
    r"|(?:(?<=[がはも、])な|無)くな[らりるれろっ]|だけで(?:は)?な[いく]|(?:じゃ|では)な(?:い(?:か(?!ら)|です|だろう|でしょう|[?？])|かろうか)|(?:わか|分か)(?:らない|りません)"
    r"|まず|必ず|はず|いずれ|ずっと|ずつ|おのずと|わずか|ずれ|水(?:準|分)",
    r"\bnot only\b|\bno doubt\b|\bnot sure\b",
)
_DENIAL = _any(
    r"な(?:い|かっ|く|けれ)|(?<=[一-龥ァ-ヶー])なし(?=[でのに、。だ]|$)|ません|(?<=[あかさたなまらわがざばえけせてねめれげべいきしちにみりびじ])ず(?:に|、|。|$|と)|ずに|[らかさたまわ]ぬ"
    r"|から(?=外れ|はずれ)|(?:対象|適用|想定)外|てはだめ|てはダメ|だめ|ダメ|不可能|無理(?![にをがはしす])|(?:へん|ひん)(?=$|[。、！？!?けでのかし])|[らまわか]ん(?=$|[。、]|こと|で|かった|よう|し|なら)|(?:嘘|うそ|誤り|間違い|誤解)(?:だ|です|で|。|$)",
    r"\b(?:no longer|yet to|not|no|never|nobody|nothing|none|neither|nor|without|cannot|hardly)\b|n't\b|\b(?:stop|prevent|keep)(?:s|ped|ed|ping|ing)? \w+ from\b|\btoo \w+ to\b|\bfail(?:s|ed|ing)? to\b",
)


def modality(passage: str) -> Modality:
    """Read a passage's wording; a thing denied twice is not denied."""
    text = common_width(passage)
    return Modality(
        is_denied=len(denials(text)) % 2 == 1,
        is_hedged=_HEDGE.search(text) is not None,
        is_demanded=_DEMAND.search(text) is not None,
        is_universal=_UNIVERSAL.search(text) is not None,
    )


def denials(plain: str) -> list[tuple[int, int]]:
    """Return where a text in the common width denies something."""
    blanked = _NO_DENIAL.sub(lambda match: " " * len(match.group()), plain)
    return [match.span() for match in _DENIAL.finditer(blanked)]

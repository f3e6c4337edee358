"""What a turn does in a talk, by its wording: asks, says that it does not know, takes an answer. Pure."""

import re

from tane.language.spelling import common_width

LONGEST = 4_000  # characters of a text that are read
# Roles of an utterance, as owners name them, by what they do.
ASKING_ROLES = frozenset({"質問", "相談", "question"})
LIGHT_ROLES = frozenset({"雑談", "感想", "挨拶", "chat", "smalltalk", "feeling", "greeting"})
TELLING_ROLES = frozenset(
    {
        "説明",
        "主張",
        "提案",
        "報告",
        "回想",
        "計画",
        "explanation",
        "claim",
        "opinion",
        "proposal",
        "report",
        "plan",
    }
)
_CLOSING = " 　\n\t」』）)】”’\"'…"
_POLITE_QUESTION = re.compile(r"(?:です|ます|ません|でしょう|ました)か。?$")

# Who says so has not answered: a predicate, not the attribute of something ("a country that does not know natto").
_DODGE = re.compile(
    r"(?:(?:知ら|分から|わから)(?:ない|ん|へん|なく(?!な)|なかっ)|(?:分か|わか)りません|何とも言え|なんとも言え)"
    r"(?:です|ん(?:です|だ)|けど|けれど|て|た|よ|な|ね|わ|し|$|[。、!.])"
    r"|\b(?:don't|do not|dunno|doesn't|didn't) (?:really |honestly |actually )?know\b(?! (?:how|what|why|that)\b)"
    r"|\bno idea\b|\bhard to (?:say|tell)\b|\bwho knows\b",
    re.IGNORECASE,
)
# Who asked has what they wanted.
_ACCEPTANCE = re.compile(
    r"^[\s.、。]*(?:[あえおへ][ーあぁ、っ.]*)?(?:わか(?:った|りました)|分か(?:った|りました)|なるほど|そっか|そうか[。、.]|そうだよね|了解|承知"
    r"|納得|解決|助か(?:った|りました)|ありがとう)"
    r"|^\W*(?:oh,? |ah,? )?(?:got it|i see\b|(?:that )?makes sense|that's fair|fair enough|understood|thanks|thank you|cheers\b|solved|(?:ok|okay|right)[,.])",
    re.IGNORECASE,
)


def is_dodged(text: str) -> bool:
    """Tell whether somebody says that they do not know."""
    return _DODGE.search(common_width(text[:LONGEST])) is not None


def is_accepted(text: str) -> bool:
    """Tell whether a turn begins with taking what was said: "I see", "thanks"."""
    return _ACCEPTANCE.search(common_width(text[:LONGEST])) is not None


def is_asked(ending: str) -> bool:
    """Tell by the last characters of a text whether it asks."""
    bare = ending.rstrip(_CLOSING)
    return bare.endswith(("？", "?")) or _POLITE_QUESTION.search(bare) is not None

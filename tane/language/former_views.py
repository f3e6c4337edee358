"""The view that a turn leaves, where it says so. Pure."""

import re

from tane.language.sentences import sentences
from tane.language.speech_acts import LONGEST
from tane.language.spelling import common_width

# Behind the view that is left, in Japanese; in English it stands before it; and in quotation marks before "no longer".
_LEFT_JA = re.compile(
    r"(?:ん|の|もの)?だ?(?:と|って)(?:ばかり|ずっと)?"
    r"(?:思(?:った|って(?:い)?(?:た|まし)|い込んで(?:い)?(?:た|まし)|てた|うてた|てまし)|考えて(?:い)?(?:た|まし)|信じて(?:い)?(?:た|まし))"
    r"|気がして(?:い)?(?:た|まし)"
)
_NO_LONGER = re.compile(r"「(?P<held>[^」]{1,200})」[^。]{0,8}もう[^。]{0,4}(?:言え|思え|思わ)な")
_LEFT_EN = re.compile(
    r"\b(?:used to (?:think|believe|assume|feel)|(?:always |had )?(?:thought|assumed|believed)"
    r"|(?:was|were) (?:so )?(?:sure|certain|convinced|the one)|wanted to|used to)\b(?P<held>[^.!?;,\n]{0,300}?)(?=[.!?;,\n]|$|\s(?:but|and (?:i|it|now|then))\b)",
    re.IGNORECASE,
)


def former_view(text: str) -> str:
    """Return the parts of a turn that say what its speaker had held, joined; empty where it does not say it so."""
    plain = common_width(text[:LONGEST])
    found = [match["held"] for pattern in (_NO_LONGER, _LEFT_EN) for match in pattern.finditer(plain)]
    for sentence in sentences(plain):
        start = 0
        for match in _LEFT_JA.finditer(sentence):
            found.append(sentence[start : match.start()])
            start = match.end()
    return " ".join(part.strip() for part in found if part.strip())

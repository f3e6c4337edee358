"""The five scores of an utterance, by counting cue words: more cues, more of it, with falling weight."""

import math
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What raises a score and what lowers it."""

    base: float
    raises: re.Pattern[str]
    lowers: re.Pattern[str]


def _cues(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NEVER = _cues(r"(?!)")
_OPEN = _cues(
    r"かもしれ|かも[。、…]|かも$|だろう|でしょう|と思う|と思い|気がする|たぶん|多分|おそらく|恐らく|もしかし|もし|仮に|としたら|だとすれば|らしい|みたい|ようだ|かな|はず|可能性|わからな|分からな|迷っ|[?？]"
    r"|\bmaybe\b|\bperhaps\b|\bmight\b|\bprobably\b|\bif\b|\bI (?:think|guess|wonder)\b|\bnot sure\b|\bcould\b"
)
_FLAT = _cues(
    r"絶対|必ず|間違いな|確実|断言|明らか|に決まって|に違いな|べき|しかない|である|当然|もちろん|言い切|確信|だ[。！!]|です[。！!]|ます[。！!]|ない[。！!]"
    r"|\bdefinitely\b|\bcertainly\b|\bmust\b|\balways\b|\bnever\b|\bobviously\b|\bno doubt\b|\bof course\b|\bclearly\b"
)
_CHANGED = _cues(
    r"以前は|前は|昔は|最初は|当初は|気[づ付]い|気がつい|考えが変わ|見方が変わ|見え方|変わっ(?:た|て)|(?:と思って|だと)(?:い)?た(?:が|けど|けれど|のに|んだ)|なるほど|そうか|言われてみれば|目から|腑に落ち|捉え直|考え直[しすせ]|見直し(?:た|て)|意外|はっと|ハッと|勘違い|初めて"
    r"|\bused to\b|\brealiz|\brealis|\bchanged my mind\b|\bturns out\b|\bnow I (?:see|think)\b|\bnever thought\b"
)
_UNEASY = _cues(
    r"違和感|嫌[だいなで]|いやだ|無理|反対|納得(?:でき|いか)|受け入れ(?:られ|がた|難)|許せ|おかしい|モヤモヤ|もやもや|抵抗|不快|腹が立|ムカ|むか[つっ]|うんざり|したくな|やめて|気に入らな|引っかか|ひっかか|疑問|違うと思|そうは思わ|でも、|いや、|懸念|不安|怖|問題だ|ひど"
    r"|\bhate\b|\bdislike\b|\bdisagree\b|\bwrong\b|\brefuse\b|\buncomfortable\b|\bunfair\b|\bannoy|\bagainst\b|\bbut\b|\bdon't (?:like|want|agree)\b"
)
_AT_EASE = _cues(
    r"賛成|嬉し|うれし|楽し|好き|同感|その通り|いいね|ありがとう|\bagree\b|\bhappy\b|\blove\b|\bthanks?\b|\bgreat\b"
)
_FUTURE = _cues(
    r"これから|今後|将来|いつか|明日|明後日|来週|来月|来年|次[はに回の]|予定|つもり|(?:し|い|き|ぎ|ち|に|び|み|り|え|け|せ|て|ね|め|れ)たい|しよう|ましょう|ませんか|週末|計画|目標|いずれ|やがて|未来|べき|なるだろう|ていく|ていき|必要がある"
    r"|\bwill\b|\bgoing to\b|\btomorrow\b|\bnext (?:week|month|year|time)\b|\bfuture\b|\bplan\b|\bwant to\b|\bshould\b|\bsoon\b|\blet's\b"
)
_PAST = _cues(
    r"昨日|一昨日|先週|先月|去年|昨年|以前|昔|かつて|当時|だった|でした|ました|(?:っ|い|し|え|け|せ|て|ね|め|れ|き|ち|り|ん)[ただ](?:。|、|$|けど|が、|んだ|のは|とき|時|頃|後)|思い出|これまで|今まで|振り返"
    r"|\byesterday\b|\blast (?:week|month|year|time)\b|\bago\b|\bwas\b|\bwere\b|\bused to\b|\bremember\b|\bback then\b|\b\w+ed\b"
)
SCALES = {
    "hypothetical": Scale(base=0.1, raises=_OPEN, lowers=_FLAT),
    "confidence": Scale(base=0.45, raises=_FLAT, lowers=_OPEN),
    "reinterpretation": Scale(base=0.05, raises=_CHANGED, lowers=_NEVER),
    "resistance": Scale(base=0.05, raises=_UNEASY, lowers=_AT_EASE),
}
DIRECTION = "direction"
JOB_TYPES = (*SCALES, DIRECTION)
_PULL = 0.6  # what one cue leaves of the distance to the end of the scale


def score(job_type: str, contents: str) -> float:
    """Return the score of an utterance: 0 to 1, the direction -1 to 1; two decimals."""
    if job_type == DIRECTION:
        future, past = _count(_FUTURE, contents), _count(_PAST, contents)
        return round(math.tanh(0.6 * (future - past)), 2)
    scale = SCALES[job_type]
    left: float = _PULL ** _count(scale.raises, contents)
    raised = scale.base + (1 - scale.base) * (1 - left)
    lowered: float = _PULL ** (_count(scale.lowers, contents) / 2)
    return round(raised * lowered, 2)


def _count(cues: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in cues.finditer(text))

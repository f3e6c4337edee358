"""The six extractions by cue rules: which sentences of a text are views, definitions, premises and so on.

Sentences are returned as they stand, never reworded.
"""

import re
from collections.abc import Callable, Mapping

from demo.standin.sentence_kinds import Sentence, sentences

MOST = 30
LONGEST = 300


def _cues(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_DEFINITION = _cues(
    r"^.{1,40}?(?:(?<!こ)とは|というのは|っていうのは|って言葉は)、?.{4,}",
    r"[^、。]{2,40}(?:は|も)、?.{3,}(?:技術|概念|仕組み|制度|方法|手法|考え方|状態|過程|プロセス|行為|用語|言葉|単位|形式|規格|現象|道具|性質|権利|分野|学問|一種|総称|略|指標|証拠|土台|もの|こと)(?:である|であり|です|だ|を指す|を意味する|をいう|を言う)",
    r"(?:を|のことを)(?:指す|指します|意味する|意味します)|と(?:呼ぶ|呼びます|呼ばれる|呼ばれます|定義(?:する|される|します|されます))",
    r"\b(?:is|are) (?:a|an|the|called|defined as|known as)\b",
    r"\b(?:means|refers? to|stands for|consists? of)\b",
)
_CAUSE_JA = r"(?:すると|れば|けば|せば|えば|めば|べば|てば|ねば|げば|ければ|なら|ると|くと|むと|ぐと|すと|つと|うと|いと|ことで|ことにより|ことによって|により|によって|ため|ので|から|結果|せいで|おかげで)、?"
_EFFECT_JA = r"(?:なる|なり|なっ|つなが|繋が|増[えやし]|減[りるら]|上が|下が|高ま|高く|低下|低く|向上|改善|悪化|起き|起こ|生じ|生まれ|もたら|招[くき]|引き起こ|防[げぐ]|早[まく]|遅[れく]|できる|できます|出来る|失わ|失う|壊れ|崩れ|落ち|進[むみ]|残る|残り|消え|伸び|縮|広が|深ま|定着|回復|育つ|育ち|疲れ|傷[むみ]|腐)"
_CAUSE = _cues(
    _CAUSE_JA + r".{2,60}" + _EFFECT_JA,
    # A condition and what always follows; not what somebody thinks, says or sees, not "when", "as well as".
    r"[るくすむぐつぬぶう]と、?(?![思考言感述知聞呼のもはかときこ同見共]|い[うわっえ]|し[てた]|す[るれ]|され|みな).{3,}(?:ます|ません|[るすくいうむぐぶ])[。」]?$",
    r"れば、?.{3,}(?:ます|ません|[るすくいうむぐぶ])[。」]?$",
    r"(?:が|は)原因(?:で|だ|です|となる)|(?:に影響(?:する|を与え)|を(?:招く|引き起こす|もたらす|促す|妨げる|阻害する))",
    r"\b(?:because|leads? to|causes?|results? in|due to|so that|makes? it (?:easier|harder)|prevents?|improves?|reduces?|increases?)\b",
    r"^(?:if|when|whenever|once)\b.{6,},",
)
_RULE = _cues(
    r"べき(?:だ|です|である|で|では|もの|$|。)|ない(?:方|ほう)が(?:よい|いい|良い)|(?:た|る)(?:方|ほう)が(?:よい|いい|良い)|(?:する|ると|れば|たら|ておくと|ておけば)(?:とよい|といい|と良い|よい|いい|良い|安心)",
    r"(?:なければ|なくては|ねば)(?:なら|いけ)|(?:ては|では)(?:いけな|なりませ|ならな)|必要(?:がある|があり|です|だ|である|不可欠|。|$)|(?:重要|大切|大事|肝心|有効|効果的|望まし|不可欠|基本|鉄則|原則|コツ|おすすめ|お勧め)(?:である|です|だ|い|$|。)|に越したことはない|に限る|(?:を|は)(?:避け|控え|優先|心がけ|忘れない)",
    r"\b(?:should|must|ought to|need to|never|always|avoid|it is (?:best|good|better|important|necessary|wise) to|make sure|be careful)\b",
)
_METHOD = _cues(
    r"(?:には|ためには|ときは|時は|場合は|際は)、?(?:まず|最初に|はじめに|初めに)",
    r"(?:まず|最初に|はじめに).{3,}(?:次に|それから|その後|そのあと|てから|最後に)",
    r"(?:するには|ためには|したいときは|したい時は|る場合は|る際は|るときは|る時は).{4,}(?:する|します|使う|使います|用いる|入れる|押す|置く|分ける|混ぜる|書く|決める|選ぶ|試す|確認)",
    r"(?:手順|方法|やり方)(?:は|として)、?.{6,}",
    r"\bto \w+.{2,60}, (?:first|start|you|begin|use)\b|\bfirst\b.{3,}\bthen\b",
)
_VIEW = _cues(
    r"(?:良|よ|い|悪|面白|素晴らし|美し|正し|難し|易し|ひど|酷|怖|楽し|つまらな|もったいな|おかし|望まし|すご|凄|ありがた|価値が高|質が高)(?:い|く|かった|くない|すぎる)(?:です|と言える|と考え|。|$|が|し|、)",
    r"(?:便利|不便|重要|大切|大事|危険|問題|簡単|無駄|有益|有害|適切|不適切|十分|不十分|最高|最低|最悪|好き|嫌い|優秀|失礼|残念|立派|無意味|合理的|非合理|不公平|公平|妥当|不当|深刻|魅力的|効果的|非倫理的|脅威|間違い|間違って)(?:だ|です|である|で|な(?:の|ん)|と(?:言|い|考|見)|い|。|$)",
    r"優れ|劣っ|劣る|価値があ|価値がな|意味がな|意味があ|懸念|評価(?:でき|す)|見なされ|みなされ|べき(?:だ|で|。|$)|とは言えない|にすぎない|に過ぎない",
    r"\b(?:good|bad|great|best|worst|better|worse|important|useless|useful|dangerous|wrong|right|beautiful|terrible|excellent|boring|interesting|unfair|fair)\b",
)
_PREMISE = _cues(
    r"そもそも|もともと|元々|当然|当たり前|もちろん|前提|言うまでもな|普通は|一般に|誰でも|誰もが|常に|必ず|というものは|のだから|のですから|んだから|からこそ|以上は?、|限りは?、|はずだ|はずです|に決まって|なぜなら|土台",
    r"\b(?:of course|obviously|naturally|after all|by nature|everyone knows|given that|assum\w+|since|always|in general)\b",
)
_TURN = _cues(
    r"引っかか|ひっかか|違和感|気[づ付]い|気がつい|気が付い|(?:考え|見方|見え方|認識|気持ち|印象|意識|捉え方)が?(?:が|は|も)?(?:変わ|変化|ガラ)|と思って(?:い)?た(?:が|けど|けれど|のに|んだけど|んですが|のですが)|と思って(?:い)?まし?た(?:が|けど)",
    r"意外(?:だ|に|と|で)|はっと|ハッと|そうか、|目から(?:鱗|うろこ)|モヤモヤ|もやもや|言われてみれば|腑に落ち|驚[いき]|(?:以前|昔|前|最初|当初)は.{2,40}(?:今|いま|最近|けど|けれど|が、)|考え直し|見直し|思い直し|勘違い|初めて(?:知|分か|わか|気)",
    r"\b(?:I (?:used to|realized|realised|noticed|changed my mind)|it (?:struck|bothers?) me|turns out|surpris\w+|I never thought|on second thought)\b",
)
_OPEN = _cues(
    r"のだろうか|だろうか|かどうか(?:(?:が|は|も|まだ|、)*(?:わか|分か|判|迷|悩|決め|疑問|不明)|[。、…]?$)|(?:が|か|は|も)(?:わから|分から|判ら|見え|決まら|決められ|まとまら|定まら)な|わかりませ|分かりませ|迷っ|迷い|悩ん|悩み|悩む|答えが(?:出|見つか|な)|結論が(?:出|な)|整理(?:でき|がつ)|うまく言え|疑問",
    r"\b(?:I wonder|not sure|don't know|can't decide|unclear|no idea|whether or not|open question)\b",
)
_FRAGMENT = re.compile(r"(?:ので|から|けど|けれど|のに|し|て|が)[。、…]*$")
# A definition by plain copula is believed only of something general in the present.
_COPULA = re.compile(r"^[^、。はがもを]{2,30}(?:は|とは)、?[^。]{5,}(?:である|です|だ)[。」]?$")


def knowledge(sentence: Sentence) -> bool:
    """The four forms of document 000: definition, cause, rule, method."""
    text = sentence.text
    if not sentence.has_substance or sentence.is_narrative or _FRAGMENT.search(text):
        return False
    if _RULE.search(text):
        return not (sentence.is_personal and sentence.is_hedged)
    if sentence.is_personal:
        return False
    return bool(
        _DEFINITION.search(text) or _METHOD.search(text) or (_CAUSE.search(text) and not sentence.is_hedged)
    )


def model(sentence: Sentence) -> bool:
    """A definition of an event or a concept."""
    if not sentence.has_substance or sentence.is_personal or sentence.is_narrative:
        return False
    if _RULE.search(sentence.text):
        return False
    return bool(
        _DEFINITION.search(sentence.text) or (not sentence.is_hedged and _COPULA.match(sentence.text))
    )


def evaluation(sentence: Sentence) -> bool:
    """A view or judgement that is stated flatly."""
    return sentence.has_substance and not sentence.is_hedged and bool(_VIEW.search(sentence.text))


def premise(sentence: Sentence) -> bool:
    """What the reasoning stands on."""
    return sentence.has_substance and bool(_PREMISE.search(sentence.text))


def conversion(sentence: Sentence) -> bool:
    """Where the thinking got caught or turned."""
    return len(sentence.text) >= 8 and not sentence.is_greeting and bool(_TURN.search(sentence.text))


def question(sentence: Sentence) -> bool:
    """A question without answer, or a claim that is not settled."""
    if (
        sentence.is_greeting
        or sentence.is_request
        or len(sentence.text) < (8 if sentence.is_japanese else 20)
    ):
        return False
    return sentence.is_question or bool(_OPEN.search(sentence.text))


RULES: Mapping[str, Callable[[Sentence], bool]] = {
    "did_asked_evaluation": evaluation,
    "did_asked_model": model,
    "did_asked_premise": premise,
    "did_asked_conversion": conversion,
    "did_asked_question": question,
    "did_asked_knowledge": knowledge,
}


def extract(job_type: str, contents: str) -> list[str]:
    """Return the sentences an extraction asks for, each once, in their order."""
    rule = RULES[job_type]
    chosen = (
        sentence.text for sentence in sentences(contents) if len(sentence.text) <= LONGEST and rule(sentence)
    )
    return list(dict.fromkeys(chosen))[:MOST]

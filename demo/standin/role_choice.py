"""Choosing a role for an utterance among names that others made up: cues for what such names usually mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.standin.hashed_vectors import embed
from demo.standin.sentence_kinds import Sentence, sentences

NOT_SURE = 0.2
NEAR_ENOUGH = 0.3  # least similarity of a name to a known one


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What some names mean, and the cues of utterances that they fit."""

    names: tuple[str, ...]
    cues: re.Pattern[str]
    weight: float = 1.0


def _meaning(names: str, cues: str, weight: float = 1.0) -> Meaning:
    return Meaning(names=tuple(names.split()), cues=re.compile(cues, re.IGNORECASE), weight=weight)


MEANINGS = (
    _meaning(
        "挨拶 あいさつ 感謝 お礼 相槌 相づち greeting thanks smalltalk",
        r"^(?:おはよう|こんにち[はわ]|こんばんは|ありがとう|よろしく|お疲れ|おつかれ|はじめまして|初めまして|失礼(?:し|いた)|おやすみ|了解|承知|いえいえ|助かりま|hi\b|hello\b|hey\b|thanks\b|thank you|good (?:morning|evening|night))",
        3.0,
    ),
    _meaning(
        "依頼 指示 命令 お願い 要求 request instruction command",
        r"(?:て|で)(?:ください|下さい|ほしい|欲しい|くれ|もらえ|いただけ|頂け)|(?<!よろしく)(?<!よろしく、)お願い(?:し|いた|$|。)|教えて|頼む|\bplease\b|\b(?:could|can|would) you\b|^(?:tell|give|show|write|make|explain|summari[sz]e|translate)\b",
        2.2,
    ),
    _meaning(
        "確認 confirmation check clarification",
        r"(?:合って|あって)(?:い)?(?:る|ます)|ということ(?:です|でしょう)?か|ですよね|ますよね|よね[?？]|で(?:いい|よい|大丈夫)(?:です)?(?:か|よね)|という(?:理解|認識)|ということですね|確認(?:させて|したい|なのですが|ですが)|\bis that right\b|\bdo you mean\b|\bright\?",
        2.4,
    ),
    _meaning(
        "相談 悩み 助言要請 consultation advice worry",
        r"悩ん|悩み|迷っ|迷い|困っ|どうしたら|どうすれば|どうしよう|どっちが|相談|アドバイス|助けて|不安で|\bwhat should I\b|\bI'm stuck\b|\badvice\b|\bhelp me\b",
        2.0,
    ),
    _meaning(
        "質問 疑問 問い question inquiry",
        r"[?？]|(?:ですか|ますか|でしょうか|だろうか|のか|かな|ませんか)[。…]*$|^(?:what|why|how|who|when|where|which)\b",
        1.6,
    ),
    _meaning(
        "同意 賛成 共感 agreement consent",
        r"^(?:そう(?:です|だ)よ?ね|確かに|たしかに|なるほど|同感|賛成|その通り|おっしゃる通り|まさに|ほんと(?:う)?(?:に)?(?:です|だ)?[、。]|わかります|わかる)|賛成(?:です|だ|し)|同感|\bI agree\b|^exactly|^that's right|^true\b|^indeed",
        1.8,
    ),
    _meaning(
        "反論 反対 異論 否定 objection disagreement rebuttal",
        r"^(?:いや|でも|しかし|ただ|とはいえ|けど)[、,]?|反対(?:です|だ|し|の)|違うと思|そうは思(?:わ|え)|とは(?:限ら|言えな|思え)|納得(?:でき|いか)|むしろ|異議|おかしい|\bdisagree\b|^but\b|\bhowever\b|\bI don't think\b",
        1.7,
    ),
    _meaning(
        "提案 案 アイデア 勧め 助言 proposal suggestion idea",
        r"しませんか|ませんか[?？。]|しよう[。！!か]?$|ましょう|どう(?:でしょう|ですか|かな)|てみては|てみると(?:いい|よい)|たら(?:どう|いい)|(?:ほう|方)が(?:いい|よい|良い)|提案|おすすめ|お勧め|案として|\blet's\b|\bhow about\b|\bsuggest|\bwhy not\b|\bwhy don't\b",
        1.7,
    ),
    _meaning(
        "報告 連絡 経過 記録 出来事 report update log",
        r"(?:ました|終わった|届いた|できた|行った|行ってきた|した|なった|決まった|始めた|買った|作った|進んだ|た)(?:よ|ね|んだ)?[。！!]?$|完了|報告|\b(?:finished|done|completed|went|made|bought|started|fixed)\b",
        1.1,
    ),
    _meaning(
        "感想 感情 気持ち 所感 impression feeling emotion",
        r"嬉し|うれし|楽し|悲し|つら[いく]|辛[いく]|疲れ|面白|おもしろ|よかった|良かった|怖|好き|驚|びっくり|感動|すご[いく]|寂し|さみし|気持ち|ほっと|悔し|恥ずかし|懐かし|\b(?:happy|sad|fun|nice|tired|scared|love|glad|sorry)\b",
        1.4,
    ),
    _meaning(
        "主張 意見 見解 考え 評価 判断 opinion claim argument statement",
        r"べき|と(?:考え|思)(?:う|い|っ|え|ます)|はず(?:だ|です)|に違いな|断言|絶対|必要(?:が|で|だ)|重要(?:だ|です|である)|だと思|問題(?:だ|です|である)|ではない|\bshould\b|\bmust\b|\bI (?:think|believe)\b",
        1.2,
    ),
    _meaning(
        "説明 解説 知識 情報 定義 explanation description knowledge information",
        r"とは|なぜなら|つまり|例えば|たとえば|というのは|仕組み|理由は|によって|ため(?:、|です|だ)|からです|である|(?:です|ます)。|と(?:呼|言わ|いわ)|\bbecause\b|\bmeans\b|\bfor example\b|\bis an?\b|\bare\b",
        0.8,
    ),
    _meaning(
        "回答 答え 返答 answer reply response",
        r"^(?:はい|いいえ|ええ|うん|答え|結論)[、。は]|^(?:yes|no)\b|それは.{2,}(?:から|ため)(?:です|だ)|(?:場合|とき)は.{4,}(?:です|ます|できます)",
        1.3,
    ),
    _meaning(
        "訂正 修正 correction",
        r"訂正|正しくは|間違え(?:た|て|まし)|誤り(?:です|でした)|\bcorrection\b|\bI meant\b",
        2.5,
    ),
    _meaning(
        "決定 結論 決意 decision conclusion",
        r"決め(?:た|まし)|に決ま|ことにし|結論|決定|\bdecided\b|\bconclu",
        1.6,
    ),
    _meaning(
        "仮説 推測 hypothesis guess",
        r"かもしれ|仮説|もし(?:かし)|おそらく|たぶん|だろう|\bmaybe\b|\bperhaps\b|\bmight\b",
        1.5,
    ),
    _meaning(
        "振り返り 反省 回想 reflection memory",
        r"振り返|反省|思い返|思い出|以前は|昔は|あの(?:頃|時)|\blook(?:ing)? back\b|\bused to\b",
        1.7,
    ),
    _meaning(
        "計画 予定 目標 plan goal",
        r"予定|つもり|これから|計画|目標|来(?:週|月|年)|\bplan\b|\bgoing to\b|\bnext (?:week|month|year)\b",
        1.3,
    ),
    _meaning(
        "要約 まとめ summary",
        r"要するに|まとめると|要約すると|一言で言|つまりは|\bin short\b|\bto sum\b|\boverall\b",
        2.0,
    ),
    _meaning("雑談 つぶやき 独り言 その他 chat other misc", r".", 0.3),
)


def choose_role(contents: str, allowed: Sequence[str]) -> tuple[str, float] | None:
    """Return the name that fits best and how sure that is; None if there are no names.

    A name that nobody knows is compared with the text by character n-grams, which says little.
    """
    if not allowed:
        return None
    meanings = {name: _meaning_of(name) for name in allowed}
    said = sentences(contents) or [Sentence(contents.strip())]
    scores = {
        name: _fit(meaning, said) if meaning else max(0.0, _similarity(name, contents))
        for name, meaning in meanings.items()
    }
    best = max(scores, key=lambda name: scores[name])
    if scores[best] <= 0.0:
        return _plain_statement(meanings, said) or best, NOT_SURE
    if meanings[best] is None:
        return best, NOT_SURE
    rival = max((value for name, value in scores.items() if name != best), default=0.0)
    return best, round(0.35 + 0.6 * (scores[best] - rival) / (scores[best] + 0.5), 2)


def _plain_statement(meanings: Mapping[str, Meaning | None], said: Sequence[Sentence]) -> str | None:
    """Return the name for a text without any cue: told or stated."""
    for kind in ("報告" if said[-1].is_narrative else "主張", "説明", "感想", "雑談"):
        for name, meaning in meanings.items():
            if meaning is not None and kind in meaning.names:
                return name
    return None


def _meaning_of(name: str) -> Meaning | None:
    plain = name.strip().casefold()
    for meaning in MEANINGS:
        if plain in meaning.names:
            return meaning
    for meaning in MEANINGS:
        if any(known in plain for known in meaning.names if len(known) > 1):
            return meaning
    nearest = max(MEANINGS, key=lambda meaning: _similarity(plain, " ".join(meaning.names)))
    return nearest if _similarity(plain, " ".join(nearest.names)) >= NEAR_ENOUGH else None


def _similarity(a: str, b: str) -> float:
    left, right = embed([a, b])
    return float(left @ right)


def _fit(meaning: Meaning, said: Sequence[Sentence]) -> float:
    """Weigh the sentences: the last one shows best what an utterance is for, long ones drown single cues."""
    hits = [bool(meaning.cues.search(sentence.text)) for sentence in said]
    share = sum(hits) / len(hits)
    return meaning.weight * (0.6 * share + 0.4 * hits[-1])

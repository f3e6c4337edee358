"""Cutting text into sentences, and what kind of sentence each is."""

import re
from dataclasses import dataclass
from functools import cached_property

from tane.language.sentences import CLOSERS, sentence_ends
from tane.language.spelling import has_cjk

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MARKUP = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*・•●○◆■]\s*|\(?\d{1,2}[.)）、](?!\d)\s*|[①-⑳]\s*)+")
_OPENING = "「『（(“"
_CLOSING = "」』）)”"
_LONGEST_QUOTE = 120  # a bracket that does not close by then was a slip

_QUESTION = re.compile(
    r"[?？]|(?:ですか|ますか|でしょうか|だろうか|のか|かな|かしら|かなあ|ませんか|たっけ|っけ)[。…]*$|^(?:what|why|how|who|when|where|which|is|are|do|does|can|could|should|would)\b.*\?",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:て|で)(?:ください|下さい|ほしい|欲しい|くれ|もらえ|いただけ|頂け|くれる)|お願い(?:し|いた|です)|お願い$|を?教えて|頼む|してね|(?:書|直|作|出力|要約|説明|翻訳)(?:い|し|っ)?て(?:$|。)|なさい|せよ[。]?$"
    r"|\bplease\b|\bcould you\b|\bcan you\b|\bignore (?:all|the|any|previous)\b|^(?:tell|give|show|write|make|explain|summari[sz]e|translate) (?:me|us|the|a|an|this)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:おはよう|こんにち[はわ]|こんばんは|ありがとう|有難う|どうも|よろしく|宜しく|お疲れ|おつかれ|はじめまして|初めまして|失礼(?:し|いた)|おやすみ|ごめん|すみません|すいません|了解|承知|かしこまり|いえいえ|とんでもな|助かりま|助かる|また(?:ね|明日)"
    r"|hi\b|hello\b|hey\b|thanks\b|thank you\b|good (?:morning|evening|night)\b|bye\b|sorry\b|sure\b|ok(?:ay)?\b|you're welcome\b)",
    re.IGNORECASE,
)
_NOD = re.compile(
    r"^(?:はい|ええ|うん|うーん|なるほど|そう(?:です|だ)よ?ね?|そっか|確かに|たしかに|へえ|ふむ|(?:えっ?、?)?(?:そう|本当|ほんと(?:う)?|マジ)(?:なん|なの)?(?:です|だ)?か?[?？]|yes|no|yeah|i see)[、。！!ー…,. ]*$",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"かもしれ|かも[。、…]|かも$|だろう|でしょう|と思う|と思い|気がする|気がし|たぶん|多分|おそらく|恐らく|もしかし|らしい|ようだ|みたい|可能性があ|\bmaybe\b|\bperhaps\b|\bmight\b|\bprobably\b|\bI (?:think|guess)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?:った|した|いた|えた|けた|めた|れた|きた|ちた|せた|んだ|てた|でた|ました|でした|ませんでした|だった|なかった)(?:んだ|のだ|のです|んです|よ|ね|な|けど|が)*[。！!…」）]*$"
)
_FOUND_OUT = re.compile(r"(?:こと|の)[がを](?:分か|わか|判|明らか|示さ|知)")
_PERSON = re.compile(
    r"^(?:でも|だから|それで|あと|まあ|ただ|そして|実は|今日|昨日|明日|先週|来週|今週|今朝)?、?(?:私|わたし|僕|ぼく|俺|おれ|自分|うち|彼|彼女|妻|夫|母|父|息子|娘|友達|同僚|上司|今日|昨日|明日|今朝|先週|今週|来週|さっき|これ|それ|あれ|ここ|そこ|こっち|みんな)(?:たち)?(?:は|が|も|の|を|に|で|、|って)"
    r"|(?:感じ(?:て(?:い)?(?:る|ます)|る|ます)|つもり(?:です|だ)?|(?<!み)たい(?:です|と思\w*)?|ようと思\w*)[。！!]*$"
    r"|\b(?:I|I'm|I've|I'll|we|we're|my|our|he|she|they|you|your)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, without list markers and surrounding space."""

    text: str

    @cached_property
    def is_japanese(self) -> bool:
        """Whether it holds kana or kanji."""
        return has_cjk(self.text)

    @cached_property
    def is_question(self) -> bool:
        """Whether it asks."""
        return _QUESTION.search(self.text) is not None

    @cached_property
    def is_request(self) -> bool:
        """Whether it wants something of the listener, the model included."""
        return _REQUEST.search(self.text) is not None

    @cached_property
    def is_greeting(self) -> bool:
        """Whether it greets, thanks, nods or apologises and says nothing else."""
        if _NOD.match(self.text):
            return True
        return _GREETING.match(self.text) is not None and len(self.text) <= (30 if self.is_japanese else 60)

    @cached_property
    def is_hedged(self) -> bool:
        """Whether it leaves its matter open."""
        return _HEDGE.search(self.text) is not None

    @cached_property
    def is_narrative(self) -> bool:
        """Whether it tells what happened; what somebody found out is not meant."""
        return _PAST.search(self.text) is not None and _FOUND_OUT.search(self.text) is None

    @cached_property
    def is_personal(self) -> bool:
        """Whether it speaks of somebody or of this moment, not of things in general."""
        return _PERSON.search(self.text) is not None

    @cached_property
    def has_substance(self) -> bool:
        """Whether it is long enough to say something and is neither greeting, question nor request."""
        shortest = 8 if self.is_japanese else 20
        return len(self.text) >= shortest and not (self.is_greeting or self.is_question or self.is_request)


def sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences; code blocks are left out, quotations stay whole."""
    text = _CODE.sub("\n", text)
    found: list[Sentence] = []
    start = 0
    for end in sentence_ends(text):
        mark = start + len(text[start:end].rstrip(CLOSERS)) - 1
        if text[mark] != "\n" and _is_inside_quote(text, start, mark):
            continue
        _append(found, text[start:end])
        start = end
    _append(found, text[start:])
    return found


def _is_inside_quote(text: str, start: int, position: int) -> bool:
    depth = 0
    opened_at = start
    for at in range(max(start, position - 2 * _LONGEST_QUOTE), position):
        if text[at] in _OPENING:
            depth, opened_at = depth + 1, at
        elif text[at] in _CLOSING:
            depth = max(0, depth - 1)
    return depth > 0 and position - opened_at <= _LONGEST_QUOTE


def _append(found: list[Sentence], raw: str) -> None:
    text = _MARKUP.sub("", raw).strip().strip("*_ \u3000")
    if any(character.isalnum() for character in text):
        found.append(Sentence(text))

"""Whether something is told as done, as to come, or as somebody's guess: what a summary must not change. Pure.

Clauses are compared with their counterparts in the source (see `tane.language.alignment`). Neither
more nor less than the source says may be told: a plan is not yet done, what is expected is not certain, and what is certain is no guess.
"""

import re
from collections import defaultdict

from tane.language.alignment import Clause, counterparts, pieces
from tane.language.spelling import folded
from tane.language.stopwords import IRREGULAR
from tane.language.tokenizer import words

_GUESSED = re.compile(
    r"見込[みむまめ]|見通し|みられ|見られて|とされ|推定|推測|予想|予測|想定|期待(?:さ|で|し|が)|可能性|かも|恐れ|おそれ|だろう|思[うわっい]|気がする"
    r"|考え(?:て|られ|だ)|はず|ようだ|らしい|見方|模様|疑い|疑われ|目安|という(?:声|意見|説)"
    r"|\b(?:may|might|could|maybe|perhaps|probably|possibly|likely|seems?|seemed|appears?|appeared|apparently|think|thinks|thought|believ\w+"
    r"|expect\w*|suspect\w*|estimat\w+|suppos\w+|assum\w+|guess\w*|should|hop(?:e|es|ed|ing)|would|potential\w*|tentative\w*|suggest\w*|fear\w*|predict\w*|forecast\w*)\b"
)
_MONTH_OF_MAY = re.compile(
    r"\b(?:in|since|until|till|by|of|from|last|next|this|early|late|[0-9]{1,2}) may\b|\bmay (?=[0-9])"
)
_PROPOSED = re.compile(
    r"検討|方向|案(?=[がはをでも、。]|$)|提案|議論|話し合|目指|たい(?=[と。、]|$)"
    r"|\b(?:consider\w*|propos\w+|discuss\w*|debat\w+|wants? to|suggest\w*|aim\w*|might|may|could|seek\w*|weigh\w*|mull\w*)\b"
)
_MAYBE = re.compile(r"可能性|かもしれ|\b(?:may|might|maybe|perhaps|possibly)\b")
_PLANNED = re.compile(
    r"予定|計画|方針|見込み|見通し|目指|つもり|今後|これから|来(?=[年月週春夏秋冬期季])|再来|明日|あす|次(?=[のにはで回期版])|ことに(?:なった|した|決)|方向|検討"
    r"|\b(?:will|would|shall|plan(?:s|ned|ning)?|intend\w*|due to|set to|going to|aim\w*|expect\w*|(?:is|are|was|were) to|about to|next|upcoming"
    r"|scheduled|tomorrow|could|may|might|hop(?:e|es|ed|ing)|wants? to|promis\w+|pledg\w+|agreed to|decided to|offer\w*|should|must|needs?)\b"
)
_TO_COME = re.compile(
    r"予定|計画(?:だ|で|が|を|し)|方針|見込み|見通し|つもり|今後|これから|来[年月週春夏秋冬]に?は?|検討"
    r"|\b(?:will|plans? to|intends? to|(?:is|are) (?:due|set|going|scheduled|planned|about|expected) to|(?:is|are) to\b)"
)
_CONDITION = re.compile(
    r"[けせてねめれげべえ]ば(?=[、らり]|[^、。]{2})|たら(?=[、，]|[^、。]{2})|もし|場合|とき(?=[はに、も])|時(?=[はに、も])|\b(?:if|unless|on condition|when|whenever|once|provided)\b"
)
_TOLD = re.compile(
    r"と(?:いう|[^、。]{0,10}?(?:述べ|話|語|言っ|言い|発表|明らか|説明|報告|決め|認め|主張|答え|訴え|報じ|伝え|強調|指摘|見積も|約束|決ま)).*$|そう(?:だ|です)。?$"
)
_PAST_JA = re.compile(
    r"([一-龥々ァ-ヶー]+)([ぁ-ん]{0,4}?(?:[したっんいえけせてねめれげべきぎ]た|した|んだ|った|れた))(?=[。、とがのこため]|$)"
)
_ENDS_PAST = re.compile(r"(?:た|だった|済み?|済んだ)(?:[。、]|という|とのこと)*$")
_ENDS_PRESENT = re.compile("(?<![てで]い)(?<!で)(?<!あ)[うくすつぬむぶるぐ]。?$")
_KANJI_WITH_TAIL = r"([ぁ-ん]*)([一-龥ァ-ヶー]{0,2})"
_PAST_TAIL = re.compile(r"た(?!い)|んだ|だった|て|で|し$|り$|き$|み$|え$|い$|^$")
_PRESENT = re.compile("^[ぁ-ん]{0,2}[うくすつぬむぶるぐ](?:$|と|こと|の|よう|か|べ)")
_DONE_EN = re.compile(
    r"(?<!to )(?<!will )(?<!be )\b([a-z]{2,}ed)\b|\b(?:has|have|had) (?:now |already |since |been |just )*([a-z]+)\b"
)
_IRREGULAR_EN = re.compile(
    r"\b(?:began|went|came|took|made|gave|got|sold|bought|built|lent|sent|met|won|lost|left|paid|fell|rose|grew|ran|saw|spoke|broke|chose|wrote|told|held|kept|led|tried|became|shut|cut|brought|found|won|hid|drew|gave|sank|split|hit)\b"
)


def changes_standing(statement: str, source: str) -> bool:
    """Tell whether a clause tells as done what is to come, as to come what was done, or as certain what is guessed."""
    held = pieces(_MONTH_OF_MAY.sub(" ", folded(source)))
    for piece in pieces(_MONTH_OF_MAY.sub(" ", folded(statement))):
        same = counterparts(piece, held)
        if not same:
            continue
        if any(_is_of_another_certainty(piece, other) for other in same) or all(
            _is_of_another_time(piece, other) for other in same
        ):
            return True
    plain = folded(source)
    return _does_what_is_to_come(folded(statement), plain) or any(
        _does_what_is_not_done(piece.text, plain)
        for piece in pieces(statement)
        if not _PLANNED.search(piece.text) and not _GUESSED.search(piece.text)
    )


def _is_of_another_certainty(piece: Clause, other: Clause) -> bool:
    """Tell whether what is guessed or proposed there is told here without any reserve, or what is certain as possible."""
    if _MAYBE.search(piece.text) and not any(
        pattern.search(other.sentence) for pattern in (_GUESSED, _PROPOSED, _PLANNED, _CONDITION)
    ):
        return True
    if any(pattern.search(piece.sentence) for pattern in (_GUESSED, _PROPOSED)):
        return False
    if _CONDITION.search(other.text) and not _CONDITION.search(piece.text):
        return True
    if _PROPOSED.search(other.text):
        return True
    return bool(_GUESSED.search(other.text)) and not _PLANNED.search(piece.text)


def _is_of_another_time(piece: Clause, other: Clause) -> bool:
    if piece.text.isascii():
        planned, done = _PLANNED.search(other.text), _is_done(piece.text)
        if planned and done and not _PLANNED.search(piece.text) and not _is_done(other.text):
            return True
        return bool(_TO_COME.search(piece.text)) and _is_done(other.text) and not _PLANNED.search(other.text)
    said, held = _TOLD.sub("", piece.text), _TOLD.sub("", other.text)
    if _ENDS_PAST.search(said) and not _PLANNED.search(said) and not _ENDS_PAST.search(held):
        return bool(_PLANNED.search(held) or _ENDS_PRESENT.search(held))
    return bool(_TO_COME.search(said)) and bool(_ENDS_PAST.search(held)) and not _PLANNED.search(held)


def _is_done(plain: str) -> bool:
    return bool(_DONE_EN.search(plain) or _IRREGULAR_EN.search(plain))


def _does_what_is_to_come(plain: str, source: str) -> bool:
    """Tell whether a Japanese verb stands in the past that the source has in the present or as a plan alone: 終わる, 終わった."""
    for match in _PAST_JA.finditer(plain):
        verb = match[1][-2:] if match[2] in ("した", "された") else match[1][-1:]
        tails = [found[1] for found in re.finditer(re.escape(verb) + _KANJI_WITH_TAIL, source)]
        if tails and match[1][-1:] and all(tail and _is_present(tail) for tail in tails):
            return True
    return False


def _does_what_is_not_done(plain: str, source: str) -> bool:
    """Tell whether an English verb stands in the past that the source has in other forms alone: "agreed to fix", "fixed"."""
    forms: dict[str, set[str]] = defaultdict(set)
    for word in words(source, with_frame=True):
        forms[word.stem].add(source[word.start : word.end])
    for word in words(plain):
        said = plain[word.start : word.end]
        base = said.removesuffix("ed")
        known = forms.get(word.stem, set())
        if said.endswith("ed") and known and known <= {base, f"{base}e", f"{base}al", f"{base}ing"}:
            return True
        if known and known <= {IRREGULAR.get(said, "")}:
            return True
    return False


def _is_present(tail: str) -> bool:
    return _PRESENT.match(tail) is not None and not _PAST_TAIL.search(tail[-2:])

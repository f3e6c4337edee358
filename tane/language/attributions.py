"""Who is said to have said it: a summary may leave the speaker out, and must not put another in his place. Pure."""

import re
from collections.abc import Iterator, Sequence

from tane.language.sentences import sentences
from tane.language.spelling import folded
from tane.language.tokenizer import words

_SAYS_JA = r"(?:述べ|話し|話す|語[っるり]|言(?:った|って(?!も)|う|い(?!訳|分|方|換|値))|説明し|説明す|発表し|発表す|認め|主張し|主張す|指摘し|指摘す|明かし|明らかにし|答え|訴え|報じ|伝え|みて|見て|予測し|呼びかけ|求め|コメントし|強調し|警告し)(?!られ)"
_BY_JA = re.compile(
    r"([^、。「」\n]{1,30}?)(?:側)?(?:(?:の(?:調べ|調査|発表|話|説明|報告|まとめ|試算))?(?:によれば|によると)|の(?:調べ|調査|発表|話|説明|報告|まとめ|試算)で[は、])"
)
_LAST_JA = re.compile(
    rf"(?<=[、」たるだいすうくむぶつぬ])と[、,]?([^、。「」\n]{{1,30}}?)[はがも][^。\n]{{0,20}}?{_SAYS_JA}"
)
_FIRST_JA = re.compile(
    rf"^([^。「」\n]{{1,40}}?)[はがも](?=[^。\n]*(?:[とを]|」(?:って)?)(?:[^、。\n]{{0,8}}?){_SAYS_JA})"
)
_SAYS_EN = (
    r"(?:said|says|told|tells|admitted|admits|announced|announces|reported|reports|claimed|claims|confirmed|confirms|warned|warns"
    r"|(?<!its )(?<!their )(?<!his )(?<!her )(?<!to )(?<!can )(?<!may )(?<!a )say|argued|argues|insisted|insists|acknowledged|stated|states|explained|conceded|believes?|believed|thinks?|thought|accused?|suspects?|suspected|expects?|denied|denies|estimates|estimated|wrote|writes)"
)
_BY_EN = re.compile(r"\baccording to ([^,.;:\n]{1,60}?)(?=[,.;:\n]|$| (?:that|who|which)\b)")
_BEFORE_EN = re.compile(
    rf"(?:^|[,.;:\"”]) ?(?:but |and |as )?([^,.;:\n\"”]{{1,60}}?) (?:(?:has|have|had|also|later|then|first) )?{_SAYS_EN}\b"
)
_AFTER_EN = re.compile(r"[\"”,] (?:said|says) ([^,.;:\n\"”]{1,60})")
_NOBODY = re.compile(
    r"^(?:he|she|they|it|who|which|that|this|we|i|you|there|彼|彼女|彼ら|これ|それ|同氏)$|\b(?:is|are|was|were|be|been|being)$"
)


def strange_speaker(statement: str, source: Sequence[str], *, publishers: Sequence[str] = ()) -> str | None:
    """Return whom the statement makes say what another says in the source, None if nobody.

    What a sentence of the statement says is looked for in the sentence of the source that it has most in common with.

    Args:
        statement: one or more sentences.
        source: the texts that it is said to be from.
        publishers: of these texts; what their texts say, these say.
    """
    held = [sentence for text in source for sentence in sentences(text)]
    known = [
        (_stems(sentence), {stem for name in speakers(sentence) for stem in _stems(name)})
        for sentence in held
    ]
    everybody = {stem for _, found in known for stem in found}
    papers: set[str] = set().union(*map(_stems, publishers), *map(_parts, publishers))
    for sentence in sentences(statement):
        for name in speakers(sentence):
            mine = _stems(name)
            said = _stems(sentence) - mine
            likeness = [len(said & stems) for stems, _ in known]
            nearest = [
                found for like, (_, found) in zip(likeness, known, strict=True) if like == max(likeness)
            ]
            if mine and mine.isdisjoint(papers) and not any(mine & (found or everybody) for found in nearest):
                return name
    return None


def speakers(sentence: str) -> Iterator[str]:
    """Yield those who are said to say something, as they are written, folded."""
    plain = folded(sentence).strip()
    last = (_LAST_JA,) if _LAST_JA.search(plain) else (_FIRST_JA,)
    for pattern in (_BY_JA, *last, _BY_EN, _BEFORE_EN, _AFTER_EN):
        for match in pattern.finditer(plain):
            name = next(group for group in match.groups() if group is not None).strip()
            if name and not _NOBODY.search(name):
                yield name


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(folded(text), with_frame=True))


def _parts(host: str) -> frozenset[str]:
    """Return the names within a host's name: kaido-tsushin.example.com."""
    return frozenset(word.stem for word in words(re.sub(r"[.\-_/]", " ", folded(host))))

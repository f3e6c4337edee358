"""What a text puts into words without standing by it: doubts, conditions, wishes, others' and former views (C4). Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum

from tane.language.modality import denials, modality
from tane.language.sentences import Span, sentence_spans


class Hedge(Enum):
    """Why words are not their speaker's assertion."""

    DOUBT = "doubt"
    CONDITION = "condition"
    WISH = "wish"
    DISOWNED = "disowned"
    DENIAL = "denial"


_CONDITION = re.compile(
    r"(?:^|(?<=[、。！？\n]))[^、。！？,.!?\n]{0,120}?(?:たら|だら(?!け)|なら(?![なばずいぬんへ])|[えけげせてねべめれ]ば)(?=[、,]|[^、。]{2})"
    r"|\b(?:if|unless|in case|provided)\b[^,.;:!?\n]*",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    r"たら|だら|なら(?![なばずいぬんへ])|[えけげせてねべめれ]ば|とき|時(?=[はにも、])|場合|[うくすつぬむぶるい]と(?![いこもき思言])"
    r"|\b(?:if|unless|when|whenever|in case|provided|depends|would)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"(?<=[いきしちにひみりぎじびえけせてねめれげべ])た(?:い(?![てへる])|く(?=[なはて])|かった|が[るっら])(?<!みたい)|てほし|て欲し"
    r"|\b(?:want|wants|wanted|wish|wishes|wished|hope|hopes|hoped|hoping|would like|would love|would rather)\b|'d (?:like|love|rather)\b",
    re.IGNORECASE,
)

# A view that its holder has left: "I used to think", 「と思っていた」. The plain 「と思った」 asserts.
_FORMER_JA = re.compile(
    r"(?:と|って|つもりで|ように|そう)(?:ばかり|ずっと)?(?:思い込んで|信じ(?:込んで|きって|て)|(?:思|おも)って|考えて|決めつけて)い?(?:た|まし)"
    r"|(?:と|って)(?:ばかり)?(?:思|考え)(?:っ|え)?た(?:んです|のです|んだ|のに|けど|が)"
)
_FORMER_EN = re.compile(
    r"\b(?:(?:used to|once|had|always|'d|'d always|have always|had always) (?:think|thought|believed?|assumed?|supposed?|feel)"
    r"|(?:was|were|felt) (?:sure|convinced|certain|positive)|(?:i|we|he|she|they) (?:thought|assumed|figured|supposed|imagined|expected)"
    r"|would have (?:sworn|said|bet)|would've (?:sworn|said|bet))\b(?! about| of it)",
    re.IGNORECASE,
)
# What is said by others and set aside in the same breath.
_CONCEDED_JA = re.compile(
    r"(?:と|って)(?:は|も)?(?:、)?(?:[^、。「」]{0,8})?(?:言|い|書|聞|教)[わっいかえ][^、。]{0,8}?(?:けど|けれど|が、|のに)"
    r"|(?:と|って)(?:、)?(?:みんな|皆|誰もが|世間|よく)[^、。]{0,6}?(?:言|い)[うっわ]"
)
_REJECTED = re.compile(
    r"(?:思|おも)(?:え|わ)(?:な|ませ)|信じ(?:てい?)?(?:な|ませ)|賛成(?:し|でき)?(?:な|ませ|はし)|同意(?:し|でき)(?:な|ませ)"
    r"|(?:違う|ちがう|間違い|誤り|嘘|うそ|どうか)(?:だ)?と(?:は)?(?:思|おも)|納得(?:し|でき|が)?(?:な|いか|ませ)|疑問|鵜呑み|反対(?:だ|です|し)|乗れ(?:な|ませ)|受け入れ(?:な|られ)"
    r"|\b(?:nonsense|rubbish|disagree|doubt(?:s|ed|ful)?|not convinced|never (?:believed|agreed)|not with (?:them|him|her|you)"
    r"|wrong|not true|(?:don't|doesn't|didn't|can't|couldn't|won't|never) (?:\w+ )?(?:buy|believe|agree|see|think|accept|hold with)|refuse|beg to differ)\b",
    re.IGNORECASE,
)
_REPLY = 80  # characters behind a quotation within which a speaker says that he does not agree
_QUOTATION = re.compile(r"「[^「」]{6,}」|『[^『』]{6,}』|[\"“][^\"“”\n]{12,}[\"”]")
_REPORTING = re.compile(
    r"^[、,]?\s*(?:と|って|とか|なんて|という|っていう)|(?:say|says|said|claims?|claimed|told|thinks?|insists?|insisted|reckons?|writes?|wrote|reads?|argues?|that)[,:]?\s*(?:that\s*)?$"
)
_FRAMED = re.compile(
    r"(?:と|って|つもりで|そう|ように)[^、。]{0,8}?(?:思[いっえわ]|信|考え[てた]|言|書|聞|主張|語|述べ|教)|という(?:人|声|意見|考え|立場|説|話|主張)|そうだ|らしい|とは(?:言え|思え|限ら)|ようだ"
    r"|ではなく|じゃなく|というより|わけではな"
    r"|\b(?:used to|thought|thinks|believed?|believes|assumed|says?|said|told|claims?|claimed|according|disagree|doubts?|was sure|rather than|instead of)\b",
    re.IGNORECASE,
)
_SOFT_DENIAL = re.compile(
    r"なくな|なし|にくい|にくく|づらい|難し|避け|やめ|止め|断|嫌|無理|[不無未非]|逆|反対|苦手|違|見送|欠(?!か)|休[みむんま]|打ち切|消え|なくな|止ま"
    r"|\b(?:avoid\w*|stop\w*|refus\w*|lack\w*|without|hardly|instead|rather|cancel\w*|fail\w*|un\w{4,}|dis\w{4,}|wrong|too|lost|miss\w*|drop\w*|den(?:y|ies|ied|ying)|vanish\w*|disappear\w*|end(?:s|ed)?|close\w*|zero|absen\w+|reject\w*|out of|free of)\b",
    re.IGNORECASE,
)

_DENIED_CONDITION = re.compile(r"な(?:いと(?![いこもき思言])|ければ|かったら|いなら|いで(?!す))|ずに")
_TURN = re.compile(r"けど|けれど|が、|ので|のに|から、|[,;:]")
_FORBIDDEN = re.compile(r"避け|控え|禁[じ止]|\b(?:avoid|refus|forbid|banned|prohibit)\w*", re.IGNORECASE)


def hedges(source: str, clauses: Sequence[Span]) -> dict[Hedge, list[Span]]:
    """Return the ranges of the source that are not asserted; the clauses are those that a doubt covers."""
    # A Japanese verb at the end carries the wish, or the question, for all that leads up to it.
    runs = list(_runs(source))
    return {
        Hedge.DOUBT: [
            *((start, end) for start, end in clauses if modality(source[start:end]).is_hedged),
            *((start, end) for start, end in runs if source[start:end].rstrip().endswith(("?", "？"))),
        ],
        Hedge.WISH: [(start, end) for start, end in runs if _WISH.search(source[start:end])],
        Hedge.DENIAL: [
            (start, start + _reach(source[start:end]))
            for start, end in clauses
            if _is_denied(source[start:end])
        ],
        Hedge.CONDITION: [match.span() for match in _CONDITION.finditer(source)],
        Hedge.DISOWNED: list(_disowned(source)),
    }


def _runs(source: str) -> Iterator[Span]:
    """Yield sentences, and their parts where one turns to something else."""
    for start, end in sentence_spans(source):
        begun = start
        for match in _TURN.finditer(source, start, end):
            yield begun, match.start()
            begun = match.end()
        yield begun, end


def _is_denied(clause: str) -> bool:
    return modality(clause).is_denied or _FORBIDDEN.search(clause) is not None


def _reach(clause: str) -> int:
    """Return how much of a clause its denial covers: what follows from a denied condition is not denied itself."""
    condition = _DENIED_CONDITION.search(clause)
    return condition.end() if condition and not denials(clause[condition.end() :]) else len(clause)


def is_shared(statement: str, hedge: Hedge) -> bool:
    """Tell whether the statement makes the same reservation, in whatever words."""
    return _SHARES[hedge](statement)


_SHARES: dict[Hedge, Callable[[str], bool]] = {
    Hedge.DOUBT: lambda text: modality(text).is_hedged,
    Hedge.CONDITION: lambda text: _CONDITIONAL.search(text) is not None,
    Hedge.WISH: lambda text: _WISH.search(text) is not None or modality(text).is_demanded,
    Hedge.DENIAL: lambda text: bool(denials(text)) or _SOFT_DENIAL.search(text) is not None,
    Hedge.DISOWNED: lambda text: _FRAMED.search(text) is not None,
}


def soft_denials(text: str) -> frozenset[str]:
    """Return the words of a text that deny something without a negation, as they stand there: "avoid", 「見送る」."""
    return frozenset(_SOFT_DENIAL.findall(text))


def blanked(source: str, ranges: Sequence[Span]) -> str:
    """Return the source with blanks in the place of the ranges."""
    kept = list(source)
    for start, end in ranges:
        kept[start:end] = " " * (end - start)
    return "".join(kept)


def _disowned(source: str) -> Iterator[Span]:
    for start, end in sentence_spans(source):
        sentence = source[start:end]
        for frame in (_FORMER_JA, _CONCEDED_JA):
            if found := frame.search(sentence):
                yield start, start + found.start()
        if found := _FORMER_EN.search(sentence):
            yield start + found.end(), end
    for match in _QUOTATION.finditer(source):
        before, after = source[max(0, match.start() - 30) : match.start()], source[match.end() :]
        is_reported = _REPORTING.search(after[:12]) or _REPORTING.search(before)
        if is_reported and _REJECTED.search(after[:_REPLY]):
            yield match.span()

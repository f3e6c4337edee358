"""Numbers as values with their units, whichever way they are written: what a summary may say of the figures of its source. Pure.

「一万八千四百二票」 is "18,402 votes", 「三割」 30 %, "half a year" six months. A number is strange when the source has its value
nowhere, or only with a unit of another kind: three hours are not three days.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from tane.language.figures import kanji_value, spelled
from tane.language.sentences import sentences
from tane.language.spelling import folded

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_KANJI = "一二三四五六七八九十百千〇"
_BIG = {"万": 10**4, "億": 10**8, "兆": 10**12}
_SMALL = {"百": 100, "千": 1_000}
_SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "k": 10**3, "m": 10**6,
    "mn": 10**6, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_PART = re.compile(rf"({_DIGITS})([百千])?([万億兆])?|([{_KANJI}]+)([万億兆])?")
_RANGE = re.compile(r"([0-9]+)([~〜～-][0-9]+)(月|日|年|時|人|%)")  # 4〜6月
_HUNDREDTHS = re.compile(rf"([0-9])([百千])?([万億兆])?(?=分)|([{_KANJI}])([万億兆])?(?=分)")  # 一割五分
_WORD = re.compile("[a-z]+")
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){2,}")
_CLOCK = re.compile(r"(?<![0-9])([0-9]{1,2}):([0-9]{2})(?![0-9])")
_NOT_BEFORE = re.compile(r"[数何幾第]$")
_NOT_AFTER = re.compile(r"[数余]|分(?![のかた間前後]|$)")
_ENGLISH_SCALE = re.compile(r"[\s-]?(hundred|thousand|million|billion|trillion|bn|mn|tn|m|k)\b")
_SPELLED = "|".join(sorted(spelled(), key=len, reverse=True))
_WORDS = re.compile(
    rf"\b(?:{_SPELLED}|one)(?:[\s-]+(?:(?<=hundred )and |(?<=thousand )and )?(?:{_SPELLED}|one|thousand|million|billion|trillion))*\b"
)
_ODD = {
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
# The lower ones are fractions and parts of names as well.
_ORDINALS = {
    _ODD.get(word, re.sub("y$", "ie", word) + "th"): int(digits) for word, digits in spelled().items()
}
_FIRST_CLAIMED = 11
_SOURCE_ONLY = {"both": 2, "twice": 2}
_DAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)} | dict(
    zip("月火水木金土日", range(7), strict=True)
)
_WEEKDAY = re.compile(
    rf"([月火水木金土日])曜|\b({'|'.join(name.casefold() for name in calendar.day_name)})s?\b"
)
# Last, this and next; a text that names none may mean any.
_RELATIVE = (
    ("past or coming year", ("昨年|去年|last year", "今年|this year", "来年|next year")),
    ("past or coming month", ("先月|last month", "今月|this month", "来月|next month")),
    ("past or coming week", ("先週|last week", "今週|this week", "来週|next week")),
    ("past or coming day", ("昨日|yesterday", "今日|きょう|today", "明日|tomorrow")),
)
_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?|\b({_MONTH})\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?\b(?![:,]?[0-9])"
)
_MONTH_ALONE = re.compile(
    rf"\b(?:in|since|until|till|by|from|of|last|next|this|late|early|to|and|before|after) ({_MONTH})\b"
)
# Of a kind each; a unit that is not here may be any.
_UNITS: Mapping[str, str] = {
    "percent": r"%|パーセント|per ?cent\b|pct\b",
    "yen": r"円|yen\b",
    "dollar": r"ドル|dollars?\b",
    "euro": r"ユーロ|euros?\b",
    "pound": r"ポンド|pounds?\b",
    "person": r"人(?!前)|名(?=$|[^前字])|people\b|persons?\b",
    "hours": r"時間|hours?\b|hrs?\b",
    "hour": r"時|o'clock\b|[ap]\.?m\b",
    "minute": r"分(?!の|間?け)|minutes?\b|min\b",
    "week": r"週|weeks?\b",
    "months": r"[かヶカヵケ箇]月|months?\b",
    "month": r"月",
    "day": r"日|days?\b",
    "age": r"歳|才|years? old\b|year-olds?\b",
    "year": r"年|years?\b",
    "fold": r"倍|-?fold\b",
}
_UNIT = re.compile(
    r"[\s-]?(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items()) + ")"
)
_CURRENCY = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen"}
_COUNTER = re.compile("[一-龥]|キロ|メートル|グラム|リットル|ヘクタール|トン")
_COUNTED = re.compile(
    r"割|[つ個件点台本枚冊匹頭羽票戸軒種階杯番通章行社校店回度目位区号]|世帯|キロ|メートル|グラム|リットル|平方|立方|ヘクタール|トン"
)
# What is a number without being written as one.
_KANJI_OF = dict(enumerate("〇一二三四五六七八九十"))
_FIXED = (
    (re.compile(r"半年|\bhalf[- ]a[- ]year\b|\bhalf[- ]year\b|\bsix[- ]month"), (Fraction(6), "months")),
    (re.compile(r"半分|半数|過半|\bhalf\b(?! an? )"), (Fraction(50), "percent")),
    (re.compile(r"\bfortnight"), (Fraction(2), "week")),
    (re.compile(r"\bdecade\b"), (Fraction(10), "year")),
    (re.compile(r"\bdozen\b"), (Fraction(12), "")),
    (re.compile(r"\bcentury\b"), (Fraction(100), "year")),
    *(
        (
            re.compile(rf"\b{above}[- ]{below}\b|{over}分の{part}|{_KANJI_OF[over]}分の{_KANJI_OF[part]}"),
            (Fraction(100 * part, over), "percent"),
        )
        for over, below in ((3, "thirds?"), (4, "quarters?"), (5, "fifths?"), (10, "tenths?"))
        for part, above in (
            (1, "(?:an?|one)"),
            (2, "two"),
            (3, "three"),
            (4, "four"),
            (7, "seven"),
            (9, "nine"),
        )
        if part < over
    ),
    *(
        (re.compile(rf"\b(?:one|1) in {many}\b"), (Fraction(100, over), "percent"))
        for over, many in (
            (3, "(?:three|3)"),
            (4, "(?:four|4)"),
            (5, "(?:five|5)"),
            (10, "(?:ten|10)"),
            (20, "(?:twenty|20)"),
        )
    ),
)
_NAMED = frozenset(
    {"month", "weekday", "short year", *(unit for unit, _ in _RELATIVE)}
)  # never a bare number
_HALVES = {"午前": "hour am", "午後": "hour pm"}
_CHANGE = re.compile(
    r"増|減|上が|下が|差|\b(?:more|fewer|less|by|extra|rose|fell|up|down|increas\w+|gain\w*)\b"
)
_LONGER = {"week": (7, "day"), "year": (12, "months")}
_LOOSE = frozenset(
    "つ個件点目位区号回度種以程前後余超約強対等の前後増減高安未年間所箇"
)  # count what others count as well
_AGREEING = frozenset(
    {("hour", "hours"), ("hour", "hour am"), ("hour", "hour pm"), ("month", "months"), ("age", "year")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number of a text."""

    value: Fraction | str  # a text where it is none to reckon with: 5.2.1
    unit: str  # "" where it is of no kind that is known
    text: str
    is_claim: bool = True  # False: it may be part of a word, and counts in a source only


def strange_quantities(statement: str, source: str, *, dates: str = "") -> tuple[str, ...]:
    """Return the numbers of a statement, as they are written, that the source does not say; O(n) in both.

    `dates` are known to the statement as well, but as dates alone.
    """
    held: dict[Fraction | str, set[str]] = {}
    for one in quantities(source):
        for value, unit in _readings(one):
            held.setdefault(value, set()).add(unit)
    told = {unit for units in held.values() for unit in units}
    known = {reading for one in quantities(dates) for reading in _readings(one)}

    derived = _differences(statement, source)

    def is_known(one: Quantity) -> bool:
        if isinstance(one.value, Fraction) and (one.value in derived or _is_rounded(one, held)):
            return True
        if one.unit.startswith("past or coming") and one.unit not in told:
            return True
        return any(
            (value, unit) in known or _agrees(unit, held.get(value, set())) for value, unit in _readings(one)
        )

    return tuple(
        dict.fromkeys(one.text for one in quantities(statement) if one.is_claim and not is_known(one))
    )


def _is_rounded(one: Quantity, held: Mapping[Fraction | str, set[str]]) -> bool:
    """Tell whether a percentage is a fraction of the source, rounded: 33 % of a third."""
    return one.unit == "percent" and any(
        isinstance(value, Fraction) and value.denominator > 1 and round(value) == one.value
        for value, units in held.items()
        if "percent" in units
    )


def _differences(statement: str, source: str) -> set[Fraction]:
    """Return by how much two numbers of one sentence differ of which the statement names one, or tells a change: from 8,000 to 11,000 by 3,000."""
    said = {one.value for one in quantities(statement)}
    is_told = _CHANGE.search(folded(statement)) is not None
    found = set()
    for sentence in sentences(source):
        there = [one for one in quantities(sentence) if one.unit not in _NAMED and one.is_claim]
        for one, other in combinations(there, 2):
            is_of_a_kind = one.unit == other.unit or "" in (one.unit, other.unit)
            if (
                is_of_a_kind
                and isinstance(one.value, Fraction)
                and isinstance(other.value, Fraction)
                and (is_told or not said.isdisjoint({one.value, other.value}))
            ):
                found.add(abs(one.value - other.value))
    return found


def _agrees(unit: str, units: set[str]) -> bool:
    return any(
        (not unit and other not in _NAMED)
        or (not other and unit not in _NAMED)
        or unit == other
        or (unit, other) in _AGREEING
        or (other, unit) in _AGREEING
        for other in units
    )


def _readings(one: Quantity) -> Iterator[tuple[Fraction | str, str]]:
    """Yield what a number may mean: itself, its two last digits of a year, the hour of an afternoon."""
    yield one.value, one.unit
    if isinstance(one.value, Fraction):
        if one.unit in _LONGER:
            times, unit = _LONGER[one.unit]
            yield one.value * times, unit
        if one.unit == "year":
            yield one.value % 100, "short year"
        if one.unit in _HALVES.values():
            yield one.value + (12 if one.unit == "hour pm" and one.value < 12 else 0), "hour of 24"
        if one.unit == "hour":
            yield one.value, "hour of 24"


def quantities(text: str) -> Iterator[Quantity]:
    """Yield the numbers of a text."""
    plain = _RANGE.sub(r"\1\3\2\3", folded(text))
    rest = list(plain)
    for pattern, (value, unit) in _FIXED:
        for match in pattern.finditer(plain):
            yield Quantity(value=value, unit=unit, text=match.group())
            _blank(rest, match)
    for match in _VERSION.finditer(plain):
        yield Quantity(value=match.group(), unit="", text=match.group())
        _blank(rest, match)
    for match in _DATE.finditer(plain):
        day, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        yield Quantity(value=Fraction(int(day)), unit="day", text=match.group().rstrip("."))
        yield Quantity(value=Fraction(_MONTHS[month]), unit="month", text=match.group().rstrip("."))
        _blank(rest, match)
    yield from _days(plain)
    left = "".join(rest)
    for match in _MONTH_ALONE.finditer(left):
        yield Quantity(value=Fraction(_MONTHS[match[1]]), unit="month", text=match[1])
    for match in _CLOCK.finditer(left):
        half = _half_after(left, match.end()) or "hour"
        yield Quantity(value=Fraction(int(match[1])), unit=half, text=match.group())
        yield Quantity(value=Fraction(int(match[2])), unit="minute", text=match.group())
        _blank(rest, match)
    left = "".join(rest)
    yield from _written(left)
    yield from _spelled_out(left)


def _days(plain: str) -> Iterator[Quantity]:
    """Yield days of the week, and times told from now."""
    for match in _WEEKDAY.finditer(plain):
        yield Quantity(value=Fraction(_DAYS[match[1] or match[2]]), unit="weekday", text=match.group())
    for unit, patterns in _RELATIVE:
        for place, pattern in enumerate(patterns):
            if found := re.search(pattern, plain):
                yield Quantity(value=Fraction(place - 1), unit=unit, text=found.group())


def _blank(rest: list[str], match: re.Match[str]) -> None:
    rest[match.start() : match.end()] = " " * (match.end() - match.start())


def _written(plain: str) -> Iterator[Quantity]:
    """Yield numbers in digits and in kanji; parts with a scale belong together: 1万2千, 5兆4000億."""
    chain: list[re.Match[str]] = []
    for part in _PART.finditer(plain):
        if chain and chain[-1].end() == part.start() and (chain[-1][2] or chain[-1][3] or chain[-1][5]):
            chain.append(part)
            continue
        yield from _joined(plain, chain)
        chain = [part]
    yield from _joined(plain, chain)


def _joined(plain: str, chain: Sequence[re.Match[str]]) -> Iterator[Quantity]:
    """Yield the number that parts make."""
    if chain and not _is_in_a_word(plain, chain[0].start()):
        yield from _with_unit(
            plain,
            chain[0].start(),
            chain[-1].end(),
            sum(map(_part_value, chain), Fraction(0)),
            is_digits=any(part[1] is not None for part in chain),
            signs=sum(len(part.group()) for part in chain),
        )


def _is_in_a_word(plain: str, start: int) -> bool:
    """Tell whether letters stand right before a number, as in A4."""
    return start > 0 and plain[start - 1].isascii() and plain[start - 1].isalpha()


def _part_value(match: re.Match[str]) -> Fraction:
    if match[1] is not None:
        value = Fraction(match[1].replace(",", "")) * _SMALL.get(match[2], 1)
        return value * _BIG.get(match[3], 1)
    return Fraction(kanji_value(match[4])) * _BIG.get(match[5], 1)


def _with_unit(
    plain: str, start: int, end: int, value: Fraction, *, is_digits: bool, signs: int
) -> Iterator[Quantity]:
    scale = _ENGLISH_SCALE.match(plain, end) if is_digits else None
    if scale is not None:
        if scale[1] in ("m", "k"):  # metres, or a model's name
            yield Quantity(value=value, unit="", text=plain[start:end], is_claim=False)
        value, end = value * _SCALES[scale[1]], scale.end()
    if plain[end : end + 1] == "割":
        tenths = _HUNDREDTHS.match(plain, end + 1)
        hundredths = _part_value(tenths) if tenths else Fraction(0)
        value, unit, end = value * 10 + hundredths, "percent", tenths.end() + 1 if tenths else end + 1
    else:
        found = _UNIT.match(plain, end)
        unit = _CURRENCY.get(plain[start - 1 : start], "") or (found.lastgroup or "" if found else "")
    before = plain[max(start - 2, 0) : start]
    is_claim = is_digits or (
        not _NOT_BEFORE.search(before)
        and not _NOT_AFTER.match(plain, end)
        and (signs > 1 or (value > 1 and bool(unit or _COUNTED.match(plain, end))))
    )
    if unit == "hour":
        unit = _HALVES.get(before) or _half_after(plain, end) or unit
    elif not unit and (counter := _COUNTER.match(plain, end)) is not None and counter.group() not in _LOOSE:
        unit = counter.group()
    yield Quantity(value=value, unit=unit, text=plain[start:end], is_claim=is_claim)


def _half_after(plain: str, end: int) -> str:
    half = re.match(r" ?([ap])\.?m\b", plain[end:])
    return f"hour {half[1]}m" if half else ""


def _spelled_out(plain: str) -> Iterator[Quantity]:
    for match in _WORDS.finditer(plain):
        value = _english_value(re.split(r"[\s-]+", match.group()))
        unit = _UNIT.match(plain, match.end())
        yield Quantity(
            value=value,
            unit=unit.lastgroup or "" if unit else "",
            text=match.group(),
            is_claim=value > 1,
        )
    for word in dict.fromkeys(_WORD.findall(plain)):
        if number := _ORDINALS.get(word) or _SOURCE_ONLY.get(word):
            yield Quantity(value=Fraction(number), unit="", text=word, is_claim=number >= _FIRST_CLAIMED)


def _english_value(parts: list[str]) -> Fraction:
    total = current = 0
    for part in parts:
        if part == "hundred":
            current = max(current, 1) * 100
        elif part in _SCALES:
            total, current = total + max(current, 1) * _SCALES[part], 0
        elif part != "and":
            current += 1 if part == "one" else int(spelled()[part])
    return Fraction(total + current)

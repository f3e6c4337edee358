"""Figures with their unit in one form for Japanese and English: 5兆4000億円 and 5.4 trillion yen. Pure."""

import re

from tane.language.spelling import has_cjk

_SCALES = {
    "十": 10, "百": 100, "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12,
    "hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12, "dozen": 12,
}  # fmt: skip
_SPELLED = {
    word: value
    for value, word in enumerate(
        [
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ],
        start=2,
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_KANJI = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_UNITS: dict[str, tuple[str, float]] = {
    # What is counted has no unit: 46本, 46 trains.
    **dict.fromkeys(("円", "yen", "jpy"), ("jpy", 1.0)),
    **dict.fromkeys(("ドル", "dollar", "dollars", "usd"), ("usd", 1.0)),
    **dict.fromkeys(("ユーロ", "euro", "euros", "eur"), ("eur", 1.0)),
    **dict.fromkeys(("ポンド", "pound", "pounds", "gbp"), ("gbp", 1.0)),
    **dict.fromkeys(("%", "パーセント", "percent", "per cent", "pct", "ポイント", "percentage points", "points"), ("%", 1.0)),
    "割": ("%", 10.0),
    "倍": ("x", 1.0), "times": ("x", 1.0), "fold": ("x", 1.0),
    **dict.fromkeys(("メートル", "metre", "metres", "meter", "meters"), ("m", 1.0)),
    **dict.fromkeys(("キロメートル", "km", "kilometre", "kilometres", "kilometer", "kilometers"), ("m", 1000.0)),
    **dict.fromkeys(("センチメートル", "センチ", "cm", "centimetre", "centimetres", "centimeter", "centimeters"), ("m", 0.01)),
    **dict.fromkeys(("ミリメートル", "ミリ", "mm", "millimetre", "millimetres", "millimeters"), ("m", 0.001)),
    **dict.fromkeys(("マイル", "mile", "miles"), ("m", 1609.0)),
    **dict.fromkeys(("平方メートル", "square metres", "square meters"), ("m2", 1.0)),
    **dict.fromkeys(("ヘクタール", "hectare", "hectares"), ("m2", 10000.0)),
    **dict.fromkeys(("グラム", "gram", "grams"), ("g", 1.0)),
    **dict.fromkeys(("キログラム", "kg", "kilogram", "kilograms", "kilos"), ("g", 1000.0)),
    **dict.fromkeys(("トン", "ton", "tons", "tonne", "tonnes"), ("g", 1000000.0)),
    **dict.fromkeys(("リットル", "litre", "litres", "liter", "liters"), ("l", 1.0)),
    **dict.fromkeys(("ミリリットル", "ml", "millilitres", "milliliters"), ("l", 0.001)),
    **dict.fromkeys(("キロワット", "kilowatts", "kw"), ("w", 1000.0)),
    **dict.fromkeys(("メガワット", "megawatts", "mw"), ("w", 1000000.0)),
    **dict.fromkeys(("度", "℃", "°c", "degree", "degrees"), ("deg", 1.0)),
    **dict.fromkeys(("秒間", "秒", "second", "seconds"), ("s", 1.0)),
    **dict.fromkeys(("分間", "minute", "minutes"), ("s", 60.0)),
    **dict.fromkeys(("時間", "hour", "hours"), ("s", 3600.0)),
    **dict.fromkeys(("日間", "日ぶり", "day", "days"), ("s", 86_400.0)),
    **dict.fromkeys(("週間", "week", "weeks"), ("s", 604_800.0)),
    **dict.fromkeys(("か月", "カ月", "ヶ月", "ヵ月", "ケ月", "month", "months"), ("month", 1.0)),
    **dict.fromkeys(("年間", "年ぶり", "年連続", "年", "year", "years"), ("month", 12.0)),
    **dict.fromkeys(("歳", "-year-old", " years old", "-year-olds", "year-old"), ("age", 1.0)),
    **dict.fromkeys(("マグニチュード", "magnitude"), ("mag", 1.0)),
}  # fmt: skip
_SYMBOLS = {"$": "usd", "£": "gbp", "€": "eur", "¥": "jpy"}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_LEAST_YEAR = 1200.0  # months: 180年 is a year of the calendar
_UNIT = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_NUMBER = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_FIGURE = re.compile(
    rf"(?P<symbol>[$£€¥])?(?<![0-9.])(?P<number>{_NUMBER})(?P<scaled>(?:[万億兆千](?:{_NUMBER})?)*)"
    r"(?:\s?(?P<word>hundred|thousand|million|billion|trillion|dozen|bn|tn|m\b|k\b))?"
    rf"(?:[\s-]?(?P<unit>{_UNIT})(?![a-z]|(?<=年)[生度目代])|(?P<over>\s(?:in|out of)\s(?P<whole>[0-9]+)\b))?",
    re.IGNORECASE,
)
_SPELLED_FIGURE = re.compile(
    rf"\b({'|'.join(_SPELLED)})(?:[\s-](one|two|three|four|five|six|seven|eight|nine))?\b", re.IGNORECASE
)
_COUNTED = (
    "人|件|棟|台|社|本|冊|羽|個|か所|カ所|か月|カ月|割|倍|歳|度|年|時|分|秒|日|週|万|億|兆|名|回|匹|頭|便|隻|世帯|戸|店|校|枚|円|ドル|票|曲|つの"
    "|ページ|メートル|キロ|センチ|パーセント|番"
)
_KANJI_FIGURE = re.compile(rf"[一二三四五六七八九十百千〇]+(?={_COUNTED})")
_FRACTION = re.compile(
    r"(?P<below>[0-9]+)分の(?P<above>[0-9]+)|(?P<half>半数|半分|\bhalf (?:of|the|an?)\b)|\ba (?P<part>third|quarter|fifth|tenth) of\b",
    re.IGNORECASE,
)
_PARTS_OF_ONE = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_HALF_OF_A_SCALE = re.compile(r"\bhalf an? (million|billion|trillion|dozen|century)\b", re.IGNORECASE)
_PARTS = re.compile(rf"({_NUMBER})([万億兆千]?)")
_CLOCK = re.compile(
    r"(?P<half>午前|午後)?(?P<hour>[0-9]{1,2})時(?!間)(?:(?P<minute>[0-9]{1,2})分|(?P<is_half>半))?"
    r"|\b(?P<hour_en>[0-9]{1,2})(?:[:.](?P<minute_en>[0-9]{2}))?\s?(?P<half_en>[ap]\.?m\b\.?)"
    r"|\b(?P<hour_24>[0-9]{1,2}):(?P<minute_24>[0-9]{2})\b",
    re.IGNORECASE,
)


def quantities(plain: str) -> tuple[frozenset[str], str]:
    """Return the figures of a text in NFKC as `unit:value`, `n` where things are counted, and the text without them.

    An hour is `at:HH:MM`. The same figure of two currencies or measures is not converted.
    """
    found: set[str] = set()

    def clock(match: re.Match[str]) -> str:
        found.add(f"at:{_hour(match)}")
        return " "

    def figure(match: re.Match[str]) -> str:
        key = _key(match)
        if key:
            found.add(key)
        return f" {match['unit'] or ''} " if match["unit"] and not match["unit"].isascii() else " "

    def fraction(match: re.Match[str]) -> str:
        below = float(match["below"] or _PARTS_OF_ONE.get((match["part"] or "").casefold(), 2))
        found.add(f"%:{100 * float(match['above'] or 1) / max(below, 1.0):.3g}")
        return " "

    rest = _CLOCK.sub(clock, plain)
    rest = _HALF_OF_A_SCALE.sub(
        lambda match: "50 years" if match[1] == "century" else f"0.5 {match[1]}", rest
    )
    if has_cjk(rest):
        rest = _KANJI_FIGURE.sub(lambda match: _kanji(match.group()), rest)
    else:
        rest = _SPELLED_FIGURE.sub(_spelled, rest)
    rest = _FIGURE.sub(figure, _FRACTION.sub(fraction, rest))
    return frozenset(found), rest


def weight(key: str) -> float:
    """Return how much a figure tells, 0..1: 3 is said of many things, 3,911 of one."""
    digits = key.partition(":")[2].replace(".", "").replace(":", "").strip("0")
    return {0: 0.25, 1: 0.4, 2: 0.8}.get(len(digits), 1.0)


def _hour(match: re.Match[str]) -> str:
    hour = int(match["hour"] or match["hour_en"] or match["hour_24"])
    minute = int(
        match["minute"] or match["minute_en"] or match["minute_24"] or (30 if match["is_half"] else 0)
    )
    half = (match["half"] or match["half_en"] or "").casefold()
    if half == "午後" or half.startswith("p"):
        hour = hour % 12 + 12
    return f"{hour:02d}:{minute:02d}"


def _spelled(match: re.Match[str]) -> str:
    value = _SPELLED[match[1].casefold()]
    ones = match[2]
    if ones is None:
        return str(value)
    if value < 20 or value % 10:
        return f"{value} {ones}"
    return str(value + {"one": 1, **_SPELLED}[ones.casefold()])


def _kanji(signs: str) -> str:
    if not any(sign in _KANJI for sign in signs) and signs not in ("十", "百", "千"):
        return signs
    if all(sign in _KANJI for sign in signs):
        return "".join(str(_KANJI[sign]) for sign in signs)
    total, digit = 0, 0
    for sign in signs:
        if sign in _KANJI:
            digit = _KANJI[sign]
        else:
            total, digit = total + (digit or 1) * int(_SCALES[sign]), 0
    return str(total + digit)


def _key(match: re.Match[str]) -> str:
    value = sum(
        float(number.replace(",", "")) * _SCALES.get(scale, 1.0)
        for number, scale in _PARTS.findall(match["number"] + (match["scaled"] or ""))
    )
    value *= _SCALES.get((match["word"] or "").casefold(), 1.0)
    if match["over"]:
        value, unit = 100 * value / max(float(match["whole"]), 1.0), "%"
    elif match["unit"]:
        unit, factor = _UNITS[match["unit"].casefold()]
        value *= factor
        if match["unit"] == "年" and value >= _LEAST_YEAR:
            value, unit = value / factor, "n"
    else:
        unit = "n"
    unit = _SYMBOLS.get(match["symbol"] or "", unit)
    if unit == "n" and value <= 1:
        return ""
    return f"{unit}:{value:.10g}"

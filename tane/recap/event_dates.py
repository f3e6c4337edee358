"""The days that a text speaks of, as days of the calendar: 14日, on Monday, October 2027. Pure."""

import re
from datetime import date, datetime, timedelta

from tane.language.spelling import has_cjk

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august", "sep sept september",
         "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEARS_JA = {"今年": 0, "本年": 0, "来年": 1, "翌年": 1, "昨年": -1, "去年": -1, "前年": -1}
_JAPANESE = re.compile(
    r"(?:(?P<year>[12][0-9]{3})年|(?P<near>今年|本年|来年|翌年|昨年|去年|前年))?(?:(?P<month>1[0-2]|0?[1-9])月)(?:(?P<day>[12][0-9]|3[01]|0?[1-9])日)?(?!間)"
    r"|(?P<year_alone>[12][0-9]{3})年(?!間)"
    r"|(?<![0-9.,])(?P<day_alone>[12][0-9]|3[01]|0?[1-9])日(?![間ぶ目連])"
    r"|(?P<iso>[12][0-9]{3})[-/](?P<iso_month>[01]?[0-9])[-/](?P<iso_day>[0-3]?[0-9])"
    r"|(?P<said>今日|きょう|本日|けさ|今朝|今夜|昨日|きのう|昨夜|明日|あす)"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<day_1>[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?(?:\sof)?\s(?P<month_1>{_MONTH})|(?P<month_2>{_MONTH})\.?\s(?P<day_2>[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![0-9])"
    rf"|(?P<month_3>{_MONTH}))(?:,?\s(?P<year>[12][0-9]{{3}}))?\b"
    rf"|\b(?P<next>next\s)?(?P<weekday>{'|'.join(_WEEKDAYS)})\b"
    r"|\b(?P<said>today|tonight|this\s(?:morning|afternoon|evening)|yesterday|last\snight|tomorrow)\b"
    r"|(?<![0-9,.$£€¥])\b(?P<year_alone>19[0-9]{2}|20[0-9]{2})\b(?![,.]?[0-9])",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:will|from|until|by|before|starts?|begins?|(?:re)?opens?|returns?|resumes?|due|due on|expected|planned)\b[^.;]{0,32}$",
    re.IGNORECASE,
)
_NEAR = {
    "昨日": -1, "きのう": -1, "昨夜": -1, "明日": 1, "あす": 1, "yesterday": -1, "last night": -1, "tomorrow": 1,
}  # fmt: skip
_NOT_A_MONTH = frozenset(
    {"may", "march", "mar", "jan", "dec", "sep", "oct"}
)  # alone, more often another word


def dates(plain: str, said_at: datetime) -> tuple[frozenset[str], str]:
    """Return the days, months and years of a text in NFKC in ISO 8601, and the text without them.

    A day without its month is the one nearest to when it was said; a weekday the last one, after "next" the coming one.
    """
    found: set[str] = set()
    today = said_at.date()

    def read(match: re.Match[str]) -> str:
        key = _japanese(match, today) if match.re is _JAPANESE else _english(match, today)
        if key is None:
            return match.group()
        found.add(key)
        return " "

    rest = (_JAPANESE if has_cjk(plain) else _ENGLISH).sub(read, plain)
    return frozenset(found), rest


def _japanese(match: re.Match[str], today: date) -> str | None:
    if match["said"]:
        return (today + timedelta(days=_NEAR.get(match["said"], 0))).isoformat()
    if match["iso"]:
        return _iso(int(match["iso"]), int(match["iso_month"]), int(match["iso_day"]))
    if match["year_alone"]:
        return match["year_alone"]
    if match["day_alone"]:
        return _nearest_day(int(match["day_alone"]), today)
    month, day = int(match["month"]), int(match["day"]) if match["day"] else None
    year = int(match["year"]) if match["year"] else None
    if match["near"]:
        year = today.year + _YEARS_JA[match["near"]]
    return _of_month(year, month, day, today)


def _english(match: re.Match[str], today: date) -> str | None:
    if match["said"]:
        return (today + timedelta(days=_NEAR.get(" ".join(match["said"].casefold().split()), 0))).isoformat()
    if match["year_alone"]:
        return match["year_alone"]
    if match["weekday"]:
        ago = (today.weekday() - _WEEKDAYS[match["weekday"].casefold()]) % 7
        is_coming = match["next"] or (
            ago and _COMING.search(match.string, max(0, match.start() - 40), match.start())
        )
        return (today + timedelta(days=7 - ago if is_coming else -ago)).isoformat()
    name = (match["month_1"] or match["month_2"] or match["month_3"]).casefold()
    day = match["day_1"] or match["day_2"]
    if not day and not match["year"] and (name in _NOT_A_MONTH or match["month_3"].islower()):
        return None
    return _of_month(
        int(match["year"]) if match["year"] else None, _MONTHS[name], int(day) if day else None, today
    )


def _of_month(year: int | None, month: int, day: int | None, today: date) -> str | None:
    """Return a day or a month; without its year, the nearest."""
    if year is None:
        year = min(
            (today.year - 1, today.year, today.year + 1),
            key=lambda one: abs((date(one, month, min(day or 15, 28)) - today).days),
        )
    return _iso(year, month, day) if day else f"{year:04d}-{month:02d}"


def _nearest_day(day: int, today: date) -> str | None:
    first = today.replace(day=1)
    months = ((first - timedelta(days=1)).replace(day=1), first, (first + timedelta(days=32)).replace(day=1))
    days = [found for month in months if (found := _date(month.year, month.month, day))]
    nearest = min(days, key=lambda one: abs((one - today).days), default=None)
    return nearest.isoformat() if nearest else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(year: int, month: int, day: int) -> str | None:
    found = _date(year, month, day)
    return found.isoformat() if found else None

"""Reads the text logs that WhatsApp exports, of Android and of iOS.

A message begins with its time, in the manner of the phone's language: `[03.08.26, 21:14:05] Name: words` or
`8/3/26, 9:14 PM - Name: words`. The lines up to the next time are its own. Whether day or month stands first is
told from the whole log, never guessed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, Literal, TypeAlias

from daemon.importing.blocks import blocks
from daemon.importing.columns import record_of
from daemon.importing.records import Columns, ImportProblem, Omitted, ReadOptions, Record, Row, has_text
from daemon.importing.times import parse_time

DateOrder: TypeAlias = Literal["ymd", "dmy", "mdy"]
Date: TypeAlias = tuple[str, str, str]

_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time")
_MARKS = "\u200e\u200f\u202a\u202b\u202c\ufeff"  # iOS puts U+200E before what it says itself, in any language
_WHEN = r"""
    (?P<date>\d{1,4}[./\-]\s?\d{1,2}[./\-]\s?\d{1,4})\.?,?\s+(?:klo\s)?
    (?P<time>(?:午前|午後)?\s?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?)
"""
_HEADS = [
    re.compile(form.replace("WHEN", _WHEN) + r"(?P<rest>.*)", re.VERBOSE)
    for form in (r"\[WHEN\]\s?", r"WHEN\s[\-–]\s", r"WHEN:\s")
]
# A name in quotation marks belongs to a line of WhatsApp's own: ... changed the subject to “a: b”.
_SAID = re.compile(r"(?P<name>[^:\"“”]{1,80}):(?:\s|$)(?P<words>.*)")
_PLACEHOLDER = re.compile(r"\u200e.*|<[^<>]{1,60}>|[^<>]{1,200}\.\w{2,5} \([^()]{1,40}\)")
_NOTE_BEHIND = re.compile(
    r"\s*(?:\u200e[<\[][^\n]*|<This message was edited>|<このメッセージは編集されました>)\s*$"
)
_DELETED = ("This message was deleted", "You deleted this message", "このメッセージは削除されました")


def read_whatsapp(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of a log, which is one conversation.

    Raises:
        ImportProblem: no line begins a message.
    """
    heads = (head_of(block.lines[0]) for block in blocks(stream, options, begins=is_head) if block.lines)
    order = date_order(_parts(head["date"]) for head in heads if head)
    stream.seek(0)
    is_a_log = False
    for block in blocks(stream, options, begins=is_head):
        head = head_of(block.lines[0]) if block.lines else None
        is_a_log = is_a_log or head is not None
        if block.problem:
            yield block.problem
        elif head:
            yield _row(block.line, head, block.lines[1:], order, options)
    if not is_a_log:
        raise ImportProblem("no line begins as a message of WhatsApp does: is it another --format?")


def head_of(line: str) -> re.Match[str] | None:
    """Return when a message was sent and the rest of its first line, or None if none begins here."""
    bare = line.lstrip(_MARKS)
    if not bare[:1].isdigit() and bare[:1] != "[":
        return None
    return next((head for form in _HEADS if (head := form.fullmatch(bare))), None)


def is_head(line: str) -> bool:
    """Tell whether a message begins with this line."""
    return head_of(line) is not None


def is_said(line: str) -> bool:
    """Tell whether somebody's message begins with this line, rather than a line of WhatsApp's own."""
    head = head_of(line)
    return head is not None and _SAID.fullmatch(head["rest"]) is not None


def date_order(dates: Iterable[Date]) -> DateOrder | None:
    """Return the order that the dates of a log allow: by numbers above 12, else by the time running forward."""
    orders: dict[DateOrder, tuple[int, int]] = {"dmy": (1, 0), "mdy": (0, 1)}
    impossible: Counter[DateOrder] = Counter()
    backward: Counter[DateOrder] = Counter()
    last: dict[DateOrder, tuple[int, int, int]] = {}
    is_year_first = False
    for date in dates:
        is_year_first = is_year_first or len(date[0]) == 4
        for order, (month, day) in orders.items():
            moment = (int(date[2]), int(date[month]), int(date[day]))
            impossible[order] += moment[1] > 12
            backward[order] += moment < last.get(order, moment)
            last[order] = moment
    faults = {order: (impossible[order], backward[order]) for order in orders}
    if is_year_first:
        return "ymd"
    if faults["dmy"] == faults["mdy"]:
        return None
    return min(orders, key=lambda order: faults[order])


def words_of(first: str, more: list[str]) -> str:
    """Return what a person wrote in a message, without WhatsApp's own words in place of a picture or beside it."""
    if _PLACEHOLDER.fullmatch(first):
        first = ""  # a caption may follow
    words = _NOTE_BEHIND.sub("", "\n".join([first, *more])).strip()
    return "" if words.rstrip(".。") in _DELETED else words


def _row(
    line: int, head: re.Match[str], more: list[str], order: DateOrder | None, options: ReadOptions
) -> Row:
    said = _SAID.fullmatch(head["rest"])
    text = words_of(said["words"], more) if said else ""
    if said is None or not has_text(text):
        return Omitted(line=line, kind="attachment" if said else "system_note")
    written = f"{head['date']} {head['time']}"
    row = {
        "text": text,
        "speaker": said["name"].strip(_MARKS + "~ \xa0\u202f"),
        "conversation": options.title,
    }
    record = record_of(row, _COLUMNS, line=line, zone=options.zone)
    if not isinstance(record, Record):
        return record
    uttered_at = parse_time(_sorted_time(head, order), zone=options.zone)
    return replace(record, uttered_at=uttered_at, written_time=written, is_time_unreadable=uttered_at is None)


def _sorted_time(head: re.Match[str], order: DateOrder | None) -> str | None:
    """Return the time of a message with the year first, as times are read elsewhere."""
    parts = _parts(head["date"])
    if order is None and "." not in head["date"]:
        return None
    if order == "ymd":
        year, month, day = parts
    else:
        year, month, day = parts[2], *(parts[:2] if order == "mdy" else parts[1::-1])
    clock = re.sub(r"([AP])\.?\s?M\.?$", r"\1M", head["time"].upper()).replace(".", ":")
    return f"{'20' if len(year) == 2 else ''}{year}/{month}/{day} {clock}"


def _parts(date: str) -> Date:
    first, second, third = (part.strip() for part in re.split(r"[./\-]", date))
    return first, second, third

"""Reads the text logs that LINE exports, of the phone and of the PC, in any of its languages.

A day has a line of its own, `2026/08/03(月)`. A message of the phone is its time, a tab, the name, a tab, the words, and
words of several lines stand in quotation marks; one of the PC is parted by blanks, and its later lines just follow.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import BinaryIO

from tane.importing.blocks import Block, blocks
from tane.importing.chronology import DateOrder
from tane.importing.clocks import Clock, Habits, part_of_the_day, read_clock
from tane.importing.columns import record_of
from tane.importing.dates import NUMBERS, WrittenDate, date_order
from tane.importing.line_days import day_of
from tane.importing.line_speakers import Speakers
from tane.importing.line_words import CALL, CALL_TIMES, CALLS, GOINGS, MARKERS, UNSENT
from tane.importing.records import (
    NO_MESSAGE,
    Columns,
    ImportProblem,
    Omitted,
    OmittedKind,
    ReadOptions,
    Record,
    Reject,
    Row,
    has_text,
)
from tane.importing.times import in_utc

_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time")
_TITLE = re.compile(
    r"""\[LINE\]\s*(?:
        Chat\ history\ (?:with|in)\ (?P<en>.+) | (?:与|與)?(?P<zh>.+?)的聊天[记記][录錄] | (?P<ja>.+?)と?のトーク履歴
        | ประวัติ(?:การ)?(?:แชท|สนทนา)(?:กับ|ในกลุ่ม|ใน)\s*"?(?P<th>.+?)"? | (?P<ko>.+?)\s?(?:님|와|과)(?:과|와)?(?:의|\ 나눈|\ 한)?\ 대화.{0,12}
        | Riwayat\ (?:chat|obrolan|percakapan)\ (?:dengan|di)\ (?P<id>.+) | Lịch\ sử\ trò\ chuyện\ (?:với|trong)\ (?P<vi>.+)
    )\s*""",
    re.VERBOSE,
)
# When the log was saved, below its title: `保存日時：2026/08/05 11:26`, `Saved on: 8/5/2026, 11:26`.
_DATED = re.compile(rf"{NUMBERS}\D{{1,20}}\d{{1,2}}[:.]\d{{2}}")
_SAVED = re.compile(rf"[^\d:：]{{2,40}}\s?[:：]\s?\D{{0,20}}{_DATED.pattern}.{{0,20}}")
_LASTED = re.compile(r"(?P<word>\D{0,32})\d{1,3}:\d{2}(?::\d{2})?")
_DIGITS = r"(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"
_BY_TABS = re.compile(rf"(?P<before>[^\d\t]{{0,16}}?){_DIGITS}(?P<after>[^\d\t]{{0,16}})\t(?P<rest>.*)")
_BY_BLANKS = re.compile(rf"(?P<before>[^\d\t]{{0,16}}?){_DIGITS}(?P<after>[^\d\s]{{0,12}}) (?P<rest>.*)")


def read_line(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of a log, which is one conversation: with whom, its first line says.

    Raises:
        ImportProblem: no line is a message.
    """
    log = _Log(options)
    log.hear(stream)
    if not log.has_messages:
        raise ImportProblem(
            "no line is a message of LINE (time, name, words, parted by tabs or blanks): is it another --format?"
        )
    stream.seek(0)
    for block in blocks(stream, options, begins=log.begins()):
        yield from log.rows(block)


@dataclass(frozen=True, slots=True)
class Message:
    """The first line of a message, as it is written."""

    clock: Clock
    written_clock: str
    rest: str


@lru_cache(maxsize=8)  # a line is asked more than once
def message_of(line: str, *, by_tabs: bool) -> Message | None:
    """Return the message that begins with this line."""
    found = (_BY_TABS if by_tabs else _BY_BLANKS).fullmatch(line)
    if found is None:
        return None
    before, after, rest = found["before"], found["after"], found["rest"]
    if before.strip() and part_of_the_day(before)[0] is None:
        return None
    if not by_tabs and not after and (first := rest.partition(" "))[2] and part_of_the_day(first[0])[0]:
        after, rest = f" {first[0]}", first[2]  # 9:14 PM Misaki words
    clock = read_clock(before, found["clock"], after)
    if clock.hour > 23 or clock.minute > 59:
        return None
    return Message(clock, f"{before}{found['clock']}{after}", rest)


def is_message(line: str) -> bool:
    """Tell whether a message of the phone begins with this line."""
    return message_of(line, by_tabs=True) is not None


def is_title(line: str) -> bool:
    """Tell whether a line is the first of a log, in any language."""
    return line.lstrip("\ufeff \u200e").startswith("[LINE]")


def title_of(line: str) -> str | None:
    """Return with whom or in which group the log was, if this line says so."""
    found = _TITLE.fullmatch(line.strip())
    return next(filter(None, found.groups()), None) if found else None


def words_of(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the words of a message and the lines after it, up to the next one.

    Only dates right before the next message are days of the log: a date with words behind it stands within a message.
    """
    closing = [at for at, line in enumerate(lines) if at and line.endswith('"')]
    quoted = closing[-1] + 1 if lines[0].startswith('"') and closing else 0
    end = len(lines)
    while end > max(quoted, 1) and (not lines[end - 1].strip() or day_of(lines[end - 1])):
        end -= 1
    end = next((at for at in range(end, len(lines)) if day_of(lines[at])), len(lines))
    end = _before_header(lines, max(quoted, 1), end)
    if quoted and not has_text("".join(lines[quoted:end])):
        end = quoted
    text = "\n".join(lines[:quoted])[1:-1].strip() if quoted else ""
    return "\n".join((text, *lines[quoted:end])).strip(), lines[end:]


def _before_header(lines: Sequence[str], begin: int, end: int) -> int:
    """Return where the header of another log begins, if one stands before a day: its title, and when it was saved."""
    written = [at for at in range(begin, end) if lines[at].strip()][-2:]
    is_followed_by_a_day = end < len(lines)
    return next((at for at in written if is_followed_by_a_day and is_title(lines[at])), end)


def _is_call(plain: str) -> bool:
    """Tell whether this is what the program writes of a call, in lower case: that it was missed, or how long it was."""
    note = plain.removeprefix(CALL).lstrip("\ufe0e\ufe0f ")
    if note in CALLS:
        return True
    lasted = _LASTED.fullmatch(note) if plain.startswith(CALL) else None
    return lasted is not None and lasted["word"].strip(" :：") in CALL_TIMES


def note_of(words: str, *, by_tabs: bool) -> OmittedKind | None:
    """Return what the program put in place of words; on the PC without brackets."""
    plain = words.strip().casefold().rstrip(".。")
    is_marked = plain.startswith("[") and plain.endswith("]")
    bare = plain[1:-1].strip() if is_marked else plain
    if bare in MARKERS and (is_marked or not by_tabs):
        return MARKERS[bare]
    if _is_call(plain):
        return "call"
    if plain in UNSENT or plain == "you unsent a message":
        return "deleted_message"
    return None if by_tabs or plain not in GOINGS else "system_note"


@dataclass(slots=True)
class _Heard:
    """What the messages of a log tell if its lines are parted in one way."""

    clocks: Habits = field(default_factory=Habits)
    names: set[str] = field(default_factory=set)
    speakers: Speakers = field(default_factory=Speakers)

    def hear(self, message: Message, *, name: str, by_tabs: bool) -> None:
        """Take note of a message."""
        self.clocks.note(message.clock)
        self.names.add(name)
        if not by_tabs:
            self.speakers.hear(message.rest)


@dataclass(slots=True)
class _Log:
    """What the whole log tells about each of its messages."""

    options: ReadOptions
    speakers: Speakers = field(default_factory=Speakers)
    by_tabs: bool = True
    has_messages: bool = False
    clocks: Habits = field(default_factory=Habits)
    order: DateOrder | None = None
    conversation: str = ""
    _day: WrittenDate | None = None

    def hear(self, stream: BinaryIO) -> None:
        """Read the log once: how its lines are parted, which days it has, and who speaks."""
        days: list[WrittenDate] = []
        before: list[WrittenDate] = []  # since the last words; they are the log's if a message follows
        by_tabs, by_blanks = _Heard(), _Heard()
        title = ""
        for block in blocks(stream, self.options, begins=lambda _: True):
            for line in block.lines:
                if not title and is_title(line):
                    title = line
                elif day := day_of(line):
                    before.append(day)
                elif message := message_of(line, by_tabs=True):
                    by_tabs.hear(message, name=message.rest.partition("\t")[0], by_tabs=True)
                    days.extend(before)
                    before.clear()
                elif (days or before) and (message := message_of(line, by_tabs=False)):
                    by_blanks.hear(message, name=message.rest.partition(" ")[0], by_tabs=False)
                    days.extend(before)
                    before.clear()
                elif line.strip():
                    before.clear()
        self.by_tabs = by_tabs.clocks.clocks > 0
        heard = by_tabs if self.by_tabs else by_blanks
        self.has_messages = heard.clocks.clocks > 0
        self.clocks = heard.clocks
        self.order = date_order(days)
        self.speakers = by_blanks.speakers
        self.speakers.title = title_of(title) or self.options.title.removeprefix("[LINE]").strip()
        speaker = max((name for name in heard.names if name and name in title), key=len, default=None)
        self.conversation = title_of(title) or speaker or self.options.title

    def begins(self) -> Callable[[str], bool]:
        """Return what tells the first line of a message; on the PC a later line may look like one."""
        if self.by_tabs:
            return is_message
        last = -1

        def begins(line: str) -> bool:
            nonlocal last
            if day_of(line):
                last = -1
                return False
            message = message_of(line, by_tabs=False)
            if message is None:
                return False
            at = message.clock.hour * 60 + message.clock.minute
            name = self.speakers.name_of(message.rest)
            if message.clock.hours is None and at < last and not (name and self.speakers.recurs(name)):
                return False
            last = at
            return True

        return begins

    def _parted(self, rest: str) -> tuple[str, str]:
        if self.by_tabs:
            name, _, words = rest.partition("\t")
            return name, words
        name = self.speakers.name_of(rest) or ""
        return name, rest[len(name) + 1 :] if name else rest

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield what a block holds: a message and the days after it."""
        message = message_of(block.lines[0], by_tabs=self.by_tabs) if block.lines else None
        if message is None:
            self._turn_to(block.lines)
            if block.problem:
                yield block.problem
            yield from self._before_the_first(block)
            return
        name, first = self._parted(message.rest)
        text, after = words_of([first, *block.lines[1:]])
        if block.problem:
            yield block.problem
        elif left_out := self._left_out(name, first, text, message.rest):
            yield Omitted(line=block.line, kind=left_out)
        else:
            yield self._record(block.line, message, name, text)
        self._turn_to(after)

    def _before_the_first(self, block: Block) -> Iterator[Reject]:
        """Yield the lines before the first message, of a log whose beginning was cut off: nobody is known to say them."""
        is_under_title = False
        for line in block.lines:
            is_header = (
                is_title(line)
                or _SAVED.fullmatch(line.strip())
                or day_of(line)
                or (is_under_title and _DATED.search(line))
            )
            if has_text(line) and not is_header:
                yield Reject(line=block.line, reason=NO_MESSAGE)
            is_under_title = is_title(line) or (is_under_title and not line.strip())

    def _left_out(self, name: str, first: str, text: str, rest: str) -> OmittedKind | None:
        if kind := note_of(text, by_tabs=self.by_tabs):
            return kind
        if name and has_text(text):
            return None
        is_note = self.by_tabs and "\t" not in rest
        if (not name or is_note) and rest.strip().casefold().rstrip(".。").endswith(UNSENT):
            return "deleted_message"
        return "system_note" if not name or is_note or not first else "empty_message"

    def _record(self, line: int, message: Message, name: str, text: str) -> Row:
        row = {"text": text, "speaker": name, "conversation": self.conversation}
        record = record_of(row, _COLUMNS, line=line, zone=self.options.zone)
        if not isinstance(record, Record):
            return record
        day = self._day.certainly_on(self.order) if self._day and self.order else None
        clock = self.clocks.time(message.clock)
        uttered_at = in_utc(datetime.combine(day, clock), zone=self.options.zone) if day and clock else None
        dated = self._day.written(self.order or "ymd") if self._day else ""
        # The Chinese words of half days are written as the Japanese ones: so it was when ids were first made of them.
        clocked = message.written_clock.replace("上午", "午前").replace("下午", "午後")
        return replace(
            record,
            uttered_at=uttered_at,
            written_time=f"{dated} {clocked}".strip(),
            is_time_unreadable=uttered_at is None,
        )

    def _turn_to(self, lines: Sequence[str]) -> None:
        self._day = next((day for line in reversed(lines) if (day := day_of(line))), self._day)

"""Reads the text logs that LINE exports, of the phone and of the PC, in any of its languages.

A day has a line of its own, `2026/08/03(月)`. A message of the phone is its time, a tab, the name, a tab, the words, and
words of several lines stand in quotation marks; one of the PC is parted by blanks, and its later lines just follow.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from tane.importing.blocks import Block, blocks
from tane.importing.chat_times import (
    NUMBERS,
    ClockStyle,
    WrittenDate,
    date_order,
)
from tane.importing.chronology import DateOrder
from tane.importing.columns import record_of
from tane.importing.line_syntax import (
    UNSENT,
    MessageStart,
    day_of,
    is_message,
    is_title,
    message_of,
    note_of,
    title_of,
    words_of,
)
from tane.importing.records import (
    NO_MESSAGE,
    Columns,
    ImportProblem,
    Omitted,
    OmittedKind,
    ReadOptions,
    Reject,
    Row,
    has_text,
)

_LONGEST_NAME = 4  # words
_REMEMBERED = 100_000
_NO_NAMES = frozenset(("I", "A", "The", "It", "We", "You", "He", "She", "They", "Yes", "No", "OK", "Ok", "And", "But", "So", "My", "If"))  # fmt: skip


@dataclass(slots=True)
class NameSplitter:
    """How often the lines of a log begin with the same words; `title` may name one of the speakers."""

    title: str = ""
    _counts: Counter[str] = field(default_factory=Counter)
    _followers: dict[str, set[str]] = field(default_factory=dict)

    def note(self, rest: str) -> None:
        """Take note of what stands behind the clock of a message."""
        words = rest.split(" ", _LONGEST_NAME + 1)
        for size in range(1, min(_LONGEST_NAME + 1, len(words))):
            name = " ".join(words[:size])
            self._counts[name] += 1
            self._followers.setdefault(name, set()).add(words[size])
        if len(self._counts) > _REMEMBERED:  # names come again, other words seldom
            self._counts = Counter({name: count for name, count in self._counts.items() if count > 1})
            self._followers = {name: self._followers[name] for name in self._counts}

    def name_of(self, rest: str) -> str | None:
        """Return who says this, or None if nothing parts a name from words."""
        words = rest.split(" ", _LONGEST_NAME + 1)
        if len(words) < 2 or not words[0]:
            return None
        for size in range(min(_LONGEST_NAME, len(words) - 1), 0, -1):
            name = " ".join(words[:size])
            if self.title and name == self.title:
                return name
        name = words[0]
        for word in words[1:-1][: _LONGEST_NAME - 1]:
            longer = f"{name} {word}"
            if not self._always_goes_on(name, longer, word):
                break
            name = longer
        return name

    def recurs(self, name: str) -> bool:
        """Tell whether a name stands before more than one message, or in the title."""
        return self._counts[name] > 1 or name == self.title

    def _always_goes_on(self, name: str, longer: str, word: str) -> bool:
        """Tell whether the next word belongs to the name: it, or one of a few names as frequent, follows each time."""
        if not _is_like_a_name(word) or self._counts[longer] < 2:
            return False
        following = (f"{name} {other}" for other in self._followers.get(name, ()))
        return sum(self._counts[one] for one in following if self._counts[one] > 1) == self._counts[name]


def _is_like_a_name(word: str) -> bool:
    first = word[:1]
    return word not in _NO_NAMES and len(word) <= 20 and first.isalpha() and not first.islower()


_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time")
# When the log was saved, below its title: `保存日時：2026/08/05 11:26`, `Saved on: 8/5/2026, 11:26`.
_DATED = re.compile(rf"{NUMBERS}\D{{1,20}}\d{{1,2}}[:.]\d{{2}}")
_SAVED = re.compile(rf"[^\d:：]{{2,40}}\s?[:：]\s?\D{{0,20}}{_DATED.pattern}.{{0,20}}")


def read_line(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of a log, which is one conversation: its first line names the other speaker or the group.

    Raises:
        ImportProblem: no line is a message.
    """
    log = _Log(options)
    log.scan(stream)
    if not log.has_messages:
        raise ImportProblem(
            "no line is a message of LINE (time, name, words, parted by tabs or blanks): is it another --format?"
        )
    stream.seek(0)
    for block in blocks(stream, options, begins=log.begins()):
        yield from log.rows(block)


@dataclass(slots=True)
class _Statistics:
    """What the messages of a log tell if its lines are parted in one way."""

    clocks: ClockStyle = field(default_factory=ClockStyle)
    names: set[str] = field(default_factory=set)
    speakers: NameSplitter = field(default_factory=NameSplitter)

    def note(self, message: MessageStart, *, name: str, by_tabs: bool) -> None:
        """Take note of a message."""
        self.clocks.note(message.clock)
        self.names.add(name)
        if not by_tabs:
            self.speakers.note(message.rest)


@dataclass(slots=True)
class _Log:
    """What the whole log tells about each of its messages."""

    options: ReadOptions
    speakers: NameSplitter = field(default_factory=NameSplitter)
    by_tabs: bool = True
    has_messages: bool = False
    clocks: ClockStyle = field(default_factory=ClockStyle)
    order: DateOrder | None = None
    conversation: str = ""
    _day: WrittenDate | None = None

    def scan(self, stream: BinaryIO) -> None:
        """Read the log once: how its lines are parted, which days it has, and who speaks."""
        days: list[WrittenDate] = []
        before: list[WrittenDate] = []  # since the last words; they are the log's if a message follows
        by_tabs, by_blanks = _Statistics(), _Statistics()
        title = ""
        for block in blocks(stream, self.options, begins=lambda _: True):
            for line in block.lines:
                if not title and is_title(line):
                    title = line
                elif day := day_of(line):
                    before.append(day)
                elif message := message_of(line, by_tabs=True):
                    by_tabs.note(message, name=message.rest.partition("\t")[0], by_tabs=True)
                    days.extend(before)
                    before.clear()
                elif (days or before) and (message := message_of(line, by_tabs=False)):
                    by_blanks.note(message, name=message.rest.partition(" ")[0], by_tabs=False)
                    days.extend(before)
                    before.clear()
                elif line.strip():
                    before.clear()
        self.by_tabs = by_tabs.clocks.clocks > 0
        chosen = by_tabs if self.by_tabs else by_blanks
        self.has_messages = chosen.clocks.clocks > 0
        self.clocks = chosen.clocks
        self.order = date_order(days)
        self.speakers = by_blanks.speakers
        self.speakers.title = title_of(title) or self.options.title.removeprefix("[LINE]").strip()
        speaker = max((name for name in chosen.names if name and name in title), key=len, default=None)
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
        """Yield the lines before the first message, of a log whose beginning was cut off: their speaker is not known."""
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

    def _record(self, line: int, message: MessageStart, name: str, text: str) -> Row:
        row = {"text": text, "speaker": name, "conversation": self.conversation}
        record = record_of(row, _COLUMNS, line=line, zone=self.options.zone)
        day = self._day.certainly_on(self.order) if self._day and self.order else None
        dated = self._day.written(self.order or "ymd") if self._day else ""
        # The Chinese words of half days are written as the Japanese ones: so it was when ids were first made of them.
        clocked = message.written_clock.replace("上午", "午前").replace("下午", "午後")
        written = f"{dated} {clocked}".strip()
        return self.clocks.dated(record, day, message.clock, written=written, zone=self.options.zone)

    def _turn_to(self, lines: Sequence[str]) -> None:
        self._day = next((day for line in reversed(lines) if (day := day_of(line))), self._day)

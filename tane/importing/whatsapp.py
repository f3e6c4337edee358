"""Reads the text logs that WhatsApp exports, of Android and of iOS, in the language of the phone.

A message begins with its time; the lines up to the next time are its own. What the phone's language leaves open is
told from the whole log: whether day or month stands first, whether its clock counts to 24, who speaks, and what the
program itself repeats.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tane.importing.blocks import blocks
from tane.importing.chat_times import MARKS, ClockStyle, WrittenDate, date_order
from tane.importing.chronology import DateOrder
from tane.importing.columns import record_of
from tane.importing.records import (
    NO_MESSAGE,
    Columns,
    ImportProblem,
    Omitted,
    ReadOptions,
    Reject,
    Row,
    has_text,
)
from tane.importing.whatsapp_headers import Forms, Head, head_of, is_head
from tane.importing.whatsapp_notes import Notes

_LONGEST_NAME = 80
_COLON = re.compile(r":(?:\s|$)")
_CLOSED_BY = {
    '"': '"', "“": "”“", "”": "”“", "„": "“”", "‟": "”", "«": "»", "»": "«", "「": "」", "『": "』", "《": "》", "〈": "〉", "〝": "〞〟",
}  # fmt: skip
_ROUND_NAMES = MARKS + "~ \xa0\u202f"
# Members who were added or removed: with the verb between the two names, and at the end.
_BETWEEN = re.compile(
    r"[^:]+?(?: (?:added|removed|invited|añadió a|agregó a|eliminó a|sacó a|invitó a|adicionou|removeu|a ajouté|a retiré|a supprimé"
    r"|ha aggiunto|ha rimosso|lade till|tog bort|tilføjede|fjernede|la til|fjernet|lisäsi|poisti|dodał(?:a|\(a\))?|usunął|usunęła"
    r"|přidal(?:a|\(a\))?|odebral(?:a|\(a\))?|добавил(?:а|\(а\))?|удалил(?:а|\(а\))?|додав|додала|вилучив|вилучила|menambahkan"
    r"|mengeluarkan|đã thêm|đã xóa) |\s?(?:添加了|新增了|已新增|移除了|已移除|邀请了|邀請了)\s?)\S.*"
)
_AT_THE_END = (
    (" hat ", ("hinzugefügt", "entfernt", "eingeladen")), (" heeft ", ("toegevoegd", "verwijderd", "uitgenodigd")),
    ("が", ("を追加しました", "を削除しました", "を退会させました", "を招待しました")), ("님이 ", ("추가했습니다", "초대했습니다", "내보냈습니다", "삭제했습니다")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A message: who said it, and its first line."""

    name: str
    words: str


@dataclass(slots=True)
class Senders:
    """Who says how much in a log; `title` may name one of them."""

    title: str = ""
    _counts: Counter[str] = field(default_factory=Counter)

    def note(self, rest: str) -> None:
        """Take note of what stands behind the time of a message."""
        colon = _COLON.search(rest, 0, _LONGEST_NAME + 2)
        if colon:
            self._counts[rest[: colon.start()]] += 1

    def said(self, rest: str) -> Said | None:
        """Return what somebody said, or None for a line of the program's own."""
        colon = _COLON.search(rest, 0, _LONGEST_NAME + 2)
        if colon is None or not colon.start():
            return None
        name = rest[: colon.start()]
        if open_quotation(name) and not open_quotation(rest) and self._counts[name] < 2:
            return None
        if any(mark in name for mark in _CLOSED_BY) and open_quotation(name) and self._is_about_another(name):
            return None
        if self._counts[name] < 2 and not self.title.endswith(bare_name(name)) and self._is_going(rest, name):
            return None
        for later in _COLON.finditer(rest, colon.end(), _LONGEST_NAME + 2):
            longer = rest[: later.start()]
            if self.title and bare_name(longer) and self.title.endswith(bare_name(longer)):
                name, colon = longer, later
        return Said(bare_name(name), rest[colon.end() :])

    def _is_going(self, rest: str, name: str) -> bool:
        """Tell whether what looks like a name is the beginning of a line about people who come and go."""
        if _BETWEEN.fullmatch(name):
            return True
        end = rest.rstrip(" .。" + MARKS)
        return any(
            end.endswith(verbs) and between in name and self._counts[name.partition(between)[0]]
            for between, verbs in _AT_THE_END
        )

    def _is_about_another(self, name: str) -> bool:
        """Tell whether a name is the beginning of a sentence about somebody else in the log."""
        first = name
        while (cut := first.rfind(" ")) > 0:
            first = first[:cut]
            if self._counts[first] and not open_quotation(first):
                return True
        return False


def bare_name(name: str) -> str:
    """Return a name without what WhatsApp writes round one: marks of direction, and `~` for people not in the address book."""
    return name.strip(_ROUND_NAMES)


def open_quotation(text: str) -> bool:
    """Tell whether a quotation begins in a text that does not end in it."""
    closers = ""
    for char in text:
        closers = ("" if char in closers else closers) if closers else _CLOSED_BY.get(char, "")
    return bool(closers)


def is_said(rest: str) -> bool:
    """Tell whether somebody says this, as far as it tells by itself."""
    speakers = Senders()
    speakers.note(rest)
    return speakers.said(rest) is not None


_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time")


def read_whatsapp(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of a log, which is one conversation.

    Raises:
        ImportProblem: no line begins a message.
    """
    log = _Log(options, Senders(title=options.title))
    log.scan(stream)
    order = date_order(log.dates)
    if not log.dates:
        raise ImportProblem("no line begins as a message of WhatsApp does: is it another --format?")
    stream.seek(0)
    begins = log.forms.begins()
    for block in blocks(stream, options, begins=begins):
        head = head_of(block.lines[0]) if block.lines else None
        if block.problem:
            yield block.problem
        elif head:
            yield from log.rows(block.line, head, block.lines[1:], order)
        elif has_text("\n".join(block.lines)):
            yield Reject(line=block.line, reason=NO_MESSAGE)


@dataclass(slots=True)
class _Log:
    """What the whole log tells about each of its messages."""

    options: ReadOptions
    speakers: Senders
    notes: Notes = field(default_factory=Notes)
    dates: list[WrittenDate] = field(
        default_factory=list
    )  # one for all messages that follow each other on a day
    clocks: ClockStyle = field(default_factory=ClockStyle)
    forms: Forms = field(default_factory=Forms)

    def scan(self, stream: BinaryIO) -> None:
        """Read the log once, and take note of what repeats."""
        for block in blocks(stream, self.options, begins=is_head):
            if block.lines and (one := head_of(block.lines[0])):
                self.forms.note(one)
        self.forms.decide()
        stream.seek(0)
        for block in blocks(stream, self.options, begins=self.forms.begins()):
            head = head_of(block.lines[0]) if block.lines else None
            if head is None:
                continue
            if not self.dates or self.dates[-1] != head.date:
                self.dates.append(head.date)
            self.clocks.note(head.clock)
            self.speakers.note(head.rest)
            if said := self.speakers.said(head.rest):
                self.notes.note(said.words, block.lines[1:])

    def rows(self, line: int, head: Head, more: list[str], order: DateOrder | None) -> Iterator[Row]:
        """Yield what was said in a message, and what is left out of it."""
        said = self.speakers.said(head.rest)
        if said is None:
            yield Omitted(line=line, kind="system_note")
            return
        self.notes.is_marked = head.is_bracketed
        content = self.notes.content(said.words, more)
        if content.left_out:
            yield Omitted(line=line, kind=content.left_out)
        if not content.words:
            return
        row = {"text": content.words, "speaker": said.name, "conversation": self.options.title}
        zone = self.options.zone
        record = record_of(row, _COLUMNS, line=line, zone=zone)
        day = head.date.certainly_on(order) if order else None
        yield self.clocks.dated(record, day, head.clock, written=head.written, zone=zone)

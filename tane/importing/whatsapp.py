"""Reads the text logs that WhatsApp exports, of Android and of iOS, in the manner of the phone's language.

A message begins with its time; the lines up to the next time are its own. What the phone's language leaves open is
told from the whole log: whether day or month stands first, whether its clock counts to 24, who speaks, and what the
program itself repeats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from tane.importing.blocks import blocks
from tane.importing.chronology import DateOrder
from tane.importing.clocks import Habits
from tane.importing.columns import record_of
from tane.importing.dates import WrittenDate, date_order
from tane.importing.records import (
    NO_MESSAGE,
    Columns,
    ImportProblem,
    Omitted,
    ReadOptions,
    Record,
    Reject,
    Row,
    has_text,
)
from tane.importing.times import in_utc
from tane.importing.whatsapp_forms import Forms
from tane.importing.whatsapp_heads import Head, head_of, is_head
from tane.importing.whatsapp_notes import Notes
from tane.importing.whatsapp_speakers import Speakers

_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time")


def read_whatsapp(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of a log, which is one conversation.

    Raises:
        ImportProblem: no line begins a message.
    """
    log = _Log(options, Speakers(title=options.title))
    log.hear(stream)
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
    speakers: Speakers
    notes: Notes = field(default_factory=Notes)
    dates: list[WrittenDate] = field(
        default_factory=list
    )  # one for all messages that follow each other on a day
    clocks: Habits = field(default_factory=Habits)
    forms: Forms = field(default_factory=Forms)

    def hear(self, stream: BinaryIO) -> None:
        """Read the log once, and take note of what repeats."""
        for block in blocks(stream, self.options, begins=is_head):
            if block.lines and (one := head_of(block.lines[0])):
                self.forms.hear(one)
        self.forms.decide()
        stream.seek(0)
        for block in blocks(stream, self.options, begins=self.forms.begins()):
            head = head_of(block.lines[0]) if block.lines else None
            if head is None:
                continue
            if not self.dates or self.dates[-1] != head.date:
                self.dates.append(head.date)
            self.clocks.note(head.clock)
            self.speakers.hear(head.rest)
            if said := self.speakers.said(head.rest):
                self.notes.hear(said.words, block.lines[1:])

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
        record = record_of(row, _COLUMNS, line=line, zone=self.options.zone)
        if isinstance(record, Record):
            uttered_at = self._moment(head, order)
            is_unread = uttered_at is None
            record = replace(
                record, uttered_at=uttered_at, written_time=head.written, is_time_unreadable=is_unread
            )
        yield record

    def _moment(self, head: Head, order: DateOrder | None) -> datetime | None:
        day = head.date.certainly_on(order) if order else None
        clock = self.clocks.time(head.clock)
        return in_utc(datetime.combine(day, clock), zone=self.options.zone) if day and clock else None

"""Reads plain text and Markdown: a paragraph is an utterance. The day of one is that of the heading above it, see `diary`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import partial
from typing import BinaryIO

from tane.importing.blocks import Block, blocks
from tane.importing.chronology import NumericDate, date_order
from tane.importing.columns import record_of
from tane.importing.diary import Dated, Diary, date_in_name, heading_of, is_underline
from tane.importing.markdown import Inside, Scanner, inline_property, properties, words_of
from tane.importing.records import Columns, ImportRecord, Omitted, ReadOptions, Row, has_text
from tane.importing.times import in_utc, read_time
from tane.importing.written_dates import DayTitles, day_title

_COLUMNS = Columns(text="text", conversation="conversation")
_INDENT = "\u3000"  # with which Japanese prose begins a paragraph
# Properties that say of which day a note is, and those that say when it was written: a name that is a day goes between.
_DAYS = (
    "date",
    "day",
    "datetime",
    "日付",
    "日時",
    "journal-day",
    "journal day",
    "날짜",
    "日期",
    "datum",
    "fecha",
)
_BIRTHS = (
    "created", "created_at", "created at", "createdat", "date created", "date_created", "created-at", "creation date", "creationdate",
    "created_time", "ctime", "作成日", "作成日時", "published", "pubdate",
)  # fmt: skip
_KNOWN = frozenset(
    (
        *_DAYS,
        *_BIRTHS,
        "id",
        "collapsed",
        "tags",
        "alias",
        "aliases",
        "public",
        "icon",
        "type",
        "template",
        "heading",
    )
)


def read_text(stream: BinaryIO, options: ReadOptions, *, is_markdown: bool = False) -> Iterator[Row]:
    """Yield a record for each paragraph; all are one conversation, for each leans on those before it.

    Blank lines part paragraphs, and so does an indent or a heading that is a date; in a text that has neither blank lines
    nor indents, each line is one.
    """
    outline = _look(stream, options, is_markdown=is_markdown)
    pages = _Pages(outline.diary(options.title), options, is_markdown=is_markdown)
    scanner = Scanner(
        _is_parting if outline.paragraphs > 1 else _always, is_markdown=is_markdown, off=outline.off
    )
    for block in blocks(stream, options, begins=scanner):
        kind = scanner.kinds.popleft()
        if block.problem:
            yield block.problem
        elif kind != "text":
            yield Omitted(line=block.line, kind=kind)
        else:
            yield from pages.rows(block)


read_markdown = partial(read_text, is_markdown=True)


@dataclass(slots=True)
class _Outline:
    """What the whole of a text tells before any of it is read."""

    paragraphs: int = 0
    dates: list[NumericDate] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    off: dict[Inside, int] = field(default_factory=dict)
    titles: DayTitles = field(default_factory=DayTitles)
    _is_after_blank: bool = True

    def note(self, line: str) -> None:
        """Take note of a line that may name a day without its year."""
        heading = heading_of(line)
        if heading and (title := day_title(heading.text)):
            self.titles.note(title, is_after_blank=self._is_after_blank)
        self._is_after_blank = not line.strip()

    def diary(self, title: str) -> Diary:
        """Return a diary that begins on the day of the note: its own, that of its name, or that of its making."""
        named = date_in_name(title)
        moment = self._moment(_DAYS) or (datetime.combine(named, time()) if named else self._moment(_BIRTHS))
        diary = Diary(start=moment, order=date_order(self.dates, is_log=False), titles=self.titles.order())
        diary.name(title)
        return diary

    def _moment(self, names: Iterable[str]) -> datetime | None:
        return next(filter(None, (read_time(self.properties.get(name)) for name in names)), None)


def _look(stream: BinaryIO, options: ReadOptions, *, is_markdown: bool) -> _Outline:
    """Look over a text until every opening in it is known to have its close, or to be text."""
    off: dict[Inside, int] = {}
    while True:
        outline = _Outline(off=off)
        diary = Diary()
        diary.name(options.title)
        scanner = Scanner(_is_parting, is_markdown=is_markdown, off=off)
        for block in blocks(stream, options, begins=scanner):
            kind = scanner.kinds.popleft()
            if kind == "property_list":
                outline.properties = properties(block.lines)
            elif kind == "text":
                outline.paragraphs += has_text("".join(block.lines))
                for line in block.lines:
                    outline.note(line)
                outline.dates += filter(None, map(diary.open_date, block.lines))
                if is_markdown:
                    for name, value in filter(None, map(inline_property, block.lines)):
                        outline.properties.setdefault(name, value)
        stream.seek(0)
        if not scanner.left_open:
            return outline
        off |= scanner.left_open


class _Pages:
    """Makes records of blocks, one after the other; a date among the lines parts a block."""

    def __init__(self, diary: Diary, options: ReadOptions, *, is_markdown: bool) -> None:
        self._diary = diary
        self._options = options
        self._is_markdown = is_markdown
        self._may_be_underlined = False

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield the utterances of a block, and what is left out of it."""
        line = block.line
        lines: list[str] = []
        for number, text in enumerate(block.lines, start=block.line):
            if self._may_be_underlined and is_underline(text):
                continue
            before = self._diary.current
            dated = self._diary.take(text)
            self._may_be_underlined = dated is not None
            if dated is not None or (before is not self._diary.current):
                yield from self._record(line, lines, before)
                line, lines = number, []
            if dated is not None and not dated.rest:
                line = number + 1
                yield Omitted(line=number, kind="date_heading")
            else:
                lines.append(text)
        yield from self._record(line, lines, self._diary.current)

    def _record(self, line: int, lines: list[str], dated: Dated | None) -> Iterator[Row]:
        first = next((at for at, text in enumerate(lines) if has_text(text)), None)
        if first is None:
            return
        text = "\n".join(lines).strip()
        if self._is_markdown:
            spoken = [one for one in lines if not _is_property(one)]
            text, left_out = words_of(spoken)
            left_out["property_line"] += len(lines) - len(spoken)
            for kind, count in left_out.items():
                yield from [Omitted(line=line + first, kind=kind)] * count
        if not has_text(text):
            return
        row = {"text": text, "conversation": self._options.title}
        record = record_of(row, _COLUMNS, line=line + first, zone=self._options.zone)
        if dated is None or not isinstance(record, ImportRecord):
            yield record
            return
        # The time stays out of what a record is known by: a text that was imported before dates were read gets them.
        yield replace(
            record,
            uttered_at=in_utc(dated.moment, zone=self._options.zone),
            is_time_unreadable=dated.moment is None,
            has_local_time=dated.moment is None or dated.moment.tzinfo is None,
        )


def _is_property(line: str) -> bool:
    found = inline_property(line)
    return found is not None and found[0] in _KNOWN


def _is_parting(line: str) -> bool:
    return line.startswith(_INDENT) or not line.strip()


def _always(_: str) -> bool:
    return True

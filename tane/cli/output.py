"""What commands print: data on standard output, messages on standard error, wide characters counted as wide.

Text is folded into lines by the rules of Japanese: what may not begin or end a line does not. rich breaks at blanks, of which
Japanese has none, and would leave a line to begin with 、 or 。.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

SHORT_ID = 8
LONGEST_CELL = 4_000  # characters
DEEPEST_INDENT = 20
# What JSON leaves as it is and a terminal interprets: DEL and the C1 controls, marks that turn the order of the text.
_DRIVING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Unprintable by their category, and harmless; without the last an emoji of several people falls apart.
_KEPT = "\n\t\u3000\u200d"


def console() -> Console:
    """Return a console on standard output as it is now (a test may have replaced it)."""
    return Console(highlight=False, emoji=False, markup=False)


def messages() -> Console:
    """Return a console on standard error."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)


def show(*renderables: RenderableType, piped_width: int | None = None) -> None:
    """Print data; without a terminal no line ends in blanks, so that it can be compared and cut.

    `piped_width` is for tables whose cells must be whole for other programs.
    """
    screen = console()
    if screen.is_terminal:
        _print_each(screen, renderables)
        return
    screen.width = piped_width or screen.width
    with screen.capture() as captured:
        _print_each(screen, renderables)
    click.echo("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))


def _print_each(screen: Console, renderables: Sequence[RenderableType]) -> None:
    for renderable in renderables:
        # rich rebuilds a text that it prints, and forgets that it must not be wrapped.
        is_one_line = isinstance(renderable, Text) and renderable.no_wrap is True
        screen.print(renderable, crop=False, soft_wrap=is_one_line)


def note(text: str) -> None:
    """Tell the user something that is no data; names out of a file may stand in it."""
    click.echo(clean(text), err=True)


def told(as_json: bool, text: str, /, **facts: Any) -> None:
    """Say what was done: a sentence to people, the facts to programs."""
    write_json(facts) if as_json else note(text)


def write_json(value: Any) -> None:
    """Print one JSON object, indented for people on a terminal and on one line elsewhere."""
    indent = 2 if sys.stdout.isatty() else None
    written = json.dumps(value, ensure_ascii=False, indent=indent, default=_jsonable)
    click.echo(_DRIVING.sub(lambda found: f"\\u{ord(found[0]):04x}", written))


def _jsonable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def clean(text: str) -> str:
    """Take out control characters: text of others must not control the user's terminal."""
    return "".join(char if char.isprintable() or char in _KEPT else "�" for char in text)


def one_line(text: str, *, cells: int) -> str:
    """Return the beginning of a text on one line of at most `cells` columns."""
    flat = " ".join(clean(text).split())
    return flat if cell_len(flat) <= cells else set_cell_size(flat, cells - 1).rstrip() + "…"


def excerpt(text: str, words: Sequence[str], *, cells: int) -> str:
    """Return at most `cells` columns of a text on one line, from a little before the first of these words on."""
    flat = " ".join(clean(text).split())
    if cell_len(flat) <= cells:
        return flat
    places = [place for word in words if (place := flat.casefold().find(word.casefold())) >= 0]
    start = max(0, min(places, default=0) - cells // 8)
    return one_line(("…" if start else "") + flat[start:], cells=cells)


def indent(depth: int) -> str:
    """Return the indentation of a level of a tree, from 1; other programs may have stored any number."""
    return "  " * min(max(depth - 1, 0), DEEPEST_INDENT)


def short(item_id: UUID | str) -> str:
    """Return the beginning of an id, enough to name it in a command."""
    return str(item_id)[:SHORT_ID]


def when(moment: datetime | None, zone: str) -> str:
    """Return a time in the configured zone, to the minute."""
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


class CappedTable(Table):
    """A table that measures no more of a cell than a screen can show: a cell may hold a megabyte of somebody's text."""

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row; a text that is longer than 4,000 characters ends there."""
        super().add_row(*(_cut(cell) for cell in cells), **options)


def _cut(cell: RenderableType | None) -> RenderableType | None:
    if isinstance(cell, str | Text) and len(cell) > LONGEST_CELL:
        return cell[:LONGEST_CELL] + "…"
    return cell


def table(*headers: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table without rules; the last column takes the rest of the width."""
    made = CappedTable(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=bool(any(headers)), header_style="dim"
    )
    for header in headers:
        made.add_column(
            header, justify="right" if header in right else "left", no_wrap=header is not headers[-1]
        )
    return made


def bars(counts: Mapping[str, int], *, width: int = 30) -> Table:
    """Return counts as a bar chart."""
    made = table("", "", "")
    most = max(counts.values(), default=0) or 1
    for name, count in counts.items():
        made.add_row(clean(name), Text("█" * round(width * count / most), style="green"), str(count))
    return made


MAY_NOT_BEGIN = frozenset(
    "、。，．・：；？！!?,.:;)）]］}｝」』】〉》〕’”ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々…‥％%"
)
MAY_NOT_END = frozenset("(（[［{｛「『【〈《〔‘“")


def fold(text: Text | str, cells: int) -> Text:
    """Return the text with line breaks, so that no line is wider than `cells` columns; styles stay."""
    styled = Text(text) if isinstance(text, str) else text
    lines = styled.divide(list(breaks(styled.plain, max(cells, 4))))
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)


def breaks(text: str, cells: int) -> Iterator[int]:
    """Yield the offsets at which a line begins, but for the first. One pass, in linear time."""
    start, width, place = 0, 0, 0
    while place < len(text):
        char = text[place]
        width += 0 if char == "\n" else cell_len(char)
        if char == "\n":
            start, width = place + 1, 0
            if start < len(text):
                yield start
        elif width > cells and not char.isspace():  # blanks hang over the edge, and are cut off
            place = start = _best_break(text, start, place)
            width = 0
            yield start
            continue
        place += 1


def _best_break(text: str, start: int, place: int) -> int:
    """Return the last good offset at or before `place`; `place` itself where the whole line has none."""
    for offset in range(place, start, -1):
        before, after = text[offset - 1], text[offset]
        if after in MAY_NOT_BEGIN or before in MAY_NOT_END or after.isspace():
            continue
        if not (_is_word(before) and _is_word(after)):
            return offset
    return place


def _is_word(char: str) -> bool:
    """Tell whether a character is part of a word that blanks separate from others."""
    return char.isascii() and not char.isspace()

"""Folds text into lines of a terminal's columns, by the rules of Japanese: what may not begin or end a line does not.

rich breaks at blanks, of which Japanese has none, and would leave a line to begin with 、 or 。.
"""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

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

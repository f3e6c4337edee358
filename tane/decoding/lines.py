"""The lines of a text, one by one."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from tane.decoding.encodings import SAMPLE_LINE_BYTES, Encoding

MAX_LINE_CHARS = 8_000_000  # 1 MB of text escaped as \uXXXX, and its metadata


class BadLine(Exception):  # noqa: N818
    """One line cannot be used; the lines after it can. The message is its reason; neither that nor `detail` holds text of the line."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail


class Lines(Iterator[str]):
    """The physical lines of a stream with their ends, one in memory at a time; `number` counts from 1.

    `next` raises BadLine for a line that is too long or cut off, and may be called again after it.
    """

    def __init__(self, stream: BinaryIO, encoding: Encoding) -> None:
        self.number = 0
        self._text = io.TextIOWrapper(stream, encoding=encoding.name, errors=encoding.errors, newline="")
        self._is_over = False

    def __next__(self) -> str:
        if self._is_over:
            raise StopIteration
        try:
            line = self._text.readline(MAX_LINE_CHARS)
        except UnicodeError:  # only at the end of a cut-off UTF-16 file: other bad bytes have been marked
            self._is_over = True
            self.number += 1
            raise BadLine("the file ends within a character") from None
        if not line:
            self._is_over = True
            self._text.detach()  # or it would close the stream, which is its owner's
            raise StopIteration
        self.number += 1
        if len(line) == MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
            self._skip_rest()
            raise BadLine(f"line longer than {MAX_LINE_CHARS:,} characters")
        return line.removeprefix("\ufeff") if self.number == 1 else line

    def numbered(self) -> Iterator[tuple[int, str | BadLine]]:
        """Yield each line with its number, and in the place of one that cannot be used the reason."""
        while True:
            try:
                line: str | BadLine = next(self)
            except StopIteration:
                return
            except BadLine as bad:
                line = bad
            yield self.number, line

    def _skip_rest(self) -> None:
        while (rest := self._text.readline(SAMPLE_LINE_BYTES)) and not rest.endswith(("\n", "\r")):
            pass

"""Which encoding a file has, decided once and the same way every time, and its lines one by one.

A byte order mark decides, the zero bytes of UTF-16 and UTF-32, or the escape sequences of ISO-2022; then the lines with bytes
beyond ASCII: UTF-8 if most of them are; else the Japanese encoding in which they read as Japanese and in no other way. What
stays unclear is asked, never guessed.
"""

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from tane.importing.readings import decisive, is_doubtful_utf8, likely, readings
from tane.importing.sevenbit import hidden, is_suspect, iso_2022
from tane.importing.wide import HEAD_BYTES, has_ascii, is_binary, wide_codecs

MAX_LINE_CHARS = 8_000_000  # 1 MB of text escaped as \uXXXX, and its metadata
SAMPLE_BYTES = 256 * 1024
SAMPLE_LINE_BYTES = 64 * 1024
MAX_BROKEN_SHARE = 0.1

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_MARKING = "tane.mark"  # as surrogateescape, which is at a loss with bad bytes of ASCII, as ISO-2022 and UTF-7 have them


class EncodingUnclear(Exception):  # noqa: N818 - reads as the state it reports
    """The bytes are not UTF-8 and not Japanese beyond doubt, or the named encoding is unknown. Use `--encoding`."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in bad), error.end


codecs.register_error(_MARKING, _mark)


class BadLine(Exception):  # noqa: N818
    """One line cannot be used; the lines after it can. The message is its reason."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec, and how it marks bytes that it cannot read."""

    name: str

    @property
    def errors(self) -> str:
        """Name the error handler: UTF-16 knows lone surrogates only, which are cleaned later; others mark bad bytes."""
        return "surrogatepass" if self.name.startswith(("utf-16", "utf-32")) else _MARKING

    def is_broken(self, text: str) -> bool:
        """Tell whether a decoded text holds bytes that are not of this encoding."""
        return self.errors == _MARKING and not text.isascii() and _has_surrogate(text)


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def named(name: str) -> Encoding:
    """Return the encoding that the user named.

    Raises:
        EncodingUnclear: Python has no text encoding of this name.
    """
    try:
        "".encode(name)
        return Encoding(codecs.lookup(name).name)
    except (LookupError, ValueError, UnicodeError):
        raise EncodingUnclear(f"there is no text encoding called {name!r}") from None


def detect(stream: BinaryIO) -> Encoding:
    """Decide the encoding of a seekable stream, which is back at its start afterwards.

    Raises:
        EncodingUnclear: the message says what the bytes may be.
    """
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    wide = wide_codecs(head)
    if len(wide) == 1 and has_ascii(head, wide[0]):
        return Encoding(wide[0])
    if wide:
        raise EncodingUnclear(
            f"it has no byte order mark and may be {' or '.join(wide)}: name it with --encoding"
        )
    if is_binary(head):
        raise EncodingUnclear(
            "it holds control bytes as no text does; if it is one, name its encoding with --encoding"
        )
    sample = _sample(stream)
    seven_bit = iso_2022(sample.suspect)
    if seven_bit and not sample.beyond_ascii:
        return Encoding(seven_bit)
    if seven_bit is not None:
        raise EncodingUnclear(
            "it holds escape sequences of ISO-2022, but not of one that is known: name it with --encoding"
        )
    if not sample.beyond_ascii and (codec := hidden(sample.suspect)):
        raise EncodingUnclear(
            f"it is ASCII that reads as other letters in {codec}: name it, or us-ascii, with --encoding"
        )
    decided = decide(sample.beyond_ascii, ascii_lines=sample.ascii_lines)
    if decided is None:
        raise EncodingUnclear(
            f"neither UTF-8 nor beyond doubt Shift_JIS or EUC-JP{_hint(sample.beyond_ascii)}: name the encoding with --encoding"
        )
    return Encoding(decided)


@dataclass(slots=True)
class _Sample:
    """The first lines with bytes beyond ASCII, those that may hide other letters in ASCII, and the number of all others."""

    beyond_ascii: list[bytes] = field(default_factory=list)
    suspect: list[bytes] = field(default_factory=list)
    ascii_lines: int = 0


def _sample(stream: BinaryIO) -> _Sample:
    sample, size, suspects = _Sample(), 0, 0
    is_rest = False  # of a long line: it may begin within a character
    while size < SAMPLE_BYTES and (line := stream.readline(SAMPLE_LINE_BYTES)):
        if line.isascii():
            sample.ascii_lines += not is_rest
            if suspects < SAMPLE_BYTES and is_suspect(line):
                sample.suspect.append(line)
                suspects += len(line)
        elif not is_rest:
            sample.beyond_ascii.append(line)
            size += len(line)
        is_rest = not line.endswith(b"\n")
    stream.seek(0)
    return sample


def decide(lines: Sequence[bytes], *, ascii_lines: int) -> str | None:
    """Return the codec of lines that all hold bytes beyond ASCII, or None when it is unclear.

    A mostly valid UTF-8 or ASCII file stays UTF-8: its few bad lines are rejected one by one.
    """
    valid = [line for line in lines if _is_utf8(line)]
    if is_doubtful := bool(valid) and is_doubtful_utf8(valid):
        valid = []
    broken = len(lines) - len(valid)
    if broken * 2 <= len(lines):
        return "utf-8"
    if japanese := decisive(readings(lines)):
        return japanese.codec
    return "utf-8" if not is_doubtful and broken <= MAX_BROKEN_SHARE * (len(lines) + ascii_lines) else None


def _is_utf8(line: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)  # a long line is cut, maybe within a character
    except UnicodeDecodeError:
        return False
    return True


def _hint(lines: Sequence[bytes]) -> str:
    """Return how the bytes may be read, without any of them."""
    if near := likely(readings(lines)):
        return f"; it may be {' or '.join(map(str, near))}"
    import charset_normalizer  # noqa: PLC0415 - needed for this message only

    best = charset_normalizer.from_bytes(b"".join(lines)).best()
    return f" (perhaps {best.encoding})" if best else ""


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

    def _skip_rest(self) -> None:
        while (rest := self._text.readline(SAMPLE_LINE_BYTES)) and not rest.endswith(("\n", "\r")):
            pass

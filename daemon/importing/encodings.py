"""Which encoding a file has, decided once and the same way every time, and its lines one by one.

A byte order mark decides, or the zero bytes of UTF-16; then the lines with bytes beyond ASCII: UTF-8 if most of them are; else the
Japanese encoding in which they read as Japanese. What stays unclear is asked, never guessed.
"""

import codecs
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

MAX_LINE_CHARS = 8_000_000  # 1 MB of text escaped as \uXXXX, and its metadata
SAMPLE_BYTES = 256 * 1024
SAMPLE_LINE_BYTES = 64 * 1024
JAPANESE = ("cp932", "euc_jp")
UTF16_HEAD_BYTES = 4096
MIN_ASCII_SHARE = 0.02
MIN_UTF16_PLAUSIBLE = 0.9
MIN_PLAUSIBLE = 0.6
MAX_BROKEN_SHARE = 0.1

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FIRST_LEVEL_2_KANJI = b"\x98\x9f"


class EncodingUnclear(Exception):  # noqa: N818 - reads as the state it reports
    """The bytes are neither UTF-8 nor plausibly Shift_JIS or EUC-JP, or the named encoding is unknown. Use `--encoding`."""


class BadLine(Exception):  # noqa: N818
    """One line cannot be used; the lines after it can. The message is its reason."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec, and how it marks bytes that it cannot read."""

    name: str

    @property
    def errors(self) -> str:
        """Name the error handler: UTF-16 knows lone surrogates only, which are cleaned later; others mark bad bytes."""
        return "surrogatepass" if self.name.startswith(("utf-16", "utf-32")) else "surrogateescape"

    def is_broken(self, text: str) -> bool:
        """Tell whether a decoded text holds bytes that are not of this encoding."""
        return self.errors == "surrogateescape" and not text.isascii() and _has_surrogate(text)


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
    head = stream.read(4)
    stream.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if unmarked := _unmarked_utf16(stream):
        return Encoding(unmarked)
    ascii_lines, lines = _sample(stream)
    decided = decide(lines, ascii_lines=ascii_lines)
    if decided is None:
        raise EncodingUnclear(
            f"neither UTF-8 nor Shift_JIS nor EUC-JP{_hint(lines)}: name the encoding with --encoding"
        )
    return Encoding(decided)


def _unmarked_utf16(stream: BinaryIO) -> str | None:
    """Tell UTF-16 without a mark: zero bytes, and read so it is everyday text with some ASCII in it."""
    head = stream.read(UTF16_HEAD_BYTES)
    stream.seek(0)
    if 0 not in head:
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = head.decode(name, "ignore")
        plain = sum(char.isascii() and (char.isprintable() or char.isspace()) for char in text)
        everyday = plain + sum(not char.isascii() and _is_everyday(char) for char in text)
        if plain >= MIN_ASCII_SHARE * len(text) and everyday >= MIN_UTF16_PLAUSIBLE * len(text):
            return name
    return None


def _sample(stream: BinaryIO) -> tuple[int, list[bytes]]:
    """Collect the first lines with bytes beyond ASCII, and count the others on the way."""
    ascii_lines, lines, size = 0, [], 0
    is_rest = False  # of a long line: it may begin within a character
    while size < SAMPLE_BYTES and (line := stream.readline(SAMPLE_LINE_BYTES)):
        if line.isascii():
            ascii_lines += not is_rest
        elif not is_rest:
            lines.append(line)
            size += len(line)
        is_rest = not line.endswith(b"\n")
    stream.seek(0)
    return ascii_lines, lines


def decide(lines: Sequence[bytes], *, ascii_lines: int) -> str | None:
    """Return the codec of lines that all hold bytes beyond ASCII, or None when it is unclear.

    A mostly valid UTF-8 or ASCII file stays UTF-8: its few bad lines are rejected one by one.
    """
    broken = sum(not _decodes(line, "utf-8") for line in lines)
    if broken * 2 <= len(lines):
        return "utf-8"
    best = max(JAPANESE, key=lambda name: _plausibility(lines, name))
    if _plausibility(lines, best) >= MIN_PLAUSIBLE:
        return best
    return "utf-8" if broken <= MAX_BROKEN_SHARE * (len(lines) + ascii_lines) else None


def _decodes(line: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()  # the sample may cut a long line within a character
    try:
        decoder.decode(line)
    except UnicodeDecodeError:
        return False
    return True


def _plausibility(lines: Sequence[bytes], name: str) -> float:
    """Return the share of lines that decode times the share of everyday Japanese among what is not ASCII."""
    decoded = [line.decode(name, "ignore") for line in lines if _decodes(line, name)]
    chars = [char for text in decoded for char in text if not char.isascii()]
    if not chars:
        return 0.0
    return len(decoded) / len(lines) * sum(map(_is_everyday, chars)) / len(chars)


def _is_everyday(char: str) -> bool:
    """Tell kana, Japanese punctuation, full-width forms and kanji of JIS level 1 from what wrong decoding yields.

    EUC-JP read as Shift_JIS gives half-width katakana, Latin letters read so give rare kanji.
    """
    if "\u3000" <= char <= "\u30ff" or "\uff01" <= char <= "\uff60":
        return True
    if not unicodedata.name(char, "").startswith("CJK UNIFIED"):
        return False
    return char.encode("cp932", "replace") < _FIRST_LEVEL_2_KANJI


def _hint(lines: Sequence[bytes]) -> str:
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

"""Which encoding a file has, decided once and the same way every time, and its lines one by one.

A byte order mark decides, the zero bytes of UTF-16 and UTF-32, or the escape sequences of ISO-2022; then the lines with bytes
beyond ASCII: UTF-8 if most of them are; else the Japanese encoding in which they read as Japanese and in no other way. What
stays unclear is asked, never guessed.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from tane.decoding.decodings import (
    MARGIN_BITS,
    MAX_BITS,
    MIN_SHARE,
    cost,
    decisive,
    decodings,
    is_doubtful_utf8,
    likely,
)

# Changes to a set of two bytes a character, or to katakana; ESC ( B alone is also what terminals write.
_ESCAPED = re.compile(rb"\x1b(?:\$(?:[@AB]|[()][@-G])|\(I)")
_HZ = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)~\}")
_UTF7 = re.compile(rb"\+([A-Za-z0-9+/]{3,})(-?)")
_ISO_2022 = ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_kr")
_MIN_UTF7_BITS = 6.0
_RANDOM_BITS = 16.0  # of a UTF-16 unit
_SHIFTS = (b"\x1b", b"\x0e")


def is_suspect(line: bytes) -> bool:
    """Tell whether a line of ASCII may be of such an encoding."""
    return b"\x1b" in line or b"\x0e" in line or b"~{" in line or b"+" in line


def iso_2022(lines: Sequence[bytes]) -> str | None:
    """Return the codec of lines with escape sequences, or None if there are none; "" : one that is not known."""
    escaped = [line for line in lines if any(shift in line for shift in _SHIFTS)]
    if not any(map(_ESCAPED.search, escaped)):
        return None
    shares = {codec: _share(escaped, codec) for codec in _ISO_2022}
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] >= MIN_SHARE else ""


def _share(lines: Sequence[bytes], codec: str) -> float:
    """Return the share of lines that decode; the sets that a line names hold for the next ones, too."""
    decoder = codecs.getincrementaldecoder(codec)()
    good = 0
    for line in lines:
        state = decoder.getstate()
        try:
            good += not decoder.decode(line).isascii()
        except UnicodeDecodeError:
            decoder.setstate(state)
    return good / len(lines)


def hidden(lines: Sequence[bytes]) -> str | None:
    """Return the codec in which lines of ASCII read as text of another script: HZ, UTF-7; None: they do not."""
    shifted = [pair for line in lines for pair in _HZ.findall(line)]
    if shifted:
        try:
            if cost(b"".join(b"~{%s~}" % pairs for pairs in shifted).decode("hz"))[1] <= MAX_BITS:
                return "hz"
        except UnicodeDecodeError:
            pass
    runs = [run for line in lines for run in _UTF7.findall(line)]
    try:
        texts = [(b"+%s-" % run[0]).decode("utf-7") for run in runs]
    except UnicodeDecodeError:
        return None
    return "utf-7" if texts and _is_utf7(texts, [bool(run[1]) for run in runs]) else None


def _is_utf7(texts: Sequence[str], closed: Sequence[bool]) -> bool:
    text = "".join(texts)
    if text.isascii():
        return False
    bits, each = cost(text)
    return each <= MAX_BITS and _RANDOM_BITS * len(text) - bits + 4 * sum(closed) >= _MIN_UTF7_BITS


HEAD_BYTES = 4096
MAX_CONTROL_SHARE = 0.1
MIN_CONTROLS = 4

_WIDTHS = {"utf-32-le": 4, "utf-32-be": 4, "utf-16-le": 2, "utf-16-be": 2}
_TEXT_CONTROLS = b"\t\n\v\f\r\x0e\x0f\x1a\x1b"


def wide_codecs(head: bytes) -> list[str]:
    """Return the codecs of two or four bytes in which a beginning reads better than in any of one: none, one, or several.

    Several: it is not clear which.
    """
    found: dict[str, float] = {}  # what each costs more than the best of one byte, a negative number
    for codec, width in _WIDTHS.items():
        whole = head[: len(head) // width * width]
        if whole and (bits := _cost(whole, codec)) is not None:
            found[codec] = bits - _narrow_cost(whole)
    best = min(found.values(), default=0.0)
    if best >= 0 or (best > -MARGIN_BITS and 0 not in head):
        return []
    return [codec for codec, more in found.items() if more < best + MARGIN_BITS]


def has_ascii(head: bytes, codec: str) -> bool:
    """Tell whether a beginning holds ASCII, as nearly every text does: its zero bytes prove the codec."""
    return any(char.isascii() for char in head.decode(codec, "ignore"))


def is_binary(head: bytes) -> bool:
    """Tell whether there are more control bytes than any text has."""
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in head)
    return controls >= MIN_CONTROLS and controls > MAX_CONTROL_SHARE * len(head)


def _cost(head: bytes, codec: str) -> float | None:
    try:
        text = head.decode(codec, "surrogatepass")
    except UnicodeDecodeError:
        return None
    bits, each = cost(text)
    return bits if each <= MAX_BITS else None


def _narrow_cost(head: bytes) -> float:
    try:
        return cost(codecs.getincrementaldecoder("utf-8")().decode(head))[0]  # it may end within a character
    except UnicodeDecodeError:
        return decodings([head])[0].bits


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
    if japanese := decisive(decodings(lines)):
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
    if near := likely(decodings(lines)):
        return f"; it may be {' or '.join(map(str, near))}"
    import charset_normalizer  # noqa: PLC0415 - needed for this message only

    best = charset_normalizer.from_bytes(b"".join(lines)).best()
    return f" (perhaps {best.encoding})" if best else ""

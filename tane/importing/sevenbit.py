"""Tells encodings that write other letters in ASCII bytes: ISO-2022 with its escape sequences, HZ, UTF-7."""

import codecs
import re
from collections.abc import Sequence

from tane.importing.readings import MAX_BITS, MIN_SHARE, cost

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

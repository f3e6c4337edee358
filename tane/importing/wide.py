"""Tells UTF-16 and UTF-32 without a mark by the beginning of a file: read so it is text, and read otherwise it is none."""

import codecs

from tane.importing.readings import MARGIN_BITS, MAX_BITS, cost, readings

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
        return readings([head])[0].bits

"""Compares the decodings that bytes allow: each language in each of its encodings, by what the text would cost in bits.

Seven bits less say that a decoding is a hundred times likelier, so that a text is taken for Japanese only if no other
decoding comes near. What is repeated proves nothing more: of equal lines one counts, of a run of a character one.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tane.decoding.languages import ASCII_BITS, JAPANESE, LANGUAGES, Language

MARGIN_BITS = 7.0  # by which a decoding must be cheaper than any other
MAX_BITS = 12.0  # of a character beyond ASCII; rare ones at random cost 13 and more
MIN_SHARE = 0.6  # of the lines that must decode
SCORED_BYTES = 16 * 1024

_BROKEN_BITS = 12.0  # of a byte beyond ASCII in a line that does not decode
_SCRIPT_BITS = 8.0  # of a letter in a text of one script of which there are no counts of letters
_NEW_SCRIPT_BITS = 12.0  # once, for that it is this one
_VAST_SCRIPTS = ("CJK", "HANGUL", "YI")  # in which many bytes at random would be letters
_FEW_CHARS = 8
_EMOJI = frozenset(map(chr, range(0x1F000, 0x1FC00)))
_MIXED = re.compile(r"[A-Za-z](?=[^\x00-\x7f])|[^\x00-\x7f](?=[A-Za-z])")
_REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Bytes read as text of a language in an encoding."""

    language: Language
    codec: str
    text: str  # of the lines that decode
    share: float  # of the lines that do
    bits: float
    bits_per_char: float  # of those beyond ASCII

    @property
    def is_plausible(self) -> bool:
        """Tell whether it is text at all."""
        return self.bits_per_char <= MAX_BITS and self.share >= MIN_SHARE

    def __str__(self) -> str:
        return f"{self.language.name} in {self.codec}"


def decodings(lines: Sequence[bytes]) -> list[Decoding]:
    """Return the decodings of lines that hold bytes beyond ASCII, the cheapest first."""
    lines = _scored(lines)
    decoded = {codec: _decode(lines, codec) for language in LANGUAGES for codec in language.codecs}
    found = [
        decoding
        for language in LANGUAGES
        for codec in language.codecs
        if (decoding := _decoding(language, codec, *decoded[codec], lines=len(lines)))
    ]
    return sorted(found, key=lambda decoding: decoding.bits)


def decisive(found: Sequence[Decoding]) -> Decoding | None:
    """Return the cheapest of the decodings if it is Japanese, plausible, and no other text comes near."""
    if not found or found[0].language is not JAPANESE or not found[0].is_plausible:
        return None
    best = found[0]
    is_alone = all(
        other.bits >= best.bits + MARGIN_BITS
        for other in found
        if other.text != best.text and _family(other) != _family(best)
    )
    return best if is_alone else None


def is_doubtful_utf8(lines: Sequence[bytes]) -> bool:
    """Tell whether so few characters make lines valid UTF-8, and such odd ones, that it may be chance."""
    text = b"".join(_scored(lines)).decode("utf-8", "ignore")
    beyond = [char for char in text if not char.isascii()]
    # Signs and emoji are common in ASCII, and in newer versions of Unicode than ours.
    if len(beyond) > _FEW_CHARS or any(
        unicodedata.category(char)[0] in "NPSZ" or char in _EMOJI for char in beyond
    ):
        return False
    return cost(text)[0] > decodings(lines)[0].bits


def likely(found: Sequence[Decoding]) -> list[Decoding]:
    """Return the plausible decodings that come near the cheapest, of each language and text one, at most three."""
    near: dict[tuple[str, str], Decoding] = {}
    for decoding in found:
        if decoding.is_plausible and decoding.bits < 1.25 * found[0].bits + MARGIN_BITS:
            near.setdefault((decoding.language.name, decoding.text), decoding)
    return list({decoding.language.name: decoding for decoding in reversed(near.values())}.values())[::-1][:3]


def cost(text: str) -> tuple[float, float]:
    """Return what a text costs in the language that it fits best, and each character of it beyond ASCII."""
    counts = Counter(_REPEATED.sub(r"\1", text))
    beyond = sum(count for char, count in counts.items() if not char.isascii())
    costs = [({char: language.bits(char) for char in counts}, 0.0) for language in LANGUAGES]
    costs.append((_bits_of_one_script(counts), _NEW_SCRIPT_BITS))
    bits, wide = min(
        (
            once + sum(of[char] * count for char, count in counts.items()),
            sum(of[char] * count for char, count in counts.items() if not char.isascii()),
        )
        for of, once in costs
    )
    return bits, wide / beyond if beyond else 0.0


def _bits_of_one_script(counts: Counter[str]) -> dict[str, float]:
    """Return the cost of characters in a language without counts of its letters: it is written in the script found most."""
    scripts = {
        char: unicodedata.name(char, "").partition(" ")[0]
        for char in counts
        if not char.isascii() and char.isalpha()
    }
    found: Counter[str] = Counter()
    for char, script in scripts.items():
        if script not in _VAST_SCRIPTS:
            found[script] += counts[char]
    main = max(found, key=lambda script: found[script], default=None)
    return {
        char: _SCRIPT_BITS
        if scripts.get(char, main) == main
        and unicodedata.category(char)[0] in ("L", "M")
        and not char.isascii()
        else JAPANESE.bits(char)
        for char in counts
    }


def _scored(lines: Sequence[bytes]) -> list[bytes]:
    """Return different lines from all over the sample, so many that scoring them takes no time."""
    step = sum(map(len, lines)) // SCORED_BYTES + 1
    return list(dict.fromkeys(line[:SCORED_BYTES] for line in lines[::step]))


def _decode(lines: Iterable[bytes], codec: str) -> tuple[list[str], float]:
    """Return the lines that decode, and what the others cost."""
    texts: list[str] = []
    broken = 0.0
    for line in lines:
        try:
            texts.append(
                codecs.getincrementaldecoder(codec)().decode(line)
            )  # a long one is cut, maybe within a character
        except UnicodeDecodeError:
            broken += sum(_BROKEN_BITS if byte > 0x7F else ASCII_BITS for byte in line)
    return texts, broken


def _decoding(
    language: Language, codec: str, texts: Sequence[str], broken: float, *, lines: int
) -> Decoding | None:
    text = "".join(texts)
    counts = Counter(_REPEATED.sub(r"\1", text))
    costs = {char: language.bits(char) for char in counts}
    beyond = {char: count for char, count in counts.items() if not char.isascii()}
    if not beyond:
        return None
    wide = sum(costs[char] * count for char, count in beyond.items()) + language.mixed * len(
        _MIXED.findall(text)
    )
    plain = sum(costs[char] * count for char, count in counts.items() if char.isascii())
    return Decoding(
        language=language,
        codec=codec,
        text=text,
        share=len(texts) / lines,
        bits=wide + plain + broken,
        bits_per_char=wide / sum(beyond.values()),
    )


def _family(decoding: Decoding) -> str:
    """Return the codecs that differ in rare characters only."""
    return (
        "euc-jp"
        if decoding.codec in ("euc_jp", "euc_jis_2004")
        else f"{decoding.language.name} {decoding.codec}"
    )

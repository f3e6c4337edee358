"""How many of the things that it names a text speaks of: some are not all, and all are not some. Pure."""

import re

from tane.language.alignment import counterparts, pieces
from tane.language.modality import modality

_WHOLE = re.compile(
    r"全(?=[店社校区線域国員館県市町村品])|すべて|皆(?!様)|みんな|例外なく|どの[^、。]{1,8}も"
    r"|(?<!at )(?<!after )(?<!above )\ball\b|\b(?:every|each|whole|entire|entirely|any)\b"
)
_PART = re.compile(r"一部|一方だけ|\b(?:some|partly|a few|part of)\b")


def changes_scope(statement: str, source: str) -> bool:
    """Tell whether a clause says of all what the source says of some, or of some what it says of all."""
    held = pieces(source)
    for piece in pieces(statement):
        same = counterparts(piece, held)
        if not same:
            continue
        if _is_whole(piece.text) and not any(_is_whole(other.text) for other in same):
            return True
        if _PART.search(piece.text) and all(
            _is_whole(other.text) and not _PART.search(other.text) for other in same
        ):
            return True
    return False


def _is_whole(plain: str) -> bool:
    return modality(plain).is_universal or _WHOLE.search(plain) is not None

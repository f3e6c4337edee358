"""How many of the things that it names a text speaks of: some are not all, and all are not some. Pure."""

import re

from tane.language.alignment import counterparts, pieces

_WHOLE = re.compile(
    r"必ず(?!しも)|いつも|常に|全(?:員|て)|誰も(?!い|な)|誰でも|全(?=[店社校区線域国員館県市町村品])|すべて|皆(?!様)|みんな|例外なく|どの[^、。]{1,8}も"
    r"|(?<!at )(?<!after )(?<!above )\ball\b|\b(?:always|every\w*|each|whole|entire|entirely|completely)\b"
)
_EXCEPT = re.compile(
    r"以外|除[きくい]|\b(?:except|excluding|apart from|other than|but not|every other|all others?)\b"
)
_PART = re.compile(r"一部|一方だけ|\b(?:some|partly|a few|part of)\b")


def changes_scope(statement: str, source: str) -> bool:
    """Tell whether a clause says of all what the source says of some, or of some what it says of all."""
    held = pieces(source)
    for piece in pieces(statement):
        same = counterparts(piece, held)
        if not same:
            continue
        if _WHOLE.search(piece.text) and not any(_WHOLE.search(other.text) for other in same):
            return True
        if (
            _WHOLE.search(piece.text)
            and not _EXCEPT.search(piece.sentence)
            and any(_EXCEPT.search(other.text) for other in same)
        ):
            return True
        if _PART.search(piece.text) and all(
            _WHOLE.search(other.text) and not _PART.search(other.text) for other in same
        ):
            return True
    return False

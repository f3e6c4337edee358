"""Loads statements from the .sql file beside a module: blocks that begin with `-- name: some_name`.

What stands between double braces stands there once for each score or kind of seed, with commas between:
`{{ count(SCORE) AS SCORE }}` is `count(hypothetical) AS hypothetical, count(confidence) AS confidence, ...`; KIND likewise.
"""

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType

from tane.store.domain import SCORES, SEED_KINDS

_REPEATED = re.compile(r"\{\{ (.*?) \}\}")
_WORDS: Mapping[str, Sequence[str]] = {"SCORE": SCORES, "KIND": SEED_KINDS}
_HEAD = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def parse_blocks(text: str) -> dict[str, str]:
    """Split the text of a .sql file into its named statements, in order; comments stay with them."""
    parts = _HEAD.split(text)
    names = parts[1::2]
    if len(names) != len(set(names)):
        raise ValueError("a statement's name stands twice in one .sql file")
    return {name: body.strip().rstrip(";") for name, body in zip(names, parts[2::2], strict=True)}


def load(area: str) -> Mapping[str, str]:
    """Return the statements of tane/store/<area>.sql by name."""
    text = resources.files("tane.store").joinpath(f"{area}.sql").read_text(encoding="utf-8")
    return MappingProxyType(parse_blocks(repeated(text)))


def repeated(text: str) -> str:
    """Write what stands between double braces out for each score or kind.

    Raises:
        ValueError: it names neither.
    """
    return _REPEATED.sub(_for_each, text)


def _for_each(found: re.Match[str]) -> str:
    word = next((word for word in _WORDS if word in found[1]), None)
    if word is None:
        raise ValueError(f"{found[0]} repeats neither SCORE nor KIND")
    return ", ".join(found[1].replace(word, name) for name in _WORDS[word])


def areas() -> list[str]:
    """Return the names of all .sql files of the store, migrations left out."""
    files = resources.files("tane.store").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in files if file.name.endswith(".sql"))

"""Loads statements from the .sql file beside a module: blocks that begin with `-- name: some_name`."""

import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

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
    return MappingProxyType(parse_blocks(text))


def areas() -> list[str]:
    """Return the names of all .sql files of the store, migrations left out."""
    files = resources.files("tane.store").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in files if file.name.endswith(".sql"))

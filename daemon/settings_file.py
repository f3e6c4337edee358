"""Writes tane.toml with every setting, its meaning and its default, out of the model itself."""

import json
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from daemon.settings import Settings

_HEAD = """\
# Tane's configuration. Every line that begins with "# " and a name shows a default: take the "# " away
# to change it. Environment variables come before this file (TANE_LLM__URL stands for llm.url), and
# flags before those. `tane config check` reads it; `tane config show --sources` tells what holds.
"""


def template() -> str:
    """Return the text of a commented tane.toml."""
    plain, tables = [], []
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            tables.append(_table(name, field.annotation))
        else:
            plain.append(_setting(name, field))  # TOML wants these before the first table
    return "\n".join([_HEAD, *plain, *tables])


def toml(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value if isinstance(value, bool | int | float) else str(value), ensure_ascii=False)


def _table(name: str, model: type[BaseModel]) -> str:
    settings = "\n\n".join(_setting(key, field) for key, field in model.model_fields.items())
    return f"\n[{name}]\n{_comment(model.__doc__ or '')}\n\n{settings}\n"


def _setting(name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if default in (None, {}) and field.examples:
        return f"{_comment(field.description or '')}\n# {name} = {toml(field.examples[0])}  # an example; unset by default"
    return f"{_comment(field.description or '')}\n# {name} = {toml(default)}"


def _comment(text: str) -> str:
    return "\n".join(f"## {line}" for line in textwrap.wrap(text, 96))

"""Writes the sources of the page that follow from Python: the types of answers, and the words of the domain.

    python -m tane.web.typescript            write them
    python -m tane.web.typescript --check    say which are stale

They are kept in the repository, so that the page is built without Tane.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from tane.store import domain
from tane.web.api import models
from tane.web.api.document import document, plain

FOLDER = Path(__file__).parent / "page" / "src"
_HEAD = "// Made by `make generated` from {source}: change that.\n\n"
_NAMES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def files() -> dict[Path, str]:
    """Return what is to stand in which file."""
    return {FOLDER / "api.gen.ts": answers(), FOLDER / "domain.ts": domain_words()}


def answers() -> str:
    """Return an interface for each model of an answer."""
    _, events = models_json_schema([(models.ArrivedItem, "validation")], ref_template="#/{model}")
    schemas = document()["components"]["schemas"] | plain(events["$defs"])
    written = "\n".join(_interface(name, schema) for name, schema in sorted(schemas.items()))
    return _HEAD.format(source="tane/web/api/models.py") + written


def domain_words() -> str:
    """Return scores, kinds, items and review states, and what they are called."""
    names = {
        language: {word: said[place] for word, said in domain.NAMES.items()}
        for place, language in enumerate(("ja", "en"))
    }
    lines = [
        _constant("SCORES", domain.SCORES),
        "export type Score = typeof SCORES[number];\n",
        _constant("LOWEST", domain.LOWEST, type_="Record<Score, number>"),
        _constant("ITEM_TYPES", domain.ITEM_TYPES),
        "export type Kind = typeof ITEM_TYPES[number];\n",
        _constant("NAMES", names),
    ]
    return _HEAD.format(source="tane/store/domain.py") + "".join(lines)


def stale() -> Iterator[Path]:
    """Yield the files that say something else than they should."""
    for path, text in files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path


def _constant(name: str, value: object, *, type_: str | None = None) -> str:
    said = json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, Mapping) else None)
    return f"export const {name}{f': {type_}' if type_ else ''} = {said}{'' if type_ else ' as const'};\n"


def _interface(name: str, schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    fields = "".join(
        f"  {field}{'' if field in required else '?'}: {_type(of)};\n"
        for field, of in schema["properties"].items()
    )
    return f"export interface {name} {{\n{fields}}}\n"


def _type(schema: Mapping[str, Any]) -> str:
    if isinstance(schema.get("type"), list):
        schema = {"anyOf": [{**schema, "type": one} for one in schema["type"]]}
    match schema:
        case {"anyOf": choices}:
            return " | ".join(_type(one) for one in choices)
        case {"$ref": reference}:
            return str(reference).rsplit("/", 1)[-1]
        case {"enum": values}:
            return " | ".join(json.dumps(one) for one in values)
        case {"type": "array", "items": items}:
            inner = _type(items)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case {"type": "object"}:
            values = schema.get("additionalProperties")
            return f"Record<string, {_type(values) if isinstance(values, Mapping) else 'unknown'}>"
    return _NAMES.get(schema.get("type", ""), "unknown")


def main() -> None:
    """Write the files, or only look whether they are right."""
    found = list(stale())
    if "--check" in sys.argv[1:]:
        if found:
            sys.exit(f"stale, run make generated: {', '.join(path.name for path in found)}")
        return
    for path in found:
        path.write_text(files()[path], encoding="utf-8")


if __name__ == "__main__":
    main()

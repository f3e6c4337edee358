"""Checks values against the schemas of the OpenAPI document: as much of JSON Schema as the document uses."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from tane.web.api.document import document

DOCUMENT: dict[str, Any] = json.loads(json.dumps(document()))
TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip
KNOWN = {
    "$ref", "type", "format", "enum", "items", "properties", "required", "additionalProperties", "description",
    "anyOf", "minimum", "maximum", "minLength", "maxLength", "default",
}  # fmt: skip


def answers(path: str, status: str = "200") -> dict[str, Any]:
    """The schema of what GET of this path answers."""
    schema: dict[str, Any] = DOCUMENT["paths"][path]["get"]["responses"][status]["content"][
        "application/json"
    ]["schema"]
    return schema


def check(value: Any, schema: dict[str, Any], where: str = "$") -> None:
    assert not schema.keys() - KNOWN, f"{where}: this check does not know {schema.keys() - KNOWN}"
    if "anyOf" in schema:  # something or nothing
        (something,) = [one for one in schema["anyOf"] if one != {"type": "null"}]
        schema = {} if value is None else something
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    types = schema.get("type", list(TYPES))
    types = [types] if isinstance(types, str) else types
    fits = [
        name
        for name in types
        if isinstance(value, TYPES[name]) and (name == "boolean") == isinstance(value, bool)
    ]
    assert fits, f"{where}: {value!r} is none of {types}"
    assert value in schema.get("enum", [value]), f"{where}: {value!r} is not in {schema['enum']}"
    if schema.get("format") == "uuid" and value is not None:
        UUID(value)
    if schema.get("format") == "date-time" and value is not None:
        assert datetime.fromisoformat(value).tzinfo is not None, where
    if isinstance(value, list):
        for number, item in enumerate(value):
            check(item, schema.get("items", {}), f"{where}[{number}]")
    if isinstance(value, dict):
        missing = set(schema.get("required", ())) - value.keys()
        assert not missing, f"{where}: {missing} are missing"
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for name, item in value.items():
            if name in known:
                check(item, known[name], f"{where}.{name}")
            else:
                assert others is not False, f"{where}: {name} is not in the document"
                check(item, others if isinstance(others, dict) else {}, f"{where}.{name}")

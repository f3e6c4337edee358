"""What the stand-in writes: the form of the prompt, filled by rules."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from demo.standin import NOTICE
from demo.standin.cluster_words import describe
from demo.standin.recap_words import recap_of
from demo.standin.role_choice import choose_role
from demo.standin.scores import JOB_TYPES as SCORES
from demo.standin.scores import score
from demo.standin.seed_rules import RULES, extract
from demo.standin.tasks import Task, TaskReader
from tane.llm.prompts import FUSED, NAMING, SECTION, TIE_BREAK

SEPARATOR = "\n---\n"
_ASKED = "did_asked_"


_SUMMARIES: Mapping[str, Callable[[Task], dict[str, Any]]] = {
    NAMING: lambda task: asdict(describe(task.contents, avoid=task.titles)),
    SECTION: lambda task: recap_of(task.contents),
    TIE_BREAK: lambda task: {"genre": task.allowed[0].partition(":")[0]} if task.allowed else {},
}


class ReplyWriter:
    """Answers prompts."""

    def __init__(self, reader: TaskReader) -> None:
        self._reader = reader

    def answer(self, prompt: str) -> str:
        """Return the answer to a prompt, or what the stand-in is if it is not one of Tane's."""
        task = self._reader.read(prompt)
        if task is None:
            return NOTICE
        if task.job_type == "utterance_role":
            chosen = choose_role(task.contents, task.allowed)
            return f"{chosen[0]}\n{chosen[1]:.2f}" if chosen else "?"
        if task.job_type in SCORES:
            return f"{score(task.job_type, task.contents):.2f}"
        if task.job_type in RULES:
            return SEPARATOR.join(extract(task.job_type, task.contents)) or _nothing(prompt)
        if task.job_type in (FUSED, SECTION, TIE_BREAK):
            return json.dumps(_facts(task, {}), ensure_ascii=False)
        description = describe(task.contents, avoid=task.titles)
        return (
            json.dumps(asdict(description), ensure_ascii=False) if task.structured else description.overview
        )

    def structured_answer(self, prompt: str, schema: object) -> str:
        """Return JSON that follows the schema (or any JSON object for "json")."""
        task = self._reader.read(prompt)
        facts = _facts(task, schema)
        if not isinstance(schema, Mapping):
            return json.dumps(facts, ensure_ascii=False)
        return json.dumps(_shaped(schema, facts, schema), ensure_ascii=False)


def _facts(task: Task | None, schema: object) -> dict[str, Any]:
    if task is None:
        return {}
    if task.job_type == FUSED:
        return _reading(task.contents, _choices(schema, "role"))
    if task.job_type in _SUMMARIES:
        return _SUMMARIES[task.job_type](task)
    if task.job_type == "utterance_role":
        chosen = choose_role(task.contents, task.allowed)
        return {"role": chosen[0], "role_confidence": chosen[1]} if chosen else {}
    if task.job_type in SCORES:
        value = score(task.job_type, task.contents)
        return {task.job_type: value}
    found = extract(task.job_type, task.contents)
    return {task.job_type.removeprefix(_ASKED): found}


def _nothing(prompt: str) -> str:
    """Say that there is nothing; no reply at all is what a model gives that fails."""
    return "なし" if re.search("[\u3041-\u30fa]", prompt) else "none"


def _reading(contents: str, roles: Sequence[str]) -> dict[str, Any]:
    """Return everything the rules find in an utterance; of roles, only those that are allowed."""
    chosen = choose_role(contents, roles)
    role = {"role": chosen[0], "role_confidence": chosen[1]} if chosen else {}
    scores = {job_type: score(job_type, contents) for job_type in SCORES}
    kinds = {job_type.removeprefix(_ASKED): extract(job_type, contents) for job_type in RULES}
    return {**role, **scores, **kinds}


def _choices(schema: object, key: str) -> Sequence[str]:
    fields = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return tuple(fields.get(key, {}).get("enum", ()))


def _shaped(schema: Mapping[str, Any], fact: object, root: Mapping[str, Any]) -> Any:
    """Return a value of the schema's form: the fact where it fits, else the emptiest one that is allowed."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return _shaped(root.get("$defs", {}).get(name, {}), fact, root)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _shaped(choices[0], fact, root)
    if choices := schema.get("enum"):
        return fact if fact in choices else choices[0]
    kind = schema.get("type")
    if kind == "object":
        facts = fact if isinstance(fact, Mapping) else {}
        return {
            key: _shaped(inner, facts.get(key), root) for key, inner in schema.get("properties", {}).items()
        }
    if kind == "array":
        return (
            [_shaped(schema.get("items", {}), entry, root) for entry in fact]
            if isinstance(fact, list)
            else []
        )
    return _plain(kind, schema, fact)


def _plain(kind: object, schema: Mapping[str, Any], fact: object) -> Any:
    if kind in ("integer", "number"):
        value = float(fact) if isinstance(fact, int | float) else 0.0
        value = min(max(value, float(schema.get("minimum", value))), float(schema.get("maximum", value)))
        return round(value) if kind == "integer" else value
    if kind == "string":
        return str("" if fact is None else fact)[: schema.get("maxLength")]
    return bool(fact) if kind == "boolean" else fact

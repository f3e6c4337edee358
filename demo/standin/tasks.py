"""Reading a prompt back: which job it asks for, and with what, for all sets of prompts it is told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tane.llm.prompts import SHIPPED, Prompts, Template, unfenced


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a prompt asks for."""

    job_type: str
    structured: bool
    contents: str
    allowed: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    language: str = ""


class TaskReader:
    """Knows the wording of sets of prompts and takes prompts apart by it."""

    def __init__(self, extra: Sequence[Prompts] = ()) -> None:
        sets = [*extra, *(Prompts.load(name) for name in SHIPPED)]
        known = [
            (prompts, template)
            for prompts in sets
            for template in (*prompts.templates.values(), *([prompts.fused] if prompts.fused else []))
        ]
        # The longest beginning first: one instruction may begin as another does.
        self._known = sorted(known, key=lambda pair: -len(pair[1].pieces[0][0]))

    def read(self, prompt: str) -> Task | None:
        """Return the task, or None for a prompt in nobody's wording."""
        for prompts, template in self._known:
            if (
                prompt.startswith(template.pieces[0][0])
                and (values := _taken_apart(template, prompt)) is not None
            ):
                return Task(
                    job_type=template.job_type,
                    structured=template.structured,
                    contents=unfenced(values["contents"]),
                    allowed=tuple(_split(values.get("allowed", ""), prompts.separator)),
                    language=values.get("language", ""),
                    titles=tuple(_split(unfenced(values.get("titles", "")), "\n")),
                )
        return None


def _taken_apart(template: Template, prompt: str) -> dict[str, str] | None:
    """Return the fields' values: `tane.llm.prompts.filled` backwards."""
    values: dict[str, str] = {}
    field: str | None = None
    at = 0
    for index, (literal, next_field) in enumerate(template.pieces):
        is_last = index == len(template.pieces) - 1 and next_field is None
        found = prompt.rfind(literal, at) if is_last else prompt.find(literal, at)
        if found < 0 or (field is None and found != at):
            return None
        if field is not None:
            values[field] = prompt[at:found]
        at, field = found + len(literal), next_field
    if field is not None:
        values[field] = prompt[at:]
    return values


def _split(text: str, separator: str) -> Iterator[str]:
    return (part.strip() for part in text.split(separator) if part.strip())

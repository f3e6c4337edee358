"""Prompts as data: one TOML file holds the prompt of every job type; a user may bring a file of his own.

The constant instruction stands first and the variable text last, so that the server's prompt cache serves
all jobs of a type. The user's text is data: it is fenced by a delimiter that it cannot contain (B9).
"""

import difflib
import hashlib
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llm.protocol import Prompt
from llm.tokens import estimate_tokens

SHIPPED = ("ja", "en", "literal")
JOB_TYPES = (
    "utterance_role",
    "hypothetical",
    "confidence",
    "reinterpretation",
    "resistance",
    "direction",
    "did_asked_evaluation",
    "did_asked_model",
    "did_asked_premise",
    "did_asked_conversion",
    "did_asked_question",
    "did_asked_knowledge",
    "cluster_body",
)
# What a prompt may name beside {contents}; these two must name it.
_EXTRA_FIELD = {"utterance_role": "allowed", "cluster_body": "titles"}
_REQUIRED = {"utterance_role": {"contents", "allowed"}}


class PromptsError(ValueError):
    """A file of prompts cannot be used. Correct the place it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The prompt of one job type: literal texts, each but perhaps the last followed by a field."""

    job_type: str
    pieces: tuple[tuple[str, str | None], ...]
    reply_tokens: int
    reply_share: float
    structured: bool
    options: Mapping[str, Any]
    version: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with its fields replaced; values are never searched for fields."""
        return "".join(literal + (values[field] if field else "") for literal, field in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """One set of prompts."""

    name: str
    fenced: bool
    separator: str  # between role names
    templates: Mapping[str, Template]

    @classmethod
    def load(cls, name_or_path: str | Path) -> "Prompts":
        """Read a shipped set by name (ja, en, literal) or a TOML file by path.

        Raises:
            PromptsError: the file is missing or invalid; the message names file and place.
        """
        if name_or_path in SHIPPED:
            shipped = resources.files("llm") / "prompts" / f"{name_or_path}.toml"
            return _parsed(shipped.read_text(encoding="utf-8"), where=f"{name_or_path}.toml")
        path = Path(name_or_path)
        try:
            return _parsed(path.read_text(encoding="utf-8"), where=str(path))
        except FileNotFoundError:
            hint = "" if path.suffix else f" (shipped sets: {', '.join(SHIPPED)})"
            raise PromptsError(f"there is no file of prompts {path}{hint}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise PromptsError(f"{path} cannot be read: {type(error).__name__}") from None

    def is_structured(self, job_type: str) -> bool:
        """Tell whether the prompt asks for JSON, so `chat` with a schema is the call for it."""
        return self.templates[job_type].structured

    def render(
        self, job_type: str, *, contents: str, allowed: Iterable[str] = (), titles: Iterable[str] = ()
    ) -> Prompt:
        """Fill the prompt of a job type: `allowed` are role names, `titles` those of sibling clusters."""
        template = self.templates[job_type]
        values = {
            "contents": contents,
            "allowed": self.separator.join(_role_names(allowed)),
            "titles": "\n".join(" ".join(title.split()) for title in titles),
        }
        if self.fenced:
            values |= fence({key: values[key] for key in ("contents", "titles")})
        return Prompt(
            text=template.filled(values),
            reply_tokens=template.reply_tokens + int(template.reply_share * estimate_tokens(contents)),
            version=template.version,
            options=template.options,
        )


def fence(texts: Mapping[str, str]) -> dict[str, str]:
    """Put each text between tags that none of them contains; the same texts get the same tags."""
    joined = "\0".join(texts.values())
    token = _digest(joined, 12)
    while f"data-{token}" in joined:
        token = _digest(token + joined, 12)
    return {key: f"<data-{token}>\n{text}\n</data-{token}>" for key, text in texts.items()}


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _role_names(names: Iterable[str]) -> list[str]:
    checked = list(names)
    if any(len(name.splitlines()) != 1 for name in checked):
        raise ValueError("a role name is one line of text (B10)")
    return checked


class _PromptEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    reply_tokens: Annotated[int, Field(gt=0)]
    reply_share: Annotated[float, Field(ge=0)] = 0.0  # of the text's tokens, for replies that quote it
    structured: bool = False
    options: dict[str, float | int | bool | str] = Field(default_factory=dict)


class _PromptFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    fence: bool = True
    separator: str = "\n"
    options: dict[str, float | int | bool | str] = Field(default_factory=dict)
    prompts: dict[str, _PromptEntry]


def _parsed(source: str, *, where: str) -> Prompts:
    try:
        file = _PromptFile.model_validate(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise PromptsError(f"{where} is no valid TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise PromptsError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for job_type in file.prompts.keys() - set(JOB_TYPES):
        near = difflib.get_close_matches(job_type, JOB_TYPES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise PromptsError(f"{where}: prompts.{job_type} is no job type{hint}")
    if missing := [job_type for job_type in JOB_TYPES if job_type not in file.prompts]:
        raise PromptsError(f"{where} lacks the prompt of: {', '.join(missing)}")
    return Prompts(
        name=file.name,
        fenced=file.fence,
        separator=file.separator,
        templates={job_type: _template(file, job_type, where=where) for job_type in JOB_TYPES},
    )


def _template(file: _PromptFile, job_type: str, *, where: str) -> Template:
    entry = file.prompts[job_type]
    place = f"{where}: prompts.{job_type}"
    try:
        parts = list(string.Formatter().parse(entry.text))
    except ValueError as error:
        raise PromptsError(f"{place}: {error} (write {{{{ for a literal brace)") from None
    fields = [field for _, field, _, _ in parts if field is not None]
    known = {"contents", _EXTRA_FIELD.get(job_type, "contents")}
    for _, field, spec, conversion in parts:
        if field is not None and (field not in known or spec or conversion):
            names = " and ".join(f"{{{name}}}" for name in sorted(known))
            raise PromptsError(f"{place}: unknown placeholder {{{field}}}; it may hold {names}")
    for field in sorted(_REQUIRED.get(job_type, {"contents"})):
        if fields.count(field) != 1:
            raise PromptsError(f"{place}: the placeholder {{{field}}} must stand there exactly once")
    identity = f"{file.fence}\0{file.separator}\0{entry.text}"
    return Template(
        job_type=job_type,
        pieces=tuple((literal, field) for literal, field, _, _ in parts),
        reply_tokens=entry.reply_tokens,
        reply_share=entry.reply_share,
        structured=entry.structured,
        options={**file.options, **entry.options},
        # A digest of the wording: an edited file never passes its replies off as those of its former self.
        version=f"{file.name}/{job_type}@{_digest(identity, 8)}",
    )

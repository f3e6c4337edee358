"""Prompts as data: one TOML file holds the prompt of every job type; a user may bring a file of his own.

The constant instruction stands first and the variable text last, so that the server's prompt cache serves
all jobs of a type. The user's text is data: it is fenced by a delimiter that it cannot contain (B9).
"""

import difflib
import hashlib
import re
import string
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tane.llm.protocol import Prompt
from tane.token_estimate import estimate_tokens

SHIPPED = ("ja", "en", "literal")
NAMING = "cluster_body"
SECTION = "recap_section"
TIE_BREAK = "recap_tie_break"
NO_QUESTIONS = frozenset({NAMING, SECTION, TIE_BREAK})  # prompts that are not about an utterance
_LATER = (SECTION, TIE_BREAK)
"""Younger than the files that owners wrote: one without them gets the wording that ships."""
OPINION = "recap_opinion"  # what is asked about one bullet of a section, by the job that writes it
FUSED = "fused"  # one prompt for all questions about an utterance
# The fields a prompt may hold; those of the second table must stand in it.
_FIELDS = {
    "utterance_role": {"contents", "context", "allowed"},
    NAMING: {"contents", "titles"},
    SECTION: {"contents", "language"},
    TIE_BREAK: {"contents", "allowed"},
    OPINION: {"contents"},
    FUSED: {"contents", "context", "questions"},
}
_FENCED = re.compile(r"\A<data-([0-9a-f]{12})>\n(.*)\n</data-\1>\Z", re.DOTALL)
_TAG = re.compile(r"</?data-[0-9a-f…]|data-…", re.IGNORECASE)  # "<data-…>": as a prompt speaks of it
_REQUIRED = {
    "utterance_role": {"contents", "allowed"},
    TIE_BREAK: {"contents", "allowed"},
    FUSED: {"contents", "questions"},
}


class PromptsError(ValueError):
    """A file of prompts cannot be used. Correct the place it names."""


# Literal texts, each but perhaps the last followed by a field.
Pieces: TypeAlias = tuple[tuple[str, str | None], ...]


def filled(pieces: Pieces, values: Mapping[str, str]) -> str:
    """Return the text with its fields replaced; values are never searched for fields."""
    return "".join(literal + (values[field] if field else "") for literal, field in pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The prompt of one job type."""

    job_type: str
    pieces: Pieces
    reply_tokens: int
    reply_share: float
    structured: bool
    options: Mapping[str, Any]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """One set of prompts."""

    name: str
    fenced: bool
    separator: str  # between role names
    templates: Mapping[str, Template]
    context: Pieces  # how the turns before an utterance are shown
    fused: Template | None  # None: each question is a call of its own
    questions: Mapping[str, Pieces]  # the wording of each question within the fused prompt

    @classmethod
    def load(cls, name_or_path: str | Path) -> "Prompts":
        """Read a shipped set by name (ja, en, literal) or a TOML file by path.

        Raises:
            PromptsError: the file is missing or invalid; the message names file and place.
        """
        if name_or_path in SHIPPED:
            return _parsed(_shipped(str(name_or_path)), where=f"{name_or_path}.toml")
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
        self,
        job_type: str,
        *,
        contents: str,
        allowed: Iterable[str] = (),
        titles: Iterable[str] = (),
        before: Iterable[str] = (),
        language: str = "",
    ) -> Prompt:
        """Fill the prompt of a job type.

        `allowed` are names to choose from, of roles or genres, `titles` those of sibling clusters, `before` the turns that the text answers, `language`
        that of a section.
        """
        values = {
            "allowed": self.separator.join(_role_names(allowed)),
            "titles": _one_a_line(titles),
            "language": language,
        }
        return self._filled(self.templates[job_type], contents, before, values)

    def render_fused(
        self,
        job_types: Iterable[str],
        *,
        contents: str,
        allowed: Iterable[str] = (),
        before: Iterable[str] = (),
    ) -> Prompt:
        """Fill the one prompt that asks several questions; the reply is JSON."""
        if self.fused is None:
            raise ValueError(f"the prompts {self.name} have no fused prompt")
        names = {"allowed": "\n".join(_role_names(allowed))}
        asked = [self.questions[job_type] for job_type in job_types]
        values = {
            "questions": "\n".join(filled(pieces, names) for pieces in asked),
            "asked": "\n".join(literal for pieces in asked for literal, _ in pieces),
        }
        return self._filled(self.fused, contents, before, values)

    def fused_version(self, job_type: str) -> str:
        """Return what names the wording of one question within the fused prompt."""
        wording = f"{self.fused.version if self.fused else ''}\0{self.questions[job_type]}"
        return f"{self.name}/{FUSED}/{job_type}@{_digest(wording, 8)}"

    def _filled(
        self, template: Template, contents: str, before: Iterable[str], values: Mapping[str, str]
    ) -> Prompt:
        turns = _one_a_line(before)
        data = {"contents": contents, "titles": values.get("titles", ""), "turns": turns}
        data = fence(data) if self.fenced else data
        context = filled(self.context, data) if turns else ""
        wording = "\n".join(literal for literal, _ in (*template.pieces, *self.context) if literal)
        return Prompt(
            text=filled(template.pieces, {**values, **data, "context": context}),
            wording=f"{wording}\n{values.get('asked', '')}",
            reply_tokens=template.reply_tokens + int(template.reply_share * estimate_tokens(contents)),
            version=template.version,
            options=template.options,
        )


@cache
def job_types() -> tuple[str, ...]:
    """Return the job types that every set has a prompt for: those of the first set that ships."""
    return tuple(tomllib.loads(_shipped(SHIPPED[0]))["prompts"])


def _shipped(name: str) -> str:
    return (resources.files("tane.llm") / "prompts" / f"{name}.toml").read_text(encoding="utf-8")


def fence(texts: Mapping[str, str]) -> dict[str, str]:
    """Put each text between tags that none of them contains; the same texts get the same tags."""
    joined = "\0".join(texts.values())
    token = _digest(joined, 12)
    while f"data-{token}" in joined:
        token = _digest(token + joined, 12)
    return {key: f"<data-{token}>\n{text}\n</data-{token}>" for key, text in texts.items()}


def unfenced(text: str) -> str:
    """Return what stands between the tags of `fence`, or the text itself where there are none."""
    fenced = _FENCED.match(text)
    return fenced[2] if fenced else text


def shows_fence(text: str) -> bool:
    """Tell whether a text holds such a tag, or the beginning of one."""
    return _TAG.search(text) is not None


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _one_a_line(texts: Iterable[str]) -> str:
    return "\n".join(" ".join(text.split()) for text in texts)


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
    fused: str = ""  # the question's wording within the fused prompt
    options: dict[str, float | int | bool | str] = Field(default_factory=dict)


class _PromptFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    fence: bool = True
    separator: str = "\n"
    options: dict[str, float | int | bool | str] = Field(default_factory=dict)
    context: str = "{turns}\n\n"
    prompts: dict[str, _PromptEntry]
    fused: _PromptEntry | None = None
    opinion: _PromptEntry | None = None


def _parsed(source: str, *, where: str) -> Prompts:
    try:
        file = _PromptFile.model_validate(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise PromptsError(f"{where} is no valid TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise PromptsError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    known = job_types()
    later = tomllib.loads(_shipped(SHIPPED[0]))
    prompts = {name: _PromptEntry.model_validate(later["prompts"][name]) for name in _LATER} | file.prompts
    opinion = file.opinion or _PromptEntry.model_validate(later["opinion"])
    for job_type in file.prompts.keys() - set(known):
        near = difflib.get_close_matches(job_type, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise PromptsError(f"{where}: prompts.{job_type} is no job type{hint}")
    if missing := [job_type for job_type in known if job_type not in prompts]:
        raise PromptsError(f"{where} lacks the prompt of: {', '.join(missing)}")
    questions = [job_type for job_type in known if job_type not in NO_QUESTIONS]
    unworded = [job_type for job_type in questions if not file.prompts[job_type].fused]
    if file.fused and unworded:
        raise PromptsError(f"{where}: [fused] needs the key fused in the prompts of: {', '.join(unworded)}")
    return Prompts(
        name=file.name,
        fenced=file.fence,
        separator=file.separator,
        templates={
            job_type: _template(file, job_type, prompts[job_type], place=f"{where}: prompts.{job_type}")
            for job_type in known
        }
        | {OPINION: _template(file, OPINION, opinion, place=f"{where}: opinion")},
        context=_pieces(file.context, {"turns"}, {"turns"}, place=f"{where}: context"),
        fused=_template(file, FUSED, file.fused, place=f"{where}: {FUSED}") if file.fused else None,
        questions={
            job_type: _question(
                file.prompts[job_type].fused, job_type, place=f"{where}: prompts.{job_type}.fused"
            )
            for job_type in sorted(questions)
        },
    )


def _template(file: _PromptFile, job_type: str, entry: _PromptEntry, *, place: str) -> Template:
    fields = _FIELDS.get(job_type, {"contents", "context"})
    pieces = _pieces(entry.text, fields, _REQUIRED.get(job_type, {"contents"}), place=place)
    shows_context = any(field == "context" for _, field in pieces)
    identity = f"{file.fence}\0{file.separator}\0{entry.text}" + (
        f"\0{file.context}" if shows_context else ""
    )
    return Template(
        job_type=job_type,
        pieces=pieces,
        reply_tokens=entry.reply_tokens,
        reply_share=entry.reply_share,
        structured=entry.structured or job_type == FUSED,
        options={**file.options, **entry.options},
        # A digest of the wording: an edited file never passes its replies off as those of its former self.
        version=f"{file.name}/{job_type}@{_digest(identity, 8)}",
    )


def _question(text: str, job_type: str, *, place: str) -> Pieces:
    needed = {"allowed"} if job_type == "utterance_role" and text else set()
    return _pieces(text, needed, needed, place=place)


def _pieces(text: str, known: Collection[str], required: Collection[str], *, place: str) -> Pieces:
    """Cut a text at its placeholders; each may stand there once, the required ones must."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise PromptsError(f"{place}: {error} (write {{{{ for a literal brace)") from None
    fields = [field for _, field, _, _ in parts if field is not None]
    for _, field, spec, conversion in parts:
        if field is not None and (field not in known or spec or conversion):
            names = " and ".join(f"{{{name}}}" for name in sorted(known)) or "no placeholder"
            raise PromptsError(f"{place}: unknown placeholder {{{field}}}; it may hold {names}")
    for field in sorted(known):
        if fields.count(field) > 1 or (field in required and field not in fields):
            raise PromptsError(f"{place}: the placeholder {{{field}}} must stand there exactly once")
    return tuple((literal, field) for literal, field, _, _ in parts)

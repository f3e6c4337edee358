"""Labelled text: JSON Lines in the format of the demo corpus, checked line by line. Pure but for the stream it reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, BinaryIO

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tane.decoding.encodings import Encoding
from tane.decoding.json_objects import read_object_lines
from tane.decoding.lines import BadLine
from tane.language.spelling import storable
from tane.store.domain import EXTRACTION, HIGHEST, LOWEST, ROLE_JOB, SCORES, Score, SeedKind

UTF_8 = Encoding("utf-8")
SHOWN = 10  # bad lines that a message lists


class LabelProblem(Exception):  # noqa: N818 - reads as the state it reports
    """A labelled file cannot be used. Mend the lines it names; the message holds none of their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSeed:
    """A statement that is to be found."""

    kind: SeedKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledUtterance:
    """An utterance and what is known of it; None and absent keys are labels that were not given."""

    place: str  # "FILE:LINE", unique
    text: str
    speaker: str | None = None
    conversation: str | None = None
    role: str | None = None
    bands: Mapping[Score, tuple[float, float]] = field(default_factory=dict)
    seeds: tuple[GoldSeed, ...] | None = None
    trap: str | None = None

    def knows(self, job_type: str) -> bool:
        """Tell whether a question's answer can be compared with a label."""
        if job_type == ROLE_JOB:
            return self.role is not None
        return self.seeds is not None if job_type.startswith(EXTRACTION) else job_type in self.bands


def read_labelled(stream: BinaryIO, name: str) -> list[LabelledUtterance]:
    """Read a file once, from its present place to its end; blank lines are passed over.

    Raises:
        LabelProblem: the numbers of all bad lines and what is wrong with the first ten.
    """
    found: list[LabelledUtterance] = []
    problems: list[str] = []
    seen: dict[str, int] = {}  # line by id
    for number, entry in _rows(stream):
        if isinstance(entry, str):
            problems.append(f"line {number}: {entry}")
        elif entry.id is not None and str(entry.id) in seen:
            problems.append(f"line {number}: id: the same as in line {seen[str(entry.id)]}")
        else:
            if entry.id is not None:
                seen[str(entry.id)] = number
            found.append(_labelled(entry, f"{name}:{number}"))
    if problems:
        more = len(problems) - SHOWN
        told = [*problems[:SHOWN], *([f"and {more:,} more"] if more > 0 else [])]
        count = "1 line" if len(problems) == 1 else f"{len(problems):,} lines"
        raise LabelProblem(f"{name}: {count} cannot be used\n  " + "\n  ".join(told))
    return found


def spread(found: Sequence[LabelledUtterance], most: int | None) -> list[LabelledUtterance]:
    """Return at most so many, taken evenly from the whole; always the same ones."""
    if most is None or most >= len(found):
        return list(found)
    return [found[place * len(found) // most] for place in range(most)]


def role_names(found: Sequence[LabelledUtterance]) -> list[str]:
    """Return the roles that occur as labels, in the order in which they first do."""
    return list(dict.fromkeys(one.role for one in found if one.role is not None))


def _one_line(text: str) -> str:
    if not text.strip() or len(text.splitlines()) > 1:
        raise ValueError("must be one line of text")
    return text.strip()


def _spoken(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return storable(text)


def _rising(band: tuple[float, float]) -> tuple[float, float]:
    if band[0] > band[1]:
        raise ValueError("the first number of a band is the lower one")
    return band


def _on_scale(bands: dict[Score, tuple[float, float]]) -> dict[Score, tuple[float, float]]:
    for score, (low, high) in bands.items():
        if low < LOWEST[score] or high > HIGHEST:
            raise ValueError(f"{score} goes from {LOWEST[score]:g} to {HIGHEST:g}")
    return bands


Word = Annotated[str, AfterValidator(_one_line)]
Spoken = Annotated[str, AfterValidator(_spoken)]
Band = Annotated[tuple[float, float], AfterValidator(_rising)]


class _Seed(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    kind: SeedKind
    text: Spoken


class _Line(BaseModel):
    """A line as it is written; fields that no question is about are passed over."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    text: Spoken
    id: str | int | None = None
    speaker: str | None = None
    conversation: str | int | None = None
    role: Word | None = None
    scores: Annotated[dict[Score, Band], AfterValidator(_on_scale)] = Field(default_factory=dict)
    seeds: list[_Seed] | None = None
    trap: Word | None = None


def _rows(stream: BinaryIO) -> Iterator[tuple[int, _Line | str]]:
    for number, row in read_object_lines(stream, UTF_8):
        if isinstance(row, BadLine):
            yield number, f"{row} ({row.detail})" if row.detail else str(row)
        else:
            yield number, _read(row)


def _read(row: dict[str, Any]) -> _Line | str:
    """Return a line, or what is wrong with it."""
    try:
        return _Line.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{_where(first['loc'])}: {first['msg'].removeprefix('Value error, ')}"


def _where(loc: tuple[int | str, ...]) -> str:
    """Return the path to a field; keys of the user's own are not repeated."""
    known = {*_Line.model_fields, *_Seed.model_fields, *SCORES}
    return ".".join(str(part) for part in loc if isinstance(part, int) or part in known)


def _labelled(line: _Line, place: str) -> LabelledUtterance:
    return LabelledUtterance(
        place=place,
        text=line.text,
        speaker=line.speaker,
        conversation=None if line.conversation is None else str(line.conversation),
        role=line.role,
        bands=line.scores,
        seeds=None
        if line.seeds is None
        else tuple(GoldSeed(kind=seed.kind, text=seed.text) for seed in line.seeds),
        trap=line.trap,
    )

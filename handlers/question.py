"""A question about an utterance: alone it is a prompt of its own, with others it is a part of one call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from handlers.contract import Handler, Loaded
from handlers.prompt_echoes import Echoes
from handlers.structured import Sections
from handlers.utterance import Asked
from tane.language.splitting import Piece

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one call said about one window of an utterance, and who said it."""

    asked: Asked
    part: Piece
    sections: Sections
    model: str
    version: str  # of the question's wording
    echoes: Echoes = field(default_factory=lambda: Echoes("", ""))  # knows the prompt's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Windowed(Generic[ResultT]):
    """How the results of an utterance's windows become one."""

    merge: Callable[[Sequence[ResultT]], ResultT]
    is_full: Callable[[ResultT], bool]  # further windows would add nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[ResultT]):
    """How a job type is asked.

    admit: what its `load` makes of an utterance that can be asked about.
    fields: the JSON schema of its fields in a fused reply; empty when no model needs to be asked.
    read: its result, by the same parser as a single reply's. Raises BadReply when its fields say nothing usable.
    flaws: how much a result leaves unsaid, 0 for a good one.
    windowed: None when an utterance's first window stands for all.
    """

    handler: Handler[Asked, ResultT]
    admit: Callable[[Asked], Loaded[Asked]]
    fields: Callable[[Asked], Mapping[str, Any]]
    read: Callable[[Told], ResultT]
    flaws: Callable[[ResultT], int]
    windowed: Windowed[ResultT] | None = None

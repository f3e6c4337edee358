"""What would help at a level, in document 003's five words: advice only, nothing of it is done by itself. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tane.memory.levels import MemoryLevel

MemoryAction: TypeAlias = Literal[
    "archive_old", "compress_similar", "delete_low_priority", "promote_temp", "optimize_index"
]
RECOMMENDED: Mapping[MemoryLevel, tuple[MemoryAction, ...]] = {
    "normal": (),
    "warning": ("optimize_index",),
    "critical": ("compress_similar", "promote_temp", "optimize_index"),
    "emergency": ("delete_low_priority", "archive_old", "optimize_index"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An action, the command that does it today, and what that comes to; without a command it is not there yet."""

    action: MemoryAction
    command: str | None
    about: str


_ADVICE: Mapping[MemoryAction, Advice] = {
    one.action: one
    for one in (
        Advice(
            action="optimize_index",
            command="tane db rewrite",
            about="writes tables and indexes anew; needs room for a copy of each in turn",
        ),
        Advice(
            action="delete_low_priority",
            command="tane forget",
            about="removes for good what you name; nothing is chosen for you",
        ),
        Advice(
            action="archive_old",
            command=None,
            about="not yet: moving old text to a verified archive",
        ),
        Advice(
            action="compress_similar",
            command=None,
            about="not yet: one vector for items that say the same",
        ),
        Advice(
            action="promote_temp",
            command=None,
            about="not yet: there are no temporary vectors",
        ),
    )
}


def advise(level: MemoryLevel) -> list[Advice]:
    """Return what document 003 recommends at a level, in its order."""
    return [_ADVICE[action] for action in RECOMMENDED[level]]

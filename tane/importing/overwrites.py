"""Decides whether a file may change words that are stored under the ids it brings.

A source is named after its file, and many files have the same name and count from 1. When most of the ids that
are known change their words at once it is another file, whose words must not replace those of the first. Pure.
"""

import itertools
from collections import Counter
from enum import StrEnum

from tane.importing.records import ImportProblem
from tane.store.imports import Overlap

LEAST_ALIKE = 0.5


class Rewording(StrEnum):
    """Whose words an import may replace."""

    NONE = "none"  # of no known id, for the source is shared by programs that do not know of each other
    FEW = "few"  # of at most half of the known ids: an edited file
    ALL = "all"  # the owner agreed


class WouldOverwrite(ImportProblem):
    """Known ids would get the words of what is probably another file. Nothing of it has been stored."""

    def __init__(self, message: str, overlap: Overlap) -> None:
        super().__init__(message)
        self.overlap = overlap


def joined(one: Overlap, other: Overlap) -> Overlap:
    """Return what two parts of a file have in common with the source."""
    only = [part for part in (one, other) if part.known] if one.known + other.known == 1 else []
    return Overlap(
        known=one.known + other.known,
        reworded=one.reworded + other.reworded,
        reassigned=one.reassigned + other.reassigned,
        former=only[0].former if only else None,
        latter=only[0].latter if only else None,
    )


def is_allowed(overlap: Overlap, rewording: Rewording, *, is_elsewhere: bool) -> bool:
    """Tell whether the words may be changed; `is_elsewhere`: the source is known to come from another file.

    A single known id says little by its number: it is an edit if most of the words stay and no other file is known.
    """
    if rewording is Rewording.ALL:
        return True
    if rewording is Rewording.NONE:
        return not overlap.reworded and not overlap.reassigned
    if overlap.known == overlap.reworded == 1 and not is_elsewhere:
        return _alike(overlap.former or "", overlap.latter or "") >= LEAST_ALIKE
    return overlap.reworded * 2 <= overlap.known


def refusal(
    overlap: Overlap, *, file: str, source: str, origin: str | None, suggestion: str | None
) -> WouldOverwrite:
    """Return what the owner is told: which files, and what decides."""
    known = "the only id" if overlap.known == 1 else f"{overlap.reworded:,} of the {overlap.known:,} ids"
    came_from = "from an unknown file" if origin is None else f"from {origin}"
    another = f"--source {suggestion}" if suggestion else "--source with another name"
    return WouldOverwrite(
        f"{file}: {known} that the source {source} has already would get other words, so this is probably another "
        f"file than the one imported before ({came_from}). Nothing of it was stored. If it is something else, "
        f"give it a name: {another}; if it is the same, edited: --replace",
        overlap,
    )


def _alike(one: str, other: str) -> float:
    """Return how many pairs of neighbouring characters two texts share, from 0 to 1."""
    left, right = (Counter(itertools.pairwise(text)) for text in (one, other))
    both = left.total() + right.total()
    return 2 * (left & right).total() / both if both else 0.0

"""What talk is clustered and drawn by: vectors blended with the turns beside those they stem from (F30)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.context import beside, blended
from tane.runs.night.ids import rows_of
from tane.runs.night.workspace import NightFiles
from tane.store.snapshots import KINDS

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Items as their conversations let them be understood."""

    vectors: NDArray[np.float32]  # (i, d), unit: of statements and other utterances
    conversations: Integers  # (n,), of the statements, -1 for none


def talk_of(files: NightFiles, *, weight: float) -> Talk | None:
    """Return the blended items; None where no statement has a turn beside it, or the weight is 0.

    O(n d). Only turns that have a vector count: two that stand beside one without are neighbours.

    Args:
        files: of the night, the vectors among them.
        weight: of each turn beside one's own.
    """
    turns, where = _turns(files)
    conversations, order = files.conversations.load()[turns], files.positions.load()[turns]
    near = beside(conversations, order)
    links = _links(files, turns)
    if weight <= 0 or not (near[links[:, 1]] >= 0).any():
        return None
    vectors = files.item_vectors.mapped()
    statements = len(files.statement_ids.mapped())
    of_statement = np.full(statements, -1, dtype=np.int64)
    of_statement[links[::-1, 0]] = conversations[links[::-1, 1]]  # of several the first
    others = np.flatnonzero(where >= statements)
    own = np.stack([where[others], others], axis=1)  # of an utterance that is no statement
    mixed = blended(
        vectors, conversations, order, weight=weight, turns=vectors[where], links=np.concatenate([links, own])
    )
    return Talk(vectors=mixed, conversations=of_statement)


def _turns(files: NightFiles) -> tuple[Integers, Integers]:
    """Return the utterances that have a vector, by row, ascending, and the row of each one's vector."""
    ids, statement_ids = files.utterance_ids.load(), files.statement_ids.load()
    own = np.flatnonzero(files.statement_kinds.load() == KINDS.index("utterance"))
    others = files.utterance_rows.load()
    rows = np.concatenate([rows_of(statement_ids[own], ids), others])
    where = np.concatenate([own, len(statement_ids) + np.arange(len(others))])
    known = np.flatnonzero(rows >= 0)
    known = known[np.argsort(rows[known], kind="stable")]
    return rows[known], where[known]


def _links(files: NightFiles, turns: Integers) -> Integers:
    """Return (l, 2), statement and place among the turns, of those whose utterance has a vector."""
    links = files.links.load()
    place = np.full(len(files.utterance_ids.mapped()), -1, dtype=np.int64)
    place[turns] = np.arange(len(turns))
    pairs = np.stack([links[:, 0], place[links[:, 1]]], axis=1)
    return pairs[pairs[:, 1] >= 0]

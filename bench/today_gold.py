"""How right `tane today` is on the demo's dialogues, with any vectors: no database, the same rules."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
    written,
)
from tane.store.today import Candidate, LaterTurn, Quotation
from tane.today.changed_minds import held_before
from tane.today.open_questions import TURNS, is_answered, is_answered_later
from tane.today.similarity import SimilarityScan

ZONE = "Asia/Tokyo"
ENDING = 8  # characters, as the store hands them over


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldItem:
    """Something with a vector: a line, the utterance that it stands in as its file has it, and what a reader says of it."""

    line: Quotation
    said: Mapping[str, Any]
    is_open: bool = False  # of a question
    before: frozenset[str] = frozenset()  # of a turn: the utterances that hold the former view
    is_everyday: bool = False


def items(dialogues: Sequence[Mapping[str, Any]]) -> list[GoldItem]:
    """Return the demo's utterances, gold seeds, everyday questions and turns outside the gold subset."""
    seeds = ((one, seed) for one in dialogues for seed in one.get("seeds", []))
    return [
        *(GoldItem(line=_line(one, one["text"]), said=one) for one in dialogues),
        *(
            GoldItem(
                line=_line(one, seed["text"], seed["kind"]),
                said=one,
                is_open=one["id"] in UNANSWERED,
                before=_before(one),
            )
            for one, seed in seeds
        ),
        *(
            GoldItem(
                line=_line(one, text, "question"),
                said=one,
                is_open=one["id"] in UNANSWERED_EVERYDAY,
                is_everyday=True,
            )
            for one, text in everyday_questions(dialogues)
        ),
        *(
            GoldItem(line=_line(one, one["text"], "conversion"), said=one, before=_before(one))
            for one in unlabelled_turns(dialogues)
        ),
    ]


def written_items() -> list[GoldItem]:
    """Return the utterances, questions and turns of the talks that were written to measure by."""
    talks = written()
    return [
        *(GoldItem(line=_line(one, one["text"]), said=one) for one in talks),
        *(
            GoldItem(
                line=_line(one, seed["text"], seed["kind"]),
                said=one,
                is_open=seed.get("open", False),
                before=frozenset(seed.get("before", ())),
            )
            for one in talks
            for seed in one.get("seeds", [])
        ),
    ]


def rightness(known: Sequence[GoldItem], vectors: Floats) -> dict[str, dict[str, int]]:
    """Return, for each half of the dialogues, what was shown, how much of it was right, and how much there was to find.

    Vectors are unit, of shape (n, d) for n items.
    """
    halves: dict[str, dict[str, int]] = {"fitted": defaultdict(int), "held_out": defaultdict(int)}
    names = {item.line.id: item.said["id"] for item in known}
    for item, shown in judged(known, vectors):
        figures = halves["held_out" if is_held_out(item.said["id"]) else "fitted"]
        if item.line.kind == "conversion":
            figures["before_asked"] += 1
            figures["before_known"] += bool(item.before)
            figures["before_shown"] += shown is not None
            figures["before_right"] += shown is not None and names[shown.id] in item.before
            continue
        what = "everyday" if item.is_everyday else "open"
        figures[f"{what}_asked"] += 1
        figures[f"{what}_known"] += item.is_open
        figures[f"{what}_shown"] += shown is not None
        figures[f"{what}_right"] += shown is not None and item.is_open
    return {half: dict(figures) for half, figures in halves.items()}


def judged(known: Sequence[GoldItem], vectors: Floats) -> Iterator[tuple[GoldItem, Quotation | None]]:
    """Yield each question with itself if it is shown, and each turn with what is shown before it; None if nothing is."""
    asked = [place for place, item in enumerate(known) if item.line.kind in ("question", "conversion")]
    scan = SimilarityScan(
        [known[place].line for place in asked], vectors[asked], zone=ZONE, mean=vectors.mean(axis=0)
    )
    scan.take([_candidate(item, vector) for item, vector in zip(known, vectors, strict=True)])
    lines = {item.line.id: item.line for item in known}
    replies = _replies(known)
    for place, item in enumerate(known[place] for place in asked):
        near = scan.near(place)
        if item.line.kind == "conversion":
            yield item, held_before(item.line, near, lines)
        else:
            is_shown = not is_answered(item.line, replies[item.said["id"]], near) and not is_answered_later(
                item.line, near, lines
            )
            yield item, item.line if is_shown else None


def _before(said: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(HELD_BEFORE.get(said["id"], ()))


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
            LaterTurn(
                utterance_id=_id(other["id"]),
                speaker=other["speaker"],
                role=other.get("role"),
                text=other["text"],
                at=datetime.fromisoformat(other["time"]),
            )
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

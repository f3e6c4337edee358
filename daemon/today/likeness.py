"""Which line answers a question, and what was held before a turn: one pass over all vectors, without a fixed cosine.

Cosines of different models cannot be compared with one threshold. So a line's similarity is told in standard
deviations from its mean similarity to everything (a z-score), which needs no calibration by model.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from store.today import Candidate, Line

HELD = frozenset({"evaluation", "model", "premise", "knowledge"})
ASKING_ROLES = frozenset({"質問", "相談", "question"})
ANSWER_Z = 4.5  # anywhere later; measured on the demo's questions (docs/today.md)
REPLY_Z = 2.0  # of what another speaker says next: it hardly stands there by chance
REPLY_TURNS = 3
BEFORE_Z = 3.0  # of what stands in no common theme
_CLOSING = " 　\n\t」』）)】”’\"'…"

Vectors = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(slots=True, kw_only=True)
class Best:
    """The candidate nearest to a line so far, by cosine; equal ones keep the first."""

    similarity: float = -np.inf
    id: UUID | None = None

    def take(self, similarities: NDArray[np.float32], allowed: Flags, chunk: Sequence[Candidate]) -> None:
        """Look at a chunk: similarities and flags of shape (m,)."""
        if not allowed.any():
            return
        place = int(np.argmax(np.where(allowed, similarities, -np.inf)))
        if similarities[place] > self.similarity:
            self.similarity, self.id = float(similarities[place]), chunk[place].id


class Likeness:
    """Compares lines with all candidates, chunk by chunk; O(lines · candidates · d), memory O(lines · chunk).

    Deterministic for the same candidates in the same order.
    """

    def __init__(
        self, lines: Sequence[Line], vectors: Vectors, *, zone: str, themes: Mapping[UUID, UUID]
    ) -> None:
        """Take lines and their unit vectors, float32 of shape (n, d).

        Days are those of `zone`; a line that is not in `themes` has its earlier views sought everywhere.
        """
        self._lines = lines
        self._vectors = vectors
        self._zone = ZoneInfo(zone)
        self._themes = themes
        self._codes = _Codes()
        self._n = np.zeros(len(lines))
        self._sum = np.zeros(len(lines))
        self._squares = np.zeros(len(lines))
        self._answers = [Best() for _ in lines]
        self._replies = [Best() for _ in lines]
        self._earlier = [Best() for _ in lines]
        self._in_theme = [Best() for _ in lines]

    def take(self, chunk: Sequence[Candidate]) -> None:
        """Compare with a chunk of candidates."""
        known = _Columns(chunk, self._codes)
        similarities = self._vectors @ np.stack([candidate.vector for candidate in chunk]).T
        for place, line in enumerate(self._lines):
            row = similarities[place]
            elsewhere = known.elsewhere(line)
            others = row[elsewhere].astype(np.float64)
            self._n[place] += others.size
            self._sum[place] += others.sum()
            self._squares[place] += (others * others).sum()
            if line.kind == "question":
                answers = elsewhere & known.after(line) & known.states
                self._answers[place].take(row, answers, chunk)
                self._replies[place].take(row, answers & known.replies_to(line), chunk)
                continue
            earlier = known.held_before(line, self._zone)
            self._earlier[place].take(row, earlier, chunk)
            theme = self._themes.get(line.id)
            if theme is not None:
                self._in_theme[place].take(row, earlier & known.in_theme(theme), chunk)

    def is_answered(self, place: int) -> bool:
        """Tell of a question whether something said later stands out as near it, or a reply does a little."""
        return (
            self._z(place, self._answers[place].similarity) >= ANSWER_Z
            or self._z(place, self._replies[place].similarity) >= REPLY_Z
        )

    def before(self, place: int) -> UUID | None:
        """Return what the speaker of a turn held on an earlier day: the nearest seed in its theme, or one that stands out."""
        if self._in_theme[place].id is not None:
            return self._in_theme[place].id
        best = self._earlier[place]
        return best.id if self._z(place, best.similarity) >= BEFORE_Z else None

    def _z(self, place: int, similarity: float) -> float:
        n = self._n[place]
        if n < 2:
            return -np.inf
        mean = self._sum[place] / n
        deviation = float(np.sqrt(max(self._squares[place] / n - mean * mean, 1e-12)))
        return float((similarity - mean) / deviation)


class _Codes:
    """Numbers for things that are compared often: equal things have equal numbers."""

    def __init__(self) -> None:
        self._known: dict[object, int] = {}

    def of(self, value: object) -> int:
        return self._known.setdefault(value, len(self._known))

    def all(self, values: Iterable[object]) -> NDArray[np.int64]:
        return np.array([self.of(value) for value in values], dtype=np.int64)


class _Columns:
    """The facts of a chunk as arrays of shape (m,)."""

    def __init__(self, chunk: Sequence[Candidate], codes: _Codes) -> None:
        self._codes = codes
        self._utterances = codes.all(candidate.utterance_id for candidate in chunk)
        self._conversations = codes.all(candidate.conversation_id for candidate in chunk)
        self._speakers = codes.all(candidate.speaker for candidate in chunk)
        self._themes = codes.all(candidate.theme_id for candidate in chunk)
        self._times = np.array([candidate.at.timestamp() for candidate in chunk])
        self._positions = np.array([-1 if one.position is None else one.position for one in chunk])
        self._is_held = np.array([candidate.kind in HELD for candidate in chunk])
        self.states = np.array([not asks(candidate) for candidate in chunk])

    def elsewhere(self, line: Line) -> Flags:
        """Tell what stands in another utterance than the line."""
        away: Flags = self._utterances != self._codes.of(line.utterance_id)
        return away

    def after(self, line: Line) -> Flags:
        """Tell what was said later: by its place in the line's own conversation, by its time elsewhere."""
        later: Flags = self._times > line.at.timestamp()
        if line.conversation_id is None or line.position is None:
            return later
        same = (self._conversations == self._codes.of(line.conversation_id)) & (self._positions >= 0)
        placed: Flags = (same & (self._positions > line.position)) | (~same & later)
        return placed

    def replies_to(self, line: Line) -> Flags:
        """Tell what another speaker says in the next turns of the line's conversation."""
        if line.conversation_id is None or line.position is None:
            return np.zeros(len(self._times), dtype=np.bool_)
        turns = self._positions - line.position
        in_conversation = self._conversations == self._codes.of(line.conversation_id)
        replies: Flags = (turns > 0) & (turns <= REPLY_TURNS) & in_conversation & ~self._is_by(line)
        return replies

    def held_before(self, line: Line, zone: ZoneInfo) -> Flags:
        """Tell what the line's speaker held on an earlier day."""
        midnight = line.at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        held: Flags = self._is_held & self._is_by(line) & (self._times < midnight.timestamp())
        return held

    def in_theme(self, theme: UUID) -> Flags:
        """Tell what stands in a theme."""
        there: Flags = self._themes == self._codes.of(theme)
        return there

    def _is_by(self, line: Line) -> Flags:
        own: Flags = self._speakers == self._codes.of(line.speaker)
        return own


def asks(candidate: Candidate) -> bool:
    """Tell whether a candidate is itself a question: by its kind, its role or its last character."""
    if candidate.kind == "question" or candidate.role in ASKING_ROLES:
        return True
    return (candidate.ending or "").rstrip(_CLOSING).endswith(("？", "?"))

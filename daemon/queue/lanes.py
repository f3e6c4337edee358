"""Which lanes may claim now. Pure.

When both models do not fit the host, text and embed take turns: Ollama would evict one model for each
call of the other, and a busy model can starve the other for ever. A turn ends when its lane has
nothing left or its slice is over; the lane then runs empty before the other model gets its first call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.contract import Lane

ALL = frozenset(Lane)
MODELS = frozenset({Lane.TEXT, Lane.EMBED})
_OTHER = {Lane.TEXT: Lane.EMBED, Lane.EMBED: Lane.TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTurn:
    """Whose turn it is, since when (monotonic seconds), and whether it is being drained for the other."""

    lane: Lane = Lane.EMBED  # embeddings first: they are short, and they make what was said findable
    since_s: float = 0.0
    is_ending: bool = False

    @property
    def open(self) -> frozenset[Lane]:
        """The lanes that may claim; what needs no model always may."""
        return frozenset({Lane.LOCAL}) if self.is_ending else frozenset({Lane.LOCAL, self.lane})


def next_turn(
    turn: LaneTurn,
    *,
    in_flight: Mapping[Lane, int],
    waiting: Mapping[Lane, int],
    now_s: float,
    slice_s: float,
) -> LaneTurn:
    """Decide whose turn it is now, from the jobs running and waiting per lane."""
    other = _OTHER[turn.lane]
    is_over = not waiting.get(turn.lane, 0) or now_s - turn.since_s >= slice_s
    if not waiting.get(other, 0) or not is_over:
        return replace(turn, is_ending=False)
    if in_flight.get(turn.lane, 0):
        return replace(turn, is_ending=True)
    return LaneTurn(lane=other, since_s=now_s)

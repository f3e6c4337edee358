"""What was held before a turn: which of the near earlier lines is evidence enough to be shown. Pure.

An owner is served by a few right lines, not by one for every turn; so nothing is shown on nearness alone.
"""

from collections.abc import Sequence
from uuid import UUID

from tane.language.former_views import former_view
from tane.language.negation import contradicts_about
from tane.language.sentences import sentences
from tane.language.speech_acts import LONGEST
from tane.store.today import Quotation
from tane.today.similarity import Near
from tane.today.topics import is_covered, rare, topic

STANDS_OUT_Z = 4.5  # with a single word in common
TURNED_Z = 2.0  # of what says the contrary of it
ALONE_Z = 2.5  # without a word in common, and nearer than all else of the speaker by ALONE_GAP_Z
ALONE_GAP_Z = 1.5
LEAST_OTHERS = 1  # nothing stands apart from nothing
RARE = 2  # utterances: a word that stands in more of the speaker's near ones is what they always speak of


def held_before(turn: Quotation, near: Sequence[Near], lines: dict[UUID, Quotation]) -> Quotation | None:
    """Return the line that shares most with the view that a turn leaves, or None.

    The view is what the turn names as former, else the whole turn. Evidence is either of:
    - two topic words or more, at least half of those of the view;
    - half of its topic words, among them a rare one, in a line that stands out as near;
    - a rare topic word that a somewhat near line affirms and the turn denies, or the reverse;
    - nothing else of the speaker's earlier lines comes near: the line stands apart from all of them.
    Of equal evidence the nearer holds. A seed is preferred to the utterance it stands in.
    """
    view = topic(former_view(turn.text)) or topic(turn.text)
    topics = {one.id: topic(lines[one.id].text) for one in near if one.id in lines}
    utterances: dict[UUID, frozenset[str]] = {}
    for key, words in topics.items():
        place = lines[key].utterance_id
        utterances[place] = utterances.get(place, frozenset()) | words
    seldom = rare(list(utterances.values()), most=RARE)
    alone = _alone(near, lines)
    best: tuple[tuple[int, bool, float], Quotation] | None = None
    for one in near:
        if one.id not in topics:
            continue
        line, shared = lines[one.id], view & topics[one.id]
        is_evidence = line.utterance_id == alone or _is_evidence(
            turn, line, view, topics[one.id], seldom=seldom, z=one.z
        )
        if not is_evidence:
            continue
        rank = (len(shared), line.type == "seed", one.z)
        if best is None or rank > best[0]:
            best = rank, line
    return None if best is None else best[1]


def _alone(near: Sequence[Near], lines: dict[UUID, Quotation]) -> UUID | None:
    """Return the utterance of the nearest line if it is near and all other utterances are clearly farther away, or None."""
    nearest: dict[UUID, float] = {}
    for one in near:
        if one.id in lines:
            place = lines[one.id].utterance_id
            nearest[place] = max(one.z, nearest.get(place, one.z))
    ranked = sorted(nearest, key=lambda place: -nearest[place])
    if len(ranked) < LEAST_OTHERS + 1:
        return None
    first, second = (nearest[place] for place in ranked[:2])
    return ranked[0] if first >= ALONE_Z and first - second >= ALONE_GAP_Z else None


def _is_evidence(
    turn: Quotation,
    line: Quotation,
    view: frozenset[str],
    said: frozenset[str],
    *,
    seldom: frozenset[str],
    z: float,
) -> bool:
    if is_covered(view, said, least=2):
        return True
    words = view & said & seldom
    if not words:
        return False
    if is_covered(view, said, least=1) and z >= STANDS_OUT_Z:
        return True
    return z >= TURNED_Z and contradicts_about(
        words, sentences(turn.text[:LONGEST]), sentences(line.text[:LONGEST])
    )

"""Whether a question was answered: where it was asked, by what the next turns do, or later in any conversation. Pure.

Talk goes in pairs: what another speaker says next to a question is its answer unless something shows that it is not. Source
of the idea: the adjacency pairs of conversation analysis (Schegloff and Sacks, 1973).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from tane.language.speech_acts import (
    ASKING_ROLES,
    LIGHT_ROLES,
    TELLING_ROLES,
    is_accepted,
    is_asked,
    is_dodged,
)
from tane.store.today import LaterTurn, Quotation
from tane.today.similarity import Near
from tane.today.topics import is_covered, topic

TURNS = 3  # that are looked at
LATER_Z = 3.0
BREAK = timedelta(hours=6)  # after which who tells something may be beginning anew
LEAST_WORDS = 2  # of the question's topic, and at least half of them


def is_answered(question: Quotation, following: Sequence[LaterTurn], near: Sequence[Near] = ()) -> bool:
    """Tell whether one of the next turns, in their order, answers a question or takes the answer.

    - A turn of another speaker whose role is to tell something answers; after a break it must hold a topic word of the question,
      or be one of the statements that are nearest to it.
    - Agreement, objection and every other role that is not light answer as the first turn of another speaker only: later they
      may speak of what came between.
    - A light turn (chat, a feeling) answers if it holds a topic word of the question.
    - Asking back answers nothing; nor does who says that they do not know, here or in the turns after.
    - "I see" of whoever asked closes the question.
    """
    asked = topic(question.text)
    nearest = {one.id for one in near}
    unknowing: set[str | None] = set()
    is_first, is_anew, before = True, False, question.at
    for reply in following:
        is_anew = is_anew or reply.at - before > BREAK
        before = reply.at
        if reply.speaker == question.speaker:
            if not is_first and is_accepted(reply.text):
                return True
            continue
        if is_dodged(reply.text):
            unknowing.add(reply.speaker)
        elif reply.speaker not in unknowing and not _asks(reply):
            is_due = is_anew and reply.utterance_id not in nearest
            if _tells(reply, asked, is_first=is_first, is_anew=is_due):
                return True
        is_first = False
    return False


def _tells(reply: LaterTurn, asked: frozenset[str], *, is_first: bool, is_anew: bool) -> bool:
    if reply.role in TELLING_ROLES and not is_anew:
        return True
    is_reply = is_first and reply.role not in LIGHT_ROLES | TELLING_ROLES
    return is_reply or bool(asked & topic(reply.text))


def _asks(reply: LaterTurn) -> bool:
    """A telling role outweighs a question mark: "it is the talk in between that counts, isn't it?"."""
    return reply.role in ASKING_ROLES or (reply.role not in TELLING_ROLES and is_asked(reply.text))


def is_answered_later(question: Quotation, near: Sequence[Near], lines: Mapping[UUID, Quotation]) -> bool:
    """Tell whether one of the near later statements is about what is asked: near and in the question's own words."""
    asked = topic(question.text)
    return any(
        one.z >= LATER_Z
        and one.id in lines
        and not is_dodged(lines[one.id].text)
        and is_covered(asked, topic(lines[one.id].text), least=LEAST_WORDS)
        for one in near
    )

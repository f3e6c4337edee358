"""Whether something said later, in any conversation, answers a question. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from tane.language.speech_acts import is_dodged
from tane.store.today import Line
from tane.today.nearest import Near
from tane.today.topics import is_covered, topic

LATER_Z = 3.0
LEAST_WORDS = 2  # of the question's topic, and at least half of them


def is_answered_later(question: Line, near: Sequence[Near], lines: Mapping[UUID, Line]) -> bool:
    """Tell whether one of the near later statements is about what is asked: near and in the question's own words."""
    asked = topic(question.text)
    return any(
        one.z >= LATER_Z
        and one.id in lines
        and not is_dodged(lines[one.id].text)
        and is_covered(asked, topic(lines[one.id].text), least=LEAST_WORDS)
        for one in near
    )

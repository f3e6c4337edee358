"""What one job does: a file for each family of job types, listed here and nowhere else."""

from typing import TYPE_CHECKING, Any

from handlers.contract import Handler
from handlers.options import Options
from tane.store.domain import SCORES, SEED_KINDS

if TYPE_CHECKING:
    from handlers.utterance import Question


def all_handlers(options: Options) -> tuple[Handler[Any, Any], ...]:
    """Return the handler of every job type, whatever an import queues: other programs insert what they like."""
    from handlers import (  # noqa: PLC0415 - commands that only name job types start without them
        cluster_body,
        embedding,
        embedding_utterance,
        extraction,
        measurement,
        recap_section,
        recap_tie_break,
        utterance_role,
    )

    return (
        utterance_role.handler(options),
        *(extraction.handler(kind, options) for kind in SEED_KINDS),
        *(measurement.handler(score, options) for score in SCORES),
        embedding.handler(options),
        embedding_utterance.handler(options),
        cluster_body.handler(options),
        recap_section.handler(options),
        recap_tie_break.handler(options),
    )


def together(options: Options) -> Handler[Any, Any] | None:
    """Return the handler of all questions about an utterance that were claimed together, if they are to be one call."""
    from handlers import extraction, fused_questions, measurement, utterance_role  # noqa: PLC0415 - as above

    questions: tuple[Question[Any], ...] = (
        utterance_role.question(options),
        *(measurement.question(score, options) for score in SCORES),
        *(extraction.question(kind, options) for kind in SEED_KINDS),
    )
    return fused_questions.handler(questions, options)

"""What one job does: a file for each family of job types, listed here and nowhere else."""

from typing import Any

from handlers import (
    cluster_body,
    embedding,
    embedding_utterance,
    extraction,
    fused_questions,
    measurement,
    utterance_role,
)
from handlers.contract import Handler
from handlers.options import Options
from handlers.utterance import Question
from tane.store.domain import SCORES, SEED_KINDS


def all_handlers(options: Options) -> tuple[Handler[Any, Any], ...]:
    """Return the handler of every job type, whatever an import queues: other programs insert what they like."""
    return (
        utterance_role.handler(options),
        *(extraction.handler(kind, options) for kind in SEED_KINDS),
        *(measurement.handler(score, options) for score in SCORES),
        embedding.handler(options),
        embedding_utterance.handler(options),
        cluster_body.handler(options),
    )


def together(options: Options) -> Handler[Any, Any] | None:
    """Return the handler of all questions about an utterance that were claimed together, if they are to be one call."""
    questions: tuple[Question[Any], ...] = (
        utterance_role.question(options),
        *(measurement.question(score, options) for score in SCORES),
        *(extraction.question(kind, options) for kind in SEED_KINDS),
    )
    return fused_questions.handler(questions, options)

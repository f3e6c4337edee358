"""What one job does: a file for each family of job types, listed here and nowhere else."""

from typing import Any

from handlers import cluster_body, embedding, embedding_utterance, extraction, measurement, utterance_role
from handlers.chain import KINDS, SCORES
from handlers.contract import Handler
from handlers.options import Options


def all_handlers(options: Options) -> tuple[Handler[Any, Any], ...]:
    """Return the handler of every job type, whatever an import queues: other programs insert what they like."""
    return (
        utterance_role.handler(options),
        *(extraction.handler(kind, options) for kind in KINDS),
        *(measurement.handler(score, options) for score in SCORES),
        embedding.handler(options),
        embedding_utterance.handler(options),
        cluster_body.handler(options),
    )

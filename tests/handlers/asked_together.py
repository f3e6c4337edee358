"""All questions about an utterance put at once, and the replies of a model that answers them."""

import json
from typing import Any
from uuid import UUID

from handlers import together
from handlers.contract import Handler, Later
from tane.store.domain import QUESTION_JOBS, SCORES, SEED_KINDS
from tane.store.pool import Pool
from tests.fakes import FakeModels
from tests.handlers.conversation import options
from tests.handlers.world import claim_together, drive

QUESTIONS = sorted(QUESTION_JOBS)


def reply(**fields: Any) -> str:
    """A complete reply, but for what is said otherwise; a field that is `...` is left out."""
    whole: dict[str, Any] = {"role": "主張", "role_confidence": 0.9}
    whole |= dict.fromkeys(SCORES, 0.5) | {kind: [] for kind in SEED_KINDS} | fields
    return json.dumps({key: value for key, value in whole.items() if value is not ...}, ensure_ascii=False)


def handler(**more: Any) -> Handler[Any, Any]:
    made = together(options(**more))
    assert made is not None
    return made


async def ask(
    pool: Pool,
    utterance_id: UUID,
    models: FakeModels,
    *,
    job_types: list[str] | None = None,
    of: Handler[Any, Any] | None = None,
) -> dict[str, str | Exception | Later]:
    """Run the questions about one utterance together; each one's outcome or error."""
    async with pool.acquire() as conn:
        claimed = await claim_together(conn, job_types or QUESTIONS, utterance_id)
    endings = await drive(pool, of or handler(), claimed, models)
    return {job.job_type: ending for job, ending in zip(claimed, endings, strict=True)}

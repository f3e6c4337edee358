"""Real replies of very small models (SmolLM2 135M, Gemma 3 270M) behind a real server: what can be used is, nothing else is stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from handlers import all_handlers
from tane.llm import wire
from tane.llm.model_errors import BadReply
from tane.llm.protocol import Prompt
from tane.store.domain import SCORES
from tane.store.pool import Connection, Pool
from tests.fakes import FakeModels
from tests.handlers.asked_together import ask as ask_together
from tests.handlers.conversation import ask, bodies, options, role_of, utterance

SAID = "最近よく考えるのだが、親として子の進路に口を出しすぎない方がよい。自分で決めたことは続くからだ。"
REPLIES = [
    json.loads(line)
    for line in (Path(__file__).parent / "weak_replies.jsonl").read_text(encoding="utf-8").splitlines()
]
STRUCTURED = [reply["answer"] for reply in REPLIES if reply["path"] == "/api/chat"]
PLAIN = list(
    {
        reply["answer"]["response"]: reply["answer"] for reply in REPLIES if "response" in reply["answer"]
    }.values()
)
# What each of the first says before its lists begin to run away.
ROLES = ["相談", "反論", "相談", "相談", "感想", "相談", "相談", "感想"]


def said(answer: dict[str, Any]) -> str:
    """The reply as the driver hands it on; raises what the driver raises."""
    return wire.read(answer, wire.GeneratedText).text(model="weak:latest")


@pytest.mark.parametrize(
    ("answer", "role"), list(zip(STRUCTURED, ROLES, strict=True)), ids=list(range(len(ROLES)))
)
async def test_a_list_that_never_ends_costs_neither_role_nor_scores(
    pool: Pool, conn: Connection, answer: dict[str, Any], role: str
):
    said_id = await utterance(conn, SAID)

    def answered(prompt: Prompt) -> str:
        return said(answer) if "fused@" in prompt.version else "該当なし"

    models = FakeModels(answered)
    endings = await ask_together(pool, said_id, models)

    name, confidence = await role_of(conn, said_id)
    scores = await conn.fetchrow(f"SELECT {', '.join(SCORES)} FROM utterances")
    assert name == role
    assert confidence is not None
    assert scores is not None
    assert None not in scores.values()
    assert await bodies(conn, said_id) == []
    assert not [ending for ending in endings.values() if isinstance(ending, Exception)]


@pytest.mark.parametrize("answer", PLAIN, ids=list(range(len(PLAIN))))
async def test_a_reply_that_answers_nothing_is_neither_seed_nor_score_nor_role(
    pool: Pool, conn: Connection, answer: dict[str, Any]
):
    said_id = await utterance(conn, SAID)
    handlers = [
        one for one in all_handlers(options()) if "utterance" in one.targets and one.lane.value == "text"
    ]

    for handler in handlers:
        models = FakeModels(lambda _: said(answer))
        ending = await ask(pool, handler, said_id, models)
        assert isinstance(ending, BadReply) or ending in ("no_number", "no_match"), handler.job_type
        assert models.schemas[-1] is not None, "the last sample is asked for in JSON"

    assert await bodies(conn, said_id) == []
    assert await role_of(conn, said_id) == (None, None)

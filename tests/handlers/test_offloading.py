"""Long texts: the event loop has its turns while they are cut, read and compared."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from handlers import embedding_utterance, extraction
from handlers.embedding_utterance import SplitUtterance
from handlers.model_call import first_window
from handlers.utterance import MOST_CHARS, TOO_LONG
from tane.language.offloading import HEAVY_CHARS, off_loop
from tane.llm.protocol import Prompt
from tane.store.pool import Connection, Pool
from tests.handlers.conversation import OPTIONS
from tests.handlers.world import EMBEDDING_UTTERANCE, HandMadeModels, run

SENTENCE = "早く寝ると朝が楽になる。だから夜のコーヒーはやめた。"


async def turns_during(work: Callable[[], Awaitable[Any]]) -> int:
    """Count the turns that the loop had for others while this ran."""
    turns = 0

    async def beat() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0)
    before = turns
    await work()
    beating.cancel()
    return turns - before


async def test_a_text_that_another_program_inserted_is_cut_beside_the_loop():
    item = SplitUtterance(
        utterance_id=uuid4(), contents=SENTENCE * 5_000, source_hash=b"", model_id=None, vectors=()
    )

    async def cut() -> None:
        (made,) = await embedding_utterance.work([item], HandMadeModels({}), max_tokens=110)
        assert not isinstance(made, Exception)
        assert len(made.pieces) > 1_000

    assert await turns_during(cut) > 10


async def test_a_text_too_long_for_the_context_is_windowed_beside_the_loop():
    def render(contents: str) -> Prompt:
        return Prompt(text=contents, reply_tokens=10, version="1")

    async def window() -> None:
        first = await first_window(SENTENCE * 5_000, render, context_tokens=8192)
        assert first.text

    assert await turns_during(window) > 3


async def test_a_short_text_stays_where_it_is():
    async def cut() -> None:
        assert await off_loop(HEAVY_CHARS - 1, len, "text") == 4

    assert await turns_during(cut) == 0


async def test_a_text_beyond_the_limit_is_passed_over_with_the_limit_named(pool: Pool, conn: Connection):
    utterance = await conn.fetchval(
        "INSERT INTO utterances (contents) VALUES (repeat('a', $1)) RETURNING utterance_id", MOST_CHARS + 1
    )

    asked = extraction.handler("question", OPTIONS)
    for handler in (EMBEDDING_UTTERANCE, asked):
        assert await run(pool, handler, "utterance", [utterance], HandMadeModels({})) == [TOO_LONG]

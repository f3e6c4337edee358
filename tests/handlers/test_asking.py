"""Three samples at most, and the errors of a batch kept apart."""

import asyncio

import pytest

from handlers.asking import Answer, ask, each
from llm.errors import BadReply, ModelUnavailable
from llm.protocol import Prompt
from tests.fakes import FakeModels

PROMPT = Prompt(text="?", reply_tokens=8, version="test")


def digits(reply: str) -> int:
    if not reply.isdigit():
        raise BadReply(f"{len(reply)} characters")
    return int(reply)


async def test_the_first_flawless_reply_is_the_answer():
    models = FakeModels("1", name="that one")

    assert await ask(models, PROMPT, digits) == Answer(value=1, model="that one")
    assert models.samples == [0]


async def test_the_least_flawed_of_three_is_taken_and_the_first_of_equals():
    models = FakeModels("30", "11", "12")

    assert (await ask(models, PROMPT, digits, flaws=lambda value: value // 10)).value == 11


async def test_a_flawed_reply_is_better_than_none():
    models = FakeModels("x", "7", BadReply("cut off"))

    assert (await ask(models, PROMPT, digits, flaws=lambda _: 1)).value == 7


async def test_three_bad_replies_end_with_the_last_reason():
    with pytest.raises(BadReply, match="3 characters"):
        await ask(FakeModels("a", "bb", "ccc"), PROMPT, digits)


async def test_another_error_ends_the_question_at_once():
    models = FakeModels("a", ModelUnavailable("down"))

    with pytest.raises(ModelUnavailable):
        await ask(models, PROMPT, digits)
    assert models.samples == [0, 1]


async def test_a_schema_makes_it_a_chat():
    models = FakeModels("1")

    await ask(models, PROMPT, digits, schema={"type": "integer"})

    assert models.schemas == [{"type": "integer"}]


async def test_an_item_that_fails_leaves_the_others_their_results():
    async def halve(item: int) -> float:
        if item % 2:
            raise BadReply("odd")
        return item / 2

    first, second, third = await each([2, 3, 4], halve)

    assert (first, third) == (1, 2)
    assert isinstance(second, BadReply)


async def test_a_cancelled_item_cancels_the_batch():
    async def vanish(item: int) -> int:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await each([1], vanish)

"""Three samples at most, and the errors of a batch kept apart."""

import asyncio
import json
from dataclasses import replace

import pytest

from daemon.queue.meter import Meter
from handlers.model_call import Sampled, Structured, ask, each, fitting
from tane.llm.model_errors import (
    BadReply,
    CutReply,
    EmptyReply,
    ModelUnavailable,
    RequestRefused,
    TextTooLong,
)
from tane.llm.protocol import Prompt
from tests.fakes import FakeModels

PROMPT = Prompt(text="?", reply_tokens=8, version="test")


def digits(reply: str) -> int:
    if not reply.isdigit():
        raise BadReply(f"{len(reply)} characters")
    return int(reply)


async def test_the_first_flawless_reply_is_the_answer():
    models = FakeModels("1", name="that one")

    assert await ask(models, PROMPT, digits) == Sampled(value=1, model="that one")
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


def cut(text: str, *, at_limit: bool = True) -> CutReply:
    return CutReply("cut off", text=text, model="fake:latest", at_limit=at_limit)


def cut_said(reply: str) -> str:
    if '"said": "' not in reply:
        raise BadReply("nothing finished")
    return reply.split('"')[3]


IN_JSON = Structured(
    schema={"type": "object"},
    read=lambda reply: str(json.loads(reply)["said"]),
    read_cut=cut_said,
)


def parsed(reply: str) -> str:
    if "bad" in reply:
        raise BadReply("bad")
    return reply


class TestAReplyOfNoUse:
    async def test_that_was_cut_off_is_asked_for_again_with_twice_the_room(self):
        models = FakeModels(cut("no end"), cut("no end"), "good")

        answer = await ask(models, PROMPT, parsed)

        assert answer.value == "good"
        assert [asked.room for asked in models.prompts] == [1, 2, 2]

    async def test_that_was_aborted_gets_no_more_room(self):
        models = FakeModels(cut("no end", at_limit=False), "good")

        await ask(models, PROMPT, parsed)

        assert [asked.room for asked in models.prompts] == [1, 1]

    async def test_that_was_cut_off_counts_up_to_its_last_whole_line_when_nothing_better_comes(self):
        models = FakeModels(cut("first\nsecond\nthi"), "bad", cut("no end"))

        assert (await ask(models, PROMPT, parsed)).value == "first\nsecond"

    async def test_that_was_cut_off_in_its_first_line_is_none(self):
        with pytest.raises(CutReply):
            await ask(FakeModels(cut("no end"), cut("no end"), cut("no end")), PROMPT, parsed)

    async def test_that_is_empty_is_asked_for_in_json_at_once(self):
        models = FakeModels("  \n", '{"said": "nothing"}')

        assert (await ask(models, PROMPT, parsed, structured=IN_JSON)).value == "nothing"
        assert models.schemas == [None, IN_JSON.schema]

    async def test_and_empty_to_the_last_is_an_error(self):
        with pytest.raises(EmptyReply):
            await ask(FakeModels("", "", ""), PROMPT, parsed, structured=IN_JSON)

    async def test_is_asked_for_in_json_at_last(self):
        models = FakeModels("bad", "bad", '{"said": "yes"}')

        assert (await ask(models, PROMPT, parsed, structured=IN_JSON)).value == "yes"
        assert models.schemas == [None, None, IN_JSON.schema]

    async def test_in_json_may_be_finished_in_part(self):
        models = FakeModels("bad", "bad", cut('{"said": "yes", "mo'))

        assert (await ask(models, PROMPT, parsed, structured=IN_JSON)).value == "yes"

    async def test_is_asked_for_in_words_again_where_the_server_knows_no_schemas(self):
        models = FakeModels("bad", "bad", RequestRefused("invalid format"), "good")

        assert (await ask(models, PROMPT, parsed, structured=IN_JSON)).value == "good"

    async def test_may_answer_in_words_where_the_server_passes_over_the_schema(self):
        models = FakeModels("bad", "bad", "good")

        assert (await ask(models, PROMPT, parsed, structured=IN_JSON)).value == "good"

    async def test_that_repeats_the_prompt_is_bad(self):
        asked = replace(PROMPT, wording="他の文章は禁止。一行で答えてください。")
        models = FakeModels("他の文章は禁止。", "一行で答えてください\n0.8")

        assert (await ask(models, asked, parsed)).value == "0.8"

    async def test_is_counted(self):
        meter = Meter(FakeModels("bad", "", "good"))

        await ask(meter, PROMPT, parsed)

        assert (meter.replies, meter.unusable) == (3, 2)


async def test_a_text_that_the_server_counts_longer_is_asked_in_smaller_windows():
    rooms: list[int] = []
    models = FakeModels()
    models.token_factor = 1.0

    async def work(room: int) -> str:
        rooms.append(room)
        if len(rooms) == 1:
            models.token_factor = 2.0  # what the server's refusal told
            raise TextTooLong("too long")
        return "done"

    assert await fitting(models, 8192, work) == "done"
    assert rooms == [8192, 4096]


async def test_a_text_that_is_too_long_for_good_is_not_asked_again():
    async def work(_: int) -> str:
        raise TextTooLong("too long")

    with pytest.raises(TextTooLong):
        await fitting(FakeModels(), 8192, work)

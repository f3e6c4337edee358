"""Asking a model until it answers usably, three times at most, and one question for each item of a batch."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from handlers.contract import Worked
from handlers.parsing import clean
from llm.errors import BadReply
from llm.protocol import Models, Prompt

SAMPLES = 3

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """What a reply says, and who said it."""

    value: T
    model: str


async def ask(
    models: Models,
    prompt: Prompt,
    parse: Callable[[str], T],
    *,
    flaws: Callable[[T], int] = lambda _: 0,
    schema: Mapping[str, Any] | None = None,
) -> Answer[T]:
    """Return the first reply that parses without a flaw, else the least flawed of three samples.

    With a schema the question is a chat whose reply is JSON.

    Raises:
        BadReply: none of the samples parses; the last one's reason.
        ModelError: anything else that keeps the model from answering, at once.
    """
    best: tuple[int, Answer[T]] | None = None
    failure = BadReply("no reply was usable")
    for sample in range(SAMPLES):
        try:
            reply = await (
                models.generate(prompt, sample=sample)
                if schema is None
                else models.chat(prompt, schema=schema, sample=sample)
            )
            answer = Answer(value=parse(clean(reply.text)), model=reply.model)
        except BadReply as error:
            failure = error
            continue
        count = flaws(answer.value)
        if count == 0:
            return answer
        if best is None or count < best[0]:
            best = (count, answer)
    if best is None:
        raise failure
    return best[1]


async def each(
    items: Sequence[ItemT], work: Callable[[ItemT], Awaitable[ResultT]]
) -> Sequence[Worked[ResultT]]:
    """Work on all items at once; the error of one is its own result."""
    results: list[Worked[ResultT]] = []
    for result in await asyncio.gather(*(work(item) for item in items), return_exceptions=True):
        if isinstance(result, BaseException) and not isinstance(result, Exception):
            raise result
        results.append(result)
    return results

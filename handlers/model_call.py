"""Asking a model until it answers usably, three times at most: a text of any length fitted into its context, whole or in windows."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from handlers.contract import Worked
from handlers.prompt_echoes import Echoes
from tane.language.offloading import off_loop
from tane.language.spelling import storable
from tane.language.splitting import Piece, split
from tane.llm.model_errors import BadReply, CutReply, EmptyReply, RequestRefused, TextTooLong
from tane.llm.protocol import ModelReply, Models, Prompt, note_reply, token_factor
from tane.llm.wire import THINKING_TOKENS
from tane.token_estimate import estimate_tokens

TEMPLATE_TOKENS = 128  # the model's own words around a prompt
LEAST_WINDOW_TOKENS = 256

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
T = TypeVar("T")

SAMPLES = 3
MORE_ROOM = 2  # times the usual, for a reply that was cut off; one that fills that too is the text's fault


def windows(text: str, render: Callable[[str], Prompt], *, context_tokens: int) -> list[Piece]:
    """Return the parts of a text, each small enough that prompt, thinking and reply fit the context.

    A text that fits is one window; white space alone is none. `render` makes the prompt of a part.
    """
    if _needed(render(text)) <= context_tokens:
        return [Piece(0, len(text), text)] if text.strip() else []
    return split(text, max_tokens=room(render, context_tokens=context_tokens))


async def first_window(text: str, render: Callable[[str], Prompt], *, context_tokens: int) -> Piece:
    """Return the first window of a text that is not blank, which stands for all of it."""
    first, *_ = await off_loop(len(text), windows, text, render, context_tokens=context_tokens)
    return first


def room(render: Callable[[str], Prompt], *, context_tokens: int) -> int:
    """Return how many tokens of text fit beside the prompt's own words and a reply that may grow with them."""
    probe = "あ" * 1000
    empty, full = _needed(render("")), _needed(render(probe))
    growth = (full - empty) / estimate_tokens(probe)  # tokens spent for one token of text
    return max(int((context_tokens - empty) / growth), LEAST_WINDOW_TOKENS)


def context_of(models: Models, context_tokens: int) -> int:
    """Return how many estimated tokens a context holds of a model that spends more on a text than is estimated."""
    return int(context_tokens / token_factor(models))


def _needed(prompt: Prompt) -> int:
    return estimate_tokens(prompt.text) + prompt.reply_tokens + THINKING_TOKENS + TEMPLATE_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled(Generic[T]):
    """What a reply says, and who said it."""

    value: T
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured(Generic[T]):
    """The same question with a JSON reply, for a model that does not answer it in words."""

    schema: Mapping[str, Any]
    read: Callable[[str], T]  # raises BadReply
    read_cut: Callable[[str], T]  # what was finished before it was cut off; raises BadReply


@dataclass(slots=True)
class _Best(Generic[T]):
    """The best of the replies so far."""

    answer: Sampled[T] | None = None
    count: int = 0

    def note(self, answer: Sampled[T], count: int) -> None:
        if self.answer is None or count < self.count:
            self.answer, self.count = answer, count


async def ask(
    models: Models,
    prompt: Prompt,
    parse: Callable[[str], T],
    *,
    flaws: Callable[[T], int] = lambda _: 0,
    says: Callable[[T], bool] = lambda value: value is not None,
    schema: Mapping[str, Any] | None = None,
    structured: Structured[T] | None = None,
    source: str = "",
) -> Sampled[T]:
    """Return the first reply that parses without a flaw, else the least flawed of three samples.

    With a `schema` the question is a chat whose reply is JSON. With `structured` it becomes one for the last sample,
    and at once when a reply was empty: an empty list can be said in JSON alone. A reply that was cut off is asked for
    again with twice the room; what was whole of it counts when nothing better comes. `says` tells a value from none.

    Raises:
        BadReply: none of the samples parses; the last one's reason.
        ModelError: anything else that keeps the model from answering, at once.
    """
    echoes = Echoes(prompt.wording, source)
    best: _Best[T] = _Best()
    failure = BadReply("no reply was usable")
    in_json = False
    for sample in range(SAMPLES):
        in_json = structured is not None and (in_json or sample == SAMPLES - 1)
        form = structured if in_json else None
        try:
            reply = await _said(models, prompt, schema if form is None else form.schema, form, sample)
            text = storable(reply.text)
            if not text.strip():
                raise EmptyReply("the reply is empty")
            value = _read(form, parse, text) if schema or form else parse(echoes.without(text))
        except CutReply as error:
            failure = error
            part = _whole_part(error, parse, form, echoes)
            note_reply(models, is_usable=part is not None and says(part.value))
            if part is not None:
                best.note(part, flaws(part.value) + 1)
            if error.at_limit:
                prompt = replace(prompt, room=MORE_ROOM)
            continue
        except BadReply as error:
            failure = error
            note_reply(models, is_usable=False)
            in_json = in_json or isinstance(error, EmptyReply)
            continue
        note_reply(models, is_usable=says(value))
        count = flaws(value)
        answer = Sampled(value=value, model=reply.model)
        if count == 0:
            return answer
        best.note(answer, count)
    if best.answer is None:
        raise failure
    return best.answer


async def _said(
    models: Models, prompt: Prompt, schema: Mapping[str, Any] | None, form: Structured[T] | None, sample: int
) -> ModelReply:
    if schema is None:
        return await models.generate(prompt, sample=sample)
    try:
        return await models.chat(prompt, schema=schema, sample=sample)
    except TextTooLong:
        raise
    except RequestRefused:
        if form is None:
            raise
        return await models.generate(prompt, sample=sample)  # the server knows no schemas


def _read(form: Structured[T] | None, parse: Callable[[str], T], text: str) -> T:
    """Read a reply that should be JSON; a server that passes over the schema may have got the answer in words."""
    if form is None:
        return parse(text)
    return form.read(text) if "{" in text else parse(text)


def _whole_part(
    error: CutReply, parse: Callable[[str], T], form: Structured[T] | None, echoes: Echoes
) -> Sampled[T] | None:
    """Return what was whole of a reply that was cut off: finished fields, or all lines but the last."""
    text = storable(error.text)
    whole = text if form is not None else text.rpartition("\n")[0]
    if not whole.strip():
        return None
    try:
        value = form.read_cut(whole) if form is not None else parse(echoes.without(whole))
    except BadReply:
        return None
    return Sampled(value=value, model=error.model)


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


async def fitting(models: Models, context_tokens: int, work: Callable[[int], Awaitable[T]]) -> T:
    """Work with the context as this model fills it; once more when the server counted more than was known.

    Raises:
        TextTooLong: the text is too long all the same.
    """
    room = context_of(models, context_tokens)
    try:
        return await work(room)
    except TextTooLong:
        smaller = context_of(models, context_tokens)
        if smaller >= room:
            raise
    return await work(smaller)

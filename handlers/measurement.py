"""The five scores of an utterance: asks the text model how tentative, sure, changed, resisting and directed it is."""

from functools import partial
from typing import Any

from handlers.contract import Handler
from handlers.job_graph import MEASUREMENT_PRIORITY
from handlers.json_replies import Sections
from handlers.model_call import ask, first_window
from handlers.options import Options
from handlers.short_replies import NumberRule, number
from handlers.utterance import Asked, Question, single, structured
from tane.llm.model_errors import BadReply
from tane.llm.protocol import Models, Prompt
from tane.store.domain import HIGHEST, LOWEST, Score
from tane.store.pool import Connection
from tane.store.utterances import set_score

DEADLINE_S = 900.0  # three samples


def handler(score: Score, options: Options) -> Handler[Asked, float | None]:
    """Return the handler of one score."""
    return single(
        score,
        options,
        priority=MEASUREMENT_PRIORITY,
        deadline_s=DEADLINE_S,
        answer=partial(_measure, score, options),
        write=partial(_write, score),
    )


def question(score: Score, options: Options) -> Question[float | None]:
    """Return how a score is asked for together with other questions."""
    return Question(
        handler=handler(score, options),
        admit=lambda asked: asked,
        fields=lambda _: _fields(score),
        read=lambda told: _said(score, options, told.sections),
        flaws=_flaws,
    )


def reading(reply: str, *, score: Score, rule: NumberRule = "last") -> float | None:
    """Return the score that a reply gives, None if it gives none inside the scale (B12, B13)."""
    try:
        return number(reply, low=LOWEST[score], high=HIGHEST, rule=rule)
    except BadReply:
        return None


async def _measure(
    score: Score, options: Options, models: Models, asked: Asked, context_tokens: int
) -> float | None:
    def render(contents: str) -> Prompt:
        return options.prompts.render(score, contents=contents, before=asked.shown_before)

    # The first window of a text too long for the context stands for all of it.
    first = await first_window(asked.utterance.contents, render, context_tokens=context_tokens)
    parse = partial(reading, score=score, rule=options.number_rule)
    form = structured(_fields(score), partial(_said, score, options))
    answer = await ask(models, render(first.text), parse, flaws=_flaws, structured=form, source=first.text)
    return answer.value


def _fields(score: Score) -> dict[str, Any]:
    return {score: {"type": "number", "minimum": LOWEST[score], "maximum": HIGHEST}}


def _said(score: Score, options: Options, said: Sections) -> float | None:
    figure: str | None = getattr(said, score)
    if figure is None:
        raise BadReply(f"the reply gives no {score}")
    return reading(figure, score=score, rule=options.number_rule)


def _flaws(value: float | None) -> int:
    return int(value is None)


async def _write(score: Score, conn: Connection, item: Asked, value: float | None) -> str:
    """Store the score; a former one does not survive a reading that found none."""
    await set_score(conn, item.utterance.utterance_id, score, value)
    return "no_number" if value is None else "done"

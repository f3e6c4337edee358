"""The five scores of an utterance: asks the text model how tentative, sure, changed, resisting and directed it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from handlers.asking import ask, each
from handlers.chain import MEASUREMENT_PRIORITY, Score
from handlers.contract import Finished, Handler, Lane, Loaded, Worked
from handlers.options import Options
from handlers.parsing import NumberRule, number
from handlers.utterance import load_targets, save_unmoved
from handlers.windows import windows
from llm.errors import BadReply
from llm.protocol import Models, Prompt
from store.jobs import Job
from store.pool import Connection
from store.utterances import Utterance, set_score

HIGHEST = 1.0
DEADLINE_S = 900.0  # three samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An utterance that is measured."""

    utterance: Utterance


def handler(score: Score, options: Options) -> Handler[Measured, float | None]:
    """Return the handler of one score."""
    return Handler(
        job_type=score,
        lane=Lane.TEXT,
        targets=frozenset({"utterance"}),
        priority=MEASUREMENT_PRIORITY,
        deadline_s=DEADLINE_S,
        load=_load,
        work=partial(_work, score, options),
        save=partial(_save, score),
    )


def lowest(score: Score) -> float:
    """Return where a scale begins: only the direction also points back."""
    return -1.0 if score == "direction" else 0.0


def reading(reply: str, *, score: Score, rule: NumberRule = "last") -> float | None:
    """Return the score that a reply gives, None if it gives none inside the scale (B12, B13)."""
    try:
        return number(reply, low=lowest(score), high=HIGHEST, rule=rule)
    except BadReply:
        return None


async def _load(conn: Connection, jobs: Sequence[Job]) -> Sequence[Loaded[Measured]]:
    targets = await load_targets(conn, jobs)
    return [Measured(utterance=found) if isinstance(found, Utterance) else found for found in targets]


async def _work(
    score: Score, options: Options, items: Sequence[Measured], models: Models
) -> Sequence[Worked[float | None]]:
    return await each(items, partial(_measure, score, options, models))


async def _measure(score: Score, options: Options, models: Models, item: Measured) -> float | None:
    def render(contents: str) -> Prompt:
        return options.prompts.render(score, contents=contents)

    # The first window of a text too long for the context stands for all of it.
    first, *_ = windows(item.utterance.contents, render, context_tokens=options.context_tokens)
    parse = partial(reading, score=score, rule=options.number_rule)
    return (await ask(models, render(first.text), parse, flaws=lambda value: value is None)).value


async def _save(
    score: Score, conn: Connection, finished: Sequence[Finished[Measured, float | None]]
) -> Sequence[str]:
    return await save_unmoved(conn, finished, partial(_write, conn, score))


async def _write(conn: Connection, score: Score, item: Measured, value: float | None) -> str:
    """Store the score; a former one does not survive a reading that found none."""
    await set_score(conn, item.utterance.utterance_id, score, value)
    return "no_number" if value is None else "done"

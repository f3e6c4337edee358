"""`recap_tie_break`: asks the text model which of the genres that tie a document is of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from handlers.contract import Finished, Handler, JobError, Lane, Loaded, Skip, Worked
from handlers.job_graph import RECAP_TIE_BREAK_PRIORITY
from handlers.json_replies import best_object
from handlers.model_call import ask, each
from handlers.options import Options
from tane.llm.model_errors import BadReply
from tane.llm.prompts import TIE_BREAK
from tane.llm.protocol import Models
from tane.recap.taxonomy import excerpt
from tane.store.genres import TieRow, load_ties, settle_tie
from tane.store.jobs import Job
from tane.store.pool import Connection

TARGET = "recap_document"
DEADLINE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenGenre:
    """What a model chose."""

    genre: str
    model: str
    prompt_version: str


def handler(options: Options) -> Handler[TieRow, ChosenGenre]:
    """Return the handler of `recap_tie_break`."""
    return Handler(
        job_type=TIE_BREAK,
        lane=Lane.TEXT,
        targets=frozenset({TARGET}),
        priority=RECAP_TIE_BREAK_PRIORITY,
        deadline_s=DEADLINE_S,
        most_at_once=1,
        load=_load,
        work=partial(_work, options),
        save=_save,
    )


async def _load(conn: Connection, claimed: Sequence[Job]) -> Sequence[Loaded[TieRow]]:
    ties = await load_ties(conn, [job.target_id for job in claimed])
    return [_judge(ties.get(job.target_id)) for job in claimed]


def _judge(tie: TieRow | None) -> Loaded[TieRow]:
    if tie is None:
        return JobError("target_missing")
    if tie.strategy != "weighted_score" or len(tie.tied) < 2:
        return Skip("skipped:no_tie")
    return tie if tie.contents else Skip("no_text")


async def _work(options: Options, items: Sequence[TieRow], models: Models) -> Sequence[Worked[ChosenGenre]]:
    return await each(items, partial(_choose, options, models))


async def _choose(options: Options, models: Models, tie: TieRow) -> ChosenGenre:
    names = [str(one["genre"]) for one in tie.tied]
    prompt = options.prompts.render(
        TIE_BREAK,
        contents=excerpt(tie.title, tie.contents or ""),
        allowed=[" ".join(f"{one['genre']}: {one['name']}".split()) for one in tie.tied],
    )
    found = await ask(models, prompt, partial(_read, names), schema=_schema(names))
    return ChosenGenre(genre=found.value, model=found.model, prompt_version=prompt.version)


def _schema(names: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"genre": {"type": "string", "enum": list(names)}},
        "required": ["genre"],
    }


def _read(names: Sequence[str], reply: str) -> str:
    value: Mapping[str, Any] = best_object(reply, lambda one: int("genre" in one))
    genre = value.get("genre")
    if genre not in names:
        raise BadReply("the reply names none of the candidates")
    return str(genre)


async def _save(conn: Connection, finished: Sequence[Finished[TieRow, ChosenGenre]]) -> Sequence[str]:
    return [
        "done"
        if await settle_tie(
            conn, one.item, one.result.genre, model=one.result.model, prompt_version=one.result.prompt_version
        )
        else "skipped:no_tie"
        for one in finished
    ]

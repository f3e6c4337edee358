"""What all questions about an utterance share: reading it, how one is asked, and writing only if its words still stand.

Alone a question is a prompt of its own, with others it is a part of one call.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from handlers.contract import Finished, Handler, JobError, Lane, Loaded, Skip, Worked
from handlers.json_replies import Sections, cut_sections, sections
from handlers.model_call import Structured, each, fitting
from handlers.options import Options
from handlers.prompt_echoes import Echoes
from tane.language.splitting import Piece
from tane.llm.protocol import Models
from tane.store.jobs import Job, NewJob, enqueue
from tane.store.pool import Connection
from tane.store.roles import list_roles
from tane.store.utterances import EarlierTurn, Utterance, list_turns_before, load_utterances, lock_utterances

LONGEST_TURN_CHARS = 400  # what a turn ends with is what the next one answers

MOST_CHARS = 20_000_000
"""Of one utterance; a longer one is stored, and nothing is asked of it. An import refuses much shorter ones."""
TOO_LONG = f"skipped:more_than_{MOST_CHARS}_characters"

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An utterance that is asked about, and what is needed to understand it."""

    utterance: Utterance
    before: tuple[EarlierTurn, ...] = ()  # of the same conversation, the nearest last
    roles: Mapping[str, UUID] = field(
        default_factory=dict
    )  # by name; only the question for the role needs them

    @property
    def shown_before(self) -> tuple[str, ...]:
        """Its title and the turns before it as a prompt shows them: to understand it by, and not to be asked about."""
        title = self.utterance.title
        return (
            *((f"Title: {title}",) if title else ()),
            *(f"{turn.speaker}: {turn.contents}" if turn.speaker else turn.contents for turn in self.before),
        )


async def load_asked(
    conn: Connection, jobs: Sequence[Job], *, options: Options, with_roles: bool = False
) -> list[Loaded[Asked]]:
    """Return the utterance of each job with its context, or why there is nothing to ask."""
    ids = list({job.target_id for job in jobs})
    found = await load_utterances(conn, ids)
    before = (
        await list_turns_before(conn, ids, turns=options.context_turns, longest_chars=LONGEST_TURN_CHARS)
        if options.context_turns
        else {}
    )
    roles = {role.name: role.role_id for role in await list_roles(conn)} if with_roles else {}
    asked = {
        utterance_id: _asked(found.get(utterance_id), before.get(utterance_id, ()), roles)
        for utterance_id in ids
    }
    return [asked[job.target_id] for job in jobs]


def _asked(
    utterance: Utterance | None, before: Sequence[EarlierTurn], roles: Mapping[str, UUID]
) -> Loaded[Asked]:
    if utterance is None:
        return JobError("target_missing")
    if utterance.is_deleted:
        return Skip("skipped:deleted")
    if not utterance.contents.strip():
        return Skip("skipped:no_text")
    if len(utterance.contents) > MOST_CHARS:
        return Skip(TOO_LONG)
    return Asked(utterance=utterance, before=tuple(before), roles=roles)


async def save_unmoved(
    conn: Connection,
    finished: Sequence[Finished[Asked, ResultT]],
    write: Callable[[Asked, ResultT], Awaitable[str]],
) -> list[str]:
    """Write each result whose utterance still says what the model was asked about; queue the others again.

    The utterances stay locked, so their words cannot change between this look and the commit.
    """
    hashes = await lock_utterances(conn, [entry.item.utterance.utterance_id for entry in finished])
    outcomes = []
    for entry in finished:
        present = hashes.get(entry.item.utterance.utterance_id)
        if present is None:
            outcomes.append("skipped:deleted")
        elif present != entry.item.utterance.content_hash:
            await enqueue(conn, [_again(entry.job)])
            outcomes.append("requeued")
        else:
            outcomes.append(await write(entry.item, entry.result))
    return outcomes


def _again(job: Job) -> NewJob:
    return NewJob(
        job_type=job.job_type,
        target_type=job.target_type,
        target_id=job.target_id,
        priority=job.priority,
        payload=job.payload,
    )


def single(
    job_type: str,
    options: Options,
    *,
    priority: int,
    deadline_s: float,
    answer: Callable[[Models, Asked, int], Awaitable[ResultT]],
    write: Callable[[Connection, Asked, ResultT], Awaitable[str]],
    load: Callable[[Connection, Sequence[Job]], Awaitable[Sequence[Loaded[Asked]]]] | None = None,
) -> Handler[Asked, ResultT]:
    """Return the handler of a question that is asked by itself.

    answer: asks within a context of so many tokens. write: stores the result and returns the outcome.
    """

    async def work(items: Sequence[Asked], models: Models) -> Sequence[Worked[ResultT]]:
        return await each(
            items, lambda asked: fitting(models, options.context_tokens, partial(answer, models, asked))
        )

    async def save(conn: Connection, finished: Sequence[Finished[Asked, ResultT]]) -> Sequence[str]:
        return await save_unmoved(conn, finished, partial(write, conn))

    return Handler(
        job_type=job_type,
        lane=Lane.TEXT,
        targets=frozenset({"utterance"}),
        priority=priority,
        deadline_s=deadline_s,
        load=load or partial(load_asked, options=options),
        work=work,
        save=save,
    )


def object_schema(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a JSON object with all of these fields and no other."""
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


def structured(fields: Mapping[str, Any], read: Callable[[Sections], ResultT]) -> Structured[ResultT]:
    """Return a question's form whose reply is such an object, whole or cut off."""
    return Structured(
        schema=object_schema(fields),
        read=lambda reply: read(sections(reply)),
        read_cut=lambda reply: read(cut_sections(reply)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowReply:
    """What one call said about one window of an utterance, and who said it."""

    asked: Asked
    part: Piece
    sections: Sections
    model: str
    version: str  # of the question's wording
    echoes: Echoes = field(default_factory=lambda: Echoes("", ""))  # knows the prompt's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Windowed(Generic[ResultT]):
    """How the results of an utterance's windows become one."""

    merge: Callable[[Sequence[ResultT]], ResultT]
    is_full: Callable[[ResultT], bool]  # further windows would add nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[ResultT]):
    """How a job type is asked.

    admit: what its `load` makes of an utterance that can be asked about.
    fields: the JSON schema of its fields in a fused reply; empty when no model needs to be asked.
    read: its result, by the same parser as a single reply's. Raises BadReply when its fields say nothing usable.
    flaws: how much a result leaves unsaid, 0 for a good one.
    windowed: None when an utterance's first window stands for all.
    """

    handler: Handler[Asked, ResultT]
    admit: Callable[[Asked], Loaded[Asked]]
    fields: Callable[[Asked], Mapping[str, Any]]
    read: Callable[[WindowReply], ResultT]
    flaws: Callable[[ResultT], int]
    windowed: Windowed[ResultT] | None = None

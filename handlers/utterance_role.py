"""`utterance_role`: asks the text model which of the owner's roles an utterance has, and how sure it is."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from handlers.contract import Handler, Loaded, Skip
from handlers.job_graph import ROLE_PRIORITY, extraction_jobs
from handlers.json_replies import Sections
from handlers.model_call import ask, first_window
from handlers.options import Options
from handlers.short_replies import RoleReply, role_reply
from handlers.utterance import Asked, Question, load_asked, single, structured
from tane.llm.model_errors import BadReply
from tane.llm.protocol import Models, Prompt
from tane.store.domain import EXTRACTION, ROLE_JOB
from tane.store.jobs import Job, NewJob, enqueue
from tane.store.pool import Connection
from tane.store.utterances import Utterance, set_role

DEADLINE_S = 900.0  # three samples


def handler(options: Options) -> Handler[Asked, RoleReply]:
    """Return the handler of `utterance_role`."""
    return single(
        ROLE_JOB,
        options,
        priority=ROLE_PRIORITY,
        deadline_s=DEADLINE_S,
        answer=partial(_classify, options),
        write=partial(_write, options),
        load=partial(_load, options),
    )


def question(options: Options) -> Question[RoleReply]:
    """Return how the role is asked for together with other questions."""
    return Question(
        handler=handler(options),
        admit=partial(_admit, options),
        fields=_fields,
        read=lambda told: _said(options, told.asked, told.sections),
        flaws=_flaws,
    )


def _admit(options: Options, asked: Asked) -> Loaded[Asked]:
    # Without roles there is nothing to ask, but extractions may wait for this job (C8).
    return asked if asked.roles or options.roles_exclude else Skip("skipped:no_roles")


async def _load(options: Options, conn: Connection, jobs: Sequence[Job]) -> Sequence[Loaded[Asked]]:
    loaded = await load_asked(conn, jobs, options=options, with_roles=True)
    return [_admit(options, entry) if isinstance(entry, Asked) else entry for entry in loaded]


async def _classify(options: Options, models: Models, asked: Asked, context_tokens: int) -> RoleReply:
    if not asked.roles:
        return RoleReply(name=None, confidence=None)

    def render(contents: str) -> Prompt:
        return options.prompts.render(
            ROLE_JOB, contents=contents, allowed=asked.roles, before=asked.shown_before
        )

    # The first window of a text too long for the context stands for all of it.
    first = await first_window(asked.utterance.contents, render, context_tokens=context_tokens)
    parse = partial(role_reply, allowed=tuple(asked.roles), rule=options.number_rule)
    answer = await ask(
        models,
        render(first.text),
        parse,
        flaws=_flaws,
        says=lambda reply: reply.name is not None,
        structured=structured(_fields(asked), partial(_said, options, asked)),
        source=first.text,
    )
    return answer.value


def _fields(asked: Asked) -> Mapping[str, Any]:
    if not asked.roles:
        return {}
    return {
        "role": {"type": "string", "enum": list(asked.roles)},
        "role_confidence": {"type": "number", "minimum": 0, "maximum": 1},
    }


def _said(options: Options, asked: Asked, said: Sections) -> RoleReply:
    if said.role is None:
        raise BadReply("the reply names no role")
    lines = f"{' '.join(said.role.split())}\n{said.role_confidence or ''}"
    return role_reply(lines, tuple(asked.roles), rule=options.number_rule)


async def _write(options: Options, conn: Connection, item: Asked, reply: RoleReply) -> str:
    role_id = None if reply.name is None else item.roles[reply.name]
    is_known = await set_role(conn, item.utterance.utterance_id, role_id, reply.confidence)
    if options.roles_exclude and not (is_known and reply.name in options.roles_exclude):
        await enqueue(conn, _extractions(item.utterance, options))
    if not item.roles:
        return "skipped:no_roles"
    if not is_known:
        return "no_match"
    return "done" if reply.confidence is not None else "no_confidence"


def _flaws(reply: RoleReply) -> int:
    """Count what a reply leaves unsaid; after three samples the least is good enough (B10, B12)."""
    return (reply.name is None) + (reply.confidence is None)


def _extractions(utterance: Utterance, options: Options) -> list[NewJob]:
    """Return the extractions that waited for the role (C8); what was asked before is not asked again."""
    jobs = extraction_jobs(utterance.utterance_id, utterance.contents, utterance.speaker, options=options)
    return [job for job in jobs if job.job_type.removeprefix(EXTRACTION) not in utterance.asked]

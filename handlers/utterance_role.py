"""`utterance_role`: asks the text model which of the owner's roles an utterance has, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from handlers.asking import ask, each
from handlers.chain import ROLE_PRIORITY, extraction_jobs
from handlers.contract import Finished, Handler, Lane, Loaded, Skip, Worked
from handlers.options import Options
from handlers.parsing import RoleReply, role_reply
from handlers.utterance import load_targets, save_unmoved
from handlers.windows import windows
from llm.protocol import Models, Prompt
from store.jobs import Job, NewJob, enqueue
from store.pool import Connection
from store.roles import list_roles
from store.utterances import Utterance, set_role

DEADLINE_S = 900.0  # three samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """An utterance and the roles it may have."""

    utterance: Utterance
    roles: dict[str, UUID]  # by name


def handler(options: Options) -> Handler[Classified, RoleReply]:
    """Return the handler of `utterance_role`."""
    return Handler(
        job_type="utterance_role",
        lane=Lane.TEXT,
        targets=frozenset({"utterance"}),
        priority=ROLE_PRIORITY,
        deadline_s=DEADLINE_S,
        load=partial(_load, options),
        work=partial(_work, options),
        save=partial(_save, options),
    )


async def _load(options: Options, conn: Connection, jobs: Sequence[Job]) -> Sequence[Loaded[Classified]]:
    targets = await load_targets(conn, jobs)
    roles = {role.name: role.role_id for role in await list_roles(conn)}
    # Without roles there is nothing to ask, but extractions may wait for this job (C8).
    if not roles and not options.roles_exclude:
        return [Skip("skipped:no_roles") if isinstance(found, Utterance) else found for found in targets]
    return [
        Classified(utterance=found, roles=roles) if isinstance(found, Utterance) else found
        for found in targets
    ]


async def _work(options: Options, items: Sequence[Classified], models: Models) -> Sequence[Worked[RoleReply]]:
    return await each(items, partial(_classify, options, models))


async def _classify(options: Options, models: Models, item: Classified) -> RoleReply:
    if not item.roles:
        return RoleReply(name=None, confidence=None)

    def render(contents: str) -> Prompt:
        return options.prompts.render("utterance_role", contents=contents, allowed=item.roles)

    # The first window of a text too long for the context stands for all of it.
    first, *_ = windows(item.utterance.contents, render, context_tokens=options.context_tokens)
    parse = partial(role_reply, allowed=tuple(item.roles), rule=options.number_rule)
    return (await ask(models, render(first.text), parse, flaws=_flaws)).value


async def _save(
    options: Options, conn: Connection, finished: Sequence[Finished[Classified, RoleReply]]
) -> Sequence[str]:
    return await save_unmoved(conn, finished, partial(_write, options, conn))


async def _write(options: Options, conn: Connection, item: Classified, reply: RoleReply) -> str:
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
    return [job for job in jobs if job.job_type.removeprefix("did_asked_") not in utterance.asked]

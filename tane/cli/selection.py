"""Items selected by the beginning of their id, commands that decide about them, and job types selected by name."""

import difflib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import click

from tane.cli.commands import Command
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, told
from tane.store.domain import JOB_TYPES
from tane.store.pool import Connection, transaction
from tane.store.reading import find_items
from tane.store.session import Session

MOST = 1000  # begin alike
Decision: TypeAlias = Callable[[Connection, Sequence[UUID]], Awaitable[None]]


def job_type_named(name: str, also: Iterable[str] = ()) -> str:
    """Return the name of a job type, one that handlers have or one of `also`.

    Raises:
        UsageError: there is none of this name; it names the nearest.
    """
    known = sorted(JOB_TYPES | set(also))
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise click.UsageError(f"there is no job type {clean(name)}; {hint}")


async def the_one(conn: Connection, kind: str, prefix: str) -> UUID:
    """Return the one utterance, seed or cluster whose id begins like this.

    Raises:
        Failure: there is none, or more than one.
    """
    found = [item_id for name, item_id in await find_items(conn, prefix, limit=MOST) if name == kind]
    return only(found, kind, prefix)


async def all_of(conn: Connection, kind: str, prefixes: Sequence[str]) -> list[UUID]:
    """Return the items that are named, each once.

    Raises:
        Failure: a name fits none, or more than one.
    """
    return list(dict.fromkeys([await the_one(conn, kind, prefix) for prefix in prefixes]))


def add_decision(
    group: click.Group, name: str, done: str, decision: Decision, *, of: str, help_: str, examples: Sequence[str], then: str = ""
) -> None:  # fmt: skip
    """Add a command that decides about all seeds or clusters that are named, or about none of them."""

    @group.command(
        name, cls=Command, help=help_, examples=[f"tane {group.name} {name} {ids}" for ids in examples]
    )
    @click.argument(of, nargs=-1, required=True)
    @json_option
    @in_session
    async def decide(_: Invocation, session: Session, /, *, as_json: bool, **named: Any) -> None:
        async with transaction(session.pool) as conn:
            chosen = await all_of(conn, of, named[of])
            await decision(conn, chosen)
        told(as_json, f"{len(chosen)} {done}{then}", **{done: len(chosen)})


def only(found: Sequence[UUID], kind: str, prefix: str) -> UUID:
    """Return the only id of a list.

    Raises:
        Failure: it is empty, or longer.
    """
    if not found:
        raise Failure(f"there is no {kind} {prefix}")
    if len(found) > 1:
        raise Failure(f"{prefix} is the beginning of {len(found)} ids: give more of it")
    return found[0]

"""tane roles: the roles that an utterance can have; they are the owner's."""

from dataclasses import asdict

import click

from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option
from tane.cli.output import clean, note, show, table, told, write_json
from tane.store import reading
from tane.store import roles as stored
from tane.store.pool import connection
from tane.store.session import Session


@click.group(cls=Group, examples=["tane roles list", 'tane roles add 仮説 "確かめる前の考えを述べる"'])
def roles() -> None:
    """List, add or remove the roles of utterances.

    A new list holds for utterances that are classified from then on.
    """


@roles.command("list", cls=Command, examples=["tane roles list", "tane roles list --json"])
@json_option
@in_session
async def list_(_: Invocation, session: Session, as_json: bool) -> None:
    """List the roles and how many utterances have each."""
    async with connection(session.pool) as conn:
        found = await stored.list_roles(conn)
        counts = await reading.count_roles(conn)
    if as_json:
        write_json([asdict(role) | {"utterances": counts.get(role.name, 0)} for role in found])
        return
    rows = table("role", "utterances", "meaning", right=["utterances"])
    for role in found:
        rows.add_row(clean(role.name), f"{counts.get(role.name, 0):,}", clean(role.description or ""))
    show(rows)
    if not found:
        note("no roles: utterances are not classified; `tane roles reset` brings back the ones that ship")


@roles.command(cls=Command, examples=['tane roles add 仮説 "確かめる前の考えを述べる"'])
@click.argument("name")
@click.argument("meaning", default="")
@json_option
@in_session
async def add(_: Invocation, session: Session, name: str, meaning: str, as_json: bool) -> None:
    """Add a role, or change the meaning of one."""
    name = name.strip()
    if not name or len(name.splitlines()) > 1:
        raise Failure("the name of a role is one line of text")
    async with connection(session.pool) as conn:
        await stored.put_role(conn, name, meaning or None)
    told(as_json, f"{name} is a role", role=name)


@roles.command(cls=Command, examples=["tane roles remove 挨拶"])
@click.argument("name")
@json_option
@in_session
async def remove(_: Invocation, session: Session, name: str, as_json: bool) -> None:
    """Remove a role; its utterances have none from then on."""
    async with connection(session.pool) as conn:
        if not await stored.remove_role(conn, name):
            raise Failure(f"there is no role {name}; `tane roles list` lists them")
    told(as_json, f"{name} is no role any more", role=name)


@roles.command(cls=Command, examples=["tane roles reset"])
@json_option
@in_session
async def reset(_: Invocation, session: Session, as_json: bool) -> None:
    """Bring back the roles that ship with Tane; your own stay."""
    async with connection(session.pool) as conn:
        restored = await stored.restore_roles(conn)
    came = f"{restored} of the roles that ship came back" if restored else "all roles that ship are there"
    told(as_json, came, restored=restored)

"""tane forget: what was said leaves for good."""

import asyncio
from dataclasses import asdict
from itertools import count
from uuid import UUID

import click

from tane.cli.commands import Command
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, confirm, in_session, json_option
from tane.cli.output import clean, note, write_json
from tane.cli.selection import all_of, only
from tane.runs import workspace
from tane.settings.model import Settings
from tane.store import forgetting, runs
from tane.store.embedded import EmbeddedServer
from tane.store.errors import Conflict, StoreError
from tane.store.forgetting import Toll
from tane.store.pool import Connection, connection, transaction
from tane.store.remains import Rewritten, rewrite
from tane.store.session import Session

TRIES = 5  # against a worker that writes the same rows
STILL_IN_FILES = "the database's files still hold it until `tane db rewrite`"
NOT_REACHED = (
    "the database's files were written anew; copies stay in PostgreSQL's write-ahead log until it is used again, in "
    "backups and replicas, and in the file that was imported: delete those yourself"
)


@click.command(
    cls=Command,
    examples=[
        "tane forget 1f0c9a2e",
        "tane forget --speaker 佐藤",
        "tane forget --source talk.jsonl --yes",
        "tane forget --conversation 1f0c9a2e --yes --json",
    ],
)
@click.argument("utterance", nargs=-1, metavar="[UTTERANCE...]")
@click.option("--speaker", metavar="NAME", help="Everything this speaker said.")
@click.option("--source", metavar="NAME", help="Everything from this source, and the source.")
@click.option("--conversation", metavar="ID", help="A conversation, by its id or that of an utterance in it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--no-rewrite", is_flag=True, help="Leave deleted rows in the files until `tane db rewrite`.")
@json_option
@in_session
async def forget(
    invocation: Invocation, session: Session, /, *, utterance: tuple[str, ...], speaker: str | None, source: str | None,
    conversation: str | None, yes: bool, no_rewrite: bool, as_json: bool,
) -> None:  # fmt: skip
    """Remove what was said, for good, with everything that came of it.

    Its pieces, seeds that nothing else says (reviewed ones, too), vectors, edges, places and jobs go; clusters that were
    described from it are described anew. An import of the same file would bring it back.

    Then the database's files are written anew, because PostgreSQL leaves deleted rows on their pages: no table or index
    holds a word of it afterwards. That takes time and room for a copy of the largest table. Not reached: PostgreSQL's
    write-ahead log until its segments are used again, backups, replicas, free blocks of the disk, and the file that was
    imported.
    """
    if sum((bool(utterance), speaker is not None, source is not None, conversation is not None)) != 1:
        raise click.UsageError("name utterances, or use one of --speaker, --source and --conversation")
    async with connection(session.pool) as conn:
        source_id = None if source is None else await _source(conn, source)
        ids = await _said(conn, utterance, speaker=speaker, source_id=source_id, conversation=conversation)
        plan = await forgetting.count(conn, await forgetting.doom(conn, ids))
    if not ids and source_id is None:
        raise Failure("there is nothing to forget")
    if not yes:
        note(f"this removes {sentence(plan)}")
        confirm("Remove it for good?", otherwise="removes it", undone="nothing was removed")
    toll = await _forget(session, ids, source_id)
    await _clear_nights(invocation.settings, session)
    if (server := invocation.settings.database).url is None:
        await asyncio.to_thread(EmbeddedServer(server.data_dir).discard_log)
    if not as_json:
        note(f"removed {sentence(toll)}")
        if not no_rewrite:
            note(
                "writing the database's files anew, which still hold it until that is done (`tane db rewrite`) ..."
            )
    done, reason = (None, None) if no_rewrite else await _rewrite(session)
    if as_json:
        write_json({"removed": asdict(toll), "rewritten": None if done is None else asdict(done)})
    if reason is not None:
        raise Failure(
            f"it is removed, but the database's files still hold it, because {reason} (`tane db rewrite` does the rest)"
        )
    if not as_json:
        note(STILL_IN_FILES if done is None else NOT_REACHED)


def sentence(toll: Toll) -> str:
    """Return what leaves, for people."""
    of_yours = f" ({toll.reviewed:,} reviewed)" if toll.reviewed else ""
    return (
        f"utterances: {toll.utterances:,}, pieces: {toll.splits:,}, seeds: {toll.seeds:,}{of_yours}, "
        f"vectors: {toll.vectors:,}, edges: {toll.edges:,}, places: {toll.points:,}, jobs: {toll.jobs:,}, "
        f"words of clusters: {toll.descriptions:,}"
    )


async def _source(conn: Connection, name: str) -> UUID:
    found = await forgetting.find_source(conn, name)
    if found is None:
        raise Failure(f"there is no source {clean(name)}")
    return found


async def _said(
    conn: Connection,
    names: tuple[str, ...],
    *,
    speaker: str | None,
    source_id: UUID | None,
    conversation: str | None,
) -> list[UUID]:
    if speaker is not None:
        return await forgetting.said_by(conn, speaker)
    if source_id is not None:
        return await forgetting.said_in_source(conn, source_id)
    if conversation is not None:
        found = await forgetting.find_conversations(conn, conversation)
        return await forgetting.said_in_conversation(conn, only(found, "conversation", conversation))
    return await all_of(conn, "utterance", names)


async def _rewrite(session: Session) -> tuple[Rewritten | None, str | None]:
    """Return what was rewritten, or why it could not be: the rows are deleted by now, and the user must know."""
    try:
        async with connection(session.pool) as conn:
            return await rewrite(conn), None
    except StoreError as error:
        return None, str(error)


async def _clear_nights(settings: Settings, session: Session) -> None:
    """Remove what a failed night left for whoever wants to know why: vectors of everything there was."""
    async with connection(session.pool) as conn:
        names = await runs.ended_folders(conn)
    await asyncio.to_thread(workspace.sweep, settings.runs_dir, names)


async def _forget(session: Session, ids: list[UUID], source_id: UUID | None) -> Toll:
    """Forget in one transaction; a worker that writes the same rows at the same moment may win a round."""
    for tries in count(1):
        try:
            async with transaction(session.pool) as conn:
                return await forgetting.forget(conn, ids, source_id=source_id)
        except Conflict:
            if tries == TRIES:
                raise Failure(
                    "nothing was removed: others write the same rows again and again; `tane pause`, then try again"
                ) from None
    raise AssertionError("counting has no end")

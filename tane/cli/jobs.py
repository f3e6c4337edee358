"""tane jobs, dead, pause and resume: commands on the queue."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import click
from rich.text import Text

from daemon.health.snapshot import STATES
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import clean, note, short, table, told, when, write_json
from tane.cli.output import show as show_data
from tane.cli.selection import job_type_named, only
from tane.store import queue_admin, reading
from tane.store.pool import Connection, connection, transaction
from tane.store.session import Session

STYLES = {"dead": "red", "running": "cyan", "done": "green", "cancelled": "dim", "scheduled": "yellow"}
EVERYTHING = queue_admin.EVERYTHING
IN_WORDS = {
    "target_missing": "what it is about is not there (any more)",
    "wrong_target": "its type does not go with what it is about",
    "unexpected": "an error that nobody foresaw: the log tells where",
}


@click.group(cls=Group, examples=["tane jobs list --status dead", "tane jobs retry --all"])
def jobs() -> None:
    """List, show, retry or cancel jobs."""


@jobs.command(
    "list", cls=Command, examples=["tane jobs list", "tane jobs list --status running --type embedding"]
)
@click.option("--status", type=click.Choice(STATES), help="Only jobs in this state.")
@click.option("--type", "job_type", metavar="TYPE", help="Only jobs of this type.")
@limit_option(20)
@json_option
@in_session
async def list_(
    invocation: Invocation,
    session: Session,
    /,
    *,
    status: str | None,
    job_type: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List jobs, the last changed first."""
    async with connection(session.pool) as conn:
        await _checked(conn, job_type)
        found = await queue_admin.list_jobs(conn, status=status, job_type=job_type, limit=limit)
    _print_jobs(found, zone=invocation.settings.timezone, as_json=as_json)


@click.command(cls=Command, examples=["tane dead", "tane jobs show 1f0c9a2e", "tane jobs retry --all"])
@limit_option(20)
@json_option
@in_session
async def dead(invocation: Invocation, session: Session, limit: int, as_json: bool) -> None:
    """List the jobs that failed for good, with the cause."""
    async with connection(session.pool) as conn:
        found = await queue_admin.list_jobs(conn, status="dead", limit=limit)
    _print_jobs(found, zone=invocation.settings.timezone, as_json=as_json)
    if found and not as_json:
        note("`tane jobs retry ID` or `tane jobs retry --all` puts them back in line")


@jobs.command(cls=Command, examples=["tane jobs show 1f0c9a2e", "tane jobs show 1f0c9a2e --json"])
@click.argument("job")
@json_option
@in_session
async def show(invocation: Invocation, session: Session, job: str, as_json: bool) -> None:
    """Show one job, named by its id or the beginning of it."""
    async with connection(session.pool) as conn:
        found = await queue_admin.show_job(conn, await job_id(conn, job))
    if found is None:
        raise Failure(f"there is no job {job}")
    if as_json:
        write_json(asdict(found))
        return
    rows = table("", "")
    for name, value in asdict(found).items():
        if value is not None:
            shown = when(value, invocation.settings.timezone) if name.endswith("_at") else clean(str(value))
            rows.add_row(Text(name, style="dim"), shown)
    show_data(rows)


@jobs.command(
    cls=Command,
    examples=["tane jobs retry 1f0c9a2e", "tane jobs retry --type embedding", "tane jobs retry --all"],
)
@click.argument("job", nargs=-1)
@click.option("--type", "job_type", metavar="TYPE", help="All dead jobs of this type.")
@click.option("--all", "every", is_flag=True, help="All dead jobs.")
@json_option
@in_session
async def retry(
    _: Invocation,
    session: Session,
    /,
    *,
    job: tuple[str, ...],
    job_type: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """Put dead jobs back in line, with all their attempts."""
    if sum((bool(job), job_type is not None, every)) != 1:
        raise click.UsageError("name jobs, or use --type or --all")
    async with transaction(session.pool) as conn:
        await _checked(conn, job_type)
        ids = [await job_id(conn, name) for name in job] if job else None
        moved = await queue_admin.retry_jobs(conn, ids=ids, job_type=job_type)
    if ids and not moved:
        raise Failure("only dead jobs go back in line: `tane dead` lists them")
    told(as_json, f"{moved} back in line", retried=moved)


@jobs.command(cls=Command, examples=["tane jobs cancel 1f0c9a2e"])
@click.argument("job", nargs=-1, required=True)
@json_option
@in_session
async def cancel(_: Invocation, session: Session, job: tuple[str, ...], as_json: bool) -> None:
    """Cancel waiting jobs; running ones are asked to stop."""
    async with transaction(session.pool) as conn:
        ended = await queue_admin.cancel_jobs(conn, [await job_id(conn, name) for name in job])
    if not ended:
        raise Failure("what is over cannot be cancelled: `tane jobs show` tells how it ended")
    told(as_json, f"{ended} cancelled, or asked to stop", cancelled=ended)


@click.command(cls=Command, examples=["tane pause", "tane pause did_asked_knowledge --reason 'host is busy'"])
@click.argument("job_type", default=EVERYTHING, metavar="[TYPE]")
@click.option("--reason", help="Shown by `tane status`.")
@json_option
@in_session
async def pause(_: Invocation, session: Session, job_type: str, reason: str | None, as_json: bool) -> None:
    """Stop claiming jobs, of one type or all; it outlives a restart."""
    if job_type != EVERYTHING:
        job_type_named(job_type)
    async with connection(session.pool) as conn:
        await queue_admin.pause(conn, job_type, reason)
    what = "all jobs" if job_type == EVERYTHING else job_type
    resuming = f"`tane resume{'' if job_type == EVERYTHING else ' ' + job_type}`"
    told(as_json, f"paused {what}; {resuming} goes on", paused=job_type)


@click.command(cls=Command, examples=["tane resume", "tane resume did_asked_knowledge"])
@click.argument("job_type", default=EVERYTHING, metavar="[TYPE]")
@json_option
@in_session
async def resume(_: Invocation, session: Session, job_type: str, as_json: bool) -> None:
    """End a pause."""
    async with connection(session.pool) as conn:
        if job_type != EVERYTHING:  # what another version paused can be resumed, too
            job_type_named(job_type, [pause.job_type for pause in await queue_admin.pauses(conn)])
        ended = await queue_admin.resume(conn, job_type)
        left = [pause.job_type for pause in await queue_admin.pauses(conn)]
    what = "all jobs" if job_type == EVERYTHING else job_type
    told(
        as_json,
        f"{what}: {'resumed' if ended else 'was not paused'}"
        + (f"; still paused: {', '.join(left)}" if left else ""),
        resumed=job_type if ended else None,
        still_paused=left,
    )


async def job_id(conn: Connection, prefix: str) -> UUID:
    """Return the one job whose id begins like this.

    Raises:
        Failure: there is none, or more than one.
    """
    return only(await reading.find_jobs(conn, prefix), "job", prefix)


async def _checked(conn: Connection, job_type: str | None) -> None:
    """Refuse a type that no handler has and no job in the queue, where other programs may have put some."""
    if job_type is not None:
        job_type_named(job_type, {row.job_type for row in await queue_admin.counts(conn)})


def _print_jobs(found: list[queue_admin.JobRecord], *, zone: str, as_json: bool) -> None:
    if as_json:
        write_json([asdict(job) for job in found])
        return
    if not found:
        note("no jobs")
        return
    rows = table("id", "type", "state", "try", "changed", "result", right=["try"])
    for job in found:
        rows.add_row(
            short(job.job_id), clean(job.job_type), Text(job.status, style=STYLES.get(job.status, "")),
            f"{job.attempts}/{job.max_attempts}", when(job.updated_at, zone), _result(job),
        )  # fmt: skip
    show_data(rows)


def _result(job: queue_admin.JobRecord) -> str:
    error: dict[str, Any] = job.last_error or {}
    if job.status in ("done", "cancelled") or not error:
        return job.outcome or ""
    cause, message = (str(error.get(name) or "") for name in ("cause", "message"))
    if message in ("", cause):  # what has no more to say than its cause is told once, in words
        return clean(IN_WORDS.get(cause, cause))
    return clean(f"{cause}: {message}" if cause else message)

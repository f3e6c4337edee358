"""tane nightly: the night, which makes clusters, edges and maps anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import click
from rich.progress import TaskProgressColumn
from rich.text import Text

from daemon.duration import ago
from daemon.nights import night_supervisor
from tane.cli.commands import Command, Group
from tane.cli.failures import Failure
from tane.cli.invocation import Invocation, in_session, json_option, limit_option
from tane.cli.output import clean, messages, note, one_line, show, table, told, when, write_json
from tane.cli.progress import looking, progress_bar
from tane.runs.night.view import NightView, read_view, view_of
from tane.settings.model import Settings
from tane.store import runs
from tane.store.pool import connection, transaction
from tane.store.session import Session

NONE_YET = "there was no night yet; `tane nightly run --wait` has one now"
STYLES = {"published": "green", "failed": "red", "partial": "yellow", "running": "cyan", "done": "green"}
ASKED = {
    "cron": "by the clock",
    "signal": "by SIGUSR1",
    "command": "by command",
    "doubling": "because the seeds had doubled",
    "catch_up": "because one was missed",
    "demo": "by the demo",
}


@click.group(cls=Group, examples=["tane nightly run --wait", "tane nightly status"])
def nightly() -> None:
    """Make clusters and maps anew, and look how that goes."""


@nightly.command(cls=Command, examples=["tane nightly run", "tane nightly run --wait --force"])
@click.option("--force", is_flag=True, help="Even if nothing has changed since the last one.")
@click.option("--wait", is_flag=True, help="Stay until it is over; it runs here if no daemon takes it.")
@json_option
@in_session
async def run(invocation: Invocation, session: Session, force: bool, wait: bool, as_json: bool) -> None:
    """Ask for a night now.

    A daemon (`tane run`) begins within seconds, by day as well: the map in use stays until the new
    one is complete. With --wait no daemon is needed. Interrupted, it goes on where it was.
    """
    supervisor = night_supervisor(invocation.settings, session)
    async with connection(session.pool) as conn:
        asked = await runs.request(conn, runs.NIGHTLY, "command", is_forced=force)
    assert asked is not None  # only the clock is turned away
    if not asked.is_new:
        note(f"night {asked.run_id} is {asked.status} already")
    if not wait:
        if as_json:
            write_json({"run_id": asked.run_id, "status": asked.status, "is_new": asked.is_new})
        elif asked.is_new:
            note(f"night {asked.run_id} is asked for; a running daemon begins it within seconds")
            note("`tane nightly status` shows how it goes; without a daemon: `tane nightly run --wait`")
        return
    async with shown(session):
        ended = await supervisor.see_through(asked.run_id)
    async with connection(session.pool) as conn:
        view = view_of(ended, await runs.read_steps(conn, ended.run_id))
    if view.status not in ("published", "skipped"):
        raise Failure(f"night {view.run_id}: {state_of(view)} (`tane nightly status`)")
    told(
        as_json,
        f"night {view.run_id}: {state_of(view)}",
        run_id=view.run_id,
        status=view.status,
        is_new=asked.is_new,
    )


@nightly.command(cls=Command, examples=["tane nightly status", "tane nightly status --json"])
@json_option
@in_session
async def status(invocation: Invocation, session: Session, as_json: bool) -> None:
    """Show the night that runs, or the last one, step by step."""
    async with connection(session.pool) as conn:
        view = await read_view(conn)
    if as_json:
        write_json(None if view is None else asdict(view))
        return
    if view is None:
        note(NONE_YET)
        return
    zone = invocation.settings.timezone
    head = table("", "")
    head.add_row(Text("night", style="bold"), f"{view.run_id}, asked for {ASKED[view.trigger]}")
    head.add_row(Text("state", style="bold"), Text(state_of(view), style=STYLES.get(view.status, "")))
    head.add_row(Text("since", style="bold"), when(view.started_at or view.requested_at, zone))
    if view.finished_at is not None:
        head.add_row(Text("ended", style="bold"), when(view.finished_at, zone))
    if view.found is not None:
        head.add_row(Text("found", style="bold"), view.found)
    steps = table("step", "state", "try", "time", "memory", right=["try", "time", "memory"])
    for step in view.steps:
        part = f" {step.fraction:.0%}" if step.status == "running" and step.fraction else ""
        steps.add_row(
            clean(step.step), Text(step.status + part, style=STYLES.get(step.status, "")), str(step.attempts),
            _lasted(step.seconds), "" if step.peak_mib is None else f"{step.peak_mib:,.0f} MiB",
        )  # fmt: skip
    show(head)
    if view.steps:
        show(Text(), steps)


@nightly.command(cls=Command, examples=["tane nightly history", "tane nightly history --limit 90 --json"])
@limit_option(14)
@json_option
@in_session
async def history(invocation: Invocation, session: Session, limit: int, as_json: bool) -> None:
    """List the last nights, the newest first."""
    async with connection(session.pool) as conn:
        found = await runs.read_history(conn, runs.NIGHTLY, limit=limit)
    if as_json:
        write_json([asdict(run) for run in found])
        return
    if not found:
        note(NONE_YET)
        return
    rows = table("night", "began", "time", "seeds", "state", right=["night", "time", "seeds"])
    for run in found:
        rows.add_row(
            str(run.run_id), when(run.started_at or run.requested_at, invocation.settings.timezone),
            "" if run.seconds is None else _lasted(run.seconds), "" if run.seeds is None else f"{run.seeds:,}",
            Text(one_line(state_of(view_of(run, [])), cells=40), style=STYLES.get(run.status, "")),
        )  # fmt: skip
    show(rows)


@nightly.command(cls=Command, examples=["tane nightly cancel"])
@json_option
@in_session
async def cancel(_: Invocation, session: Session, as_json: bool) -> None:
    """End the night that waits or runs; the last map stays in use."""
    async with transaction(session.pool) as conn:
        run = await runs.cancel(conn, runs.NIGHTLY)
    if run is None:
        raise Failure("there is no night to cancel")
    told(
        as_json,
        f"night {run.run_id} is {'asked to stop' if run.is_open else 'cancelled'}",
        run_id=run.run_id,
        status=run.status,
    )


def state_of(view: NightView) -> str:
    """Return one line about a night."""
    error = view.error or {}
    cause = clean(": ".join(str(error[name]) for name in ("step", "cause") if error.get(name)))
    if view.status == "running":
        parts = [f"running: {view.step}" if view.step else "running"]
        if view.fraction:
            parts.append(f"{view.fraction:.0%}")
        if view.is_cancelling:
            parts.append("asked to stop")
        elif view.is_abandoned:
            parts.append("interrupted, goes on with the next daemon")
        elif view.eta_s is not None:
            parts.append(f"about {ago(view.eta_s)} left")
        return clean(", ".join(parts))
    if view.status == "requested":
        return "waits for a daemon"
    if view.status == "partial":
        return f"published; failed after that in {cause}" if cause else "published, then cancelled"
    if view.status == "failed":
        return f"failed in {cause}; the last map stays"
    return (
        f"skipped: {clean(view.reason or 'nothing to publish')}" if view.status == "skipped" else view.status
    )


def night_line(view: NightView | None, settings: Settings) -> Text:
    """Return the night's line of `tane status`."""
    chosen = settings.nightly
    plan = (
        f"next at {chosen.at} {settings.timezone}" if chosen.enabled else "by command only (nightly.enabled)"
    )
    if view is None:
        return Text(f"none yet; {plan}")
    if view.is_open:
        return Text(state_of(view), style=STYLES.get(view.status, ""))
    ended = when(view.finished_at, settings.timezone)
    return Text(f"{state_of(view)}, {ended}; {plan}", style="red" if view.status == "failed" else "")


def _lasted(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else ago(seconds)


@asynccontextmanager
async def shown(session: Session) -> AsyncIterator[None]:
    """Draw how far the night is while the block runs; nothing without a terminal."""
    screen = messages()
    if not screen.is_terminal:
        yield
        return
    bar = progress_bar(TaskProgressColumn(), screen=screen)
    task = bar.add_task("waiting", total=1.0)

    async def look() -> None:
        async with connection(session.pool) as conn:
            view = await read_view(conn)
        if view is not None:
            step = one_line(view.step or view.status, cells=28)
            bar.update(task, completed=view.fraction or 0.0, description=step)

    with bar:
        async with looking(look):
            yield

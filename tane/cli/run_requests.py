"""What commands that ask for a recap or a morning share."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import click

from tane.cli.failures import Failure
from tane.cli.invocation import Invocation
from tane.cli.output import clean, note, told
from tane.cli.today import since_when
from tane.runs.supervisor import Supervisor
from tane.store import runs
from tane.store.pool import connection
from tane.store.reading import read_clock
from tane.store.runs import Run
from tane.store.session import Session

WHY_NOTHING = {
    "no_vectors": "nothing has a vector yet; `tane run` makes them",
    "no_documents": "the window holds no documents; --window takes a longer one",
    "nothing_to_recap": "nothing new to tell",
    "nothing_to_cite": "no document has a sentence that is long enough to be cited",
}


async def run_params(
    invocation: Invocation, session: Session, *, window: str | None, until: str | None, **others: str | None
) -> dict[str, Any]:
    """Return what a run is asked for; nothing where the settings decide."""
    zone = invocation.settings.timezone
    async with connection(session.pool) as conn:
        now = await read_clock(conn)
    params: dict[str, Any] = {name: value for name, value in others.items() if value}
    end = now
    if until is not None:
        found = since_when(until, zone=zone, now=now)
        if found is None:
            raise click.BadParameter(
                f"{until} is no time: write 2026-11-01 or 2026-11-01T08:00", param_hint="--until"
            )
        end = found
        params["window_end"] = end.isoformat()
    if window is not None:
        start = since_when(window, zone=zone, now=end)
        if start is None or start >= end:
            raise click.BadParameter(f"{window} is no length: write 36h, 7d or 2w", param_hint="--window")
        params["window_start"] = start.isoformat()
    elif until is not None:
        params["window_start"] = (end - timedelta(days=invocation.settings.recap.days)).isoformat()
    return params


async def ask(
    session: Session,
    supervisor: Supervisor,
    kind: str,
    params: Mapping[str, Any],
    *,
    wait: bool,
    as_json: bool,
) -> Run | None:
    """Ask for a run, and see it through with `wait`; return how it ended.

    Raises:
        Failure: it failed, or was cancelled.
    """
    async with connection(session.pool) as conn:
        asked = await runs.request(conn, kind, "command", params=params)
    assert asked is not None  # only the clock is turned away
    if not asked.is_new:
        note(f"{kind} {asked.run_id} is {asked.status} already; this joins it, whatever was asked for now")
    if not wait:
        told(
            as_json,
            f"{kind} {asked.run_id} is asked for; a running daemon begins it within seconds",
            run_id=asked.run_id,
            status=asked.status,
            is_new=asked.is_new,
        )
        return None
    ended = await supervisor.see_through(asked.run_id)
    if ended.status not in ("published", "partial", "skipped"):
        error = ended.last_error or {}
        cause = ended.report.get("reason") or ": ".join(
            str(error[name]) for name in ("step", "cause") if error.get(name)
        )
        raise Failure(f"{kind} {ended.run_id}: {ended.status}{f' ({clean(str(cause))})' if cause else ''}")
    told(
        as_json,
        f"{kind} {ended.run_id}: {ending(ended)}",
        run_id=ended.run_id,
        status=ended.status,
        is_new=asked.is_new,
    )
    return ended


def ending(ended: Run) -> str:
    """Return how a run ended, in words."""
    reason = ended.report.get("reason")
    return f"{ended.status}{f': {WHY_NOTHING.get(reason, clean(str(reason)))}' if reason else ''}"


def ids_from(prefix: str) -> tuple[UUID, UUID]:
    """Return the first and the last id that begin like this.

    Raises:
        Failure: no id does.
    """
    plain = prefix.strip().lower().replace("-", "")
    if not plain or len(plain) > 32 or any(char not in "0123456789abcdef" for char in plain):
        raise Failure(f"{clean(prefix)} is no id of a document: `tane recap show --stage genre` lists them")
    return UUID(plain.ljust(32, "0")), UUID(plain.ljust(32, "f"))

"""Waiting for a night to end, and conducting it here if no daemon does."""

import asyncio
import time

from tane.runs.supervisor import Supervisor
from tane.store import nightly
from tane.store.nightly import Run
from tane.store.pool import connection
from tane.store.session import Session

LOOK_EVERY_S = 0.5
# A daemon looks every 2 s and shows that it lives every 2 s.
PATIENCE_S = 5.0


async def see_through(
    supervisor: Supervisor, session: Session, run_id: int, *, patience_s: float | None = None
) -> Run:
    """Return a run when it has ended; once nobody has worked on it for `patience_s` (5 s), it is conducted here.

    Raises:
        StoreError: the database failed.
        ConfigError: nightly.executor needs what is not installed.
    """
    patience_s = PATIENCE_S if patience_s is None else patience_s
    patient_until_s = time.monotonic() + patience_s
    while True:
        async with connection(session.pool) as conn:
            run = await nightly.read_run(conn, run_id)
        assert run is not None  # runs are never deleted
        if not run.is_open:
            return run
        is_ours = run.idle_s >= patience_s and time.monotonic() >= patient_until_s
        if not is_ours or await supervisor.turn() is None:
            await asyncio.sleep(LOOK_EVERY_S)

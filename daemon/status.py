"""One look at everything an operator asks for: the queue, what is stored, and the model server."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from daemon.models import driver
from daemon.nightly.view import NightView, read_view
from daemon.settings import Llm
from llm.errors import ModelError
from llm.standin import EMBED_MODEL, TEXT_MODEL
from store import queue_admin, reading
from store.pool import Connection

ASK_S = 3.0
STANDIN_NOTE = "a stand-in that answers by rules, without a model: no evidence of quality"
STATES = ("queued", "scheduled", "running", "done", "dead", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServer:
    """What is known of the model server."""

    url: str
    state: str  # ok, missing, down or stand-in
    text_model: str
    embed_model: str
    version: str | None = None
    missing: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state of one Tane at one moment."""

    at: datetime
    queue: dict[str, dict[str, int]]  # job type -> state -> number
    oldest_waiting_s: float | None
    dead: list[dict[str, Any]]  # job_type, cause, n
    pauses: list[dict[str, Any]]
    counts: reading.Counts
    night: NightView | None  # the open one, or the last
    models: ModelServer

    def total(self, *states: str) -> int:
        """Return how many jobs are in these states."""
        return sum(by_state.get(state, 0) for by_state in self.queue.values() for state in states)

    def as_json(self) -> dict[str, Any]:
        """Return the snapshot for programs."""
        return asdict(self) | {"jobs": {state: self.total(state) for state in STATES}}


async def take_snapshot(conn: Connection, llm: Llm) -> Snapshot:
    """Read the queue and the counts, and ask the model server how it is."""
    counted = await queue_admin.counts(conn)
    queue: dict[str, dict[str, int]] = {}
    for count in counted:
        queue.setdefault(count.job_type, {})[count.status] = count.n
    now = await reading.read_clock(conn)
    oldest = min((count.oldest_at for count in counted if count.status == "queued"), default=None)
    return Snapshot(
        at=now,
        queue=queue,
        oldest_waiting_s=None if oldest is None else (now - oldest).total_seconds(),
        dead=[dict(row) for row in await reading.count_dead_causes(conn)],
        pauses=[asdict(pause) for pause in await queue_admin.pauses(conn)],
        counts=await reading.count_items(conn),
        night=await read_view(conn),
        models=await ask_models(llm),
    )


async def ask_models(llm: Llm) -> ModelServer:
    """Ask the model server for its version and models; an answer within 3 s or none."""
    if llm.standin:
        return ModelServer(
            url="built in",
            state="stand-in",
            text_model=TEXT_MODEL,
            embed_model=EMBED_MODEL,
            note=STANDIN_NOTE,
        )
    named: dict[str, Any] = {"url": llm.url, "text_model": llm.text_model, "embed_model": llm.embed_model}
    async with driver(llm) as ollama:
        try:
            found = await asyncio.wait_for(ollama.inspect(), ASK_S)
        except (ModelError, TimeoutError) as error:
            return ModelServer(**named, state="down", note=str(error) or "no answer within 3 s")
    if found.version.endswith("standin"):
        named |= {"text_model": TEXT_MODEL, "embed_model": EMBED_MODEL}
        return ModelServer(**named, state="stand-in", version=found.version, note=STANDIN_NOTE)
    state = "missing" if found.missing else "ok"
    return ModelServer(**named, state=state, version=found.version, missing=found.missing)

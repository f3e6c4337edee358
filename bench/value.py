"""How soon a month of chat becomes a map: 10,000 messages at models as slow as real ones, time scaled 1:1,000.

The real daemon drains what a real import queued, once with one call for an utterance and, on a tenth of the
messages, once with one call for each job as the documents describe it. Only the models' time is scaled. So a
duration is given as it would be in truth: the time of the calls of a slot, plus the time that slot waited for us.
In truth that waiting would overlap with calls a thousand times longer; the figure is an upper bound.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from bench.measure import Measure
from bench.paced_models import PacedModels, Slot, paced_models
from bench.throwaway import throwaway_server
from tane.store import migrate
from tane.store.embedded import EmbeddedServer
from tane.store.pool import Connection, connected
from tests.system.daemon_process import Daemon, open_site

MESSAGES = 10_000
PEER_SHARE = 10
SCALE = 1_000.0
POLL_S = 0.2
FILES = ("dialogues.ja.jsonl", "dialogues.en.jsonl")
SETTINGS = {"TANE_LOG__LEVEL": "warning", "TANE_JOBS__LEASE_S": "30", "TANE_JOBS__POLL_S": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledRun:
    """What one way of asking took, in seconds of truth."""

    messages: int
    first_map_s: float
    full_map_s: float
    slot_busy: float  # share of the full time in which the text slot works
    text: Slot
    elapsed_s: float  # on this machine
    jobs_dead: int


def measure() -> Measure:
    with throwaway_server() as (server, folder):
        ours = asyncio.run(_run(server, folder, messages=MESSAGES, fuse=True))
        server.recreate()
        peer = asyncio.run(_run(server, folder, messages=MESSAGES // PEER_SHARE, fuse=False))
    peer_s = peer.full_map_s * ours.messages / peer.messages
    return Measure(
        name="value",
        ours=round(ours.full_map_s, 1),
        peer=round(peer_s, 1),
        ratio=round(ours.full_map_s / peer_s, 4),
        unit="s until the full map",
        details={
            "target": "first map <= 600 s; full map <= 0.25x; slot busy >= 98 %",
            "first_map_s": round(ours.first_map_s, 1),
            "full_map_h": round(ours.full_map_s / 3600, 2),
            "slot_busy": round(ours.slot_busy, 4),
            "jobs_dead": ours.jobs_dead + peer.jobs_dead,
            **{f"ours_{key}": value for key, value in _per_utterance(ours).items()},
            **{f"peer_{key}": value for key, value in _per_utterance(peer).items()},
            "peer_note": f"measured on {peer.messages:,} messages, times {ours.messages // peer.messages}",
        },
    )


def _per_utterance(run: ScaledRun) -> dict[str, Any]:
    return {
        "calls_per_utterance": round(run.text.calls / run.messages, 3),
        "prompt_tokens_per_utterance": round(run.text.prompt_tokens / run.messages),
        "reply_tokens_per_utterance": round(run.text.reply_tokens / run.messages),
        "seconds_per_utterance": round(run.full_map_s / run.messages, 2),
        "elapsed_s_on_this_machine": round(run.elapsed_s, 1),
    }


async def _run(server: EmbeddedServer, folder: Path, *, messages: int, fuse: bool) -> ScaledRun:
    dsn = server.dsn()
    await migrate.migrate(dsn)
    chat = folder / "chat.jsonl"
    chat.write_text("".join(_chat(messages)), encoding="utf-8")
    async with (
        connected(dsn) as conn,
        paced_models(scale=SCALE) as models,
        open_site(folder=folder, dsn=dsn, llm_url=models.url, is_cold=True) as site,
    ):
        settings = {**SETTINGS, "TANE_LLM__FUSE": str(fuse).lower()}
        importing = await site.start("import", str(chat), settings=settings, is_ready=False)
        if await importing.process.wait():
            raise RuntimeError("the import failed")
        began_s = time.perf_counter()
        draining = await site.start("run", "--drain", settings=settings, is_ready=False)
        first_map_s = await _first_map(conn, models, draining)
        await draining.process.wait()
        now_s = time.perf_counter()
        return ScaledRun(
            messages=messages,
            first_map_s=first_map_s,
            full_map_s=models.text.true_seconds(now_s),
            slot_busy=models.text.modelled_s / models.text.true_seconds(now_s),
            text=models.text,
            elapsed_s=now_s - began_s,
            jobs_dead=await conn.fetchval("SELECT count(*) FROM worker_jobs WHERE status = 'dead'"),
        )


async def _first_map(conn: Connection, models: PacedModels, draining: Daemon) -> float:
    """Wait until every utterance has its place on the atlas; return when that would be in truth."""
    while draining.process.returncode is None:
        missing = await conn.fetchval(
            "SELECT count(*) FROM worker_jobs WHERE status IN ('queued', 'scheduled', 'running') "
            "AND (job_type = 'embedding_utterance' OR (job_type = 'embedding' AND target_table = 'utterance_split'))"
        )
        if not missing:
            return models.embed.true_seconds(time.perf_counter())
        await asyncio.sleep(POLL_S)
    raise RuntimeError("the daemon ended before the first map")


def _chat(messages: int) -> Iterator[str]:
    """Yield the dialogues that ship, again and again as other conversations."""
    lines = [
        json.loads(line)
        for name in FILES
        for line in resources.files("demo").joinpath(name).read_text(encoding="utf-8").splitlines()
    ]
    for number in range(messages):
        line, round_ = lines[number % len(lines)], number // len(lines)
        named = {"id": f"{round_}-{line['id']}", "conversation": f"{round_}-{line['conversation']}"}
        yield json.dumps({**line, **named}, ensure_ascii=False) + "\n"

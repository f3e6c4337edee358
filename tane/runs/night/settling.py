"""Step 7: what arrived or was reworded during the night gets its place on the new map, and what is long gone leaves."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tane.runs.night.workspace import Night, NightFiles
from tane.store import embeddings, maps, publishing, runs
from tane.store.embeddings import Target
from tane.store.pool import connected, connection, transaction

AT_ONCE = 64
KEPT_DAYS = 30  # archived clusters, inactive edges and points (E13, I7)


async def settle(night: Night) -> Mapping[str, Any]:
    """Link and place the newcomers anew, a batch a transaction, as their own jobs do; then clean up."""
    snapshot = await asyncio.to_thread(NightFiles(night.folder).snapshot.load)
    model_id = snapshot.model_id
    await _make_ready(night)
    async with connection(night.session.pool) as conn:
        newcomers = await publishing.find_newcomers(conn, model_id, since=snapshot.open_since)
    for start in range(0, len(newcomers), AT_ONCE):
        await _place(night, newcomers[start : start + AT_ONCE], model_id)
        night.report(0.8 * (start + AT_ONCE) / len(newcomers))
    async with connection(night.session.pool) as conn:
        voiceless = await publishing.find_voiceless(conn, model_id)
    for start in range(0, len(voiceless), AT_ONCE):
        await _place(night, voiceless[start : start + AT_ONCE], model_id)
    async with transaction(night.session.pool) as conn:
        await maps.share_maps(conn)  # or whoever forgets a cluster could leave its job behind
        await publishing.embed_cluster_words(conn, model_id)
        await publishing.clean_up(conn, days=KEPT_DAYS)
        # The staging tables may be another night's by now. Last, because it locks the row that heartbeats write.
        await runs.fence(conn, night.run_id, night.epoch)
    return {"newcomers": len(newcomers), "voiceless": len(voiceless)}


async def _make_ready(night: Night) -> None:
    """Let the planner know the map, and the staging tables the snapshot: a killed attempt may have emptied them."""
    async with connected(night.session.dsn, command_timeout_s=publishing.PUBLISH_TIMEOUT_S) as conn:
        if not await publishing.is_staged(conn):
            await publishing.stage(conn, night.folder, night.run_id, night.epoch)
        await publishing.analyze(conn)


async def _place(night: Night, targets: Sequence[Target], model_id: int) -> None:
    async with transaction(night.session.pool) as conn:
        await maps.share_maps(conn)
        await embeddings.lock_sources(conn, targets)
        sources = await embeddings.read_sources(conn, targets)
        present = [target for target in targets if target in sources and not sources[target].is_hidden]
        seeds = sorted(target.target_id for target in present if target.target_type == "seed")
        utterances = sorted(target.target_id for target in present if target.target_type == "utterance")
        await night.options.place(conn, seeds, utterances, model_id)
        await runs.fence(conn, night.run_id, night.epoch)

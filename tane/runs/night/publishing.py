"""Step 6: the clusters get words, and everything at once becomes what readers see, or nothing does."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from uuid import UUID

from tane.runs.night import naming
from tane.runs.night.workspace import Night, NightFiles
from tane.store import publishing, runs
from tane.store.pool import Connection, connected
from tane.store.publishing import EdgesWritten, Edition, OutdatedWords, Published, Spoken
from tane.store.snapshots import NightSnapshot

NAMINGS = 3


async def publish(night: Night) -> Mapping[str, Any]:
    """Load what was computed and publish it in one transaction; once only, though the step may be done again.

    Raises:
        Conflict: another night was published since the snapshot; this one's map is out of date.
        RunLost: the run is not ours any more.
    """
    snapshot = await asyncio.to_thread(NightFiles(night.folder).snapshot.load)
    async with connected(night.session.dsn, command_timeout_s=publishing.PUBLISH_TIMEOUT_S) as conn:
        run = await runs.read_run(conn, night.run_id)
        if run is not None and run.generation_id not in (None, snapshot.generation_id):
            # Killed between the commit and its record: the step is done, only nobody could say so. What a run that
            # began anew published before that, its snapshot knew.
            return {"generation_id": run.generation_id}
        await publishing.stage(conn, night.folder, night.run_id, night.epoch)
        await naming.name_clusters(night)
        night.report(0.2)
        async with conn.transaction():
            edges = await publishing.write_edges(conn)
            night.report(0.8)
            published = await _publish(night, conn, snapshot, edges)
    return asdict(published)


async def _publish(night: Night, conn: Connection, snapshot: NightSnapshot, edges: EdgesWritten) -> Published:
    """Publish what is named; if words were taken back or given meanwhile, the clusters are named again before.

    Where that happens all the time they are named at last while nobody can forget or rename anything, for a second
    or two in which jobs wait with what they save.
    """
    for attempt in range(NAMINGS):
        if attempt:
            await naming.name_clusters(night)
        spoken = await asyncio.to_thread(naming.load_sources, NightFiles(night.folder))
        edition = await asyncio.to_thread(_edition, night, snapshot, spoken=spoken)
        with suppress(OutdatedWords):
            async with conn.transaction():
                return await _published(night, conn, edition, edges)
    await publishing.hold(conn)
    await naming.name_clusters(night)
    edition = await asyncio.to_thread(_edition, night, snapshot, spoken=None)
    return await _published(night, conn, edition, edges)


async def _published(night: Night, conn: Connection, edition: Edition, edges: EdgesWritten) -> Published:
    published = await publishing.publish(conn, edition, edges)
    # The fence: whoever lost the night finds no row of his. Last, because it locks the row that heartbeats write.
    await runs.set_generation(conn, night.run_id, night.epoch, published.generation_id)
    return published


def _edition(night: Night, snapshot: NightSnapshot, *, spoken: Spoken | None) -> Edition:
    files = NightFiles(night.folder)
    report = files.clustering.load()["report"]
    return Edition(
        model_id=snapshot.model_id,
        mode=night.options.clustering["mode"],
        params=night.options.clustering,
        is_partial=report["is_partial"],
        after_generation=snapshot.generation_id,
        spoken=spoken,
        snapshot_at=snapshot.taken_at,
        seeds=report["items"],
        coverage=report["coverage"],
        stats={"fingerprint": files.fingerprint.load(), "run_id": night.run_id, "clustering": report},
        start=files.start.load(),
        clusters=files.clusters.load(),
        centroids=files.tree.centroids.load(),
        lineage=files.lineage.load(),
        vanished=[UUID(cluster) for cluster in files.vanished.load()],
        runs=files.map_rows.load(),
        seed_info=files.seed_info.load(),
        unlike=files.scale.load(),
    )

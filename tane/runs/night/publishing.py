"""Step 6: the clusters get words, and everything at once becomes what readers see, or nothing does."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from uuid import UUID

from tane.runs.files import load_array, load_json
from tane.runs.night import naming
from tane.runs.night.clusters import BEGUN_WITH
from tane.runs.night.reading import load_snapshot
from tane.runs.step import Night
from tane.store import nightly, publishing
from tane.store.pool import Connection, connect
from tane.store.publishing import Edition, OutdatedWords, Published, Spoken
from tane.store.snapshots import Snapshot

NAMINGS = 3


async def publish(night: Night) -> Mapping[str, Any]:
    """Load what was computed and publish it in one transaction; once only, though the step may be done again.

    Raises:
        Conflict: another night was published since the snapshot; this one's map is out of date.
        NightLost: the run is not ours any more.
    """
    snapshot = await asyncio.to_thread(load_snapshot, night)
    conn = await connect(night.session.dsn, command_timeout_s=publishing.PUBLISH_TIMEOUT_S)
    try:
        run = await nightly.read_run(conn, night.run_id)
        if run is not None and run.generation_id not in (None, snapshot.generation_id):
            # Killed between the commit and its record: the step is done, only nobody could say so. What a run that
            # began anew published before that, its snapshot knew.
            return {"generation_id": run.generation_id}
        await publishing.stage(conn, night.folder, night.run_id, night.epoch)
        night.report(0.4)
        published = await _publish(night, conn, snapshot)
    finally:
        await conn.close()
    return asdict(published)


async def _publish(night: Night, conn: Connection, snapshot: Snapshot) -> Published:
    """Publish in one transaction; if words were taken back or given meanwhile, the clusters are named again before.

    Where that happens all the time they are named at last while nobody can forget or rename anything, for a second
    or two in which jobs wait with what they save.
    """
    for _ in range(NAMINGS):
        await naming.name_clusters(night)
        spoken = await asyncio.to_thread(naming.load_spoken, night)
        edition = await asyncio.to_thread(_edition, night, snapshot, spoken=spoken)
        with suppress(OutdatedWords):
            return await _published(night, conn, edition)
    async with conn.transaction():
        await publishing.hold(conn)
        await naming.name_clusters(night)
        edition = await asyncio.to_thread(_edition, night, snapshot, spoken=None)
        return await _published(night, conn, edition)


async def _published(night: Night, conn: Connection, edition: Edition) -> Published:
    async with conn.transaction():
        published = await publishing.publish(conn, edition)
        # The fence: whoever lost the night finds no row of his. Last, because it locks the row that heartbeats write.
        await nightly.set_generation(conn, night.run_id, night.epoch, published.generation_id)
    return published


def _edition(night: Night, snapshot: Snapshot, *, spoken: Spoken | None) -> Edition:
    facts = load_json(night.folder / "clustering.json")
    report = facts["report"]
    fingerprint = load_json(night.folder / "snapshot.json")["new_fingerprint"]
    return Edition(
        model_id=snapshot.model_id,
        mode=night.settings.clustering.mode,
        params=night.settings.clustering.model_dump(mode="json"),
        is_partial=report["is_partial"],
        after_generation=snapshot.generation_id,
        spoken=spoken,
        snapshot_at=snapshot.taken_at,
        seeds=report["items"],
        coverage=report["coverage"],
        stats={"fingerprint": fingerprint, "run_id": night.run_id, "clustering": report},
        start=(night.folder / BEGUN_WITH).read_bytes(),
        clusters=load_json(night.folder / "clusters.json"),
        centroids=load_array(night.folder / "tree_centroids.npy", mmap=False),
        lineage=load_json(night.folder / "lineage.json"),
        vanished=[UUID(cluster) for cluster in load_json(night.folder / "vanished.json")],
        runs=load_json(night.folder / "runs.json"),
        seed_info=load_json(night.folder / "seed_info.json"),
    )

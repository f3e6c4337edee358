"""Step 6: everything at once becomes what readers see, or nothing does."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from daemon.nightly.computing.groups import BEGUN_WITH
from daemon.nightly.files import load_array, load_json
from daemon.nightly.step import Night
from daemon.nightly.steps.reading import load_snapshot
from store import nightly, publishing
from store.pool import connect, connection
from store.publishing import Edition


async def publish(night: Night) -> Mapping[str, Any]:
    """Load what was computed and publish it in one transaction; once only, though the step may be done again.

    Raises:
        Conflict: another night was published since the snapshot; this one's map is out of date.
    """
    async with connection(night.session.pool) as reader:
        run = await nightly.read_run(reader, night.run_id)
    if run is not None and run.generation_id is not None:
        return {"generation_id": run.generation_id}  # published before the process was killed
    edition = await asyncio.to_thread(_edition, night)
    conn = await connect(night.session.dsn, command_timeout_s=publishing.PUBLISH_TIMEOUT_S)
    try:
        run = await nightly.read_run(conn, night.run_id)
        if run is not None and run.generation_id not in (None, edition.after_generation):
            # Killed between the commit and its record: the step is done, only nobody could say so.
            return {"generation_id": run.generation_id}
        await publishing.stage(conn, night.folder)
        night.report(0.4)
        async with conn.transaction():
            published = await publishing.publish(conn, edition)
            # The fence: whoever lost the night finds no row of his. Last, because it locks the row that heartbeats write.
            await nightly.set_generation(conn, night.run_id, night.epoch, published.generation_id)
    finally:
        await conn.close()
    return asdict(published)


def _edition(night: Night) -> Edition:
    snapshot = load_snapshot(night)
    facts = load_json(night.folder / "clustering.json")
    report = facts["report"]
    fingerprint = load_json(night.folder / "snapshot.json")["new_fingerprint"]
    return Edition(
        model_id=snapshot.model_id,
        mode=night.settings.clustering.mode,
        params=night.settings.clustering.model_dump(mode="json"),
        is_partial=report["is_partial"],
        after_generation=snapshot.generation_id,
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

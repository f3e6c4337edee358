"""Steps 2 to 5: neighbours, clusters with their words, edges, maps. The heavy part runs in the pool."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from daemon.nightly.computing import charts, groups, links, neighbours, titles
from daemon.nightly.files import load_json, save_json
from daemon.nightly.step import Night
from store.pool import connection
from store.snapshots import bodies_of

MAPS_AT_ONCE = 250
WHOLE_MAPS = 2  # the atlas and the global map
SEEDS_AT_ONCE = 1_000


async def find_neighbours(night: Night) -> Mapping[str, Any]:
    """Compute the shared tables of neighbours."""
    facts = await night.compute.run(neighbours.find_neighbours, night.folder)
    await asyncio.to_thread(save_json, night.folder / "seed_info.json", facts["seed_info"])
    return {"recall": facts["recall"], "distinct_seeds": facts["distinct_seeds"]}


async def find_clusters(night: Night) -> Mapping[str, Any]:
    """Cluster the seeds, tell who the clusters were yesterday, and give new ones a placeholder for words."""
    chosen = night.settings.clustering.model_dump(mode="json")
    facts = await night.compute.run(groups.find_clusters, night.folder, night.run_id, chosen)
    night.report(0.7)
    await asyncio.to_thread(save_json, night.folder / "clustering.json", facts)
    texts = night.folder / "texts.json"
    try:
        await asyncio.to_thread(save_json, texts, await _texts(night))
        await night.compute.run(titles.name_clusters, night.folder)
    finally:
        texts.unlink(missing_ok=True)  # the owner's words: no longer on the disk than needed
    return facts


async def _texts(night: Night) -> dict[str, str]:
    """Return the words of the seeds that speak for a cluster."""
    wanted = await asyncio.to_thread(_speakers, night.folder)
    texts: dict[str, str] = {}
    for start in range(0, len(wanted), SEEDS_AT_ONCE):
        async with connection(night.session.pool) as conn:
            found = await bodies_of(conn, wanted[start : start + SEEDS_AT_ONCE])
        texts |= {str(seed): body for seed, body in found.items()}
    return texts


def _speakers(folder: Path) -> list[UUID]:
    """Return the seeds that speak for a cluster, in the order of their ids."""
    return [
        UUID(seed)
        for seed in sorted({seed for seeds in load_json(folder / "speakers.json") for seed in seeds})
    ]


async def find_links(night: Night) -> Mapping[str, Any]:
    """Compute all edges."""
    return await night.compute.run(links.find_links, night.folder)


async def draw_maps(night: Night) -> Mapping[str, Any]:
    """Draw the atlas, the global map and those of the clusters."""
    planned = await night.compute.run(charts.plan_charts, night.folder)
    count = planned["cluster_maps"] + WHOLE_MAPS
    done = 0

    async def draw(first: int) -> Mapping[str, Any]:
        nonlocal done
        facts = await night.compute.run(charts.draw_charts, night.folder, first, first + MAPS_AT_ONCE)
        done += MAPS_AT_ONCE
        night.report(0.95 * min(done / count, 1.0))
        return facts

    # All are asked for at once, for there may be several workers; the error of one waits for the others.
    drawn = await asyncio.gather(*map(draw, range(0, count, MAPS_AT_ONCE)), return_exceptions=True)
    totals: dict[str, Any] = {}
    atlas: Mapping[str, Any] = {}
    for facts in drawn:
        if isinstance(facts, BaseException):
            raise facts
        atlas = facts["atlas"] or atlas
        for key, value in facts["of_clusters"].items():
            before = totals.get(key, 0)
            totals[key] = max(before, value) if key == "displacement" else before + value
    gathered = await night.compute.run(charts.gather_points, night.folder, MAPS_AT_ONCE)
    return {**planned, **gathered, "atlas": atlas, "of_clusters": totals}

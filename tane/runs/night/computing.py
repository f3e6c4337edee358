"""Steps 2 to 5: neighbours, clusters with their words, edges, maps. The heavy part runs in the pool."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tane.runs.files import save_json
from tane.runs.night import clusters as groups
from tane.runs.night import edges as links
from tane.runs.night import maps as charts
from tane.runs.night import neighbours
from tane.runs.step import Night

MAPS_AT_ONCE = 250
WHOLE_MAPS = 2  # the atlas and the global map


async def find_neighbours(night: Night) -> Mapping[str, Any]:
    """Compute the shared tables of neighbours."""
    facts = await night.compute.run(neighbours.find_neighbours, night.folder)
    await asyncio.to_thread(save_json, night.folder / "seed_info.json", facts["seed_info"])
    return {"recall": facts["recall"], "distinct_seeds": facts["distinct_seeds"]}


async def find_clusters(night: Night) -> Mapping[str, Any]:
    """Cluster the seeds and tell who the clusters were yesterday; they are named when they are published."""
    chosen = night.settings.clustering.model_dump(mode="json")
    facts = await night.compute.run(groups.find_clusters, night.folder, night.run_id, chosen)
    await asyncio.to_thread(save_json, night.folder / "clustering.json", facts)
    return facts


async def find_links(night: Night) -> Mapping[str, Any]:
    """Compute all edges."""
    return await night.compute.run(
        links.find_links, night.folder, night.settings.edges.model_dump(mode="json")
    )


async def draw_maps(night: Night) -> Mapping[str, Any]:
    """Draw the atlas, the global map and those of the clusters."""
    planned = await night.compute.run(charts.plan_charts, night.folder)
    count = planned["cluster_maps"] + WHOLE_MAPS
    done = 0
    chosen = night.settings.layout.model_dump(mode="json")

    async def draw(first: int) -> Mapping[str, Any]:
        nonlocal done
        facts = await night.compute.run(charts.draw_charts, night.folder, first, first + MAPS_AT_ONCE, chosen)
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

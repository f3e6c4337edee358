"""Steps 2 to 5: neighbours, clusters with their words, edges, maps. The heavy part runs in the pool."""

from collections.abc import Mapping
from typing import Any

from daemon.nightly.computing import charts, groups, links, neighbours
from daemon.nightly.files import save_json
from daemon.nightly.step import Night

MAPS_AT_ONCE = 25


async def find_neighbours(night: Night) -> Mapping[str, Any]:
    """Compute the shared tables of neighbours."""
    facts = await night.compute.run(neighbours.find_neighbours, night.folder)
    save_json(night.folder / "seed_info.json", facts["seed_info"])
    return {"recall": facts["recall"], "distinct_seeds": facts["distinct_seeds"]}


async def find_clusters(night: Night) -> Mapping[str, Any]:
    """Cluster the seeds and tell who the clusters were yesterday; they are named when they are published."""
    chosen = night.settings.clustering.model_dump(mode="json")
    facts = await night.compute.run(groups.find_clusters, night.folder, night.run_id, chosen)
    save_json(night.folder / "clustering.json", facts)
    return facts


async def find_links(night: Night) -> Mapping[str, Any]:
    """Compute all edges."""
    return await night.compute.run(links.find_links, night.folder)


async def draw_maps(night: Night) -> Mapping[str, Any]:
    """Draw the atlas, the global map and those of the clusters."""
    planned = await night.compute.run(charts.plan_charts, night.folder)
    atlas = await night.compute.run(charts.draw_atlas, night.folder)
    night.report(0.5)
    await night.compute.run(charts.draw_global, night.folder)
    night.report(0.6)
    totals: dict[str, Any] = {}
    count = planned["cluster_maps"]
    for first in range(0, count, MAPS_AT_ONCE):
        facts = await night.compute.run(charts.draw_clusters, night.folder, first, first + MAPS_AT_ONCE)
        for key, value in facts.items():
            totals[key] = (
                max(totals.get(key, 0.0), value) if key == "displacement" else totals.get(key, 0) + value
            )
        night.report(0.6 + 0.35 * (first + MAPS_AT_ONCE) / max(count, 1))
    drawn = await night.compute.run(charts.gather_points, night.folder)
    return {**planned, **drawn, "atlas": atlas, "of_clusters": totals}

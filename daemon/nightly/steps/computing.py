"""Steps 2 to 5: neighbours, clusters with their words, edges, maps. The heavy part runs in the pool."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from daemon.nightly.computing import charts, groups, links, neighbours, titles
from daemon.nightly.files import load_json, save_json
from daemon.nightly.step import Night
from store.pool import connection
from store.snapshots import bodies_of

MAPS_AT_ONCE = 25
SEEDS_AT_ONCE = 5_000


async def find_neighbours(night: Night) -> Mapping[str, Any]:
    """Compute the shared tables of neighbours."""
    facts = await night.compute.run(neighbours.find_neighbours, night.folder)
    save_json(night.folder / "seed_info.json", facts["seed_info"])
    return {"recall": facts["recall"], "distinct_seeds": facts["distinct_seeds"]}


async def find_clusters(night: Night) -> Mapping[str, Any]:
    """Cluster the seeds, tell who the clusters were yesterday, and give new ones a placeholder for words."""
    chosen = night.settings.clustering.model_dump(mode="json")
    facts = await night.compute.run(groups.find_clusters, night.folder, night.run_id, chosen)
    night.report(0.7)
    save_json(night.folder / "clustering.json", facts)
    texts = night.folder / "texts.json"
    try:
        save_json(texts, await _texts(night))
        await night.compute.run(titles.name_clusters, night.folder)
    finally:
        texts.unlink(missing_ok=True)  # the owner's words: no longer on the disk than needed
    return facts


async def _texts(night: Night) -> dict[str, str]:
    """Return the words of the seeds that speak for a cluster."""
    wanted = sorted({seed for seeds in load_json(night.folder / "speakers.json") for seed in seeds})
    texts: dict[str, str] = {}
    for start in range(0, len(wanted), SEEDS_AT_ONCE):
        async with connection(night.session.pool) as conn:
            found = await bodies_of(conn, [UUID(seed) for seed in wanted[start : start + SEEDS_AT_ONCE]])
        texts |= {str(seed): body for seed, body in found.items()}
    return texts


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

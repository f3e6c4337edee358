"""Tonight's maps: the atlas, what is outside all clusters, and one for each cluster (H)."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from layout.classical_scaling import LARGEST
from layout.descent import warm_up
from layout.geometric_median import geometric_medians
from layout.mapping import Map, Parameters, PreviousMap, lay_out
from tane.runs.files import load_array, load_json, save_array, save_json
from tane.runs.night.decoding import ids_of, keys_of, raw_of, rows_of
from tane.runs.night.edges import CLUSTER, SEED, UTTERANCE
from tane.runs.night.neighbours import load_table
from tane.store.publishing import write_staged
from tane.store.snapshots import read_table
from tane.vectors.blas_threads import one_thread_a_product
from tane.vectors.neighbours import Neighbours

ATLAS, GLOBAL, OF_CLUSTER = 0, 1, 2
SCOPES = ("atlas", "global", "cluster")
NOWHERE = bytes(16)
WHOLE, OUTSIDE = -1, -2  # the atlas and the global map among the numbers of clusters

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One map to be drawn: its items by their number among seeds, utterances and clusters."""

    number: int  # of the cluster; see WHOLE
    scope: int
    cluster_id: str | None
    items: Integers


class Ground:
    """What all maps share: ids, vectors and yesterday's places of all items."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot = load_json(folder / "snapshot.json")
        self.clusters: Sequence[Mapping[str, Any]] = load_json(folder / "clusters.json")
        seed_ids = load_array(folder / "seed_ids.npy", mmap=False)
        self.rows = load_array(folder / "utterance_rows.npy", mmap=False)
        spoken = load_array(folder / "utterance_ids.npy", mmap=False)[self.rows]
        own = np.frombuffer(b"".join(UUID(row["cluster_id"]).bytes for row in self.clusters), dtype=np.uint8)
        self.ids = np.concatenate([seed_ids, spoken, own.reshape(-1, 16)])
        self.seeds, self.utterances = len(seed_ids), len(spoken)
        self.first_cluster = self.seeds + self.utterances
        self.kinds = np.repeat([SEED, UTTERANCE, CLUSTER], [self.seeds, self.utterances, len(self.clusters)])
        self.deepest = load_array(folder / "tree_deepest.npy", mmap=False)
        self.parent = load_array(folder / "tree_parent.npy", mmap=False)
        self._vectors = load_array(folder / "item_vectors.npy")
        self._centres = load_array(folder / "tree_centroids.npy", mmap=False)
        self._points = read_table(folder, "points")  # in the order of their maps
        self._maps = keys_of(ids_of(self._points, "layout"))
        self.runs = {(run["scope_type"], run["cluster_id"]): run for run in self.snapshot["runs"]}

    def vectors_of(self, items: Integers) -> NDArray[np.float32]:
        """Return the vectors of items; of a cluster its centroid."""
        if len(items) == self.first_cluster and not (items - np.arange(len(items))).any():
            return self._vectors  # as they lie on the disk
        is_cluster = items >= self.first_cluster
        vectors = np.empty((len(items), self._vectors.shape[1]), dtype=np.float32)
        vectors[~is_cluster] = self._vectors[items[~is_cluster]]
        vectors[is_cluster] = self._centres[items[is_cluster] - self.first_cluster]
        return vectors

    def yesterday(self, chart: Chart) -> PreviousMap | None:
        """Return where the items of a map stood, if there was one; a provisional place does not count."""
        run = self.runs.get((SCOPES[chart.scope], chart.cluster_id))
        if run is None:
            return None
        layout = keys_of(np.frombuffer(UUID(run["layout_id"]).bytes, dtype=np.uint8).reshape(1, 16))
        first, last = (int(np.searchsorted(self._maps, layout, side=side)[0]) for side in ("left", "right"))
        here = self._points[first:last]
        here = here[np.asarray(here["is_provisional"]["value"]) == 0]
        coordinates = np.zeros((len(chart.items), 2))
        known = np.zeros(len(chart.items), dtype=bool)
        for kind in (SEED, UTTERANCE, CLUSTER):
            of_kind = here[np.asarray(here["kind"]["value"]) == kind]
            order = np.argsort(keys_of(ids_of(of_kind, "target")), kind="stable")
            of_kind = of_kind[order]
            wanted = np.flatnonzero(self.kinds[chart.items] == kind)
            at = rows_of(self.ids[chart.items[wanted]], ids_of(of_kind, "target"))
            found = wanted[at >= 0]
            known[found] = True
            for axis, name in enumerate(("x", "y")):
                coordinates[found, axis] = np.asarray(of_kind[name]["value"])[at[at >= 0]]
        fingerprint = bytes.fromhex(run["member_hash"]) if run["member_hash"] else None
        return PreviousMap(coordinates=coordinates, known=known, fingerprint=fingerprint)


def plan_charts(folder: Path) -> dict[str, Any]:
    """Decide who belongs on which map (H8, H15, H16) and write it; return how many cluster maps there are."""
    ground = Ground(folder)
    spoken = np.full(int(ground.rows.max(initial=-1)) + 2, -1, dtype=np.int64)
    spoken[ground.rows] = ground.seeds + np.arange(ground.utterances)
    links = load_array(folder / "links.npy", mmap=False)
    links = links[links[:, 1] < len(spoken) - 1]
    links = np.stack([links[:, 0], spoken[links[:, 1]]], axis=1)
    links = links[links[:, 1] >= 0]
    homes = ground.deepest[links[:, 0]]
    sheltered = np.unique(links[homes >= 0, 1])
    utterances = np.arange(ground.seeds, ground.first_cluster)
    outside = np.concatenate([
        np.flatnonzero(ground.deepest < 0),
        np.setdiff1d(utterances, sheltered),
        ground.first_cluster + np.flatnonzero(ground.parent < 0),
    ])  # fmt: skip
    members = _grouped(ground.deepest, np.arange(ground.seeds), len(ground.clusters))
    sayings = _grouped(homes, links[:, 1], len(ground.clusters))
    children = _grouped(ground.parent, np.arange(len(ground.clusters)), len(ground.clusters))
    on_maps = [
        np.concatenate([members[number], np.unique(sayings[number]), ground.first_cluster + children[number]])
        for number in range(len(ground.clusters))
    ]
    sizes = np.array([len(items) for items in on_maps], dtype=np.int64)
    # The longest first, so that none is drawn alone in the end.
    order = np.concatenate([[WHOLE, OUTSIDE], np.argsort(-sizes, kind="stable")])
    save_array(folder / "chart_order.npy", order.astype(np.int64))
    save_array(folder / "chart_outside.npy", outside.astype(np.int64))
    save_array(folder / "chart_offsets.npy", np.cumsum([0, *sizes]).astype(np.int64))
    save_array(folder / "chart_items.npy", np.concatenate([np.zeros(0, np.int64), *on_maps]).astype(np.int64))
    return {"cluster_maps": len(on_maps), "outside": len(outside)}


def draw_charts(folder: Path, first: int, last: int, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Draw some of the maps of chart_order.npy, from place `first` up to `last`, which is left out.

    Several at once, one thread each: products this small are slower on two. What is drawn of a map does not depend on
    the others, and they are written together.

    chosen: the settings of the layout.
    """
    parameters = Parameters(**{name: chosen[name] for name in ("n_neighbors", "min_dist", "random_state")})
    ground = Ground(folder)
    order = load_array(folder / "chart_order.npy", mmap=False)[first:last].tolist()
    warm_up()
    with one_thread_a_product() as count, ThreadPoolExecutor(count) as threads:
        drawn = list(threads.map(partial(_draw, ground, parameters), order))
    stem = f"maps-{first:06}"
    save_array(folder / f"{stem}.npy", np.concatenate([one.places for one in drawn]))
    save_array(folder / f"{stem}-items.npy", np.concatenate([one.items for one in drawn]))
    save_json(folder / f"{stem}.json", [one.run for one in drawn])
    maps = {number: one.map for number, one in zip(order, drawn, strict=True)}
    return {
        "atlas": _facts([maps[WHOLE]]) if WHOLE in maps else {},
        "of_clusters": _facts([one for number, one in maps.items() if number >= 0]),
    }


def gather_points(folder: Path, at_once: int) -> dict[str, Any]:
    """Write night_points.copy and runs.json from all maps that were drawn, so many at once."""
    ground = Ground(folder)
    runs, scopes, owners, items, places = [], [], [], [], []
    count = len(load_array(folder / "chart_order.npy", mmap=False))
    for first in range(0, count, at_once):
        stem = f"maps-{first:06}"
        items.append(load_array(folder / f"{stem}-items.npy", mmap=False))
        places.append(load_array(folder / f"{stem}.npy", mmap=False))
        for run in load_json(folder / f"{stem}.json"):
            owner = UUID(run["cluster_id"]).bytes if run["cluster_id"] else NOWHERE
            scopes.append(np.full(run["points"], SCOPES.index(run["scope_type"])))
            owners.append(np.tile(np.frombuffer(owner, dtype=np.uint8), (run.pop("points"), 1)))
            runs.append(run)
    everyone = np.concatenate(items).astype(np.int64)
    coordinates = np.concatenate(places)
    count = write_staged(
        folder / "night_points.copy",
        "night_points",
        {
            "scope": np.concatenate(scopes),
            "scope_id": raw_of(np.concatenate(owners)),
            "kind": ground.kinds[everyone],
            "id": raw_of(ground.ids[everyone]),
            "x": coordinates[:, 0],
            "y": coordinates[:, 1],
        },
    )
    save_json(folder / "runs.json", runs)
    return {"maps": len(runs), "points": count}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A map with all that stands on it, and its row of layout_runs."""

    map: Map
    items: Integers
    places: NDArray[np.float32]
    run: dict[str, Any]


def _draw(ground: Ground, parameters: Parameters, number: int) -> _Drawn:
    """Draw the map of a cluster, the atlas or the global map."""
    if number == WHOLE:
        # Seeds and utterances by their neighbours, clusters amid their members.
        chart = Chart(number=number, scope=ATLAS, cluster_id=None, items=np.arange(ground.first_cluster))
        drawn = _laid_out(ground, chart, parameters, neighbours=_shared(ground.folder))
        places = np.concatenate([drawn.coordinates, _middles(ground, drawn)])
        return _finished(chart, drawn, np.arange(len(ground.ids)), places)
    if number == OUTSIDE:
        items = load_array(ground.folder / "chart_outside.npy", mmap=False)
        chart = Chart(number=number, scope=GLOBAL, cluster_id=None, items=items)
    else:
        offsets, items = (load_array(ground.folder / f"chart_{name}.npy") for name in ("offsets", "items"))
        chart = Chart(
            number=number,
            scope=OF_CLUSTER,
            cluster_id=ground.clusters[number]["cluster_id"],
            items=np.asarray(items[offsets[number] : offsets[number + 1]]),
        )
    drawn = _laid_out(ground, chart, parameters, neighbours=None)
    return _finished(chart, drawn, chart.items, drawn.coordinates)


def _laid_out(ground: Ground, chart: Chart, parameters: Parameters, *, neighbours: Neighbours | None) -> Map:
    return lay_out(
        [UUID(bytes=row.tobytes()) for row in ground.ids[chart.items]],
        ground.vectors_of(chart.items),
        neighbours=neighbours,
        yesterday=ground.yesterday(chart),
        parameters=parameters,
    )


def _shared(folder: Path) -> Neighbours | None:
    """Return the table of all items; None where nobody has a neighbour."""
    table = load_table(folder, "item")
    return table if len(table) > 1 else None


def _middles(ground: Ground, drawn: Map) -> NDArray[np.float32]:
    offsets, members = (
        load_array(ground.folder / f"tree_{name}.npy", mmap=False) for name in ("offsets", "members")
    )
    owners = np.repeat(np.arange(len(ground.clusters)), np.diff(offsets))
    return geometric_medians(drawn.coordinates, members, owners, len(ground.clusters))


def _finished(chart: Chart, drawn: Map, items: Integers, places: NDArray[np.float32]) -> _Drawn:
    run = {
        "scope_type": SCOPES[chart.scope],
        "cluster_id": chart.cluster_id,
        "algorithm": "mds" if len(chart.items) <= LARGEST else "umap",
        "params": None if drawn.params is None else dict(drawn.params),
        "member_hash": drawn.fingerprint.hex(),
        "points": len(items),
    }
    return _Drawn(map=drawn, items=items, places=places, run=run)


def _facts(maps: Sequence[Map]) -> dict[str, Any]:
    """Return how the maps came about, and how far old points moved."""
    methods = [drawn.method for drawn in maps]
    moved = [drawn.displacement for drawn in maps if drawn.method == "continued"]
    return {
        **{method: methods.count(method) for method in sorted(set(methods))},
        "displacement": max(moved, default=0.0),
    }


def _grouped(groups: Integers, values: Integers, count: int) -> list[Integers]:
    """Return the values of each group, in their order; those of group -1 are left out."""
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(count + 1))
    return [values[order[bounds[number] : bounds[number + 1]]] for number in range(count)]

"""Step 5: the atlas, the map of what is outside all clusters, and one for each cluster (H)."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from layout.classical_scaling import LARGEST
from layout.descent import warm_up
from layout.geometric_median import geometric_medians
from layout.mapping import Map, Parameters, PreviousMap, lay_out
from tane.runs.night.edges import Items
from tane.runs.night.ids import ids_of, keys_of, raw_of, rows_of
from tane.runs.night.workspace import Night, NightFiles
from tane.store.publishing import write_staged
from tane.store.snapshots import KINDS, read_table
from tane.vectors.blas_threads import one_thread_a_product
from tane.vectors.directions import mean_direction
from tane.vectors.neighbours import Neighbours

ATLAS, GLOBAL, OF_CLUSTER = 0, 1, 2
SCOPES = ("atlas", "global", "cluster")
NOWHERE = bytes(16)
MAPS_AT_ONCE = 250
WHOLE_MAPS = 2  # the atlas and the global map
WHOLE, OUTSIDE = -1, -2  # the atlas and the global map among the numbers of clusters

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMap:
    """One map to be drawn: its items by their number among seeds, utterances and clusters."""

    number: int  # of the cluster; see WHOLE
    scope: int
    cluster_id: str | None
    items: Integers


class MapItems(Items):
    """All items, with what maps need besides: the clusters they are in, and where they stood on the last maps."""

    def __init__(self, files: NightFiles) -> None:
        super().__init__(files)
        self.files = files
        self.deepest = files.tree.deepest.load()
        self.parent = files.tree.parent.load()
        if files.is_talk.load():
            self.vectors = files.talk_vectors.mapped()
            self.centres = self._blended_centres()
        self._points = read_table(files.folder, "points")  # in the order of their maps
        self._maps = keys_of(ids_of(self._points, "layout"))
        self._rows = {(row.scope_type, row.cluster_id): row for row in files.snapshot.load().runs}

    def _blended_centres(self) -> NDArray[np.float64]:
        """Return the mean direction of each cluster's members; its centroid is of plain vectors."""
        offsets, members = self.files.tree.offsets.load(), self.files.tree.members.load()
        centres = np.empty((self.clusters, self.vectors.shape[1]))
        for number, (first, last) in enumerate(pairwise(offsets.tolist())):
            centres[number] = mean_direction(np.asarray(self.vectors[members[first:last]]))
        return centres

    def vectors_of(self, items: Integers) -> NDArray[np.float32]:
        """Return the vectors of items; of a cluster its centroid."""
        if len(items) == self.first_cluster and not (items - np.arange(len(items))).any():
            return self.vectors  # as they lie on the disk
        is_cluster = items >= self.first_cluster
        vectors = np.empty((len(items), self.vectors.shape[1]), dtype=np.float32)
        vectors[~is_cluster] = self.vectors[items[~is_cluster]]
        vectors[is_cluster] = self.centres[items[is_cluster] - self.first_cluster]
        return vectors

    def yesterday(self, planned: PlannedMap) -> PreviousMap | None:
        """Return where the items of a map stood, if there was one; a provisional place does not count."""
        row = self._rows.get(
            (SCOPES[planned.scope], UUID(planned.cluster_id) if planned.cluster_id else None)
        )
        if row is None:
            return None
        layout = keys_of(np.frombuffer(row.layout_id.bytes, dtype=np.uint8).reshape(1, 16))
        first, last = (int(np.searchsorted(self._maps, layout, side=side)[0]) for side in ("left", "right"))
        here = self._points[first:last]
        here = here[np.asarray(here["is_provisional"]["value"]) == 0]
        coordinates = np.zeros((len(planned.items), 2))
        known = np.zeros(len(planned.items), dtype=bool)
        for kind in range(len(KINDS)):
            of_kind = here[np.asarray(here["kind"]["value"]) == kind]
            order = np.argsort(keys_of(ids_of(of_kind, "target")), kind="stable")
            of_kind = of_kind[order]
            wanted = np.flatnonzero(self.kinds[planned.items] == kind)
            at = rows_of(self.ids[planned.items[wanted]], ids_of(of_kind, "target"))
            found = wanted[at >= 0]
            known[found] = True
            for axis, name in enumerate(("x", "y")):
                coordinates[found, axis] = np.asarray(of_kind[name]["value"])[at[at >= 0]]
        fingerprint = bytes.fromhex(row.member_hash) if row.member_hash else None
        return PreviousMap(coordinates=coordinates, known=known, fingerprint=fingerprint)


async def draw_maps(night: Night) -> Mapping[str, Any]:
    """Draw the atlas, the global map and those of the clusters."""
    files = NightFiles(night.folder)
    planned = await night.compute.run(plan_maps, files)
    count = planned["cluster_maps"] + WHOLE_MAPS
    done = 0

    async def draw(first: int) -> Mapping[str, Any]:
        nonlocal done
        facts = await night.compute.run(write_maps, files, first, first + MAPS_AT_ONCE, night.options.layout)
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
    gathered = await night.compute.run(gather_points, files, MAPS_AT_ONCE)
    return {**planned, **gathered, "atlas": atlas, "of_clusters": totals}


# ---------------------------------------------------------------- in the pool


def plan_maps(files: NightFiles) -> dict[str, Any]:
    """Decide what belongs on which map (H8, H15, H16) and write it; return how many cluster maps there are."""
    every = MapItems(files)
    homes = every.deepest[every.links[:, 0]]  # of an utterance's seeds
    in_clusters = np.unique(every.links[homes >= 0, 1])
    outside = np.concatenate([
        np.flatnonzero(every.deepest < 0),
        np.setdiff1d(np.arange(every.statements, every.first_cluster), in_clusters),
        every.first_cluster + np.flatnonzero(every.parent < 0),
    ])  # fmt: skip
    members = _grouped(every.deepest, np.arange(every.statements), every.clusters)
    said = _grouped(homes, every.links[:, 1], every.clusters)
    children = _grouped(every.parent, np.arange(every.clusters), every.clusters)
    on_maps = [
        np.concatenate([members[number], np.unique(said[number]), every.first_cluster + children[number]])
        for number in range(every.clusters)
    ]
    sizes = np.array([len(items) for items in on_maps], dtype=np.int64)
    # The longest first, so that none is drawn alone in the end.
    order = np.concatenate([[WHOLE, OUTSIDE], np.argsort(-sizes, kind="stable")])
    files.map_order.save(order.astype(np.int64))
    files.map_outside.save(outside.astype(np.int64))
    files.map_offsets.save(np.cumsum([0, *sizes]).astype(np.int64))
    files.map_items.save(np.concatenate([np.zeros(0, np.int64), *on_maps]).astype(np.int64))
    return {"cluster_maps": len(on_maps), "outside": len(outside)}


def write_maps(files: NightFiles, first: int, last: int, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Draw some of the maps of `map_order`, from place `first` up to `last`, which is left out.

    Several at once, one thread each: products this small are slower on two. What is drawn of a map does not depend on
    the others, and they are written together.

    chosen: the settings of the layout.
    """
    parameters = Parameters(**{name: chosen[name] for name in ("n_neighbors", "min_dist", "random_state")})
    every = MapItems(files)
    order = files.map_order.load()[first:last].tolist()
    warm_up()
    with one_thread_a_product() as count, ThreadPoolExecutor(count) as threads:
        drawn = list(threads.map(partial(_draw, every, parameters), order))
    part = files.maps_from(first)
    part.places.save(np.concatenate([one.places for one in drawn]))
    part.items.save(np.concatenate([one.items for one in drawn]))
    part.rows.save([one.row for one in drawn])
    maps = {number: one.map for number, one in zip(order, drawn, strict=True)}
    return {
        "atlas": _facts([maps[WHOLE]]) if WHOLE in maps else {},
        "of_clusters": _facts([one for number, one in maps.items() if number >= 0]),
    }


def gather_points(files: NightFiles, at_once: int) -> dict[str, Any]:
    """Write the rows of night_points and of layout_runs from all maps that were drawn, so many at once."""
    every = MapItems(files)
    runs, scopes, owners, items, places = [], [], [], [], []
    count = len(files.map_order.load())
    for first in range(0, count, at_once):
        part = files.maps_from(first)
        items.append(part.items.load())
        places.append(part.places.load())
        for run in part.rows.load():
            owner = UUID(run["cluster_id"]).bytes if run["cluster_id"] else NOWHERE
            scopes.append(np.full(run["points"], SCOPES.index(run["scope_type"])))
            owners.append(np.tile(np.frombuffer(owner, dtype=np.uint8), (run.pop("points"), 1)))
            runs.append(run)
    everyone = np.concatenate(items).astype(np.int64)
    coordinates = np.concatenate(places)
    count = write_staged(
        files.folder,
        "night_points",
        {
            "scope": np.concatenate(scopes),
            "scope_id": raw_of(np.concatenate(owners)),
            "kind": every.kinds[everyone],
            "id": raw_of(every.ids[everyone]),
            "x": coordinates[:, 0],
            "y": coordinates[:, 1],
        },
    )
    files.map_rows.save(runs)
    return {"maps": len(runs), "points": count}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A map with all that stands on it, and its row of layout_runs."""

    map: Map
    items: Integers
    places: NDArray[np.float32]
    row: dict[str, Any]


def _draw(every: MapItems, parameters: Parameters, number: int) -> _Drawn:
    """Draw the map of a cluster, the atlas or the global map."""
    if number == WHOLE:
        # Seeds and utterances by their neighbours, clusters amid their members.
        planned = PlannedMap(
            number=number, scope=ATLAS, cluster_id=None, items=np.arange(every.first_cluster)
        )
        drawn = _laid_out(every, planned, parameters, neighbours=_shared(every.files))
        places = np.concatenate([drawn.coordinates, _middles(every, drawn)])
        return _finished(planned, drawn, np.arange(len(every.ids)), places)
    if number == OUTSIDE:
        items = every.files.map_outside.load()
        planned = PlannedMap(number=number, scope=GLOBAL, cluster_id=None, items=items)
    else:
        offsets, items = every.files.map_offsets.mapped(), every.files.map_items.mapped()
        planned = PlannedMap(
            number=number,
            scope=OF_CLUSTER,
            cluster_id=every.cluster_rows[number]["cluster_id"],
            items=np.asarray(items[offsets[number] : offsets[number + 1]]),
        )
    drawn = _laid_out(every, planned, parameters, neighbours=None)
    return _finished(planned, drawn, planned.items, drawn.coordinates)


def _laid_out(
    every: MapItems, planned: PlannedMap, parameters: Parameters, *, neighbours: Neighbours | None
) -> Map:
    return lay_out(
        [UUID(bytes=row.tobytes()) for row in every.ids[planned.items]],
        every.vectors_of(planned.items),
        neighbours=neighbours,
        yesterday=every.yesterday(planned),
        parameters=parameters,
    )


def _shared(files: NightFiles) -> Neighbours | None:
    """Return the table of all items; None where nothing has a neighbour."""
    table = (files.talk_neighbours if files.is_talk.load() else files.item_neighbours).load()
    return table if len(table) > 1 else None


def _middles(every: MapItems, drawn: Map) -> NDArray[np.float32]:
    offsets, members = every.files.tree.offsets.load(), every.files.tree.members.load()
    owners = np.repeat(np.arange(every.clusters), np.diff(offsets))
    return geometric_medians(drawn.coordinates, members, owners, every.clusters)


def _finished(planned: PlannedMap, drawn: Map, items: Integers, places: NDArray[np.float32]) -> _Drawn:
    row = {
        "scope_type": SCOPES[planned.scope],
        "cluster_id": planned.cluster_id,
        "algorithm": "mds" if len(planned.items) <= LARGEST else "umap",
        "params": None if drawn.params is None else dict(drawn.params),
        "member_hash": drawn.fingerprint.hex(),
        "points": len(items),
    }
    return _Drawn(map=drawn, items=items, places=places, row=row)


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

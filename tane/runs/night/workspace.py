"""What the steps of a night work with: options and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import numpy as np

from clustering.tree import Tree
from tane.runs.step import StepContext
from tane.runs.workspace import Array, Json, Raw, Record, Stored, Workspace
from tane.store.pool import Connection
from tane.store.snapshots import Snapshot
from tane.vectors.neighbours import Neighbours

FILES_VERSION = 2
"""Of the files below; a night that another version began is begun anew."""


class PlaceNewcomers(Protocol):
    """Links and places items that came after the snapshot, as their own jobs do."""

    async def __call__(
        self, conn: Connection, seeds: Sequence[UUID], utterances: Sequence[UUID], model_id: int
    ) -> None:
        """Write their edges and points, in the transaction that is open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NightOptions:
    """The sections of the settings that decide a map, as plain JSON, and how newcomers get their places."""

    clustering: Mapping[str, Any]
    edges: Mapping[str, Any]
    layout: Mapping[str, Any]
    place: PlaceNewcomers


Night = StepContext[NightOptions]


class NeighbourFiles(Workspace):
    """A table of nearest neighbours."""

    neighbours = Stored(Array[np.int32])
    distances = Stored(Array[np.float64])

    def save(self, table: Neighbours) -> None:
        """Write it."""
        self.neighbours.save(table.indices.astype(np.int32))
        self.distances.save(table.distances)

    def load(self) -> Neighbours:
        """Return it; its pages come from the files as they are touched."""
        return Neighbours(
            indices=np.asarray(self.neighbours.mapped()), distances=np.asarray(self.distances.mapped())
        )


class TreeFiles(Workspace):
    """The arrays of a `clustering.tree.Tree`, by their names there."""

    parent = Stored(Array[np.int64])
    depth = Stored(Array[np.int64])
    offsets = Stored(Array[np.int64])
    members = Stored(Array[np.int64])
    is_core = Stored(Array[np.bool_])
    centroids = Stored(Array[np.float64])
    nearest = Stored(Array[np.int64])
    attach_similarity = Stored(Array[np.float64])
    deepest = Stored(Array[np.int64])

    def save(self, tree: Tree) -> None:
        """Write those that later steps need."""
        for name, stored in vars(TreeFiles).items():
            if isinstance(stored, Stored):
                getattr(self, name).save(getattr(tree, name))


class MapFiles(Workspace):
    """Some maps that were drawn together: their points one after another, and their rows of layout_runs."""

    items = Stored(Array[np.int64])
    places = Stored(Array[np.float32])
    rows = Stored(Json[list[dict[str, Any]]])


class NightFiles(Workspace):
    """Everything that a night leaves in its folder, besides the tables of `tane.store.snapshots` and `publishing`.

    Ids are rows of 16 bytes in ascending order.
    """

    # Step 1, reading
    snapshot = Stored(partial(Record, Snapshot))
    fingerprint = Stored(Json[str])
    """Of everything that this map is made from."""
    last_start = Stored(Raw)
    """What the last night's clustering began with; `tane.store.snapshots` writes it."""
    seed_ids = Stored(Array[np.uint8])
    utterance_ids = Stored(Array[np.uint8])
    utterance_rows = Stored(Array[np.int64])
    """The utterances that have a vector, by row of `utterance_ids`."""
    item_vectors = Stored(Array[np.float32])
    """Of length one: the seeds, then those utterances."""
    links = Stored(Array[np.int64])
    """(l, 2): seed and utterance by row."""
    scores = Stored(Array[np.float64])
    """(m, 5), NaN where there is none."""

    # Step 2, neighbours
    seed_info = Stored(Json[dict[str, Any]])

    # Step 3, clusters; their words are added when they are published
    start = Stored(Raw)
    """What the clustering began with."""
    clustering = Stored(Json[dict[str, Any]])
    """The report of the step."""
    clusters = Stored(Json[list[dict[str, Any]]])
    """Rows as `upsert_clusters` names their columns, parents before children."""
    lineage = Stored(Json[list[dict[str, Any]]])
    vanished = Stored(Json[list[str]])
    naming_seeds = Stored(Json[list[list[str]]])
    """Per cluster the seeds whose words name it, the nearest to the middle first."""
    naming_texts = Stored(Json[dict[str, str]])
    """Those words, while they are needed."""
    named_from = Stored(Json[dict[str, dict[str, str]]])
    """What the words of clusters were made from: hashes of seeds' words, and given titles."""

    # Step 5, maps
    map_order = Stored(Array[np.int64])
    map_outside = Stored(Array[np.int64])
    map_offsets = Stored(Array[np.int64])
    map_items = Stored(Array[np.int64])
    map_rows = Stored(Json[list[dict[str, Any]]])

    @property
    def seed_neighbours(self) -> NeighbourFiles:
        """Among the seeds."""
        return NeighbourFiles(self.folder, "seed_")

    @property
    def distinct_neighbours(self) -> NeighbourFiles:
        """Among the seeds whose vectors differ."""
        return NeighbourFiles(self.folder, "distinct_")

    @property
    def item_neighbours(self) -> NeighbourFiles:
        """Among seeds and utterances."""
        return NeighbourFiles(self.folder, "item_")

    @property
    def tree(self) -> TreeFiles:
        """The clusters."""
        return TreeFiles(self.folder, "tree_")

    def maps_from(self, first: int) -> MapFiles:
        """The maps that were drawn together, from this place of `map_order` on."""
        return MapFiles(self.folder, f"maps-{first:06}-")

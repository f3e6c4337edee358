"""What the steps of a night work with: options and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import numpy as np

from clustering.tree import Tree
from tane.runs.step import StepContext
from tane.runs.workspace import Array, Json, Raw, Record, StoredFile, Workspace
from tane.store.pool import Connection
from tane.store.snapshots import NightSnapshot
from tane.vectors.neighbours import Neighbours

FILES_VERSION = 3
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
    least_chars: int  # of an utterance that stands for itself
    passed_over: Sequence[str]  # speakers whose utterances do not
    place: PlaceNewcomers


Night = StepContext[NightOptions]


class NeighbourFiles(Workspace):
    """A table of nearest neighbours."""

    neighbours = StoredFile(Array[np.int32])
    distances = StoredFile(Array[np.float64])

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

    parent = StoredFile(Array[np.int64])
    depth = StoredFile(Array[np.int64])
    offsets = StoredFile(Array[np.int64])
    members = StoredFile(Array[np.int64])
    is_core = StoredFile(Array[np.bool_])
    centroids = StoredFile(Array[np.float64])
    nearest = StoredFile(Array[np.int64])
    attach_similarity = StoredFile(Array[np.float64])
    deepest = StoredFile(Array[np.int64])

    def save(self, tree: Tree) -> None:
        """Write those that later steps need."""
        for name, stored in vars(TreeFiles).items():
            if isinstance(stored, StoredFile):
                getattr(self, name).save(getattr(tree, name))


class MapFiles(Workspace):
    """Some maps that were drawn together: their points one after another, and their rows of layout_runs."""

    items = StoredFile(Array[np.int64])
    places = StoredFile(Array[np.float32])
    rows = StoredFile(Json[list[dict[str, Any]]])


class NightFiles(Workspace):
    """Everything that a night leaves in its folder, besides the tables of `tane.store.snapshots` and `publishing`.

    Ids are rows of 16 bytes in ascending order.
    """

    # Step 1, reading
    snapshot = StoredFile(partial(Record, NightSnapshot))
    fingerprint = StoredFile(Json[str])
    """Of everything that this map is made from."""
    last_start = StoredFile(Raw)
    """What the last night's clustering began with; `tane.store.snapshots` writes it."""
    statement_ids = StoredFile(Array[np.uint8])
    """Of what is clustered: seeds, and utterances without any."""
    statement_kinds = StoredFile(Array[np.int8])
    """By place in `tane.store.snapshots.KINDS`."""
    utterance_ids = StoredFile(Array[np.uint8])
    utterance_rows = StoredFile(Array[np.int64])
    """The other utterances that have a vector, by row of `utterance_ids`."""
    item_vectors = StoredFile(Array[np.float32])
    """Of length one: the statements, then those utterances."""
    links = StoredFile(Array[np.int64])
    """(l, 2): statement and utterance by row, in order; an utterance that stands for itself is its own source."""
    conversations = StoredFile(Array[np.int64])
    """(m,), a number for the conversation of each utterance, -1 for none."""
    positions = StoredFile(Array[np.int64])
    """(m,), the utterance's place in it."""
    scores = StoredFile(Array[np.float64])
    """(m, 5), NaN where there is none."""

    # Step 2, neighbours
    is_talk = StoredFile(Json[bool])
    """Whether there are conversations, and so the files of talk."""
    talk_vectors = StoredFile(Array[np.float32])
    """Of the items, blended with the turns beside them."""
    talk_conversations = StoredFile(Array[np.int64])
    """Of the statements, -1 for none."""
    seed_info = StoredFile(Json[dict[str, Any]])

    # Step 3, clusters; their words are added when they are published
    start = StoredFile(Raw)
    """What the clustering began with."""
    scale = StoredFile(Json[list[float]])
    """Of the model; see `tane.vectors.scale`. Empty where it cannot be measured."""
    clustering = StoredFile(Json[dict[str, Any]])
    """The report of the step."""
    clusters = StoredFile(Json[list[dict[str, Any]]])
    """Rows as `upsert_clusters` names their columns, parents before children."""
    lineage = StoredFile(Json[list[dict[str, Any]]])
    vanished = StoredFile(Json[list[str]])
    naming_statements = StoredFile(Json[list[list[str]]])
    """Per cluster the statements whose words name it, the nearest to the middle first."""
    naming_texts = StoredFile(Json[dict[str, str]])
    """Those words, while they are needed."""
    named_from = StoredFile(Json[dict[str, dict[str, str]]])
    """What the words of clusters were made from: hashes of statements' words, and given titles."""

    # Step 5, maps
    map_order = StoredFile(Array[np.int64])
    map_outside = StoredFile(Array[np.int64])
    map_offsets = StoredFile(Array[np.int64])
    map_items = StoredFile(Array[np.int64])
    map_rows = StoredFile(Json[list[dict[str, Any]]])

    @property
    def statement_neighbours(self) -> NeighbourFiles:
        """Among the statements."""
        return NeighbourFiles(self.folder, "statement_")

    @property
    def distinct_neighbours(self) -> NeighbourFiles:
        """Among the statements whose vectors differ."""
        return NeighbourFiles(self.folder, "distinct_")

    @property
    def talk_distinct_neighbours(self) -> NeighbourFiles:
        """Among the statements whose blended vectors differ."""
        return NeighbourFiles(self.folder, "talk_distinct_")

    @property
    def talk_neighbours(self) -> NeighbourFiles:
        """Among statements and utterances by their blended vectors."""
        return NeighbourFiles(self.folder, "talk_")

    @property
    def item_neighbours(self) -> NeighbourFiles:
        """Among statements and utterances."""
        return NeighbourFiles(self.folder, "item_")

    @property
    def tree(self) -> TreeFiles:
        """The clusters."""
        return TreeFiles(self.folder, "tree_")

    def maps_from(self, first: int) -> MapFiles:
        """The maps that were drawn together, from this place of `map_order` on."""
        return MapFiles(self.folder, f"maps-{first:06}-")

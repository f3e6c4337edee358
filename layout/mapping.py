"""Lays out one set of vectors on a plane: chooses the method, starts from yesterday and lies down on it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from layout.classical_scaling import LARGEST, classical_scaling
from layout.descent import LEAST_DISTANCE, NEGATIVES, RANDOM_STATE, descend
from layout.initialisation import SIDE, principal_start, start_from_previous
from layout.normalisation import extent, normalise, press_outliers, separate
from layout.quality import displacement
from layout.registration import onto
from tane.vectors.arrays import Floats, Vectors
from tane.vectors.fuzzy_graph import FuzzyGraph, fuzzy_graph
from tane.vectors.neighbours import Neighbours, nearest
from tane.vectors.rows import inverse_norms

Method = Literal["kept", "closed", "fresh", "continued"]

EDITION = b"map 4"  # changes with anything below that would give the same set another map
FULL_EPOCHS, FULL_STEP = 500, 0.25
FEW, FEW_EPOCHS = (
    1_000,
    200,
)  # of so few points 300 epochs more raise the trustworthiness by 0.001 and double the time
LARGE, LARGE_EPOCHS, LARGE_STEP = 10_000, 200, 1.0  # above it fewer but longer steps
SETTLING_EPOCHS, SETTLING_STEP = 50, 0.25  # newcomers alone, among points that stand still
CONTINUED_EPOCHS, CONTINUED_STEP = 200, 0.025  # then all together, gently
MOST_NEW = 0.5  # with more newcomers than that yesterday's map is a start only
LEAST_KNOWN = 0.2  # of the points: with fewer yesterday's map is not even a start
LEAST_COMMON = 0.25  # of tonight's side
LEASH = 0.02  # of the extent: the median way that a continued map's old points may go


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """UMAP's parameters, as the documents give them; `n_neighbors` counts the point itself (H11)."""

    n_neighbors: int = 15
    min_dist: float = LEAST_DISTANCE
    random_state: int = RANDOM_STATE

    @property
    def others(self) -> int:
        """Return how many columns of a table of nearest others a map needs."""
        return self.n_neighbors - 1


DOCUMENTED = Parameters()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousMap:
    """What the map looked like.

    Attributes:
        coordinates: shape (n, 2), in the order of tonight's points; rows that are not known are ignored.
        known: bool of shape (n,), who had a place (a provisional one does not count).
        fingerprint: of the map that they come from; None if it is not known.
    """

    coordinates: NDArray[np.floating]
    known: NDArray[np.bool_]
    fingerprint: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A finished map.

    Attributes:
        coordinates: float32 of shape (n, 2), finite, no two the same.
        method: kept (yesterday's, to the byte), closed (small sets), fresh, or continued from yesterday.
        fingerprint: 32 bytes to be handed in tomorrow.
        newcomers: how many had no place yesterday.
        displacement: median way of the others, as a share of yesterday's extent.
        params: what made it, for people and programs that read it; of a kept map nothing, as its maker wrote it down.
    """

    coordinates: NDArray[np.float32]
    method: Method
    fingerprint: bytes
    newcomers: int
    displacement: float
    params: Mapping[str, Any] | None


def lay_out(
    ids: Sequence[UUID],
    vectors: Vectors,
    *,
    neighbours: Neighbours | None = None,
    yesterday: PreviousMap | None = None,
    parameters: Parameters = DOCUMENTED,
) -> Map:
    """Return the map of one set.

    Up to fifteen points in closed form, more by UMAP (McInnes, Healy and Melville 2018) on the table of nearest
    neighbours. If at least half of the points have a place, newcomers settle first and then all move gently; the
    median way of the old ones is cut at 2 % of the extent. Any map is finally registered onto yesterday's. The same
    ids with the same neighbours get yesterday's bytes back. A new map has a larger side of 1.

    Cost: O(n k) per epoch, besides the table if it is not given. Deterministic, on one machine with one set of library
    versions and one thread of BLAS. Call `descent.warm_up` once per process to have the compiling out of the way.

    Args:
        ids: n ids, by which rows are told from yesterday's; ascending order makes ties reproducible.
        vectors: shape (n, d), rows of length 1, all from one model (yesterday's too: otherwise leave yesterday out).
        neighbours: the nearest others within the set; computed when None. `parameters.others` columns are used.
        yesterday: the last map of the same scope.
        parameters: other ones make another map, also of the same set.

    Raises:
        ValueError: shapes do not fit, a value is not finite, or a vector is not of length one.
    """
    before = yesterday or PreviousMap(
        coordinates=np.zeros((len(ids), 2)), known=np.zeros(len(ids), dtype=np.bool_)
    )
    _check(ids, vectors, neighbours, before, parameters)
    small = len(ids) <= LARGEST
    table = None if small else (neighbours or nearest(vectors, k=parameters.others)).first(parameters.others)
    fingerprint = _fingerprint(ids, vectors, table, parameters)
    known = before.known
    method: Method
    params: Mapping[str, Any] | None = None
    if yesterday is not None and known.all() and before.fingerprint == fingerprint:
        method, coordinates = "kept", np.array(before.coordinates, dtype=np.float32)
    elif table is None:
        method, coordinates = "closed", separate(_onto(before, normalise(classical_scaling(vectors))))
        params = {"n_components": 2, "metric": "cosine"}
    elif known.sum() > LARGEST and _is_start(before, 1.0 - MOST_NEW):
        descent = _Descent(fuzzy_graph(table), parameters)
        method, coordinates = "continued", separate(_continued(descent, vectors, before))
        params = descent.told(init="yesterday")
    else:
        descent = _Descent(fuzzy_graph(table), parameters)
        begins_yesterday = _is_start(before, LEAST_KNOWN)
        method, coordinates = "fresh", separate(_fresh(descent, vectors, before))
        params = descent.told(init="yesterday" if begins_yesterday else "pca")
    return Map(
        coordinates=coordinates,
        method=method,
        fingerprint=fingerprint,
        newcomers=int((~known).sum()),
        displacement=displacement(before.coordinates[known], coordinates[known]),
        params=params,
    )


class _Descent:
    """UMAP's descent on one graph with one set of parameters; remembers the passes it made."""

    def __init__(self, graph: FuzzyGraph, parameters: Parameters) -> None:
        self.graph = graph
        self._parameters = parameters
        self._passes: list[tuple[int, float]] = []

    def __call__(
        self,
        start: NDArray[np.floating],
        *,
        epochs: int,
        step: float,
        moving: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float32]:
        """Return the places after so many epochs; see `descend`."""
        self._passes.append((epochs, step))
        return descend(
            self.graph,
            start,
            epochs=epochs,
            step=step,
            moving=moving,
            least_distance=self._parameters.min_dist,
            random_state=self._parameters.random_state,
        )

    def told(self, *, init: str) -> Mapping[str, Any]:
        """Return what made the map, under UMAP's names; with several rounds of epochs, each."""
        epochs, steps = ([one[at] for one in self._passes] for at in (0, 1))
        return {
            "n_components": 2,
            "n_neighbors": self._parameters.n_neighbors,
            "min_dist": self._parameters.min_dist,
            "random_state": self._parameters.random_state,
            "metric": "cosine",
            "init": init,
            "n_epochs": epochs[0] if len(epochs) == 1 else epochs,
            "learning_rate": steps[0] if len(steps) == 1 else steps,
            "negative_sample_rate": NEGATIVES,
        }


def _fresh(descent: _Descent, vectors: Vectors, before: PreviousMap) -> Floats:
    """Return a map at full length, started from yesterday's places unless they are too few to start from."""
    graph = descent.graph
    start = (
        start_from_previous(graph, before.coordinates, before.known, vectors)
        if _is_start(before, LEAST_KNOWN)
        else principal_start(vectors)
    )
    large = graph.points > LARGE
    epochs, step = (LARGE_EPOCHS, LARGE_STEP) if large else (FULL_EPOCHS, FULL_STEP)
    if graph.points <= FEW:
        epochs = FEW_EPOCHS
    return _onto(before, normalise(press_outliers(_finite(descent(start, epochs=epochs, step=step), start))))


def _continued(descent: _Descent, vectors: Vectors, before: PreviousMap) -> Floats:
    """Return yesterday's map with the newcomers settled and all points moved a little."""
    known, old = before.known, np.asarray(before.coordinates[before.known], dtype=np.float64)
    start = start_from_previous(descent.graph, before.coordinates, known, vectors)
    settled = descent(start, epochs=SETTLING_EPOCHS, step=SETTLING_STEP, moving=~known)
    relaxed = descent(settled, epochs=CONTINUED_EPOCHS, step=CONTINUED_STEP)
    places = _onto(before, press_outliers(_finite(relaxed, start)))
    way = displacement(old, places[known])
    if way <= LEASH:
        return places
    # The old points go the same ways, only less far; then the newcomers find their places among them once more.
    places[known] = old + (LEASH / way) * (places[known] - old)
    unit = SIDE / extent(old)
    again = descent(places * unit, epochs=SETTLING_EPOCHS, step=SETTLING_STEP, moving=~known)
    return np.where(known[:, None], places, _finite(again, places * unit) / unit)


def _is_start(before: PreviousMap, share: float) -> bool:
    """Return whether so large a share of the points has a place, and not all the same one."""
    return bool(before.known.mean() >= share) and extent(before.coordinates[before.known]) > 0.0


def _onto(before: PreviousMap, places: Floats) -> Floats:
    """Return the places registered onto yesterday's.

    Where the old points are but a spot of tonight's map they tell nothing of its size and turn, only where it lies.
    """
    old, new = before.coordinates[before.known], places[before.known]
    if len(old) and extent(new) < LEAST_COMMON * extent(places):
        shifted: Floats = places + (np.median(old, axis=0) - np.median(new, axis=0))
        return shifted
    return onto(new, old)(places)


def _finite(places: NDArray[np.floating], instead: NDArray[np.floating]) -> Floats:
    """Return the places, or the others if the descent diverged."""
    return np.asarray(places if np.isfinite(places).all() else instead, dtype=np.float64)


def _fingerprint(
    ids: Sequence[UUID], vectors: Vectors, table: Neighbours | None, parameters: Parameters
) -> bytes:
    """Return the SHA-256 of what decides a map: who is on it, and whose neighbour each is (or the few vectors)."""
    digest = hashlib.sha256(EDITION)
    if table is not None:
        digest.update(repr((parameters.n_neighbors, parameters.min_dist, parameters.random_state)).encode())
    digest.update(b"".join(item.bytes for item in ids))
    if table is None:
        digest.update(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
    else:
        # Without the distances: their last bits depend on how the products were blocked.
        digest.update(np.sort(table.indices, axis=1).astype("<i4").tobytes())
    return digest.digest()


def _check(
    ids: Sequence[UUID],
    vectors: Vectors,
    neighbours: Neighbours | None,
    before: PreviousMap,
    parameters: Parameters,
) -> None:
    """Raise ValueError unless all speak of the same n points in finite numbers, and the vectors are of length one."""
    count = len(ids)
    if vectors.ndim != 2 or len(vectors) != count or (neighbours is not None and len(neighbours) != count):
        raise ValueError("ids, vectors and neighbours must have one row for each point")
    if neighbours is not None and neighbours.indices.shape[1] < min(parameters.others, count - 1):
        raise ValueError(
            f"the table of neighbours needs {parameters.others} columns, or as many as there are others"
        )
    if before.coordinates.shape != (count, 2) or before.known.shape != (count,):
        raise ValueError("yesterday's coordinates and known must have the shapes (n, 2) and (n,)")
    if not np.isfinite(before.coordinates[before.known]).all():
        raise ValueError("yesterday's known coordinates must be finite")
    inverse_norms(vectors)

"""A store that has grown: clustered random unit vectors, their clusters, maps and points, by COPY."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import embeddings
from tane.store.embeddings import ensure_indexes
from tane.store.pool import Connection, connected

DIMS = 768
MODEL_NAME, DIGEST = "bench-embed", "bench"
ATTACH_SIM = 0.6
OUTSIDE = 0.15  # share of items in no cluster

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of each kind."""

    seeds: int = 40_000
    utterances: int = 30_000
    splits: int = 29_500
    clusters: int = 500


class Blobs:
    """Draws unit vectors around cluster centres, cosine about 0.75 to their own; some are random."""

    def __init__(self, clusters: int, *, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.centres = self._directions(clusters)

    def labels(self, n: int) -> NDArray[np.int64]:
        """Return the cluster of each of n items, -1 for none."""
        labels = self._random.integers(len(self.centres), size=n)
        labels[self._random.random(n) < OUTSIDE] = -1
        return labels

    def vectors(self, labels: NDArray[np.int64]) -> Matrix:
        """Return vectors of shape (n, DIMS), each in its cluster or anywhere."""
        vectors = self._directions(len(labels))
        inside = labels >= 0
        vectors[inside] = 0.75 * self.centres[labels[inside]] + 0.66 * vectors[inside]
        return _normalised(vectors)

    def uuids(self, n: int) -> list[UUID]:
        return [UUID(bytes=self._random.bytes(16), version=4) for _ in range(n)]

    def coordinates(self, labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return shape (n, 2): each cluster its own spot."""
        spots = self._random.uniform(-10, 10, (len(self.centres) + 1, 2))
        return spots[labels] + self._random.normal(0, 0.2, (len(labels), 2))

    def _directions(self, n: int) -> Matrix:
        return _normalised(self._random.standard_normal((n, DIMS), dtype=np.float32))


def _normalised(vectors: Matrix) -> Matrix:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


async def fill(dsn: str, size: Size, blobs: Blobs) -> list[UUID]:
    """Fill a migrated, empty database and index it; return the utterances."""
    async with connected(dsn, command_timeout_s=600) as conn:
        model_id = await embeddings.use_model(conn, name=MODEL_NAME, digest=DIGEST, dims=DIMS)
        # The rows are consistent by construction; triggers would only repeat that, slowly.
        await conn.execute("SET session_replication_role = replica")
        utterances = await _Filling(conn, model_id, blobs, size).run()
        await ensure_indexes(dsn)
        await conn.execute("RESET session_replication_role")
        await conn.execute("VACUUM ANALYZE")
        await conn.execute("CHECKPOINT")
    return utterances


class _Filling:
    """Copies one store's worth of rows through one connection."""

    def __init__(self, conn: Connection, model_id: int, blobs: Blobs, size: Size) -> None:
        self._conn = conn
        self._model_id = model_id
        self._blobs = blobs
        self._size = size
        self._clusters = blobs.uuids(size.clusters)
        self._runs: list[UUID] = []  # of the clusters, then the global one: label -1 finds it
        self._atlas: UUID

    async def run(self) -> list[UUID]:
        await self._copy("clusters", ["cluster_id", "attach_sim"], ((c, ATTACH_SIM) for c in self._clusters))
        self._atlas = await self._make_run("atlas", None)
        self._runs = [await self._make_run("cluster", cluster) for cluster in self._clusters]
        self._runs.append(await self._make_run("global", None))
        await self._copy_vectors("cluster", self._clusters, self._blobs.centres)
        await self._copy_points("cluster", self._clusters, np.arange(self._size.clusters), own_maps=False)
        utterances, labels = (
            self._blobs.uuids(self._size.utterances),
            self._blobs.labels(self._size.utterances),
        )
        rows = ((item, str(item), item.bytes) for item in utterances)
        await self._copy("utterances", ["utterance_id", "contents", "content_hash"], rows)
        await self._copy_items("utterance", utterances, labels)
        await self._seeds(utterances, labels)
        splits = self._blobs.vectors(self._blobs.labels(self._size.splits))
        await self._copy_vectors("utterance_split", self._blobs.uuids(self._size.splits), splits)
        return utterances

    async def _seeds(self, utterances: Sequence[UUID], labels: NDArray[np.int64]) -> None:
        """A seed speaks of what its utterance speaks of: both are in one cluster."""
        seeds = self._blobs.uuids(self._size.seeds)
        sources = [utterances[n % len(utterances)] for n in range(len(seeds))]
        labels = labels[np.arange(len(seeds)) % len(utterances)]
        rows = ((item, str(item), item.bytes) for item in seeds)
        await self._copy("seeds", ["seed_id", "body", "body_hash"], rows)
        await self._copy("utterance_seeds", ["utterance_id", "seed_id"], zip(sources, seeds, strict=True))
        await self._copy_items("seed", seeds, labels)
        columns = ["src_type", "src_id", "dst_type", "dst_id", "edge_type", "role", "weight", "source"]
        edges = (
            ("seed", seed, "cluster", self._clusters[label], "part_of", "member", 0.75, "nightly")
            for seed, label in zip(seeds, labels, strict=True)
            if label >= 0
        )
        await self._copy("edges", columns, edges)

    async def _make_run(self, scope_type: str, cluster: UUID | None) -> UUID:
        insert = "INSERT INTO layout_runs (scope_type, scope_cluster_id) VALUES ($1, $2) RETURNING layout_id"
        layout_id: UUID = await self._conn.fetchval(insert, scope_type, cluster)
        return layout_id

    async def _copy_items(self, kind: str, ids: Sequence[UUID], labels: NDArray[np.int64]) -> None:
        await self._copy_vectors(kind, ids, self._blobs.vectors(labels))
        await self._copy_points(kind, ids, labels, own_maps=True)

    async def _copy_points(
        self, kind: str, ids: Sequence[UUID], labels: NDArray[np.int64], *, own_maps: bool
    ) -> None:
        places = self._blobs.coordinates(labels)

        def rows() -> Iterator[tuple[UUID, str, UUID, float, float]]:
            for item, label, (x, y) in zip(ids, labels, places, strict=True):
                yield self._atlas, kind, item, float(x), float(y)
                if own_maps:
                    yield self._runs[label], kind, item, float(x), float(y)

        await self._copy("layout_points", ["layout_id", "target_type", "target_id", "x", "y"], rows())

    async def _copy_vectors(self, kind: str, ids: Sequence[UUID], vectors: Matrix) -> None:
        columns = ["target_type", "target_id", "model_id", "model_name", "dims", "vector", "source_hash"]
        rows = (
            (kind, item, self._model_id, MODEL_NAME, DIMS, vector, item.bytes)
            for item, vector in zip(ids, vectors, strict=True)
        )
        await self._copy("embeddings", columns, rows)

    async def _copy(self, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
        await self._conn.copy_records_to_table(table, columns=list(columns), records=rows)

"""Vectors: stored once per target and model, searched only among those of the same model."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tane.store import sql
from tane.store.errors import mapped_errors
from tane.store.pool import Connection, connected, encode_halfvec

_SQL = sql.load("embeddings")

EXACT_UP_TO = 2_000  # rows of a kind that are compared one by one; above, an index is built (override 13)
MOST_AT_ONCE = 10_000  # jobs for what lacks a vector
BUILD_TIMEOUT_S = 6 * 3600.0

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Target:
    """What a vector belongs to, by the names of the documents: seed, utterance, utterance_split, cluster."""

    target_type: str
    target_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetText:
    """The text of a target as it is now."""

    text: str
    hash: bytes
    is_hidden: bool  # rejected, deleted, archived: not to be found by anybody
    is_current: bool  # its vector is made from this text by the model in use, and it is linked
    is_catching_up: bool  # it is linked, and only lacks the vector of the model in use (B8)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVector:
    """A unit vector, float32 of shape (d,), and the hash of the text it was made from."""

    target: Target
    vector: Vector
    source_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitVector:
    """A split of an utterance; without a vector it may have a job that makes it."""

    split_id: UUID
    model_id: int | None
    vector: Vector | None
    job_status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Something near an item."""

    target: Target
    similarity: float  # cosine
    attach_sim: float | None  # of a cluster: the least similarity at which it takes an item (G2)
    is_own_source: bool  # an utterance the item was taken from (G4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Something near an item, standing on one map."""

    similarity: float
    x: float
    y: float


async def use_model(conn: Connection, *, name: str, digest: str, dims: int) -> int:
    """Return the id of the model in use; a new one, or another digest, becomes current and is caught up with (B8).

    The name loses `:latest`, as the documents write it.
    """
    name = name.removesuffix(":latest")
    known = await conn.fetchrow(_SQL["find_model"], name, digest)
    if known is not None and known["is_current"]:
        return int(known["model_id"])
    async with conn.transaction():
        await conn.execute(_SQL["lock_models"])
        await conn.execute(_SQL["register_model"], name, digest, dims)
        replaced = await conn.fetch(_SQL["retire_models"], name, digest)
        model_id = int(await conn.fetchval(_SQL["promote_model"], name, digest))
        if replaced:
            await conn.execute(_SQL["queue_backfill"], model_id)
    return model_id


async def queue_missing(conn: Connection) -> int:
    """Queue what should have a vector and has neither one nor a job that makes it; return how many jobs.

    Share the maps first, as every save does: whoever forgets takes them whole, and no job is left for what goes.
    """
    return len(await conn.fetch(_SQL["queue_missing"], MOST_AT_ONCE))


async def current_model(conn: Connection) -> int | None:
    """Return the id of the model in use; None before the first vector."""
    model_id: int | None = await conn.fetchval(_SQL["current_model"])
    return model_id


async def kept_model(conn: Connection) -> str | None:
    """Return the name of the model in use if there is any vector: an owner's store keeps to its model."""
    name: str | None = await conn.fetchval(_SQL["kept_model"])
    return name


async def lock_sources(conn: Connection, targets: Sequence[Target]) -> None:
    """Keep the targets and the utterances they concern as they are until the transaction ends."""
    await conn.execute(_SQL["lock_utterances"], *_columns(targets))
    await conn.execute(_SQL["lock_targets"], [target.target_id for target in targets])


async def queue_splits(conn: Connection, split_ids: Sequence[UUID], *, priority: int) -> None:
    """Queue the vectors of splits, of those only that are still there when whoever deletes them is through."""
    await conn.execute(_SQL["queue_splits"], split_ids, priority)


async def read_sources(conn: Connection, targets: Sequence[Target]) -> dict[Target, TargetText]:
    """Return the texts of the targets that exist; an unknown kind of target does not."""
    rows = await conn.fetch(_SQL["read_sources"], *_columns(targets))
    return {
        Target(row["target_type"], row["target_id"]): TargetText(
            text=row["text"] or "",
            hash=row["hash"],
            is_hidden=row["is_hidden"],
            is_current=row["is_current"],
            is_catching_up=row["is_catching_up"],
        )
        for row in rows
    }


async def upsert_embeddings(conn: Connection, model_id: int, vectors: Sequence[NewVector]) -> None:
    """Store the vectors, one row per target and model (D3); targets must not repeat."""
    await conn.execute(
        _SQL["upsert_embeddings"],
        model_id,
        *_columns([new.target for new in vectors]),
        [encode_halfvec(new.vector) for new in vectors],
        [new.source_hash for new in vectors],
    )


async def split_vectors(conn: Connection, utterance_ids: Sequence[UUID]) -> dict[UUID, list[SplitVector]]:
    """Return the splits of each utterance in order, with their vectors by the model in use."""
    found: dict[UUID, list[SplitVector]] = {utterance_id: [] for utterance_id in utterance_ids}
    for row in await conn.fetch(_SQL["split_vectors"], utterance_ids):
        found[row["utterance_id"]].append(
            SplitVector(
                split_id=row["utterance_split_id"],
                model_id=row["model_id"],
                vector=row["vector"],
                job_status=row["job_status"],
            )
        )
    return found


async def completed_utterances(conn: Connection, split_ids: Sequence[UUID], model_id: int) -> list[UUID]:
    """Return the utterances of these splits that now have all their vectors; call it under `lock_sources` (D5)."""
    rows = await conn.fetch(_SQL["completed_utterances"], split_ids, model_id)
    return [row["utterance_id"] for row in rows]


async def nearest(
    conn: Connection, target_type: str, ids: Sequence[UUID], model_id: int, *, wanted: dict[str, int]
) -> dict[UUID, list[Neighbour]]:
    """Return, for each item, its nearest of each kind in `wanted`, best first; ties in order of kind and id."""
    rows = await conn.fetch(_SQL["nearest"], target_type, ids, list(wanted), list(wanted.values()), model_id)
    found: dict[UUID, list[Neighbour]] = {item: [] for item in ids}
    for row in rows:
        found[row["item"]].append(
            Neighbour(
                target=Target(row["target_type"], row["target_id"]),
                similarity=row["similarity"],
                attach_sim=row["attach_sim"],
                is_own_source=row["is_own_source"],
            )
        )
    for neighbours in found.values():
        neighbours.sort(key=lambda near: (-near.similarity, near.target.target_type, near.target.target_id))
    return found


async def nearest_on_runs(
    conn: Connection, target_type: str, wanted: Sequence[tuple[UUID, UUID]], model_id: int, *, count: int
) -> dict[tuple[UUID, UUID], list[Placed]]:
    """Return, for each (map, item), the nearest of what stands on that map and has a vector (H4)."""
    rows = await conn.fetch(
        _SQL["nearest_on_runs"],
        target_type,
        [run for run, _ in wanted],
        [item for _, item in wanted],
        model_id,
        count,
    )
    found: dict[tuple[UUID, UUID], list[Placed]] = {}
    for row in rows:
        placed = Placed(similarity=row["similarity"], x=row["x"], y=row["y"])
        found.setdefault((row["layout_id"], row["item"]), []).append(placed)
    return found


async def ensure_indexes(dsn: str, *, exact_up_to: int = EXACT_UP_TO) -> list[str]:
    """Build the search index of every kind that has outgrown exact comparison; return the names of the new ones.

    May take minutes, on a connection of its own; others go on writing meanwhile. Returns at once while another
    builder is at work. What an interrupted build left behind is removed first.
    """
    async with connected(dsn, command_timeout_s=BUILD_TIMEOUT_S) as conn:
        with mapped_errors():
            if not await conn.fetchval(_SQL["try_lock_indexes"]):
                return []
            for row in await conn.fetch(_SQL["broken_indexes"]):
                await conn.execute(row["statement"])
            missing = await conn.fetch(_SQL["missing_indexes"], exact_up_to)
            for row in missing:
                await conn.execute(row["statement"])
            return [row["name"] for row in missing]


def _columns(targets: Sequence[Target]) -> tuple[list[str], list[UUID]]:
    return [target.target_type for target in targets], [target.target_id for target in targets]

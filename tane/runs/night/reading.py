"""Step 1: wait until what was imported is embedded, and read everything as of one moment."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tane.runs.files import load_json, save_json
from tane.runs.night.decoding import decode
from tane.runs.step import Night, NothingToDo
from tane.store import snapshots, workload
from tane.store.pool import Pool, connection
from tane.store.snapshots import KnownCluster, KnownRun, Snapshot

VERSION = 2  # of what is computed from the same items; another number makes the next night run
EMBEDDING_PATIENCE_S = 1800.0  # J5
NOBODY_S = 60.0  # without a single job at work: there is no daemon, or its model server is away
LOOK_EVERY_S = 2.0
EMBEDDING_TYPES = ("embedding", "embedding_utterance")


async def read(night: Night) -> Mapping[str, Any]:
    """Take the snapshot.

    Raises:
        NothingToDo: there is nothing to cluster, or nothing changed since the last night.
    """
    waited_s = await until_embedded(night.session.pool)
    snapshot = await snapshots.take_snapshot(night.session.dsn, night.folder)
    if snapshot is None:
        raise NothingToDo("no_vectors")
    night.report(0.5)
    async with connection(night.session.pool) as conn:
        without_vector = await workload.count_without_vector(conn, EMBEDDING_TYPES)
    facts = await night.compute.run(decode, night.folder, snapshot.dims, salt(night, snapshot.model_id))
    if not facts["seeds"] and not facts["utterances"]:
        raise NothingToDo("no_vectors")
    if facts["fingerprint"] == snapshot.fingerprint and not night.is_forced:
        raise NothingToDo("unchanged")
    await asyncio.to_thread(_save, night.folder, snapshot, facts["fingerprint"])
    return {
        "seeds": facts["seeds"],
        "utterances": facts["utterances"],
        "waited_s": round(waited_s, 1),
        "jobs_waiting": without_vector,  # the night goes on without their vectors (J5)
    }


def salt(night: Night, model_id: int) -> str:
    """Return what decides the map besides its items: the settings, and whose vectors they are."""
    settings = night.settings
    chosen = [one.model_dump(mode="json") for one in (settings.clustering, settings.edges, settings.layout)]
    return json.dumps([VERSION, model_id, chosen], sort_keys=True)


async def until_embedded(
    pool: Pool,
    *,
    patience_s: float = EMBEDDING_PATIENCE_S,
    nobody_s: float = NOBODY_S,
    look_every_s: float = LOOK_EVERY_S,
) -> float:
    """Wait until nothing waits for a vector, at most half an hour (J5), or until nobody is at work on anything.

    Returns how long it took, in seconds.
    """
    began_s = at_work_s = now_s = time.monotonic()
    while now_s - began_s < patience_s and now_s - at_work_s < nobody_s:
        async with connection(pool) as conn:
            if not await workload.waits_for_vectors(conn, EMBEDDING_TYPES):
                break
            if await workload.is_anything_running(conn):
                at_work_s = now_s
        await asyncio.sleep(look_every_s)
        now_s = time.monotonic()
    return now_s - began_s


def load_snapshot(night: Night) -> Snapshot:
    """Return the small part of the snapshot that this run took."""
    facts = load_json(night.folder / "snapshot.json")
    return Snapshot(
        model_id=facts["model_id"],
        dims=facts["dims"],
        taken_at=datetime.fromisoformat(facts["taken_at"]),
        open_since=datetime.fromisoformat(facts.get("open_since", facts["taken_at"])),
        generation_id=facts["generation_id"],
        fingerprint=facts["fingerprint"],
        clusters=tuple(
            KnownCluster(
                **{**entry, "cluster_id": UUID(entry["cluster_id"]), "parent_id": _id(entry["parent_id"])}
            )
            for entry in facts["clusters"]
        ),
        runs=tuple(
            KnownRun(
                layout_id=UUID(entry["layout_id"]),
                scope_type=entry["scope_type"],
                cluster_id=_id(entry["cluster_id"]),
                member_hash=bytes.fromhex(entry["member_hash"]) if entry["member_hash"] else None,
            )
            for entry in facts["runs"]
        ),
    )


def _save(folder: Path, snapshot: Snapshot, fingerprint: str) -> None:
    save_json(folder / "snapshot.json", _as_json(snapshot) | {"new_fingerprint": fingerprint})


def _as_json(snapshot: Snapshot) -> dict[str, Any]:
    facts = asdict(snapshot)
    facts["taken_at"] = snapshot.taken_at.isoformat()
    facts["open_since"] = snapshot.open_since.isoformat()
    for entry in facts["clusters"]:
        entry.update(cluster_id=str(entry["cluster_id"]), parent_id=_text(entry["parent_id"]))
    for entry in facts["runs"]:
        member_hash = entry["member_hash"]
        entry.update(
            layout_id=str(entry["layout_id"]),
            cluster_id=_text(entry["cluster_id"]),
            member_hash=member_hash.hex() if member_hash else None,
        )
    return facts


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)

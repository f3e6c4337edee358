"""Step 1: wait until what was imported is embedded, and read everything as of one moment."""

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tane.runs.night.ids import Ids, ids_of, rows_of
from tane.runs.night.workspace import Night, NightFiles, NightOptions
from tane.runs.step import NothingToDo
from tane.runs.workspace import write_header
from tane.store import snapshots, workload
from tane.store.domain import SCORES
from tane.store.pool import Pool, connection
from tane.store.snapshots import KINDS, VECTORS, count_rows, read_blocks, read_table
from tane.store.unfinished import replacing
from tane.vectors.arrays import BLOCK_ROWS
from tane.vectors.rows import inverse_norms, unit_rows

RESULT_VERSION = 3  # of what is computed from the same items; another number makes the next night run
EMBEDDING_PATIENCE_S = 1800.0  # J5
NOBODY_S = 60.0  # without a single job at work: there is no daemon, or its model server is away
LOOK_EVERY_S = 2.0
EMBEDDING_TYPES = ("embedding", "embedding_utterance")
SHORTEST = 0.5  # of a vector of length one, whatever half precision does to it


async def read(night: Night) -> Mapping[str, Any]:
    """Take the snapshot.

    Raises:
        NothingToDo: there is nothing to cluster, or nothing changed since the last night.
    """
    files = NightFiles(night.folder)
    waited_s = await until_embedded(night.session.pool)
    snapshot = await snapshots.take_snapshot(
        night.session.dsn,
        night.folder,
        least_chars=night.options.least_chars,
        passed_over=night.options.passed_over,
    )
    if snapshot is None:
        raise NothingToDo("no_vectors")
    night.report(0.5)
    async with connection(night.session.pool) as conn:
        without_vector = await workload.count_without_vector(conn, EMBEDDING_TYPES)
    facts = await night.compute.run(decode, files, snapshot.dims, salt(night.options, snapshot.model_id))
    if not facts["statements"] and not facts["utterances"]:
        raise NothingToDo("no_vectors")
    if facts["fingerprint"] == snapshot.fingerprint and not night.is_forced:
        raise NothingToDo("unchanged")
    await asyncio.to_thread(files.fingerprint.save, facts["fingerprint"])
    await asyncio.to_thread(files.snapshot.save, snapshot)
    return {
        "statements": facts["statements"],
        "seeds": facts["seeds"],
        "utterances": facts["utterances"],
        "waited_s": round(waited_s, 1),
        "jobs_waiting": without_vector,  # the night goes on without their vectors (J5)
    }


def salt(options: NightOptions, model_id: int) -> str:
    """Return what decides the map besides its items: the settings, and whose vectors they are."""
    return json.dumps(
        [RESULT_VERSION, model_id, [options.clustering, options.edges, options.layout]], sort_keys=True
    )


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


# ---------------------------------------------------------------- in the pool


def decode(files: NightFiles, dims: int, salt: str) -> dict[str, Any]:
    """Write the snapshot's tables as arrays; return their sizes and the fingerprint of all that a map is made from.

    `salt` stands for the settings: another clustering of the same items is another map.
    """
    digest = hashlib.sha256(salt.encode())
    with replacing(files.item_vectors.path) as file:
        # A block at a time: the snapshot and its vectors are never in memory as wholes.
        counts = [count_rows(files.folder, table, dims=dims) for table in VECTORS]
        write_header(file, shape=(sum(counts), dims), dtype=np.dtype(np.float32))
        (statement_ids, kinds), (embedded_ids, _) = (
            _append_vectors(files, table, dims, digest, file) for table in VECTORS
        )
    scored = read_table(files.folder, "scores")
    utterance_ids = ids_of(scored, "utterance")
    digest.update(np.ascontiguousarray(scored).tobytes())
    files.statement_ids.save(statement_ids)
    files.statement_kinds.save(kinds)
    files.utterance_ids.save(utterance_ids)
    files.utterance_rows.save(rows_of(embedded_ids, utterance_ids))
    files.scores.save(
        np.stack([np.asarray(scored[score]["value"], dtype=np.float64) for score in SCORES], axis=1)
    )

    turns = read_table(files.folder, "turns")
    digest.update(np.ascontiguousarray(turns).tobytes())
    _save_turns(files, turns, utterance_ids)

    linked = read_table(files.folder, "links")
    pairs = np.stack(
        [rows_of(ids_of(linked, "seed"), statement_ids), rows_of(ids_of(linked, "utterance"), utterance_ids)],
        axis=1,
    )
    # An utterance that stands for itself is its own source.
    own = np.flatnonzero(kinds == KINDS.index("utterance"))
    themselves = np.stack([own, rows_of(statement_ids[own], utterance_ids)], axis=1)
    pairs = np.concatenate([pairs[(pairs >= 0).all(axis=1)], themselves])
    pairs = pairs[np.lexsort(pairs.T[::-1])]
    files.links.save(pairs)
    digest.update(pairs.tobytes())
    return {
        "statements": len(statement_ids),
        "seeds": len(statement_ids) - len(own),
        "utterances": len(embedded_ids),
        "fingerprint": digest.hexdigest(),
    }


def _save_turns(files: NightFiles, turns: NDArray[np.void], utterance_ids: Ids) -> None:
    """Write the conversation of each utterance, numbered by id, and its place in it."""
    conversations = np.full(len(utterance_ids), -1, dtype=np.int64)
    positions = np.zeros(len(utterance_ids), dtype=np.int64)
    rows = rows_of(ids_of(turns, "utterance"), utterance_ids)
    if len(turns):
        talks = ids_of(turns, "conversation")
        _, numbers = np.unique(talks, axis=0, return_inverse=True)
        conversations[rows[rows >= 0]] = numbers.ravel()[rows >= 0]
        positions[rows[rows >= 0]] = np.asarray(turns["position"]["value"], dtype=np.int64)[rows >= 0]
    files.conversations.save(conversations)
    files.positions.save(positions)


def _append_vectors(
    files: NightFiles, table: str, dims: int, digest: "hashlib._Hash", file: IO[bytes]
) -> tuple[Ids, NDArray[np.int8]]:
    """Append the vectors of a table to a file, add what it holds to the digest, and return its ids and kinds."""
    ids, kinds = [np.zeros((0, 16), dtype=np.uint8)], [np.zeros(0, dtype=np.int8)]
    for block in read_blocks(files.folder, table, dims=dims, rows=BLOCK_ROWS):
        digest.update(block.tobytes())
        ids.append(ids_of(block, "target"))
        kinds.append(block["kind"]["value"].astype(np.int8))
        vectors = block["vector"]["value"][:, 2:]
        # Half precision has moved their lengths.
        scale = inverse_norms(vectors, between=(SHORTEST, np.inf))
        file.write(unit_rows(vectors, scale=scale).tobytes())
    return np.concatenate(ids), np.concatenate(kinds)

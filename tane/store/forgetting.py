"""Forgetting: utterances leave for good, with everything that came of them and of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tane.store.maps import own_links, own_maps
from tane.store.pool import Connection
from tane.store.reading import MOST_ALIKE, prefix_range
from tane.store.review import describe_anew
from tane.store.sql import load

_SQL = load("forgetting")
# A whole source may take minutes; it is one transaction all the same.
PATIENCE_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What leaves with some utterances, and the clusters that were described from it."""

    utterances: Sequence[UUID]
    splits: Sequence[UUID]
    seeds: Sequence[UUID]
    clusters: Sequence[UUID]
    phrases: Sequence[
        str
    ]  # sentences of the utterances and the seeds' words, to be found in what others wrote

    @property
    def ids(self) -> list[UUID]:
        """The ids of which no row may speak afterwards."""
        return [*self.utterances, *self.splits, *self.seeds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """How much leaves; `reviewed` of the seeds were accepted, edited or rejected by the owner."""

    utterances: int
    splits: int
    seeds: int
    reviewed: int
    vectors: int
    edges: int
    points: int
    jobs: int
    descriptions: int  # clusters whose words were written from it


async def said_by(conn: Connection, speaker: str) -> list[UUID]:
    """Return what this speaker said, hidden utterances included."""
    return [row["utterance_id"] for row in await conn.fetch(_SQL["said_by"], speaker)]


async def said_in_source(conn: Connection, source_id: UUID) -> list[UUID]:
    """Return what came from this source, hidden utterances included."""
    return [row["utterance_id"] for row in await conn.fetch(_SQL["said_in_source"], source_id)]


async def said_in_conversation(conn: Connection, conversation_id: UUID) -> list[UUID]:
    """Return what was said in this conversation, hidden utterances included."""
    return [row["utterance_id"] for row in await conn.fetch(_SQL["said_in_conversation"], conversation_id)]


async def find_source(conn: Connection, name: str) -> UUID | None:
    """Return the source of this name."""
    found: UUID | None = await conn.fetchval(_SQL["find_source"], name)
    return found


async def find_conversations(conn: Connection, prefix: str) -> list[UUID]:
    """Return the conversations whose id, or that of an utterance in them, begins like this."""
    ends = prefix_range(prefix)
    if ends is None:
        return []
    return [row["conversation_id"] for row in await conn.fetch(_SQL["find_conversations"], *ends, MOST_ALIKE)]


async def doom(conn: Connection, utterances: Sequence[UUID]) -> Doomed:
    """Return what would leave with these utterances."""
    seeds = await _ids(conn, _SQL["seeds_of"], utterances)
    return Doomed(
        utterances=utterances,
        splits=await _ids(conn, _SQL["splits_of"], utterances),
        seeds=seeds,
        clusters=await _ids(conn, _SQL["clusters_of"], seeds),
        phrases=[
            row["phrase"]
            for row in await conn.fetch(_SQL["phrases_of"], utterances, seeds, timeout=PATIENCE_S)
        ],
    )


async def count(conn: Connection, doomed: Doomed) -> Toll:
    """Count what would leave."""
    row = await conn.fetchrow(
        _SQL["count_doomed"], doomed.utterances, doomed.splits, doomed.seeds, timeout=PATIENCE_S
    )
    assert row is not None
    return Toll(
        **row, jobs=len(await _jobs(conn, doomed.ids, doomed.phrases)), descriptions=len(doomed.clusters)
    )


async def forget(conn: Connection, utterances: Sequence[UUID], *, source_id: UUID | None = None) -> Toll:
    """Remove utterances and everything that came of them alone, and a source; call it in a transaction.

    The rows are gone with its commit; their bytes stay in the files until `tane.store.remains.rewrite`.
    Jobs are locked before maps and rows, as every save does: a save that runs is waited for, a later one finds
    its claim gone. The maps are taken whole, so that nobody draws an edge to a row that is leaving.

    Raises:
        Conflict: somebody wrote the same rows at once; begin again.
    """
    before = await doom(conn, utterances)
    await _run(conn, _SQL["lock_jobs"], [*before.ids, *before.clusters])
    await own_links(conn)
    await own_maps(conn)
    present = await conn.fetch(_SQL["lock_utterances"], utterances, timeout=PATIENCE_S)
    doomed = await doom(conn, [row["utterance_id"] for row in present])
    toll = await count(conn, doomed)
    cleared = await _ids(conn, _SQL["clear_words"], doomed.clusters, doomed.phrases)
    await _run(conn, _SQL["delete_word_vectors"], cleared)
    await _run(conn, _SQL["delete_descriptions"], cleared)
    await _run(conn, _SQL["delete_seeds"], doomed.seeds)
    await _run(conn, _SQL["delete_utterances"], doomed.utterances)
    emptied: list[UUID] = []
    while leaves := await _ids(conn, _SQL["delete_emptied_clusters"], doomed.clusters):
        emptied += leaves
    await _run(conn, _SQL["delete_jobs"], await _jobs(conn, [*doomed.ids, *emptied], doomed.phrases))
    if source_id is not None:
        await _run(conn, _SQL["delete_source"], source_id)
    await describe_anew(conn, cleared)
    return toll


async def _jobs(conn: Connection, ids: Sequence[UUID], phrases: Sequence[str]) -> list[UUID]:
    return await _ids(conn, _SQL["jobs_of"], ids, phrases)


async def _ids(conn: Connection, statement: str, *arguments: Any) -> list[UUID]:
    return [row["id"] for row in await conn.fetch(statement, *arguments, timeout=PATIENCE_S)]


async def _run(conn: Connection, statement: str, *arguments: Any) -> None:
    await conn.execute(statement, *arguments, timeout=PATIENCE_S)

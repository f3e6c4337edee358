"""A store of planted seeds and the utterances they come from, as imports leave it: vectors and links, no map yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from bench.filled_store import DIGEST, DIMS, MODEL_NAME
from bench.planted import Floats, Integers, blobs, directions, unit
from tane.store import embeddings
from tane.store.pool import Connection, connect

SEEDS_EACH = 2  # of an utterance
NOWHERE = 0.1
TOPIC_SEEDS = 100  # on average


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Seeds with their vectors and topics (-1 for none); seed i comes from utterance i // 2."""

    seeds: Sequence[UUID]
    vectors: Floats
    topics: Integers
    utterances: Sequence[UUID]
    utterance_vectors: Floats

    def part(self, start: int, end: int) -> "Population":
        """Return the seeds from `start` up to `end`, both even, with their utterances."""
        spoken = slice(start // SEEDS_EACH, end // SEEDS_EACH)
        return Population(
            seeds=self.seeds[start:end],
            vectors=self.vectors[start:end],
            topics=self.topics[start:end],
            utterances=self.utterances[spoken],
            utterance_vectors=self.utterance_vectors[spoken],
        )


def population(seeds: int, *, seed: int = 0) -> Population:
    """Plant an even number of seeds; an utterance lies near the middle of its two, which speak of the same."""
    random = np.random.default_rng(seed)
    _, topics = blobs(
        seeds // SEEDS_EACH, topics=max(2, seeds // TOPIC_SEEDS), width=2, nowhere=NOWHERE, seed=seed
    )
    topics = np.repeat(topics, SEEDS_EACH)
    centres = directions(random, int(topics.max()) + 1, DIMS)
    vectors = directions(random, seeds, DIMS)
    vectors[topics >= 0] += centres[topics[topics >= 0]]
    vectors = unit(vectors)
    spoken = vectors[0::SEEDS_EACH] + vectors[1::SEEDS_EACH]
    spoken += 0.3 * directions(random, len(spoken), DIMS)
    return Population(
        seeds=_uuids(random, seeds),
        vectors=vectors,
        topics=topics,
        utterances=_uuids(random, len(spoken)),
        utterance_vectors=unit(spoken),
    )


def text_of(topic: int, number: int) -> str:
    """Return words for a seed, some of them its topic's."""
    return f"topic{topic} matter{topic % 13} case{number % 101} detail{number % 17}"


async def add(dsn: str, planted: Population) -> None:
    """Copy seeds, utterances, links and vectors into a migrated database."""
    conn = await connect(dsn, command_timeout_s=600)
    try:
        model_id = await embeddings.use_model(conn, name=MODEL_NAME, digest=DIGEST, dims=DIMS)
        # The rows are consistent by construction; triggers would only repeat that, slowly.
        await conn.execute("SET session_replication_role = replica")
        await _copy(
            conn,
            "utterances",
            ["utterance_id", "contents", "content_hash"],
            ((one, str(one), one.bytes) for one in planted.utterances),
        )
        await _copy(
            conn,
            "seeds",
            ["seed_id", "body", "body_hash"],
            (
                (one, text_of(int(topic), number), one.bytes)
                for number, (one, topic) in enumerate(zip(planted.seeds, planted.topics, strict=True))
            ),
        )
        sources = [planted.utterances[number // SEEDS_EACH] for number in range(len(planted.seeds))]
        await _copy(
            conn, "utterance_seeds", ["utterance_id", "seed_id"], zip(sources, planted.seeds, strict=True)
        )
        for kind, ids, vectors in (
            ("seed", planted.seeds, planted.vectors),
            ("utterance", planted.utterances, planted.utterance_vectors),
        ):
            await _copy(
                conn,
                "embeddings",
                ["target_type", "target_id", "model_id", "model_name", "dims", "vector", "source_hash"],
                (
                    (kind, one, model_id, MODEL_NAME, DIMS, vector, one.bytes)
                    for one, vector in zip(ids, vectors, strict=True)
                ),
            )
        await conn.execute("RESET session_replication_role")
        await conn.execute("VACUUM ANALYZE")
        await conn.execute("CHECKPOINT")
    finally:
        await conn.close()


async def _copy(
    conn: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> None:
    await conn.copy_records_to_table(table, columns=list(columns), records=rows)


def _uuids(random: np.random.Generator, count: int) -> list[UUID]:
    return [UUID(bytes=random.bytes(16), version=4) for _ in range(count)]

"""Vectors with a known structure at the width of real embeddings, made from a seed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench.filled_store import DIGEST, DIMS, MODEL_NAME
from tane.store import embeddings
from tane.store.pool import Connection, connected

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

SPREAD = 1.0  # of a vector about its topic: two of one topic have a cosine of about 0.5, as statements do
APART = 0.8  # of a part about its theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Vectors (n, d) and where each belongs; -1 for nowhere."""

    vectors: Floats
    theme: Integers
    part: Integers


def directions(random: np.random.Generator, count: int, width: int) -> Floats:
    """Return random unit vectors."""
    return unit(random.standard_normal((count, width), dtype=np.float32))


def unit(vectors: Floats) -> Floats:
    """Return the rows at length one."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def blobs(
    count: int, *, topics: int, width: int = 768, nowhere: float = 0.0, spread: float = SPREAD, seed: int = 0
) -> tuple[Floats, Integers]:
    """Return unit vectors (n, width) around random topics, and the topic of each; a share of them is random."""
    random = np.random.default_rng(seed)
    centres = directions(random, topics, width)
    of = random.integers(topics, size=count)
    of[random.random(count) < nowhere] = -1
    vectors = spread * directions(random, count, width)
    vectors[of >= 0] += centres[of[of >= 0]]
    return unit(vectors), of


def nested(
    *, themes: int = 12, least: int = 20, most: int = 200, noise: float = 0.1, width: int = 768, seed: int = 0
) -> Planted:
    """Return themes of three to eight parts, of uneven sizes (log-uniform), and a share that belongs nowhere."""
    random = np.random.default_rng(seed)
    parts = random.integers(3, 9, size=themes)
    theme_of_part = np.repeat(np.arange(themes), parts)
    middles = unit(
        directions(random, themes, width)[theme_of_part]
        + APART * directions(random, len(theme_of_part), width)
    )
    sizes = np.exp(random.uniform(np.log(least), np.log(most), len(middles))).astype(np.int64)
    part = np.repeat(np.arange(len(middles)), sizes)
    points = unit(middles[part] + SPREAD * directions(random, len(part), width))
    strays = int(noise * len(part))
    nowhere = np.full(strays, -1)
    order = random.permutation(len(part) + strays)
    return Planted(
        vectors=np.concatenate([points, directions(random, strays, width)])[order],
        theme=np.concatenate([theme_of_part[part], nowhere])[order],
        part=np.concatenate([part, nowhere])[order],
    )


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
    """Plant an even number of seeds; the vector of an utterance is near the mean of its two, which are of one topic."""
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
    async with connected(dsn, command_timeout_s=600) as conn:
        model_id = await embeddings.use_model(conn, name=MODEL_NAME, digest=DIGEST, dims=DIMS)
        # The rows are consistent by construction; triggers would only repeat that, slowly.
        await conn.execute("SET session_replication_role = replica")
        await _copy(
            conn,
            "utterances",
            ["utterance_id", "contents", "content_hash"],
            ((one, str(one), _hash(str(one))) for one in planted.utterances),
        )
        said = [text_of(int(topic), number) for number, topic in enumerate(planted.topics)]
        await _copy(
            conn,
            "seeds",
            ["seed_id", "body", "body_hash"],
            ((one, words, _hash(words)) for one, words in zip(planted.seeds, said, strict=True)),
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


async def _copy(
    conn: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> None:
    await conn.copy_records_to_table(table, columns=list(columns), records=rows)


def _hash(words: str) -> bytes:
    """As the triggers have it: a night publishes no title whose words have another hash by now."""
    return hashlib.sha256(words.encode()).digest()


def _uuids(random: np.random.Generator, count: int) -> list[UUID]:
    return [UUID(bytes=random.bytes(16), version=4) for _ in range(count)]

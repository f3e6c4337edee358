"""Seeds and the utterances they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tane.store.pool import Connection
from tane.store.sql import load

_SQL = load("seeds")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeed:
    """A seed found in an utterance; the same words in the same place have the same id (A5)."""

    seed_id: UUID
    kind: str
    body: str
    grounding: float
    span: tuple[int, int] | None  # the supporting words in the utterance, in code points
    model_name: str
    prompt_version: str


async def save_seeds(conn: Connection, utterance_id: UUID, seeds: Sequence[NewSeed]) -> list[UUID]:
    """Store the seeds with their links and return the ids of those that are new, in order."""
    rows = await conn.fetch(
        _SQL["insert_seeds"],
        [seed.seed_id for seed in seeds], [seed.kind for seed in seeds], [seed.body for seed in seeds],
        [seed.grounding for seed in seeds], [seed.model_name for seed in seeds],
        [seed.prompt_version for seed in seeds],
    )  # fmt: skip
    spans = [seed.span or (None, None) for seed in seeds]
    await conn.execute(
        _SQL["link_seeds"], utterance_id, [seed.seed_id for seed in seeds],
        [start for start, _ in spans], [end for _, end in spans],
    )  # fmt: skip
    return [row["seed_id"] for row in rows]


async def drop_vanished_seeds(conn: Connection, utterance_id: UUID, kind: str, kept: Sequence[UUID]) -> None:
    """Let go of unreviewed seeds of this utterance and kind that its latest reading no longer finds.

    What the owner accepted, edited or rejected stays, and so does what another utterance says too.
    """
    await conn.execute(_SQL["drop_vanished_seeds"], utterance_id, kind, kept)


async def rejected_spans(conn: Connection, utterance_id: UUID, kind: str) -> list[tuple[int, int]]:
    """Return where in this utterance the seeds of this kind stand that the owner rejected."""
    rows = await conn.fetch(_SQL["rejected_spans"], utterance_id, kind)
    return [(row["span_start"], row["span_end"]) for row in rows]

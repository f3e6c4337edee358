"""An account that the database itself keeps of what happened to it, and the questions that must have no answer.

Triggers note every effect at the moment it is written, so that one that happened twice is seen even where
the second overwrote the first with the same value.
"""

from dataclasses import dataclass, field
from typing import Any

from store.pool import Pool

_ACCOUNT = """
CREATE TABLE chaos_effects (what text NOT NULL, item uuid NOT NULL);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO chaos_effects SELECT %L, ($1).%I', TG_ARGV[0], TG_ARGV[1]) USING NEW;
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_done AFTER UPDATE ON worker_jobs FOR EACH ROW
    WHEN (NEW.status = 'done') EXECUTE FUNCTION chaos_note('done', 'job_id');
CREATE TRIGGER chaos_asked AFTER UPDATE OF did_asked_knowledge ON utterances FOR EACH ROW
    WHEN (NEW.did_asked_knowledge = 1) EXECUTE FUNCTION chaos_note('asked', 'utterance_id');
CREATE TRIGGER chaos_seed AFTER INSERT ON seeds FOR EACH ROW EXECUTE FUNCTION chaos_note('seed', 'seed_id');
CREATE TRIGGER chaos_vector AFTER INSERT OR UPDATE OF vector ON embeddings FOR EACH ROW
    EXECUTE FUNCTION chaos_note('vector', 'target_id');
"""

QUESTIONS = {
    "a job that is not done": "SELECT job_id FROM worker_jobs WHERE status <> 'done'",
    "an effect that happened twice": "SELECT item FROM chaos_effects GROUP BY what, item HAVING count(*) > 1",
    "a job done without a trace": """
        SELECT job_id FROM worker_jobs WHERE status = 'done' AND job_id NOT IN (SELECT item FROM chaos_effects WHERE what = 'done')""",
    "an utterance whose job is done and which was not asked": """
        SELECT utterance_id FROM utterances JOIN worker_jobs ON target_id = utterance_id
        WHERE job_type = 'did_asked_knowledge' AND status = 'done' AND did_asked_knowledge = 0""",
    "an utterance without a job": "SELECT utterance_id FROM utterances WHERE utterance_id NOT IN (SELECT target_id FROM worker_jobs)",
    "an utterance without a seed": """
        SELECT utterance_id FROM utterances WHERE did_asked_knowledge = 1
            AND utterance_id NOT IN (SELECT utterance_id FROM utterance_seeds)""",
    "a seed without its utterance": "SELECT seed_id FROM seeds WHERE seed_id NOT IN (SELECT seed_id FROM utterance_seeds)",
    "a seed that is there twice": "SELECT body FROM seeds GROUP BY body HAVING count(*) > 1",
    "a seed without exactly one job to embed it": """
        SELECT seed_id FROM seeds WHERE 1 <> (SELECT count(*) FROM worker_jobs WHERE target_id = seed_id AND job_type = 'embedding')""",
    "a seed without exactly one vector": """
        SELECT seed_id FROM seeds WHERE 1 <> (SELECT count(*) FROM embeddings WHERE target_type = 'seed' AND target_id = seed_id)""",
    "a vector that is not of length one": "SELECT target_id FROM embeddings WHERE (abs(l2_norm(vector) - 1) < 1e-2) IS NOT TRUE",
    "a vector of another size": "SELECT target_id FROM embeddings JOIN embedding_models USING (model_id) WHERE vector_dims(vector) <> embedding_models.dims",
    "a vector of nothing": "SELECT target_id FROM embeddings WHERE target_type = 'seed' AND target_id NOT IN (SELECT seed_id FROM seeds)",
    "a job that ran without being counted": "SELECT job_id FROM worker_jobs WHERE status = 'done' AND attempts < 1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scenario did, and what it found wrong afterwards."""

    name: str
    did: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)


async def open_account(pool: Pool) -> None:
    """Begin to keep account; the database must be migrated and empty."""
    await pool.execute(_ACCOUNT)


async def discrepancies(pool: Pool) -> dict[str, int]:
    """Return the questions that have rows, and how many."""
    found = {name: len(await pool.fetch(question)) for name, question in QUESTIONS.items()}
    return {name: count for name, count in found.items() if count}


async def totals(pool: Pool) -> dict[str, int]:
    """Count what was done."""
    row = await pool.fetchrow(
        """
        SELECT (SELECT count(*) FROM worker_jobs WHERE status = 'done') AS jobs,
               (SELECT count(*) FROM worker_jobs WHERE status = 'dead') AS dead,
               (SELECT count(*) FROM chaos_effects WHERE what <> 'done') AS effects,
               (SELECT max(attempts) FROM worker_jobs) AS most_attempts
        """
    )
    assert row is not None
    return dict(row)

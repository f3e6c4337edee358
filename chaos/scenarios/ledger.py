"""Records of what happened, and the queries that must return no row.

Triggers in the database note every effect at the moment it is written, so that one that happened twice is seen even
where the second overwrote the first with the same value; and every claim with who made it, so that a job that died
because all its workers were killed is told from one that was lost; and every attempt that was charged, with its cause. What the database forgot together with its
account of it (a commit that a crash took back) is seen from outside: by what was put in, and by what daemons logged.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tane.store.pool import Pool
from tests.system.daemon_process import Daemon

_ACCOUNT = """
CREATE TABLE chaos_effects (what text NOT NULL, item uuid NOT NULL);
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO chaos_effects SELECT %L, ($1).%I', TG_ARGV[0], TG_ARGV[1]) USING NEW;
    RETURN NULL;
END $$;
CREATE TABLE chaos_claims (job_id uuid NOT NULL, worker uuid NOT NULL);
CREATE FUNCTION chaos_note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_claims VALUES (NEW.job_id, NEW.claimed_by);
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_claimed AFTER UPDATE ON worker_jobs FOR EACH ROW
    WHEN (NEW.claim_token <> OLD.claim_token) EXECUTE FUNCTION chaos_note_claim();
CREATE TABLE chaos_charges (job_id uuid NOT NULL, cause text);
CREATE FUNCTION chaos_note_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_charges VALUES (NEW.job_id, NEW.last_error ->> 'cause');
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_charged AFTER UPDATE ON worker_jobs FOR EACH ROW
    WHEN (OLD.status = 'running' AND NEW.status IN ('queued', 'scheduled', 'dead') AND NEW.attempts >= OLD.attempts)
    EXECUTE FUNCTION chaos_note_charge();
CREATE TRIGGER chaos_done AFTER UPDATE ON worker_jobs FOR EACH ROW
    WHEN (NEW.status = 'done') EXECUTE FUNCTION chaos_note('done', 'job_id');
CREATE TRIGGER chaos_asked AFTER UPDATE OF did_asked_knowledge ON utterances FOR EACH ROW
    WHEN (NEW.did_asked_knowledge = 1) EXECUTE FUNCTION chaos_note('asked', 'utterance_id');
CREATE TRIGGER chaos_seed AFTER INSERT ON seeds FOR EACH ROW EXECUTE FUNCTION chaos_note('seed', 'seed_id');
CREATE TRIGGER chaos_vector AFTER INSERT OR UPDATE OF vector ON embeddings FOR EACH ROW
    EXECUTE FUNCTION chaos_note('vector', 'target_id');
"""

_HAPPENED = """
INSERT INTO chaos_effects
    SELECT 'done', job_id FROM worker_jobs WHERE status = 'done'
    UNION ALL SELECT 'asked', utterance_id FROM utterances WHERE did_asked_knowledge = 1
    UNION ALL SELECT 'seed', seed_id FROM seeds
    UNION ALL SELECT 'vector', target_id FROM embeddings;
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
    "a seed of words that nobody said": "SELECT seed_id FROM seeds WHERE body NOT LIKE '%睡眠%'",
    "a vector that is not of length one": "SELECT target_id FROM embeddings WHERE (abs(l2_norm(vector) - 1) < 1e-2) IS NOT TRUE",
    "a vector of another size": "SELECT target_id FROM embeddings JOIN embedding_models USING (model_id) WHERE vector_dims(vector) <> embedding_models.dims",
    "a vector of nothing": "SELECT target_id FROM embeddings WHERE target_type = 'seed' AND target_id NOT IN (SELECT seed_id FROM seeds)",
    "a job that ran without being counted": "SELECT job_id FROM worker_jobs WHERE status = 'done' AND attempts < 1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """What a scenario did, and what it found wrong afterwards."""

    name: str
    did: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)


async def open_account(pool: Pool) -> None:
    """Begin to keep account; the database must be migrated and empty."""
    await pool.execute(_ACCOUNT)


async def resume_account(pool: Pool) -> None:
    """Begin to keep account of a database that was restored: what it holds has happened once, in the life before."""
    await pool.execute(_ACCOUNT + _HAPPENED)


async def discrepancies(pool: Pool, *, asked: int, daemons: Sequence[Daemon] = ()) -> dict[str, int]:
    """Return the questions that have rows, and how many.

    asked: how many utterances were put in and confirmed. daemons: all whose logs are to be held against the account.
    """
    found = {name: len(await pool.fetch(question)) for name, question in QUESTIONS.items()}
    found["an utterance that is gone"] = asked - int(await pool.fetchval("SELECT count(*) FROM utterances"))
    reported = Counter(UUID(event["job_id"]) for daemon in daemons for event in daemon.events("job.done"))
    ended = {row["item"] for row in await pool.fetch("SELECT item FROM chaos_effects WHERE what = 'done'")}
    found["a job that was reported done twice"] = sum(times > 1 for times in reported.values())
    found["a job that was reported done and is not"] = len(reported.keys() - ended)
    return {name: count for name, count in found.items() if count}


async def executed(pool: Pool, killed: Collection[UUID]) -> list[UUID]:
    """Return the jobs that died by design: twice their worker was killed while they were all that it held."""
    rows = await pool.fetch(
        """
        SELECT job_id FROM worker_jobs JOIN chaos_claims USING (job_id)
        WHERE status = 'dead' AND outcome = 'poisonous'
        GROUP BY job_id HAVING count(*) >= 2 AND bool_and(worker = ANY ($1))
        """,
        list(killed),
    )
    return [row["job_id"] for row in rows]


async def totals(pool: Pool) -> dict[str, int]:
    """Count what was done."""
    row = await pool.fetchrow(
        """
        SELECT (SELECT count(*) FROM worker_jobs WHERE status = 'done') AS jobs,
               (SELECT count(*) FROM worker_jobs WHERE status = 'dead') AS dead,
               (SELECT count(*) FROM chaos_effects WHERE what <> 'done') AS effects,
               (SELECT count(*) FROM chaos_charges WHERE cause = 'lease_expired') AS attempts_charged_for_lost_leases,
               (SELECT count(*) FROM chaos_charges WHERE cause <> 'lease_expired') AS attempts_charged_otherwise,
               (SELECT max(n) FROM (SELECT count(*) AS n FROM chaos_claims GROUP BY job_id) AS per_job) AS most_claims
        """
    )
    assert row is not None
    return {name.replace("_", " "): count for name, count in row.items()}

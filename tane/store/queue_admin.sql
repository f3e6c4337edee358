-- The queue as its operator sees it.

-- name: count_jobs
SELECT job_type, status, count(*) AS n, min(created_at) AS oldest_at
FROM worker_jobs GROUP BY job_type, status ORDER BY job_type, status;

-- name: list_jobs
SELECT job_id, job_type, target_table AS target_type, target_id, payload, status, priority, run_at, attempts,
    max_attempts, returns, claim_token, claimed_by, claimed_at, lease_expires_at, deadline_at, cancel_requested_at,
    outcome, last_error, created_at, updated_at, finished_at, expires_at
FROM worker_jobs
WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR job_type = $2)
ORDER BY updated_at DESC, job_id LIMIT $3;

-- name: show_job
SELECT job_id, job_type, target_table AS target_type, target_id, payload, status, priority, run_at, attempts,
    max_attempts, returns, claim_token, claimed_by, claimed_at, lease_expires_at, deadline_at, cancel_requested_at,
    outcome, last_error, created_at, updated_at, finished_at, expires_at
FROM worker_jobs WHERE job_id = $1;

-- name: retry_jobs
-- Of several dead jobs for the same work one goes back in line; the others end as superseded.
UPDATE worker_jobs SET status = 'queued', attempts = 0, returns = 0, run_at = now(), outcome = NULL,
    is_suspect = 0, crashes = 0, lost_by = NULL, lost_alone = 0,
    cancel_requested_at = NULL, expires_at = NULL
WHERE status = 'dead' AND ($1::uuid[] IS NULL OR job_id = ANY ($1)) AND ($2::text IS NULL OR job_type = $2)
RETURNING status;

-- name: retry_vectors
-- What died while the model that embeds was of no use: older versions charged the jobs with it. A text that is itself
-- to blame dies again.
UPDATE worker_jobs SET status = 'queued', attempts = 0, returns = 0, run_at = now(), outcome = NULL,
    cancel_requested_at = NULL, expires_at = NULL
WHERE status = 'dead' AND job_type IN ('embedding', 'embedding_utterance') AND last_error->>'cause' = ANY ($1::text[])
RETURNING status;

-- name: cancel_jobs
-- A running job is asked: its worker hears of it at the next heartbeat.
UPDATE worker_jobs SET
    status = CASE WHEN status = 'running' THEN status ELSE 'cancelled' END,
    outcome = CASE WHEN status = 'running' THEN outcome ELSE 'cancelled' END,
    cancel_requested_at = coalesce(cancel_requested_at, now())
WHERE job_id = ANY ($1::uuid[]) AND status IN ('queued', 'scheduled', 'running')
RETURNING job_id;

-- name: pause
INSERT INTO job_pauses (job_type, reason) VALUES ($1, $2)
ON CONFLICT (job_type) DO UPDATE SET reason = excluded.reason;

-- name: resume
DELETE FROM job_pauses WHERE job_type = $1 RETURNING job_type;

-- name: pauses
SELECT job_type, paused_at, reason FROM job_pauses ORDER BY job_type;

-- name: prune_jobs
WITH old AS MATERIALIZED (
    SELECT job_id FROM worker_jobs
    WHERE (status IN ('done', 'cancelled') AND finished_at < now() - make_interval(days => $1))
       OR (status = 'dead' AND finished_at < now() - make_interval(days => $2))
    ORDER BY finished_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
DELETE FROM worker_jobs WHERE job_id = ANY (ARRAY(SELECT job_id FROM old)) RETURNING job_id;

-- name: seconds_per_job
-- Jobs claimed together share their time; `claimed_at` is the same for all of a batch.
WITH recent AS (
    SELECT job_type, claimed_at, finished_at, status FROM worker_jobs
    WHERE status IN ('done', 'dead', 'cancelled') ORDER BY finished_at DESC LIMIT 5000
), batch AS (
    SELECT job_type, count(*) AS jobs, extract(epoch FROM representable(max(finished_at)) - representable(claimed_at))::float8 AS seconds
    FROM recent WHERE status = 'done' AND claimed_at IS NOT NULL GROUP BY job_type, claimed_at
)
SELECT job_type, sum(seconds) / sum(jobs)::float8 AS seconds FROM batch GROUP BY job_type;

-- name: count_waiting
SELECT job_type, count(*) AS n FROM worker_jobs WHERE status IN ('queued', 'scheduled') GROUP BY job_type;

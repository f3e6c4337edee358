-- The queue as the worker uses it. The trigger `move_job` (migration 0002) keeps what follows from a
-- change of status: who left `running` has no owner, who ended has a time, who goes back in line while
-- the same work waits already is superseded.
--
-- Rows are chosen and locked in a CTE: its conditions hold for the locked version, whatever other
-- transactions did meanwhile, so the UPDATE needs the key alone. `= ANY (ARRAY(...))` instead of a join
-- keeps the planner on the primary key, whatever it thinks of the LIMIT.

-- name: claim_jobs
-- The head of the line among the offered job types decides; then the batch is filled from its type and
-- priority. Heads are locked too: a second claimer skips them and finds other work, not an empty batch.
-- Types that are answered together ($6) bring along what waits for the same targets.
WITH offered AS (
    SELECT slot.job_type, slot.free, slot.deadline_s
    FROM unnest($1::text[], $2::integer[], $3::float8[]) AS slot (job_type, free, deadline_s)
    WHERE slot.free > 0
      AND NOT EXISTS (SELECT FROM job_pauses p WHERE p.job_type IN (slot.job_type, '*'))
), head AS MATERIALIZED (
    SELECT offered.job_type, offered.free, offered.deadline_s, first.priority
    FROM offered CROSS JOIN LATERAL (
        SELECT w.priority, w.created_at, w.job_id FROM worker_jobs w
        WHERE w.status = 'queued' AND w.job_type = offered.job_type AND w.is_suspect = 0
          AND (w.expires_at IS NULL OR w.expires_at > now())
        ORDER BY w.job_type, w.priority, w.created_at, w.job_id
        LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS first
    ORDER BY first.priority, first.created_at, first.job_id LIMIT 1
), picked AS MATERIALIZED (
    SELECT next.job_id, head.job_type, next.target_table, next.target_id
    FROM head CROSS JOIN LATERAL (
        SELECT w.job_id, w.target_table, w.target_id FROM worker_jobs w
        WHERE w.status = 'queued' AND w.job_type = head.job_type AND w.priority = head.priority
          AND w.is_suspect = 0 AND (w.expires_at IS NULL OR w.expires_at > now())
        ORDER BY w.job_type, w.priority, w.created_at, w.job_id
        LIMIT head.free FOR UPDATE SKIP LOCKED
    ) AS next
), sibling AS MATERIALIZED (
    SELECT beside.job_id
    FROM picked JOIN offered ON picked.job_type = ANY ($6::text[]) AND offered.job_type = ANY ($6)
        AND offered.job_type <> picked.job_type
    CROSS JOIN LATERAL (
        SELECT w.job_id FROM worker_jobs w
        WHERE w.status = 'queued' AND w.target_id = picked.target_id AND w.job_type = offered.job_type
          AND w.target_table = picked.target_table AND w.is_suspect = 0 AND (w.expires_at IS NULL OR w.expires_at > now())
        FOR UPDATE SKIP LOCKED
    ) AS beside
)
UPDATE worker_jobs w
SET status = 'running', attempts = greatest(least(attempts, 32766), 0) + 1,
    claim_token = claim_token % 9223372036854775807 + 1,
    claimed_by = $4, claimed_at = now(), lease_expires_at = now() + make_interval(secs => $5),
    deadline_at = now() + make_interval(secs => (SELECT deadline_s FROM head)), outcome = NULL
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM picked UNION ALL SELECT job_id FROM sibling))
RETURNING job_id, job_type, target_table AS target_type, target_id, payload, priority, attempts, max_attempts,
    returns, claim_token, created_at, claimed_at, cancel_requested_at IS NOT NULL AS cancel_requested;

-- name: has_suspect
SELECT EXISTS (
    SELECT FROM worker_jobs w
    WHERE w.status = 'queued' AND w.is_suspect = 1 AND w.job_type = ANY ($1::text[])
      AND (w.expires_at IS NULL OR w.expires_at > now())
      AND NOT EXISTS (SELECT FROM job_pauses p WHERE p.job_type IN (w.job_type, '*'))
);

-- name: claim_suspect
-- One alone, of a claimant that holds nothing else. Those that crashed the least come first: they are the likeliest to
-- be innocent.
WITH picked AS MATERIALIZED (
    SELECT w.job_id, slot.deadline_s
    FROM worker_jobs w JOIN unnest($1::text[], $2::float8[]) AS slot (job_type, deadline_s) USING (job_type)
    WHERE w.status = 'queued' AND w.is_suspect = 1 AND (w.expires_at IS NULL OR w.expires_at > now())
      AND NOT EXISTS (SELECT FROM job_pauses p WHERE p.job_type IN (w.job_type, '*'))
    ORDER BY w.crashes, w.priority, w.created_at, w.job_id
    LIMIT 1 FOR UPDATE OF w SKIP LOCKED
)
UPDATE worker_jobs w
SET status = 'running', attempts = greatest(least(attempts, 32766), 0) + 1,
    claim_token = claim_token % 9223372036854775807 + 1,
    claimed_by = $3, claimed_at = now(), lease_expires_at = now() + make_interval(secs => $4),
    deadline_at = now() + make_interval(secs => (SELECT deadline_s FROM picked)), outcome = NULL
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM picked))
RETURNING job_id, job_type, target_table AS target_type, target_id, payload, priority, attempts, max_attempts,
    returns, claim_token, created_at, claimed_at, cancel_requested_at IS NOT NULL AS cancel_requested;

-- name: heartbeat_jobs
-- Never waits: a locked row is being saved (the reaper passes it by too) or reaped (the next beat tells).
WITH mine AS MATERIALIZED (
    SELECT w.job_id, w.cancel_requested_at
    FROM unnest($1::uuid[], $2::bigint[]) AS claim (job_id, claim_token)
    JOIN worker_jobs w USING (job_id, claim_token) WHERE w.status = 'running'
), unlocked AS MATERIALIZED (
    SELECT w.job_id
    FROM unnest($1::uuid[], $2::bigint[]) AS claim (job_id, claim_token)
    JOIN worker_jobs w USING (job_id, claim_token) WHERE w.status = 'running'
    FOR UPDATE OF w SKIP LOCKED
), extended AS (
    UPDATE worker_jobs w SET lease_expires_at = now() + make_interval(secs => $3)
    WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM unlocked))
)
SELECT job_id, cancel_requested_at IS NOT NULL AS cancel_requested FROM mine;

-- name: hold_jobs
-- One order of locking for everybody prevents deadlocks. A claimant that falls silent between two messages of one
-- statement is not "idle in transaction" to the server, which would keep its locks for ever; of all timeouts only that
-- of the transaction, new in 17, reaches it there. Older servers must find by TCP that the other end is gone.
SELECT w.job_id
FROM (
    SELECT CASE WHEN current_setting('server_version_num')::integer >= 170000
        THEN set_config('transaction_timeout', $3::text, true) END
) AS limited
CROSS JOIN unnest($1::uuid[], $2::bigint[]) AS claim (job_id, claim_token)
JOIN worker_jobs w USING (job_id, claim_token)
WHERE w.status = 'running'
ORDER BY w.job_id FOR UPDATE OF w;

-- name: settle_jobs
-- A job that would run again although its cancellation was asked for is cancelled instead.
WITH verdict AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[], $6::float8[])
        AS v (job_id, claim_token, ending, outcome, error, delay_s)
), held AS MATERIALIZED (
    SELECT w.job_id FROM verdict JOIN worker_jobs w USING (job_id, claim_token)
    WHERE w.status = 'running' ORDER BY w.job_id FOR UPDATE OF w
)
UPDATE worker_jobs w
SET status = CASE
        WHEN v.ending IN ('done', 'dead', 'cancelled') THEN v.ending
        WHEN w.cancel_requested_at IS NOT NULL THEN 'cancelled'
        WHEN v.ending IN ('retry', 'later') THEN 'scheduled'
        ELSE 'queued'
    END,
    run_at = CASE WHEN v.ending IN ('retry', 'later') THEN now() + make_interval(secs => v.delay_s) ELSE w.run_at END,
    attempts = greatest(w.attempts - (v.ending IN ('later', 'release', 'return'))::int, 0),
    returns = least(w.returns + (v.ending = 'return')::int, 32767),
    outcome = v.outcome,
    last_error = coalesce(v.error, w.last_error),
    -- Whoever came to an end of his own did not bring the process down; a shutdown proves nothing.
    is_suspect = CASE WHEN v.ending = 'release' THEN w.is_suspect ELSE 0 END,
    crashes = CASE WHEN v.ending = 'release' THEN w.crashes ELSE 0 END,
    lost_by = CASE WHEN v.ending = 'release' THEN w.lost_by END,
    lost_alone = CASE WHEN v.ending = 'release' THEN w.lost_alone ELSE 0 END
FROM verdict v
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM held)) AND w.job_id = v.job_id
RETURNING w.job_id;

-- name: ended_by
SELECT w.job_id
FROM unnest($1::uuid[], $2::bigint[]) AS claim (job_id, claim_token)
JOIN worker_jobs w USING (job_id, claim_token)
WHERE w.status = 'done';

-- name: reap_jobs
-- A claim whose lease ran out belonged to a claimant that fell silent: it is no attempt, and its job goes back in line at
-- once, as a suspect. It was alone if that claimant holds and lost nothing else; the second crash of the same job
-- alone makes it poisonous. A claim whose deadline passed is suspected itself: it stays charged, and waits with full
-- jitter: random() * least(cap, base * 2^(attempts - 1)), the exponent bounded before the cap is. No worker takes a lease
-- of a year: one that never runs out would keep its job for ever.
WITH expired AS MATERIALIZED (
    SELECT w.job_id, w.claimed_by, CASE WHEN w.lease_expires_at BETWEEN now() AND now() + interval '1 year' THEN 'deadline_passed'
        ELSE 'lease_expired' END AS cause
    FROM worker_jobs w
    WHERE w.status = 'running'
      AND (w.lease_expires_at NOT BETWEEN now() AND now() + interval '1 year' OR w.deadline_at < now())
    ORDER BY w.job_id LIMIT $1 FOR UPDATE SKIP LOCKED
), lost AS MATERIALIZED (
    SELECT e.job_id, e.claimed_by, e.cause, e.cause = 'lease_expired' AND NOT EXISTS (
        SELECT FROM worker_jobs o WHERE o.status = 'running' AND o.claimed_by = e.claimed_by AND o.job_id <> e.job_id
    ) AND NOT EXISTS (
        SELECT FROM worker_jobs o WHERE o.lost_by = e.claimed_by AND o.job_id <> e.job_id
    ) AS was_alone
    FROM expired e
)
UPDATE worker_jobs w
SET status = CASE
        WHEN w.cancel_requested_at IS NOT NULL THEN 'cancelled'
        WHEN lost.was_alone AND w.crashes >= 1 THEN 'dead'
        WHEN lost.cause = 'lease_expired' THEN 'queued'
        WHEN w.attempts >= w.max_attempts THEN 'dead'
        ELSE 'scheduled'
    END,
    attempts = greatest(w.attempts - (lost.cause = 'lease_expired')::int, 0),
    outcome = CASE WHEN lost.was_alone AND w.crashes >= 1 AND w.cancel_requested_at IS NULL THEN 'poisonous' END,
    is_suspect = CASE WHEN lost.cause = 'lease_expired' THEN 1 ELSE w.is_suspect END,
    crashes = least(w.crashes + lost.was_alone::int, 32767),
    lost_by = CASE WHEN lost.cause = 'lease_expired' THEN lost.claimed_by ELSE w.lost_by END,
    lost_alone = CASE WHEN lost.cause = 'lease_expired' THEN lost.was_alone::int ELSE w.lost_alone END,
    run_at = CASE WHEN lost.cause = 'lease_expired' THEN w.run_at
        ELSE now() + make_interval(secs => random() * least($3::float8, $2::float8 * 2 ^ greatest(least(w.attempts - 1, 30), 0)))
    END,
    last_error = jsonb_build_object('class', 'LostClaim', 'attempt', w.attempts,
        'cause', CASE WHEN lost.was_alone AND w.crashes >= 1 THEN 'poisonous' ELSE lost.cause END)
FROM lost
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM lost)) AND w.job_id = lost.job_id
RETURNING w.job_id, w.job_type, w.status, w.last_error ->> 'cause' AS cause;

-- name: pardon_jobs
-- The claimant lives: it was paused, or cut off. Nobody crashed, and whatever died of that is alive, too.
WITH pardoned AS MATERIALIZED (
    SELECT w.job_id FROM worker_jobs w WHERE w.lost_by = $1 ORDER BY w.job_id FOR UPDATE SKIP LOCKED
)
UPDATE worker_jobs w
SET is_suspect = 0, crashes = greatest(0, w.crashes - w.lost_alone), lost_by = NULL, lost_alone = 0,
    status = CASE WHEN w.status = 'dead' AND w.outcome = 'poisonous' THEN 'queued' ELSE w.status END,
    outcome = CASE WHEN w.status = 'dead' AND w.outcome = 'poisonous' THEN NULL ELSE w.outcome END
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM pardoned))
RETURNING w.job_id;

-- name: promote_jobs
WITH due AS MATERIALIZED (
    SELECT w.job_id FROM worker_jobs w
    WHERE w.status = 'scheduled' AND w.run_at <= now()
    ORDER BY w.run_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE worker_jobs w SET status = 'queued'
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM due))
RETURNING w.job_id;

-- name: expire_jobs
WITH late AS MATERIALIZED (
    SELECT w.job_id FROM worker_jobs w
    WHERE w.status IN ('queued', 'scheduled') AND w.expires_at IS NOT NULL AND w.expires_at <= now()
    FOR UPDATE SKIP LOCKED
)
UPDATE worker_jobs w SET status = 'cancelled', outcome = 'expired'
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM late))
RETURNING w.job_id;

-- name: discard_unknown_jobs
-- Jumps from type to type through the claim index instead of reading every waiting row.
WITH RECURSIVE waiting AS (
    (SELECT w.job_type FROM worker_jobs w WHERE w.status = 'queued' ORDER BY w.job_type LIMIT 1)
    UNION ALL
    SELECT (SELECT w.job_type FROM worker_jobs w
            WHERE w.status = 'queued' AND w.job_type > waiting.job_type ORDER BY w.job_type LIMIT 1)
    FROM waiting WHERE waiting.job_type IS NOT NULL
), unknown AS MATERIALIZED (
    SELECT next.job_id
    FROM waiting CROSS JOIN LATERAL (
        SELECT w.job_id FROM worker_jobs w
        WHERE w.status = 'queued' AND w.job_type = waiting.job_type
        ORDER BY w.job_type, w.priority, w.created_at, w.job_id
        LIMIT 1000 FOR UPDATE SKIP LOCKED
    ) AS next
    WHERE waiting.job_type <> ALL ($1::text[])
)
UPDATE worker_jobs w
SET status = 'dead', outcome = 'unknown_job_type',
    last_error = jsonb_build_object('class', 'JobError', 'cause', 'unknown_job_type')
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM unknown))
RETURNING w.job_id;

-- name: release_orphans
WITH orphan AS MATERIALIZED (
    SELECT w.job_id FROM worker_jobs w
    WHERE w.status = 'running' AND w.claimed_by = $1
      AND NOT EXISTS (SELECT FROM unnest($2::uuid[], $3::bigint[]) AS claim (job_id, claim_token)
                      WHERE claim.job_id = w.job_id AND claim.claim_token = w.claim_token)
    ORDER BY w.job_id FOR UPDATE SKIP LOCKED
)
UPDATE worker_jobs w
SET status = CASE WHEN w.cancel_requested_at IS NULL THEN 'queued' ELSE 'cancelled' END, attempts = greatest(w.attempts - 1, 0)
WHERE w.job_id = ANY (ARRAY(SELECT job_id FROM orphan))
RETURNING w.job_id;

-- name: enqueue_jobs
-- Inserted in the order of the unique index (no deadlocks between two importers), numbered in the caller's.
-- Each job is its target ($1) and the number of its sort ($2, from 1, in the lists that follow).
WITH queued AS (
    INSERT INTO worker_jobs (job_type, target_table, target_id, priority, payload, run_at, created_at)
    SELECT sort.job_type, sort.target_type, job.target_id, sort.priority, sort.payload,
        now() + make_interval(secs => sort.delay_s), statement_timestamp() + job.ordinal * interval '1 microsecond'
    FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS job (target_id, sort, ordinal)
    JOIN unnest($3::text[], $4::text[], $5::smallint[], $6::jsonb[], $7::float8[])
        WITH ORDINALITY AS sort (job_type, target_type, priority, payload, delay_s, number) ON sort.number = job.sort
    ORDER BY job.target_id, sort.job_type, sort.target_type, job.ordinal
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM queued;

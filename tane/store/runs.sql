-- Runs of every kind: requests, runs and steps. Writes of a supervisor name (run_id, epoch); only the database's clock is
-- read.

-- name: request
-- Joins the open run of this kind if there is one. Several daemons hear the same clock strike: $4 seconds after a
-- scheduled run another one is not wanted. A run of the future is one of a clock that was wrong then.
INSERT INTO nightly_runs AS r (kind, trigger, is_forced, params)
SELECT $1, $2, $3::smallint, $5::jsonb
WHERE $4::float8 IS NULL
   OR NOT EXISTS (SELECT FROM nightly_runs
                  WHERE kind = $1 AND trigger IN ('cron', 'catch_up')
                    AND requested_at BETWEEN now() - make_interval(secs => $4) AND now() + make_interval(secs => $4))
ON CONFLICT (kind) WHERE status IN ('requested', 'running') DO UPDATE
SET is_forced = CASE WHEN r.status = 'requested' THEN greatest(r.is_forced, excluded.is_forced) ELSE r.is_forced END
RETURNING run_id, status, xmax = 0 AS is_new;

-- name: read_open
SELECT *, abs(extract(epoch FROM now() - representable(coalesce(heartbeat_at, requested_at))))::float8 AS idle_s
FROM nightly_runs
WHERE kind = $1 AND status IN ('requested', 'running');

-- name: read_run
SELECT *, abs(extract(epoch FROM now() - representable(coalesce(heartbeat_at, requested_at))))::float8 AS idle_s
FROM nightly_runs
WHERE run_id = $1;

-- name: read_history
SELECT *, abs(extract(epoch FROM now() - representable(coalesce(heartbeat_at, requested_at))))::float8 AS idle_s
FROM nightly_runs
WHERE kind = $1
ORDER BY run_id DESC
LIMIT $2;

-- name: read_steps
SELECT step, ordinal, status, attempts, fraction, started_at, finished_at, details, peak_mib,
       coalesce(seconds, extract(epoch FROM now() - representable(started_at)))::float8 AS seconds
FROM nightly_steps
WHERE run_id = $1
ORDER BY ordinal;

-- name: take_up
UPDATE nightly_runs
SET status = 'running', host = $2, epoch = least(epoch, 2147483646) + 1, started_at = coalesce(started_at, now()), heartbeat_at = now()
WHERE run_id = $1 AND status IN ('requested', 'running')
RETURNING *, 0::float8 AS idle_s;

-- name: begin_anew
UPDATE nightly_runs
SET folder = gen_random_uuid(), fraction = 0,
    seeds = CASE kind WHEN 'nightly' THEN count_statements() END
WHERE run_id = $1 AND epoch = $2 AND status = 'running'
RETURNING *, 0::float8 AS idle_s;

-- name: delete_steps
DELETE FROM nightly_steps WHERE run_id = $1;

-- name: beat
WITH mine AS (
    UPDATE nightly_runs SET heartbeat_at = now(), fraction = $3
    WHERE run_id = $1 AND epoch = $2 AND status = 'running'
    RETURNING run_id, cancel_requested_at
), advanced AS (
    UPDATE nightly_steps s SET fraction = $5 FROM mine
    WHERE s.run_id = mine.run_id AND s.step = $4 AND s.status = 'running'
)
SELECT cancel_requested_at IS NOT NULL AS is_cancelled FROM mine;

-- name: begin_step
INSERT INTO nightly_steps AS s (run_id, step, ordinal, status)
SELECT r.run_id, $3, $4, 'running' FROM nightly_runs r WHERE r.run_id = $1 AND r.epoch = $2 AND r.status = 'running'
ON CONFLICT (run_id, step) DO UPDATE
SET status = 'running', ordinal = excluded.ordinal, attempts = least(s.attempts, 2147483646) + 1, fraction = 0, started_at = now(),
    finished_at = NULL, seconds = NULL, peak_mib = NULL, details = '{}'
RETURNING attempts;

-- name: end_step
UPDATE nightly_steps s
SET status = $4, finished_at = now(), seconds = $5, peak_mib = $6, details = $7,
    fraction = CASE WHEN $4 = 'done' THEN 1 ELSE s.fraction END
FROM nightly_runs r
WHERE s.run_id = $1 AND s.step = $3 AND r.run_id = s.run_id AND r.epoch = $2 AND r.status = 'running'
RETURNING s.step;

-- name: fence
SELECT run_id FROM nightly_runs
WHERE run_id = $1 AND epoch = $2 AND status = 'running' AND cancel_requested_at IS NULL
FOR UPDATE;

-- name: set_generation
UPDATE nightly_runs SET generation_id = $3
WHERE run_id = $1 AND epoch = $2 AND status = 'running' AND cancel_requested_at IS NULL
RETURNING run_id;

-- name: finish
-- What was published stays published, whatever failed after it, also when a run that begins anew on another host
-- finds nothing left to do; and without a generation no night published anything.
UPDATE nightly_runs
SET status = CASE WHEN generation_id IS NOT NULL AND $3 IN ('failed', 'cancelled') THEN 'partial'
                  WHEN generation_id IS NOT NULL AND $3 = 'skipped' THEN 'published'
                  WHEN generation_id IS NULL AND $3 = 'published' AND kind = 'nightly' THEN 'skipped'
                  ELSE $3 END,
    finished_at = now(), heartbeat_at = now(), report = $4, last_error = $5,
    fraction = CASE WHEN $3 IN ('published', 'partial') OR (generation_id IS NOT NULL AND $3 = 'skipped') THEN 1 ELSE fraction END
WHERE run_id = $1 AND epoch = $2 AND status = 'running'
RETURNING status;

-- name: cancel
-- With $2 nobody works on it: it ends here. Otherwise its supervisor is asked.
UPDATE nightly_runs
SET cancel_requested_at = coalesce(cancel_requested_at, now()),
    status = CASE WHEN NOT $2 THEN status WHEN generation_id IS NULL THEN 'cancelled' ELSE 'partial' END,
    finished_at = CASE WHEN $2 THEN now() END
WHERE kind = $1 AND status IN ('requested', 'running')
RETURNING *, 0::float8 AS idle_s;

-- name: count_statements
-- Now, and when the last run began that has ended since.
SELECT count_statements() AS now,
       (SELECT r.seeds FROM nightly_runs r
        WHERE r.kind = 'nightly' AND r.seeds IS NOT NULL AND r.status NOT IN ('requested', 'running')
        ORDER BY r.run_id DESC LIMIT 1) AS before;

-- name: was_missed
-- Whether there was no night at this time nor since, though something was there before it. One that was open then, or is
-- open now, is joined by whoever asks.
SELECT NOT EXISTS (SELECT FROM nightly_runs
                   WHERE kind = 'nightly'
                     AND (status IN ('requested', 'running')
                          OR (greatest(requested_at, finished_at) >= $1 AND requested_at <= now() + make_interval(secs => $2))))
   AND EXISTS (SELECT FROM utterances WHERE created_at < $1 AND deleted_at IS NULL
               UNION ALL SELECT FROM seeds WHERE created_at < $1 AND deleted_at IS NULL) AS missed;

-- name: was_kind_missed
-- Whether no run of a kind was asked for at this time nor since, nor is open.
SELECT NOT EXISTS (SELECT FROM nightly_runs
                   WHERE kind = $1
                     AND (status IN ('requested', 'running')
                          OR (greatest(requested_at, finished_at) >= $2 AND requested_at <= now() + make_interval(secs => $3))))
   AND EXISTS (SELECT FROM living_utterances WHERE created_at < $2) AS missed;

-- name: set_pinned
UPDATE nightly_runs SET is_pinned = $2 WHERE run_id = $1 RETURNING run_id;

-- name: spent_folders
-- Of runs of a kind that are over; what the last failed one left is kept for whoever wants to know why.
SELECT folder FROM nightly_runs
WHERE kind = $1 AND folder IS NOT NULL AND status NOT IN ('requested', 'running')
  AND run_id IS DISTINCT FROM (SELECT max(run_id) FROM nightly_runs WHERE kind = $1 AND status = 'failed');

-- name: ended_folders
SELECT folder FROM nightly_runs WHERE folder IS NOT NULL AND status NOT IN ('requested', 'running');

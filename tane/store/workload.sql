-- What is left to do, as existence per job type: cheap at any length of the queue.

-- name: claimable_types
SELECT known.job_type
FROM unnest($1::text[]) AS known (job_type)
WHERE NOT EXISTS (SELECT FROM job_pauses p WHERE p.job_type IN (known.job_type, '*'))
  AND EXISTS (
      SELECT FROM worker_jobs w
      WHERE w.status = 'queued' AND w.job_type = known.job_type AND (w.expires_at IS NULL OR w.expires_at > now())
  );

-- name: count_without_vector
-- The words of a cluster are embedded for search alone: no map waits for them.
SELECT count(*) FROM worker_jobs
WHERE job_type = ANY ($1::text[]) AND status IN ('queued', 'scheduled', 'running') AND target_table <> 'cluster';

-- name: waits_for_vectors
-- Whether a job is claimable, due, or running anywhere that makes a vector for the map.
SELECT EXISTS (
    SELECT FROM worker_jobs w
    WHERE w.job_type = ANY ($1::text[]) AND w.target_table <> 'cluster'
      AND (w.status = 'running' OR ((w.status = 'queued' OR (w.status = 'scheduled' AND w.run_at <= now()))
           AND NOT EXISTS (SELECT FROM job_pauses p WHERE p.job_type IN (w.job_type, '*')))));

-- name: unfinished_types
-- Claimable, due within $2 seconds, or running anywhere.
SELECT known.job_type
FROM unnest($1::text[]) AS known (job_type)
WHERE EXISTS (SELECT FROM worker_jobs w WHERE w.status = 'running' AND w.job_type = known.job_type)
   OR (NOT EXISTS (SELECT FROM job_pauses p WHERE p.job_type IN (known.job_type, '*'))
       AND (EXISTS (SELECT FROM worker_jobs w WHERE w.status = 'queued' AND w.job_type = known.job_type)
            OR EXISTS (SELECT FROM worker_jobs w WHERE w.status = 'scheduled' AND w.job_type = known.job_type
                         AND w.run_at <= now() + make_interval(secs => $2))));

-- name: is_anything_running
SELECT EXISTS (SELECT FROM worker_jobs WHERE status = 'running');

-- name: written_to
-- The words of a row that was never updated are its first ones; that spares reading the queue.
SELECT utterance_id FROM living_utterances
WHERE utterance_id = ANY ($1::uuid[]) AND updated_at > created_at
ORDER BY utterance_id;

-- name: read_reworded
WITH edit AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) AS e (utterance_id, since)
), job AS MATERIALIZED (
    SELECT w.target_id, w.job_type, w.status, w.finished_at FROM worker_jobs w
    WHERE w.target_id = ANY ($1) AND w.target_table = 'utterance' AND w.job_type = ANY ($3::text[])
)
SELECT u.utterance_id, u.contents, u.speaker, u.source_id IS NOT NULL AS is_imported,
    EXISTS (SELECT FROM articles a WHERE a.utterance_id = u.utterance_id) AS is_article,
    ARRAY(SELECT DISTINCT j.job_type FROM job j
          WHERE j.target_id = u.utterance_id AND j.status IN ('done', 'dead') AND j.finished_at <= edit.since) AS asked,
    ARRAY(SELECT DISTINCT j.job_type FROM job j
          WHERE j.target_id = u.utterance_id AND j.status IN ('scheduled', 'queued', 'running')) AS pending,
    array_remove(ARRAY[
        CASE WHEN u.utterance_role_id IS NOT NULL THEN 'utterance_role' END,
        {{ CASE WHEN u.SCORE IS NOT NULL THEN 'SCORE' END }},
        {{ CASE WHEN u.did_asked_KIND = 1 THEN 'did_asked_KIND' END }}
    ], NULL) AS answered
FROM edit JOIN utterances u USING (utterance_id)
ORDER BY u.utterance_id;

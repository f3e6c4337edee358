-- name: load_sections
SELECT s.response_id, s.run_id, s.genre, coalesce(s.name, s.genre) AS name, s.status,
    r.status = 'cancelled' OR r.cancel_requested_at IS NOT NULL AS is_cancelled,
    (r.params ->> 'window_start')::timestamptz AS window_start, (r.params ->> 'window_end')::timestamptz AS window_end
FROM recap_sections s JOIN nightly_runs r USING (run_id)
WHERE s.response_id = ANY ($1::uuid[]);

-- name: list_evidence
-- What may be cited: of living utterances, and of no story that is only counted.
SELECT e.number, e.cluster, e.sentence AS text, e.said_at, e.publisher, e.story_id, e.is_central = 1 AS is_central,
    coalesce(t.place = 'leading', false) AS is_leading,
    coalesce(t.documents, (SELECT count(DISTINCT d.document_id)::integer FROM recap_cluster_evidence d
        WHERE d.run_id = e.run_id AND d.genre = e.genre AND d.cluster = e.cluster)) AS size
FROM recap_sections s
JOIN recap_cluster_evidence e ON e.run_id = s.run_id AND e.genre = s.genre AND e.sentence IS NOT NULL
JOIN living_utterances u ON u.utterance_id = e.utterance_id
LEFT JOIN recap_stories t ON t.run_id = e.run_id AND t.story_id = e.story_id
WHERE s.response_id = $1 AND t.place IS DISTINCT FROM 'counted'
ORDER BY e.number;

-- name: hold_evidence
-- The lock keeps a DELETE of what is cited waiting until the bullets stand there, so that its trigger finds them.
SELECT e.number FROM recap_sections s
JOIN recap_cluster_evidence e ON e.run_id = s.run_id AND e.genre = s.genre AND e.sentence IS NOT NULL
JOIN utterances u ON u.utterance_id = e.utterance_id AND u.deleted_at IS NULL
WHERE s.response_id = $1 AND e.number = ANY ($2::integer[])
ORDER BY u.utterance_id FOR KEY SHARE OF u;

-- name: store_output
-- What is stored already gives way only to what a model wrote ($10 = 0).
WITH section AS (
    UPDATE recap_sections SET status = 'stored', reason = $7
    WHERE response_id = $1 AND (status <> 'stored' OR $10::smallint = 0)
    RETURNING run_id, genre
)
INSERT INTO recap_outputs AS o (response_id, run_id, genre, title, bullets, tags, body_json, window_days, degraded_reason,
    model_name, prompt_version, is_degraded)
SELECT $1, section.run_id, section.genre, $2, $3::jsonb, $4::jsonb, $5::jsonb,
    coalesce(extract(epoch FROM (r.params ->> 'window_end')::timestamptz - (r.params ->> 'window_start')::timestamptz)
        / 86400, $6::real), $7, $8, $9, $10
FROM section JOIN nightly_runs r USING (run_id)
ON CONFLICT (run_id, genre) DO UPDATE SET
    response_id = excluded.response_id, title = excluded.title, bullets = excluded.bullets, tags = excluded.tags,
    body_json = excluded.body_json, window_days = excluded.window_days, degraded_reason = excluded.degraded_reason,
    model_name = excluded.model_name, prompt_version = excluded.prompt_version, is_degraded = excluded.is_degraded,
    created_at = now()
RETURNING o.response_id;

-- name: mark_section
UPDATE recap_sections SET status = $2, reason = $3 WHERE response_id = $1 AND status <> 'stored';

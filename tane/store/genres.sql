-- A taxonomy, the texts by which it is learned, what the owner corrected, and what tags say of genres.

-- name: read_genres
SELECT genre, name_ja, name_en, definition FROM recap_genres ORDER BY ordinal;

-- name: read_golden
-- An item that the owner made by a correction has the words of its document, which stand in utterances alone.
SELECT g.item_id, g.genre, g.lang, g.origin, g.parallel_id, a.title, coalesce(u.contents, g.content) AS content
FROM recap_golden_items g
LEFT JOIN living_utterances u USING (utterance_id)
LEFT JOIN articles a USING (utterance_id)
WHERE (g.utterance_id IS NULL OR u.utterance_id IS NOT NULL) AND coalesce(u.contents, g.content) <> ''
ORDER BY g.item_id;

-- name: clear_genres
DELETE FROM recap_genres;

-- name: clear_imported
DELETE FROM recap_golden_items WHERE origin = 'import';

-- name: insert_genres
INSERT INTO recap_genres (genre, ordinal, name_ja, name_en, definition)
SELECT n.genre, n.ordinal, n.name_ja, n.name_en, n.definition
FROM jsonb_to_recordset($1) AS n (genre text, ordinal integer, name_ja text, name_en text, definition jsonb);

-- name: insert_golden
INSERT INTO recap_golden_items (item_id, genre, lang, content, origin, parallel_id)
SELECT n.item_id, n.genre, n.lang, n.content, 'import', n.parallel_id
FROM jsonb_to_recordset($1) AS n (item_id text, genre text, lang text, content text, parallel_id text);

-- name: give_feedback
-- To the newest decision on a document.
UPDATE recap_genre_learning_results l
SET feedback = jsonb_build_object('label', $2::text, 'source', 'user', 'at', now()), updated_at = now()
WHERE l.document_id = $1
  AND l.run_id = (SELECT max(run_id) FROM recap_genre_learning_results WHERE document_id = $1)
RETURNING l.run_id, l.genre;

-- name: put_correction
INSERT INTO recap_golden_items (item_id, genre, lang, content, origin, utterance_id)
SELECT 'user:' || d.document_id, $3, d.lang, '', 'user', d.utterance_id
FROM recap_job_articles d WHERE d.run_id = $1 AND d.document_id = $2 AND d.utterance_id IS NOT NULL
ON CONFLICT (item_id) DO UPDATE SET genre = excluded.genre;

-- name: read_observations
-- The newest decision on each document of the window, one that was corrected first.
SELECT DISTINCT ON (l.document_id) coalesce(l.feedback ->> 'label', l.genre) AS genre, l.strategy, l.confidence,
    l.feedback IS NOT NULL AS is_corrected, d.said_at,
    coalesce(l.tag_profile -> 'tags', (
        SELECT jsonb_agg(jsonb_build_object('tag', t.tag, 'confidence', t.confidence) ORDER BY t.confidence DESC, t.tag)
        FROM article_tags t WHERE t.utterance_id = d.utterance_id), '[]') AS tags
FROM recap_genre_learning_results l JOIN recap_job_articles d USING (run_id, document_id)
WHERE d.said_at >= $1
ORDER BY l.document_id, l.feedback IS NULL, l.run_id DESC;

-- name: clear_edges
DELETE FROM tag_label_graph WHERE window_label = $1;

-- name: insert_edges
INSERT INTO tag_label_graph (window_label, genre, tag, weight, sample_size, last_observed_at)
SELECT $1, n.genre, n.tag, n.weight, n.sample_size, n.last_observed_at
FROM jsonb_to_recordset($2) AS n (genre text, tag text, weight real, sample_size integer, last_observed_at timestamptz);

-- name: read_edges
-- Those of the shorter window first: they hold where both know a tag.
SELECT genre, tag, weight, window_label FROM tag_label_graph ORDER BY window_label = '7d', genre, tag;

-- name: count_genres
-- Documents of each genre in this run and in the last that ended well.
SELECT l.run_id, l.genre, count(*) AS documents FROM recap_genre_learning_results l
WHERE l.run_id = $1 OR l.run_id IN (
    SELECT run_id FROM nightly_runs WHERE kind = 'recap' AND status IN ('published', 'partial') AND run_id <> $1
    ORDER BY run_id DESC LIMIT $2)
GROUP BY 1, 2 ORDER BY 1, 2;

-- name: insert_config
-- Once for each origin: a run that was killed after it had noted this notes it again.
INSERT INTO recap_worker_config (config_type, config_payload, source, metadata)
SELECT $1, $2::jsonb, $3, $4::jsonb
WHERE NOT EXISTS (SELECT FROM recap_worker_config WHERE config_type = $1 AND config_payload = $2 AND source = $3 AND metadata = $4);

-- name: load_ties
-- The newest decision on each document, if it is a tie that nobody has broken yet, with the words of the document.
SELECT l.run_id, l.document_id, l.strategy, l.telemetry -> 'tied' AS tied, a.title, u.contents
FROM recap_genre_learning_results l
LEFT JOIN living_utterances u USING (utterance_id)
LEFT JOIN articles a USING (utterance_id)
WHERE l.document_id = ANY ($1::uuid[])
  AND l.run_id = (SELECT max(run_id) FROM recap_genre_learning_results n WHERE n.document_id = l.document_id);

-- name: settle_tie
UPDATE recap_genre_learning_results
SET genre = $3, strategy = 'llm_tie_break', telemetry = telemetry || jsonb_build_object('model', $4::text, 'prompt_version', $5::text),
    updated_at = now()
WHERE run_id = $1 AND document_id = $2 AND strategy = 'weighted_score'
RETURNING document_id;

-- name: read_broken
SELECT document_id, genre FROM recap_genre_learning_results WHERE run_id = $1 AND strategy = 'llm_tie_break';

-- name: count_ties
SELECT count(*) FROM worker_jobs
WHERE job_type = 'recap_tie_break' AND target_id = ANY ($1::uuid[]) AND status IN ('queued', 'scheduled', 'running');

-- name: cancel_ties
UPDATE worker_jobs SET status = 'cancelled', outcome = 'over_budget'
WHERE job_type = 'recap_tie_break' AND target_id = ANY ($1::uuid[]) AND status IN ('queued', 'scheduled');

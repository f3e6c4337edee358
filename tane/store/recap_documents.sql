-- What a recap reads, and what became of each document.

-- name: read_model
SELECT model_id, digest, dims, unlike FROM embedding_models WHERE is_current = 1;

-- name: list_articles
-- The newest of the window first.
SELECT u.utterance_id, u.said_at FROM living_utterances u JOIN articles a USING (utterance_id)
WHERE u.said_at >= $1 AND u.said_at < $2 AND u.contents <> ''
ORDER BY u.said_at DESC, u.utterance_id LIMIT $3;

-- name: list_talk
-- What one conversation said on one day of the zone; what is in no conversation stands alone.
SELECT coalesce(u.conversation_id, u.utterance_id) AS conversation, (u.said_at AT TIME ZONE $3::text)::date AS day,
    max(u.said_at) AS said_at, array_agg(u.utterance_id ORDER BY u.said_at, u.position, u.utterance_id) AS utterances
FROM mapped_utterances u
WHERE u.said_at >= $1 AND u.said_at < $2 AND u.contents <> '' AND (u.speaker IS NULL OR u.speaker <> ALL ($4::text[]))
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2 LIMIT $5;

-- name: count_window
SELECT (SELECT count(*) FROM living_utterances u JOIN articles a USING (utterance_id)
        WHERE u.said_at >= $1 AND u.said_at < $2) AS articles,
    (SELECT count(DISTINCT (coalesce(u.conversation_id, u.utterance_id), (u.said_at AT TIME ZONE $3::text)::date))
     FROM mapped_utterances u
     WHERE u.said_at >= $1 AND u.said_at < $2 AND u.contents <> '' AND (u.speaker IS NULL OR u.speaker <> ALL ($4::text[]))) AS talk;

-- name: read_passages
-- Splits with their vectors; an utterance that was never cut is one.
SELECT u.utterance_id, coalesce(p.char_start, 0) AS char_start, coalesce(p.contents, u.contents) AS contents, v.vector,
    u.speaker, u.said_at, u.metadata ->> 'title' AS title, s.name AS source
FROM living_utterances u
LEFT JOIN sources s USING (source_id)
LEFT JOIN utterance_splits p USING (utterance_id)
LEFT JOIN active_vectors v ON v.target_type = 'utterance_split' AND v.target_id = p.utterance_split_id AND v.model_id = $2
WHERE u.utterance_id = ANY ($1::uuid[])
ORDER BY u.utterance_id, p.ordinal;

-- name: read_articles
SELECT utterance_id, title, url, host, lang, raw_hash FROM articles WHERE utterance_id = ANY ($1::uuid[]);

-- name: read_tags
SELECT utterance_id, tag, max(confidence) AS confidence FROM article_tags WHERE utterance_id = ANY ($1::uuid[])
GROUP BY utterance_id, tag ORDER BY utterance_id, 3 DESC, tag;

-- name: clear_documents
DELETE FROM recap_job_articles WHERE run_id = $1;

-- name: insert_documents
INSERT INTO recap_job_articles (run_id, document_id, kind, utterance_id, publisher, lang, said_at, raw_hash)
SELECT $1, n.document_id, n.kind, u.utterance_id, n.publisher, n.lang, n.said_at, decode(n.raw_hash, 'hex')
FROM jsonb_to_recordset($2) AS n (document_id uuid, kind text, utterance_id uuid, publisher text, lang text,
    said_at timestamptz, raw_hash text)
JOIN utterances u ON u.utterance_id = n.utterance_id
ON CONFLICT DO NOTHING;

-- name: describe_documents
UPDATE recap_job_articles d SET lang = n.lang, chars = n.chars, tokens = n.tokens
FROM jsonb_to_recordset($2) AS n (document_id uuid, lang text, chars integer, tokens integer)
WHERE d.run_id = $1 AND d.document_id = n.document_id;

-- name: undrop_documents
-- A stage that is done again decides anew.
UPDATE recap_job_articles SET dropped_by = NULL, reason = NULL, duplicate_of = NULL, similarity = NULL
WHERE run_id = $1 AND dropped_by = $2;

-- name: drop_documents
UPDATE recap_job_articles d
SET dropped_by = $2, reason = n.reason, duplicate_of = n.duplicate_of, similarity = n.similarity
FROM jsonb_to_recordset($3) AS n (document_id uuid, reason text, duplicate_of uuid, similarity real)
WHERE d.run_id = $1 AND d.document_id = n.document_id;

-- name: promote_documents
-- Left out by a genre's limit, and read after all because their story is told.
UPDATE recap_job_articles SET dropped_by = NULL, reason = NULL, details = details || '{"promoted_by": "story"}'
WHERE run_id = $1 AND document_id = ANY ($2::uuid[]) AND dropped_by = 'select';

-- name: score_documents
UPDATE recap_job_articles d SET genre = n.genre, score = n.score, details = d.details || coalesce(n.details, '{}')
FROM jsonb_to_recordset($2) AS n (document_id uuid, genre text, score real, details jsonb)
WHERE d.run_id = $1 AND d.document_id = n.document_id;

-- name: insert_decisions
INSERT INTO recap_genre_learning_results AS old (run_id, document_id, utterance_id, genre, strategy, confidence,
    coarse_candidates, refine_decision, tag_profile, graph_context, telemetry)
SELECT $1, n.document_id, d.utterance_id, n.genre, n.strategy, n.confidence, n.coarse_candidates, n.refine_decision,
    n.tag_profile, n.graph_context, n.telemetry
FROM jsonb_to_recordset($2) AS n (document_id uuid, genre text, strategy text, confidence real, coarse_candidates jsonb,
    refine_decision jsonb, tag_profile jsonb, graph_context jsonb, telemetry jsonb)
JOIN recap_job_articles d ON d.run_id = $1 AND d.document_id = n.document_id
ON CONFLICT (run_id, document_id) DO UPDATE
SET genre = excluded.genre, strategy = excluded.strategy, confidence = excluded.confidence,
    coarse_candidates = excluded.coarse_candidates, refine_decision = excluded.refine_decision,
    tag_profile = excluded.tag_profile, graph_context = excluded.graph_context, telemetry = excluded.telemetry, updated_at = now();

-- name: read_top_clusters
-- The themes of the map with what makes a document one of theirs.
SELECT c.cluster_id, c.cluster_title, c.attach_sim, v.vector
FROM living_clusters c
JOIN active_vectors v ON v.target_type = 'cluster' AND v.target_id = c.cluster_id AND v.model_id = $1
WHERE c.generation_id IS NOT NULL AND c.attach_sim IS NOT NULL
  AND NOT EXISTS (SELECT FROM living_clusters p WHERE p.cluster_id = c.parent_cluster_id)
ORDER BY c.cluster_id;

-- name: newest_config
SELECT DISTINCT ON (config_type) config_type, config_payload FROM recap_worker_config ORDER BY config_type, config_id DESC;

-- name: failing_feeds
-- Feeds of which nothing could be read in the day before a window ends, and how many feeds there are in all.
SELECT s.name, f.state = 'failed' AND coalesce(f.succeeded_at < $1::timestamptz - interval '1 day', true)
        AND f.created_at < $1 AS is_failing
FROM feeds f JOIN sources s USING (source_id) ORDER BY s.name;

-- name: set_params
UPDATE nightly_runs SET params = params || $2 WHERE run_id = $1;

-- What the night works with, as of one moment. Every COPY has rows of one fixed width (binary), in the order of
-- the ids, so that reading them back is a view of the file and equal stores give equal bytes.

-- name: statement_vectors
-- What is clustered: seeds, and utterances without any.
SELECT e.target_id, kind_number(e.target_type) AS kind, e.vector
FROM active_vectors e
JOIN embedding_models m USING (model_id)
LEFT JOIN living_seeds s ON e.target_type = 'seed' AND s.seed_id = e.target_id
LEFT JOIN seedless_utterances($1, $2, $3) u ON e.target_type = 'utterance' AND u.utterance_id = e.target_id
WHERE vector_dims(e.vector) = m.dims AND l2_norm(e.vector) > 0.5 AND e.model_id = $1
  AND coalesce(s.seed_id, u.utterance_id) IS NOT NULL
ORDER BY e.target_id;

-- name: utterance_vectors
-- Of the other utterances.
SELECT e.target_id, kind_number(e.target_type) AS kind, e.vector
FROM active_vectors e JOIN mapped_utterances u ON u.utterance_id = e.target_id JOIN embedding_models m USING (model_id)
WHERE e.target_type = 'utterance' AND vector_dims(e.vector) = m.dims AND l2_norm(e.vector) > 0.5 AND e.model_id = $1
  AND u.utterance_id NOT IN (SELECT utterance_id FROM seedless_utterances($1, $2, $3))
ORDER BY e.target_id;

-- name: links
SELECT seed_id, utterance_id FROM seed_sources GROUP BY seed_id, utterance_id ORDER BY seed_id, utterance_id;

-- name: scores
SELECT utterance_id, {{ coalesce(SCORE, 'NaN'::real) }}
FROM mapped_utterances ORDER BY utterance_id;

-- name: turns
-- Where utterances stand in their conversations; what is in none has no neighbours.
SELECT utterance_id, conversation_id, coalesce(position, 0)::bigint AS position
FROM mapped_utterances WHERE conversation_id IS NOT NULL ORDER BY utterance_id;

-- name: members
-- Yesterday's clusters: what the night before found, and what joined since. Clusters of other programs are theirs: the
-- night neither continues nor ends them.
SELECT cluster_id, member_id
FROM cluster_members JOIN living_clusters c USING (cluster_id)
WHERE c.generation_id IS NOT NULL
ORDER BY cluster_id, member_id;

-- name: points
SELECT p.layout_id, p.target_id, CASE p.target_type WHEN 'seed' THEN 0 WHEN 'utterance' THEN 1 ELSE 2 END::smallint,
    p.is_provisional, p.x, p.y
FROM map_places p JOIN active_maps USING (layout_id)
ORDER BY p.layout_id, p.target_type, p.target_id;

-- name: words
SELECT seed_id AS id, body AS text FROM living_seeds WHERE seed_id = ANY ($1::uuid[])
UNION ALL
SELECT utterance_id, coalesce(contents, '') FROM living_utterances WHERE utterance_id = ANY ($1::uuid[])
ORDER BY id;

-- name: titles_given
SELECT cluster_id, cluster_title FROM living_clusters
WHERE cluster_id = ANY ($1::uuid[]) AND cluster_title IS NOT NULL
  AND (is_pinned = 1 OR overview_source IN ('llm', 'user'))
ORDER BY cluster_id;

-- name: open_since
-- When the oldest transaction began that has written, or may yet: its rows have that time and are not seen until it
-- ends. Whoever only reads for longer than a minute, as a backup does, is none of them.
SELECT least(now(), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (backend_xid IS NOT NULL OR xact_start > now() - interval '1 minute');

-- name: clusters
SELECT cluster_id, parent_cluster_id, least(greatest(depth, 1), 100) AS depth, cluster_title, overview_source, is_pinned = 1 AS is_pinned, CASE WHEN drift < 'Infinity' THEN drift ELSE 0 END AS drift, generation_id,
    split_tried
FROM living_clusters WHERE generation_id IS NOT NULL ORDER BY cluster_id;

-- name: runs
SELECT layout_id, scope_type, scope_cluster_id, member_hash FROM active_maps ORDER BY layout_id;

-- name: facts
SELECT m.model_id, m.dims, now() AS taken_at,
    (SELECT max(generation_id) FROM cluster_generations WHERE status IN ('published', 'partial')) AS generation_id,
    (SELECT stats ->> 'fingerprint' FROM cluster_generations WHERE status IN ('published', 'partial')
     ORDER BY generation_id DESC LIMIT 1) AS fingerprint,
    (SELECT start FROM cluster_generations WHERE status IN ('published', 'partial')
     ORDER BY generation_id DESC LIMIT 1) AS start
FROM embedding_models m WHERE m.is_current = 1;

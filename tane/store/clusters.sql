-- name: load_clusters
SELECT cluster_id, parent_cluster_id, member_hash, is_archived = 1 AS is_archived,
    (is_pinned = 1 AND cluster_overview IS NOT NULL) OR overview_source IS NOT DISTINCT FROM 'user' AS is_owners,
    cluster_title IS NOT NULL AS has_title
FROM clusters WHERE cluster_id = ANY ($1::uuid[]);

-- name: with_unfinished_children
-- A parent is described by the words of its children: theirs come first (E11).
SELECT DISTINCT c.parent_cluster_id FROM living_clusters c
JOIN worker_jobs w ON w.target_id = c.cluster_id AND w.target_table = 'cluster' AND w.job_type = 'cluster_body'
    AND w.status IN ('queued', 'scheduled', 'running')
WHERE c.parent_cluster_id = ANY ($1::uuid[]);

-- name: sample_members
-- Ids are random, so the least of them are a fair sample.
SELECT m.member_id, coalesce(s.body, u.contents) AS body, v.vector, count(*) OVER () AS total
FROM cluster_members m
LEFT JOIN living_seeds s ON m.member_type = 'seed' AND s.seed_id = m.member_id
LEFT JOIN living_utterances u ON m.member_type = 'utterance' AND u.utterance_id = m.member_id
LEFT JOIN active_vectors v ON v.target_type = m.member_type AND v.target_id = m.member_id
    AND v.model_id = (SELECT model_id FROM embedding_models WHERE is_current = 1)
WHERE cluster_id = $1 AND coalesce(s.body, u.contents) IS NOT NULL
ORDER BY m.member_id LIMIT $2;

-- name: list_children
SELECT cluster_title, cluster_overview FROM living_clusters
WHERE parent_cluster_id = $1 AND (cluster_title IS NOT NULL OR cluster_overview IS NOT NULL)
ORDER BY total_count DESC NULLS LAST, cluster_id;

-- name: list_sibling_titles
SELECT s.cluster_title FROM clusters c
JOIN living_clusters s ON s.parent_cluster_id IS NOT DISTINCT FROM c.parent_cluster_id AND s.cluster_id <> c.cluster_id
WHERE c.cluster_id = $1 AND s.cluster_title IS NOT NULL
ORDER BY s.total_count DESC NULLS LAST, s.cluster_id;

-- name: lock_titles
-- Two siblings that are named at once must see each other's titles.
SELECT pg_advisory_xact_lock(hashtextextended('titles under ' || coalesce($1::uuid::text, 'the top'), 0));

-- name: describe_cluster
-- Not the owner's words, and not an archived cluster; a pin keeps what is there and lets the rest be written. What the members were when the model was asked
-- decides whether its text is up to date.
UPDATE clusters SET
    cluster_title = CASE WHEN is_pinned = 1 THEN coalesce(cluster_title, $2) ELSE coalesce($2, cluster_title) END,
    cluster_overview = $3,
    cluster_category = coalesce($4, cluster_category),
    cluster_strength = coalesce($5, cluster_strength),
    overview_source = 'llm',
    overview_stale = CASE WHEN member_hash IS NOT DISTINCT FROM $6::bytea THEN 0 ELSE overview_stale END,
    drift = CASE WHEN member_hash IS NOT DISTINCT FROM $6::bytea THEN 0 ELSE drift END,
    updated_at = now()
WHERE cluster_id = $1 AND is_archived = 0 AND (is_pinned = 0 OR cluster_overview IS NULL)
    AND overview_source IS DISTINCT FROM 'user';

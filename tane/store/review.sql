-- The owner's decisions about seeds and about the words of clusters.

-- name: list_seeds
-- Each with the earliest utterance it comes from; the newest seed first.
SELECT s.seed_id AS id, s.seed_kind AS kind, s.review_status AS status, s.body, s.grounding,
    s.source_changed = 1 AS source_changed, s.created_at AS at,
    o.utterance_id, o.contents AS source, o.speaker, o.span_start, o.span_end
FROM seeds s
LEFT JOIN LATERAL (
    SELECT u.utterance_id, u.contents, u.speaker, u.span_start, u.span_end
    FROM seed_sources u
    WHERE u.seed_id = s.seed_id
    ORDER BY u.said_at, u.utterance_id LIMIT 1
) o ON true
WHERE s.deleted_at IS NULL AND ($1::text IS NULL OR s.seed_kind = $1) AND ($2::text IS NULL OR s.review_status = $2)
    AND normalize(s.body, NFKC) ILIKE ALL ($3::text[])
ORDER BY s.created_at DESC, s.seed_id LIMIT $4;

-- name: accept_seeds
-- What the owner has worded stays known as edited.
UPDATE seeds s SET updated_at = now(), review_status = CASE WHEN EXISTS (
    SELECT FROM utterance_seeds l WHERE l.seed_id = s.seed_id AND l.relation_type = 'edited_from'
) THEN 'edited' ELSE 'accepted' END
WHERE s.seed_id = ANY ($1::uuid[]);

-- name: reject_seeds
UPDATE seeds SET review_status = 'rejected', updated_at = now() WHERE seed_id = ANY ($1::uuid[]);

-- name: edit_seed
-- Its id stays that of the first words, so that extraction finds them taken (A5, C3).
UPDATE seeds SET body = $2, review_status = 'edited', updated_at = now() WHERE seed_id = $1;

-- name: mark_edited
UPDATE utterance_seeds SET relation_type = 'edited_from' WHERE seed_id = $1 AND relation_type = 'derived_from';

-- name: list_clusters
-- As a tree: each cluster before those within it, the larger first. Its seeds are all within it.
WITH RECURSIVE tree AS (
    SELECT c.cluster_id, ARRAY[lpad((1000000000 - coalesce(c.total_count, 0))::text, 10, '0') || c.cluster_id] AS path
    FROM living_clusters c
    WHERE NOT EXISTS (SELECT FROM living_clusters p WHERE p.cluster_id = c.parent_cluster_id)
    UNION ALL
    SELECT c.cluster_id, tree.path || (lpad((1000000000 - coalesce(c.total_count, 0))::text, 10, '0') || c.cluster_id)
    FROM tree JOIN living_clusters c ON c.parent_cluster_id = tree.cluster_id
    WHERE cardinality(tree.path) < 100  -- another program's rows might make a circle
)
SELECT c.cluster_id AS id, c.parent_cluster_id AS parent_id, c.depth, c.cluster_title AS title,
    c.cluster_overview AS overview, c.cluster_category AS category, c.overview_source, c.is_pinned = 1 AS is_pinned,
    c.overview_stale = 1 AS is_stale,
    (SELECT count(DISTINCT m.member_id) FROM tree inner_one
     JOIN cluster_members m ON m.cluster_id = inner_one.cluster_id
     LEFT JOIN living_seeds s ON s.seed_id = m.member_id
     LEFT JOIN living_utterances u ON u.utterance_id = m.member_id
     WHERE inner_one.path[cardinality(tree.path)] = tree.path[cardinality(tree.path)]
       AND coalesce(s.seed_id, u.utterance_id) IS NOT NULL) AS seeds
FROM tree JOIN clusters c USING (cluster_id)
WHERE normalize(concat_ws(' ', c.cluster_title, c.cluster_overview), NFKC) ILIKE ALL ($1::text[])
ORDER BY tree.path LIMIT $2;

-- name: rename_cluster
UPDATE clusters SET cluster_title = $2, cluster_overview = coalesce($3, cluster_overview), is_pinned = 1,
    overview_source = CASE WHEN $3::text IS NULL THEN overview_source ELSE 'user' END,
    overview_stale = CASE WHEN $3 IS NULL THEN overview_stale ELSE 0 END, updated_at = now()
WHERE cluster_id = $1;

-- name: embed_words
-- The words of a cluster have a vector of their own (D8).
INSERT INTO worker_jobs (job_type, target_table, target_id, priority) VALUES ('embedding', 'cluster', $1, 10)
ON CONFLICT DO NOTHING;

-- name: pin_clusters
UPDATE clusters SET is_pinned = 1, updated_at = now() WHERE cluster_id = ANY ($1::uuid[]);

-- name: unpin_clusters
UPDATE clusters SET is_pinned = 0, overview_source = nullif(overview_source, 'user'), overview_stale = 1, updated_at = now()
WHERE cluster_id = ANY ($1::uuid[]);

-- name: describe_anew
INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
SELECT 'cluster_body', 'cluster', cluster_id, 5 FROM living_clusters
WHERE cluster_id = ANY ($1::uuid[])
ORDER BY cluster_id
ON CONFLICT DO NOTHING;

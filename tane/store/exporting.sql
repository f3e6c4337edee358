-- Rows for other programs: all that is visible, or the kinds ($1, NULL for all) and clusters ($2, NULL for all; with
-- all below them) that were chosen. Every order is total, so that equal databases give equal files.

-- name: subtree
WITH RECURSIVE tree AS (
    SELECT cluster_id FROM clusters WHERE cluster_id = ANY ($1::uuid[])
    UNION
    SELECT c.cluster_id FROM tree t JOIN living_clusters c ON c.parent_cluster_id = t.cluster_id
)
SELECT cluster_id FROM tree ORDER BY cluster_id;

-- name: utterance_rows
-- An utterance stands where its first seed does, as on the maps; one without seeds where it does itself.
WITH home AS (
    SELECT DISTINCT ON (m.seed_id) m.seed_id, p.path
    FROM memberships m JOIN cluster_paths p USING (cluster_id)
    WHERE $2::uuid[] IS NULL OR cluster_id = ANY ($2)
    ORDER BY m.seed_id, cardinality(p.path) DESC, m.weight DESC, cluster_id
), by_seed AS (
    SELECT DISTINCT ON (l.utterance_id) l.utterance_id, h.path
    FROM utterance_seeds l
    JOIN living_seeds s USING (seed_id)
    JOIN home h USING (seed_id)
    ORDER BY l.utterance_id, l.span_start NULLS LAST, l.seed_id
), standing AS (
    SELECT utterance_id, path FROM by_seed
    UNION ALL
    SELECT member_id, path FROM cluster_members JOIN cluster_paths USING (cluster_id)
    WHERE member_type = 'utterance' AND ($2::uuid[] IS NULL OR cluster_id = ANY ($2))
      AND member_id NOT IN (SELECT utterance_id FROM by_seed)
)
SELECT u.utterance_id AS id, 'utterance' AS type, NULL AS kind, u.contents AS content,
       CASE WHEN p.utterance_id IS NULL OR jsonb_typeof(u.metadata) <> 'object' THEN u.metadata
            ELSE u.metadata || jsonb_build_object('article', p.facts) END AS metadata,
       u.said_at AS created_at, a.x, a.y, w.path[1] AS cluster_l1, w.path[2] AS cluster_l2,
       w.path[3] AS cluster_l3, w.path[cardinality(w.path)] AS home, u.speaker, u.conversation_id, u.position, o.name AS source, r.utterance_role_name AS role,
       {{ u.SCORE }}
FROM living_utterances u
LEFT JOIN sources o USING (source_id)
LEFT JOIN utterance_roles r USING (utterance_role_id)
LEFT JOIN standing w USING (utterance_id)
LEFT JOIN LATERAL (
    SELECT t.utterance_id, jsonb_build_object('title', t.title, 'url', t.url, 'host', t.host, 'lang', t.lang, 'tags', ARRAY(
        SELECT jsonb_build_object('tag', g.tag, 'confidence', round(g.confidence::numeric, 4), 'source', g.source)
        FROM article_tags g WHERE g.utterance_id = t.utterance_id ORDER BY g.tag, g.source)) AS facts
    FROM articles t WHERE t.utterance_id = u.utterance_id
) p ON true
LEFT JOIN LATERAL (
    SELECT p.x, p.y FROM map_places p JOIN active_maps n USING (layout_id)
    WHERE n.scope_type = 'atlas' AND p.target_type = 'utterance' AND p.target_id = u.utterance_id
) a ON true
WHERE ($1::text[] IS NULL OR 'utterance' = ANY ($1))
  AND ($2::uuid[] IS NULL OR w.path IS NOT NULL)
ORDER BY created_at, u.conversation_id, u.position, u.utterance_id;

-- name: seed_rows
-- With the earliest utterance it was taken from.
WITH standing AS (
    SELECT DISTINCT ON (m.seed_id) m.seed_id, p.path
    FROM memberships m JOIN cluster_paths p USING (cluster_id)
    WHERE $2::uuid[] IS NULL OR cluster_id = ANY ($2)
    ORDER BY m.seed_id, cardinality(p.path) DESC, m.weight DESC, cluster_id
), said AS (
    SELECT DISTINCT ON (seed_id) seed_id, utterance_id, speaker, conversation_id, position, said_at
    FROM seed_sources
    ORDER BY seed_id, said_at, utterance_id
)
SELECT s.seed_id AS id, 'seed' AS type, s.seed_kind AS kind, s.body AS content, '{}'::jsonb AS metadata,
       coalesce(f.said_at, s.created_at) AS created_at, a.x, a.y, w.path[1] AS cluster_l1, w.path[2] AS cluster_l2,
       w.path[3] AS cluster_l3, w.path[cardinality(w.path)] AS home, f.speaker, f.conversation_id, f.position, f.utterance_id, s.grounding, s.review_status,
       s.model_name
FROM living_seeds s
LEFT JOIN said f USING (seed_id)
LEFT JOIN standing w USING (seed_id)
LEFT JOIN LATERAL (
    SELECT p.x, p.y FROM map_places p JOIN active_maps n USING (layout_id)
    WHERE n.scope_type = 'atlas' AND p.target_type = 'seed' AND p.target_id = s.seed_id
) a ON true
WHERE ($1::text[] IS NULL OR 'seed' = ANY ($1) OR s.seed_kind = ANY ($1))
  AND ($2::uuid[] IS NULL OR w.path IS NOT NULL)
ORDER BY created_at, f.conversation_id, f.position, s.seed_id;

-- name: cluster_rows
SELECT c.cluster_id AS id, c.parent_cluster_id AS parent_id, c.depth AS level, c.cluster_title AS title,
       c.cluster_overview AS overview, c.cluster_category AS category, c.cluster_strength AS strength,
       coalesce(c.total_count, c.member_count, 0) AS seeds, c.created_at, a.x, a.y, {{ c.avg_SCORE }}
FROM living_clusters c
LEFT JOIN LATERAL (
    SELECT p.x, p.y FROM map_places p JOIN active_maps n USING (layout_id)
    WHERE n.scope_type = 'atlas' AND p.target_type = 'cluster' AND p.target_id = c.cluster_id
) a ON true
WHERE $1::uuid[] IS NULL OR c.cluster_id = ANY ($1)
ORDER BY c.depth, seeds DESC, c.cluster_id;

-- name: source_rows
-- Which seed was taken from which utterance, where both are chosen.
SELECT l.seed_id, l.utterance_id, l.relation_type, l.span_start, l.span_end
FROM seed_sources l
JOIN living_seeds s USING (seed_id)
WHERE ($1::text[] IS NULL OR ('utterance' = ANY ($1) AND ('seed' = ANY ($1) OR s.seed_kind = ANY ($1))))
  AND ($2::uuid[] IS NULL OR EXISTS (
    SELECT FROM memberships m WHERE m.seed_id = l.seed_id AND m.cluster_id = ANY ($2)))
ORDER BY l.seed_id, l.utterance_id, l.relation_type;

-- name: edge_rows
-- Only between what is chosen: a graph must not gain nodes by its edges.
WITH kept AS MATERIALIZED (SELECT type, id FROM chosen_items($1, $2))
SELECT e.src_type, e.src_id, e.dst_type, e.dst_id, e.edge_type, e.role, similarity_of(e.weight) AS weight, e.source
FROM active_edges e
JOIN kept s ON s.type = e.src_type AND s.id = e.src_id
JOIN kept d ON d.type = e.dst_type AND d.id = e.dst_id
ORDER BY e.src_type, e.src_id, e.dst_type, e.dst_id, e.edge_type;

-- name: point_rows
-- Places on all maps in use, of what is chosen; of a cluster's map only if it is chosen itself.
WITH kept AS MATERIALIZED (SELECT type, id FROM chosen_items($1, $2))
SELECT n.scope_type, n.scope_cluster_id, p.target_type, p.target_id, p.x, p.y, p.is_provisional
FROM map_places p
JOIN active_maps n USING (layout_id)
JOIN kept k ON k.type = p.target_type AND k.id = p.target_id
WHERE $2::uuid[] IS NULL OR n.scope_cluster_id IS NULL OR n.scope_cluster_id = ANY ($2)
ORDER BY n.scope_type, n.scope_cluster_id, p.target_type, p.target_id;

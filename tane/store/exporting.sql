-- Rows for other programs: all that is visible, or the kinds ($1, NULL for all) and clusters ($2, NULL for all; with
-- all below them) that were chosen. Every order is total, so that equal databases give equal files.

-- name: subtree
WITH RECURSIVE tree AS (
    SELECT cluster_id FROM clusters WHERE cluster_id = ANY ($1::uuid[])
    UNION
    SELECT c.cluster_id FROM tree t JOIN clusters c ON c.parent_cluster_id = t.cluster_id WHERE c.is_archived = 0
)
SELECT cluster_id FROM tree ORDER BY cluster_id;

-- name: utterance_rows
-- An utterance stands where the deepest, then strongest membership of its seeds puts it.
WITH RECURSIVE paths AS (
    SELECT c.cluster_id, ARRAY[c.cluster_id] AS path FROM clusters c
    LEFT JOIN clusters p ON p.cluster_id = c.parent_cluster_id
    WHERE c.is_archived = 0 AND coalesce(p.is_archived, 1) = 1
    UNION ALL
    SELECT c.cluster_id, p.path || c.cluster_id
    FROM paths p JOIN clusters c ON c.parent_cluster_id = p.cluster_id AND c.is_archived = 0
), standing AS (
    SELECT DISTINCT ON (l.utterance_id) l.utterance_id, p.path
    FROM utterance_seeds l
    JOIN seeds s ON s.seed_id = l.seed_id AND s.deleted_at IS NULL AND s.review_status <> 'rejected'
    JOIN edges e ON e.src_type = 'seed' AND e.src_id = l.seed_id AND e.dst_type = 'cluster' AND e.edge_type = 'part_of'
        AND e.is_active = 1 AND e.role IN ('member', 'attached')
    JOIN paths p ON p.cluster_id = e.dst_id
    WHERE $2::uuid[] IS NULL OR e.dst_id = ANY ($2)
    ORDER BY l.utterance_id, cardinality(p.path) DESC, e.weight DESC, p.cluster_id
)
SELECT u.utterance_id AS id, 'utterance' AS type, NULL AS kind, u.contents AS content, u.metadata,
       coalesce(u.uttered_at, u.created_at) AS created_at, a.x, a.y, w.path[1] AS cluster_l1, w.path[2] AS cluster_l2,
       w.path[3] AS cluster_l3, u.speaker, u.conversation_id, u.position, o.name AS source, r.utterance_role_name AS role,
       {{ u.SCORE }}
FROM utterances u
LEFT JOIN sources o USING (source_id)
LEFT JOIN utterance_roles r USING (utterance_role_id)
LEFT JOIN standing w USING (utterance_id)
LEFT JOIN LATERAL (
    SELECT p.x, p.y FROM layout_points p JOIN layout_runs n USING (layout_id)
    WHERE n.scope_type = 'atlas' AND n.is_active = 1 AND p.target_type = 'utterance' AND p.target_id = u.utterance_id
      AND p.is_active = 1 AND is_place(p.x, p.y)
) a ON true
WHERE u.deleted_at IS NULL AND ($1::text[] IS NULL OR 'utterance' = ANY ($1))
  AND ($2::uuid[] IS NULL OR w.path IS NOT NULL)
ORDER BY created_at, u.conversation_id, u.position, u.utterance_id;

-- name: seed_rows
-- With the earliest utterance it was taken from.
WITH RECURSIVE paths AS (
    SELECT c.cluster_id, ARRAY[c.cluster_id] AS path FROM clusters c
    LEFT JOIN clusters p ON p.cluster_id = c.parent_cluster_id
    WHERE c.is_archived = 0 AND coalesce(p.is_archived, 1) = 1
    UNION ALL
    SELECT c.cluster_id, p.path || c.cluster_id
    FROM paths p JOIN clusters c ON c.parent_cluster_id = p.cluster_id AND c.is_archived = 0
), standing AS (
    SELECT DISTINCT ON (e.src_id) e.src_id AS seed_id, p.path
    FROM edges e JOIN paths p ON p.cluster_id = e.dst_id
    WHERE e.src_type = 'seed' AND e.dst_type = 'cluster' AND e.edge_type = 'part_of' AND e.is_active = 1
      AND e.role IN ('member', 'attached') AND ($2::uuid[] IS NULL OR e.dst_id = ANY ($2))
    ORDER BY e.src_id, cardinality(p.path) DESC, e.weight DESC, p.cluster_id
), said AS (
    SELECT DISTINCT ON (l.seed_id) l.seed_id, u.utterance_id, u.speaker, u.conversation_id, u.position,
           coalesce(u.uttered_at, u.created_at) AS at
    FROM utterance_seeds l JOIN utterances u USING (utterance_id)
    WHERE u.deleted_at IS NULL
    ORDER BY l.seed_id, at, u.utterance_id
)
SELECT s.seed_id AS id, 'seed' AS type, s.seed_kind AS kind, s.body AS content, '{}'::jsonb AS metadata,
       coalesce(f.at, s.created_at) AS created_at, a.x, a.y, w.path[1] AS cluster_l1, w.path[2] AS cluster_l2,
       w.path[3] AS cluster_l3, f.speaker, f.conversation_id, f.position, f.utterance_id, s.grounding, s.review_status,
       s.model_name
FROM seeds s
LEFT JOIN said f USING (seed_id)
LEFT JOIN standing w USING (seed_id)
LEFT JOIN LATERAL (
    SELECT p.x, p.y FROM layout_points p JOIN layout_runs n USING (layout_id)
    WHERE n.scope_type = 'atlas' AND n.is_active = 1 AND p.target_type = 'seed' AND p.target_id = s.seed_id
      AND p.is_active = 1 AND is_place(p.x, p.y)
) a ON true
WHERE s.deleted_at IS NULL AND s.review_status <> 'rejected'
  AND ($1::text[] IS NULL OR 'seed' = ANY ($1) OR s.seed_kind = ANY ($1))
  AND ($2::uuid[] IS NULL OR w.path IS NOT NULL)
ORDER BY created_at, f.conversation_id, f.position, s.seed_id;

-- name: cluster_rows
SELECT c.cluster_id AS id, c.parent_cluster_id AS parent_id, c.depth AS level, c.cluster_title AS title,
       c.cluster_overview AS overview, c.cluster_category AS category, c.cluster_strength AS strength,
       coalesce(c.total_count, c.member_count, 0) AS seeds, c.created_at, a.x, a.y, {{ c.avg_SCORE }}
FROM clusters c
LEFT JOIN LATERAL (
    SELECT p.x, p.y FROM layout_points p JOIN layout_runs n USING (layout_id)
    WHERE n.scope_type = 'atlas' AND n.is_active = 1 AND p.target_type = 'cluster' AND p.target_id = c.cluster_id
      AND p.is_active = 1 AND is_place(p.x, p.y)
) a ON true
WHERE c.is_archived = 0 AND ($1::uuid[] IS NULL OR c.cluster_id = ANY ($1))
ORDER BY c.depth, seeds DESC, c.cluster_id;

-- name: source_rows
-- Which seed was taken from which utterance, where both are chosen.
SELECT l.seed_id, l.utterance_id, l.relation_type, l.span_start, l.span_end
FROM utterance_seeds l
JOIN seeds s USING (seed_id)
JOIN utterances u USING (utterance_id)
WHERE s.deleted_at IS NULL AND s.review_status <> 'rejected' AND u.deleted_at IS NULL
  AND ($1::text[] IS NULL OR ('utterance' = ANY ($1) AND ('seed' = ANY ($1) OR s.seed_kind = ANY ($1))))
  AND ($2::uuid[] IS NULL OR EXISTS (
    SELECT FROM edges e
    WHERE e.src_type = 'seed' AND e.src_id = l.seed_id AND e.dst_type = 'cluster' AND e.dst_id = ANY ($2)
      AND e.edge_type = 'part_of' AND e.is_active = 1 AND e.role IN ('member', 'attached')))
ORDER BY l.seed_id, l.utterance_id, l.relation_type;

-- name: edge_rows
-- Only between what is chosen: a graph must not gain nodes by its edges.
WITH standing AS MATERIALIZED (
    SELECT DISTINCT e.src_id AS seed_id FROM edges e
    WHERE e.src_type = 'seed' AND e.dst_type = 'cluster' AND e.edge_type = 'part_of' AND e.is_active = 1
      AND e.role IN ('member', 'attached') AND e.dst_id = ANY ($2::uuid[])
), kept AS MATERIALIZED (
    SELECT 'seed' AS type, s.seed_id AS id FROM seeds s
    WHERE s.deleted_at IS NULL AND s.review_status <> 'rejected'
      AND ($1::text[] IS NULL OR 'seed' = ANY ($1) OR s.seed_kind = ANY ($1))
      AND ($2::uuid[] IS NULL OR s.seed_id IN (SELECT seed_id FROM standing))
    UNION ALL
    SELECT 'utterance', u.utterance_id FROM utterances u
    WHERE u.deleted_at IS NULL AND ($1::text[] IS NULL OR 'utterance' = ANY ($1))
      AND ($2::uuid[] IS NULL OR EXISTS (
        SELECT FROM utterance_seeds l
        JOIN seeds s ON s.seed_id = l.seed_id AND s.deleted_at IS NULL AND s.review_status <> 'rejected'
        WHERE l.utterance_id = u.utterance_id AND l.seed_id IN (SELECT seed_id FROM standing)))
    UNION ALL
    SELECT 'cluster', c.cluster_id FROM clusters c
    WHERE c.is_archived = 0 AND ($2::uuid[] IS NULL OR c.cluster_id = ANY ($2))
)
SELECT e.src_type, e.src_id, e.dst_type, e.dst_id, e.edge_type, e.role, similarity_of(e.weight) AS weight, e.source
FROM edges e
JOIN kept s ON s.type = e.src_type AND s.id = e.src_id
JOIN kept d ON d.type = e.dst_type AND d.id = e.dst_id
WHERE e.is_active = 1
ORDER BY e.src_type, e.src_id, e.dst_type, e.dst_id, e.edge_type;

-- name: point_rows
-- Places on all maps in use, of what is chosen; of a cluster's map only if it is chosen itself.
WITH standing AS MATERIALIZED (
    SELECT DISTINCT e.src_id AS seed_id FROM edges e
    WHERE e.src_type = 'seed' AND e.dst_type = 'cluster' AND e.edge_type = 'part_of' AND e.is_active = 1
      AND e.role IN ('member', 'attached') AND e.dst_id = ANY ($2::uuid[])
), kept AS MATERIALIZED (
    SELECT 'seed' AS type, s.seed_id AS id FROM seeds s
    WHERE s.deleted_at IS NULL AND s.review_status <> 'rejected'
      AND ($1::text[] IS NULL OR 'seed' = ANY ($1) OR s.seed_kind = ANY ($1))
      AND ($2::uuid[] IS NULL OR s.seed_id IN (SELECT seed_id FROM standing))
    UNION ALL
    SELECT 'utterance', u.utterance_id FROM utterances u
    WHERE u.deleted_at IS NULL AND ($1::text[] IS NULL OR 'utterance' = ANY ($1))
      AND ($2::uuid[] IS NULL OR EXISTS (
        SELECT FROM utterance_seeds l
        JOIN seeds s ON s.seed_id = l.seed_id AND s.deleted_at IS NULL AND s.review_status <> 'rejected'
        WHERE l.utterance_id = u.utterance_id AND l.seed_id IN (SELECT seed_id FROM standing)))
    UNION ALL
    SELECT 'cluster', c.cluster_id FROM clusters c
    WHERE c.is_archived = 0 AND ($2::uuid[] IS NULL OR c.cluster_id = ANY ($2))
)
SELECT n.scope_type, n.scope_cluster_id, p.target_type, p.target_id, p.x, p.y, p.is_provisional
FROM layout_points p
JOIN layout_runs n USING (layout_id)
JOIN kept k ON k.type = p.target_type AND k.id = p.target_id
WHERE n.is_active = 1 AND p.is_active = 1 AND is_place(p.x, p.y)
  AND ($2::uuid[] IS NULL OR n.scope_cluster_id IS NULL OR n.scope_cluster_id = ANY ($2))
ORDER BY n.scope_type, n.scope_cluster_id, p.target_type, p.target_id;

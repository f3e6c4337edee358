-- Reads for the map page: maps, their points as columns, clusters as a tree, edges, and what has arrived.

-- name: list_maps
SELECT r.layout_id AS id, r.scope_type AS scope, r.scope_cluster_id AS cluster_id, c.cluster_title AS title,
       r.created_at AS at, count(p.target_id) AS points
FROM layout_runs r
LEFT JOIN clusters c ON c.cluster_id = r.scope_cluster_id
LEFT JOIN layout_points p ON p.layout_id = r.layout_id AND p.is_active = 1
WHERE r.is_active = 1 AND (r.scope_type <> 'cluster' OR c.is_archived = 0)
GROUP BY r.layout_id, c.cluster_id
ORDER BY array_position(ARRAY['atlas', 'global', 'cluster'], r.scope_type), points DESC, r.layout_id
OFFSET $1 LIMIT $2;

-- name: read_run
SELECT r.layout_id AS id, r.scope_type AS scope, r.scope_cluster_id AS cluster_id, c.cluster_title AS title, r.created_at AS at
FROM layout_runs r LEFT JOIN clusters c ON c.cluster_id = r.scope_cluster_id
WHERE r.is_active = 1 AND (r.layout_id = $1 OR (r.scope_type = $2 AND r.scope_cluster_id IS NULL));

-- name: map_columns
-- The server writes the JSON: twenty thousand rows would take longer to become objects and text again. The home of
-- a seed is the deepest cluster that it is a member of, that of an utterance the home of its first seed, and the
-- theme is the top of the tree above it; a cluster whose parents go in a circle has none. A seed's time is when it was
-- first said.
WITH RECURSIVE tree AS (
    SELECT c.cluster_id, c.cluster_id AS theme
    FROM clusters c
    WHERE c.is_archived = 0
      AND NOT EXISTS (SELECT FROM clusters p WHERE p.cluster_id = c.parent_cluster_id AND p.is_archived = 0)
    UNION ALL
    SELECT c.cluster_id, t.theme
    FROM tree t JOIN clusters c ON c.parent_cluster_id = t.cluster_id
    WHERE c.is_archived = 0
), home AS (
    SELECT DISTINCT ON (e.src_id) e.src_id AS seed_id, e.dst_id AS cluster_id
    FROM edges e JOIN clusters c ON c.cluster_id = e.dst_id AND c.is_archived = 0
    WHERE e.src_type = 'seed' AND e.dst_type = 'cluster' AND e.edge_type = 'part_of' AND e.is_active = 1
      AND e.role IN ('member', 'attached')
    ORDER BY e.src_id, c.depth DESC, e.weight DESC, e.dst_id
), said AS (
    SELECT DISTINCT ON (l.utterance_id) l.utterance_id, h.cluster_id
    FROM utterance_seeds l JOIN home h USING (seed_id)
    ORDER BY l.utterance_id, l.span_start NULLS LAST, l.seed_id
), first_said AS (
    SELECT l.seed_id, min(coalesce(u.uttered_at, u.created_at)) AS at
    FROM utterance_seeds l JOIN utterances u USING (utterance_id)
    WHERE u.deleted_at IS NULL
    GROUP BY l.seed_id
), placed AS (
    SELECT p.target_type AS kind, p.target_id AS id, p.x, p.y, p.is_provisional,
           coalesce(s.seed_kind, r.utterance_role_name) AS sort, u.speaker,
           extract(epoch FROM representable(coalesce(u.uttered_at, u.created_at, f.at, s.created_at)))::bigint AS at,
           {{ round(u.SCORE::numeric, 2) AS SCORE }},
           CASE p.target_type WHEN 'seed' THEN h.cluster_id WHEN 'utterance' THEN d.cluster_id ELSE p.target_id END AS home
    FROM layout_points p
    LEFT JOIN seeds s ON p.target_type = 'seed' AND s.seed_id = p.target_id
    LEFT JOIN home h ON p.target_type = 'seed' AND h.seed_id = p.target_id
    LEFT JOIN first_said f ON p.target_type = 'seed' AND f.seed_id = p.target_id
    LEFT JOIN utterances u ON p.target_type = 'utterance' AND u.utterance_id = p.target_id
    LEFT JOIN said d ON p.target_type = 'utterance' AND d.utterance_id = p.target_id
    LEFT JOIN utterance_roles r USING (utterance_role_id)
    LEFT JOIN clusters c ON p.target_type = 'cluster' AND c.cluster_id = p.target_id
    WHERE p.layout_id = $1 AND p.is_active = 1 AND is_place(p.x, p.y)
      AND (s.seed_id IS NULL OR (s.deleted_at IS NULL AND s.review_status <> 'rejected'))
      AND u.deleted_at IS NULL AND (p.target_type <> 'cluster' OR c.is_archived = 0)
), named AS (
    SELECT c.cluster_id, t.theme, c.parent_cluster_id, c.depth, c.cluster_title, coalesce(c.total_count, 0) AS seeds,
           (row_number() OVER (ORDER BY c.depth, c.total_count DESC NULLS LAST, c.cluster_id) - 1)::integer AS number
    FROM tree t JOIN clusters c USING (cluster_id)
), points AS (
    SELECT placed.*, coalesce(own.number, -1) AS cluster, coalesce(top.number, -1) AS theme
    FROM placed
    LEFT JOIN named own ON own.cluster_id = placed.home
    LEFT JOIN named top ON top.cluster_id = own.theme
    ORDER BY placed.kind, placed.id
)
SELECT json_build_object(
    'clusters', (SELECT coalesce(json_agg(json_build_object(
            'id', n.cluster_id, 'parent_id', n.parent_cluster_id, 'title', n.cluster_title, 'depth', n.depth,
            'seeds', n.seeds, 'theme', top.number) ORDER BY n.number), '[]')
        FROM named n JOIN named top ON top.cluster_id = n.theme),
    'columns', (SELECT json_build_object(
            'kind', coalesce(json_agg(kind), '[]'), 'id', coalesce(json_agg(id), '[]'),
            'x', coalesce(json_agg(x), '[]'), 'y', coalesce(json_agg(y), '[]'),
            'cluster', coalesce(json_agg(cluster), '[]'), 'theme', coalesce(json_agg(theme), '[]'),
            'sort', coalesce(json_agg(sort), '[]'), 'speaker', coalesce(json_agg(speaker), '[]'),
            'at', coalesce(json_agg(at), '[]'), 'is_provisional', coalesce(json_agg(is_provisional), '[]'),
            {{ 'SCORE', coalesce(json_agg(SCORE), '[]') }})
        FROM points)
)::text;

-- name: cluster_facts
SELECT c.total_count AS seeds, {{ c.avg_SCORE AS SCORE }},
       (SELECT r.layout_id FROM layout_runs r WHERE r.scope_cluster_id = c.cluster_id AND r.is_active = 1) AS map_id
FROM clusters c WHERE c.cluster_id = $1;

-- name: cluster_path
-- From the top of the tree down to the cluster itself.
WITH RECURSIVE above AS (
    SELECT cluster_id, parent_cluster_id, cluster_title, 0 AS up FROM clusters WHERE cluster_id = $1
    UNION ALL
    SELECT c.cluster_id, c.parent_cluster_id, c.cluster_title, above.up + 1
    FROM above JOIN clusters c ON c.cluster_id = above.parent_cluster_id
    WHERE c.is_archived = 0 AND above.up < 100  -- another program's rows might make a circle
)
SELECT cluster_id AS id, cluster_title AS title FROM above ORDER BY up DESC;

-- name: cluster_children
SELECT cluster_id AS id, cluster_title AS title, total_count AS seeds FROM clusters
WHERE parent_cluster_id = $1 AND is_archived = 0
ORDER BY total_count DESC NULLS LAST, cluster_id;

-- name: cluster_members
-- Seeds of the cluster and of all within it, the nearest to its middle first.
WITH RECURSIVE inner_one AS (
    SELECT cluster_id FROM clusters WHERE cluster_id = $1
    UNION
    SELECT c.cluster_id FROM inner_one i JOIN clusters c ON c.parent_cluster_id = i.cluster_id WHERE c.is_archived = 0
)
SELECT s.seed_id AS id, s.seed_kind AS kind, s.body AS text, s.grounding, max(similarity_of(e.weight)) AS weight
FROM inner_one i
JOIN edges e ON e.dst_type = 'cluster' AND e.dst_id = i.cluster_id AND e.src_type = 'seed' AND e.edge_type = 'part_of'
    AND e.is_active = 1 AND e.role IN ('member', 'attached')
JOIN seeds s ON s.seed_id = e.src_id AND s.deleted_at IS NULL AND s.review_status <> 'rejected'
GROUP BY s.seed_id
ORDER BY max(similarity_of(e.weight)) DESC, s.seed_id
OFFSET $2 LIMIT $3;

-- name: list_edges
-- Both directions; where both ends stored one, the greater weight counts.
SELECT type, role, max(similarity_of(weight)) AS weight, kind, id FROM (
    SELECT edge_type AS type, role, weight, dst_type AS kind, dst_id AS id FROM edges
    WHERE src_type = $1 AND src_id = $2 AND is_active = 1
    UNION ALL
    SELECT edge_type, role, weight, src_type, src_id FROM edges
    WHERE dst_type = $1 AND dst_id = $2 AND is_active = 1
) ends
GROUP BY type, role, kind, id
ORDER BY type, weight DESC, kind, id
OFFSET $3 LIMIT $4;

-- name: read_snippets
SELECT 'utterance' AS kind, utterance_id AS id, left(contents, $2) AS text, speaker
FROM utterances WHERE utterance_id = ANY ($1) AND deleted_at IS NULL
UNION ALL
SELECT 'seed', seed_id, left(body, $2), NULL FROM seeds
WHERE seed_id = ANY ($1) AND deleted_at IS NULL AND review_status <> 'rejected'
UNION ALL
SELECT 'cluster', cluster_id, left(coalesce(cluster_title, cluster_overview, ''), $2), NULL FROM clusters
WHERE cluster_id = ANY ($1) AND is_archived = 0
ORDER BY kind, id;

-- name: arrivals
-- A row's time is that of its transaction's beginning: look back further than the last look.
SELECT p.layout_id AS map_id, p.target_type AS kind, p.target_id AS id, p.x, p.y, p.updated_at AS at
FROM layout_points p JOIN layout_runs r ON r.layout_id = p.layout_id AND r.is_active = 1
WHERE p.is_active = 1 AND p.is_provisional = 1 AND is_place(p.x, p.y) AND p.updated_at > $1
ORDER BY p.updated_at, p.layout_id, p.target_id
LIMIT $2;

-- name: maps_mark
-- What changes when a night has published: the maps in use, and the clusters' words.
SELECT coalesce((SELECT max(generation_id) FROM cluster_generations WHERE status IN ('published', 'partial')), 0) AS generation,
       (SELECT max(updated_at) FROM clusters) AS words_at, now() AS at;

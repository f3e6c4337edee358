-- Reads for the map page: maps, their points as columns, clusters as a tree, edges, and what has arrived.

-- name: list_maps
SELECT r.layout_id AS id, r.scope_type AS scope, r.scope_cluster_id AS cluster_id, c.cluster_title AS title,
       r.created_at AS at, count(p.target_id) AS points
FROM active_maps r
LEFT JOIN living_clusters c ON c.cluster_id = r.scope_cluster_id
LEFT JOIN layout_points p ON p.layout_id = r.layout_id AND p.is_active = 1
WHERE r.scope_type <> 'cluster' OR c.cluster_id IS NOT NULL
GROUP BY r.layout_id, r.scope_type, r.scope_cluster_id, c.cluster_title, r.created_at
ORDER BY array_position(ARRAY['atlas', 'global', 'cluster'], r.scope_type), points DESC, r.layout_id
OFFSET $1 LIMIT $2;

-- name: read_run
SELECT r.layout_id AS id, r.scope_type AS scope, r.scope_cluster_id AS cluster_id, c.cluster_title AS title, r.created_at AS at
FROM active_maps r LEFT JOIN clusters c ON c.cluster_id = r.scope_cluster_id
WHERE (r.layout_id = $1 OR (r.scope_type = $2 AND r.scope_cluster_id IS NULL));

-- name: map_columns
-- The server writes the JSON: twenty thousand rows would take longer to become objects and text again. The home of
-- a seed is the deepest cluster that it is a member of, that of an utterance the home of its first seed, or its own, and the
-- theme is the top of the tree above it; a cluster whose parents go in a circle has none. A seed's time is when it was
-- first said.
WITH home AS (
    SELECT DISTINCT ON (member_id) member_type, member_id, cluster_id
    FROM cluster_members m JOIN living_clusters c USING (cluster_id)
    ORDER BY member_id, c.depth DESC, m.weight DESC, cluster_id
), said AS (
    SELECT DISTINCT ON (l.utterance_id) l.utterance_id, h.cluster_id
    FROM utterance_seeds l JOIN home h ON h.member_type = 'seed' AND h.member_id = l.seed_id
    ORDER BY l.utterance_id, l.span_start NULLS LAST, l.seed_id
), first_said AS (
    SELECT seed_id, min(said_at) AS at FROM seed_sources GROUP BY seed_id
), placed AS (
    SELECT p.target_type AS kind, p.target_id AS id, p.x, p.y, p.is_provisional,
           coalesce(s.seed_kind, r.utterance_role_name) AS sort, u.speaker,
           extract(epoch FROM representable(coalesce(u.said_at, f.at, s.created_at)))::bigint AS at,
           {{ round(u.SCORE::numeric, 2) AS SCORE }},
           CASE p.target_type WHEN 'cluster' THEN p.target_id ELSE coalesce(d.cluster_id, h.cluster_id) END AS home
    FROM map_places p
    LEFT JOIN living_seeds s ON p.target_type = 'seed' AND s.seed_id = p.target_id
    LEFT JOIN home h ON h.member_type = p.target_type AND h.member_id = p.target_id
    LEFT JOIN first_said f ON p.target_type = 'seed' AND f.seed_id = p.target_id
    LEFT JOIN living_utterances u ON p.target_type = 'utterance' AND u.utterance_id = p.target_id
    LEFT JOIN said d ON p.target_type = 'utterance' AND d.utterance_id = p.target_id
    LEFT JOIN utterance_roles r USING (utterance_role_id)
    LEFT JOIN living_clusters c ON p.target_type = 'cluster' AND c.cluster_id = p.target_id
    WHERE p.layout_id = $1 AND coalesce(s.seed_id, u.utterance_id, c.cluster_id) IS NOT NULL
), named AS (
    SELECT c.cluster_id, p.path[1] AS theme, c.parent_cluster_id, c.depth, c.cluster_title, coalesce(c.total_count, 0) AS seeds,
           (row_number() OVER (ORDER BY c.depth, c.total_count DESC NULLS LAST, c.cluster_id) - 1)::integer AS number
    FROM cluster_paths p JOIN living_clusters c USING (cluster_id)
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
       (SELECT r.layout_id FROM active_maps r WHERE r.scope_cluster_id = c.cluster_id) AS map_id
FROM clusters c WHERE c.cluster_id = $1;

-- name: cluster_path
-- From the top of the tree down to the cluster itself.
WITH RECURSIVE above AS (
    SELECT cluster_id, parent_cluster_id, cluster_title, 0 AS up FROM clusters WHERE cluster_id = $1
    UNION ALL
    SELECT c.cluster_id, c.parent_cluster_id, c.cluster_title, above.up + 1
    FROM above JOIN living_clusters c ON c.cluster_id = above.parent_cluster_id
    WHERE above.up < 100  -- another program's rows might make a circle
)
SELECT cluster_id AS id, cluster_title AS title FROM above ORDER BY up DESC;

-- name: cluster_children
SELECT cluster_id AS id, cluster_title AS title, total_count AS seeds FROM living_clusters
WHERE parent_cluster_id = $1
ORDER BY total_count DESC NULLS LAST, cluster_id;

-- name: cluster_members
-- Seeds, and utterances without any, of the cluster and of all within it, the nearest to its middle first.
WITH RECURSIVE inner_one AS (
    SELECT cluster_id FROM clusters WHERE cluster_id = $1
    UNION
    SELECT c.cluster_id FROM inner_one i JOIN living_clusters c ON c.parent_cluster_id = i.cluster_id
)
SELECT m.member_type AS type, m.member_id AS id, s.seed_kind AS kind, coalesce(s.body, u.contents) AS text, s.grounding,
       max(similarity_of(m.weight)) AS weight
FROM inner_one
JOIN cluster_members m USING (cluster_id)
LEFT JOIN living_seeds s ON m.member_type = 'seed' AND s.seed_id = m.member_id
LEFT JOIN living_utterances u ON m.member_type = 'utterance' AND u.utterance_id = m.member_id
WHERE coalesce(s.body, u.contents) IS NOT NULL
GROUP BY m.member_type, m.member_id, s.seed_kind, s.body, u.contents, s.grounding
ORDER BY max(similarity_of(m.weight)) DESC, m.member_id
OFFSET $2 LIMIT $3;

-- name: list_edges
-- Both directions; where both ends stored one, the greater weight counts.
SELECT type, role, max(similarity_of(weight)) AS weight, kind, id FROM (
    SELECT edge_type AS type, role, weight, dst_type AS kind, dst_id AS id FROM active_edges
    WHERE src_type = $1 AND src_id = $2
    UNION ALL
    SELECT edge_type, role, weight, src_type, src_id FROM active_edges
    WHERE dst_type = $1 AND dst_id = $2
) ends
GROUP BY type, role, kind, id
ORDER BY type, weight DESC, kind, id
OFFSET $3 LIMIT $4;

-- name: read_snippets
SELECT 'utterance' AS kind, utterance_id AS id, left(coalesce(contents, ''), $2) AS text, speaker
FROM living_utterances WHERE utterance_id = ANY ($1)
UNION ALL
SELECT 'seed', seed_id, left(body, $2), NULL FROM living_seeds WHERE seed_id = ANY ($1)
UNION ALL
SELECT 'cluster', cluster_id, left(coalesce(cluster_title, cluster_overview, ''), $2), NULL FROM living_clusters
WHERE cluster_id = ANY ($1)
ORDER BY kind, id;

-- name: arrivals
-- A row's time is that of its transaction's beginning: look back further than the last look.
SELECT layout_id AS map_id, p.target_type AS kind, p.target_id AS id, p.x, p.y, p.updated_at AS at
FROM map_places p JOIN active_maps r USING (layout_id)
WHERE p.is_provisional = 1 AND p.updated_at > $1
ORDER BY p.updated_at, layout_id, p.target_id
LIMIT $2;

-- name: maps_mark
-- What changes when a night has published: the maps in use, and the clusters' words.
SELECT coalesce((SELECT max(generation_id) FROM cluster_generations WHERE status IN ('published', 'partial')), 0) AS generation,
       (SELECT max(updated_at) FROM clusters) AS words_at, now() AS at;

-- name: share_maps
SELECT pg_advisory_xact_lock_shared(hashtextextended('tane.maps', 0));

-- name: own_maps
SELECT pg_advisory_xact_lock(hashtextextended('tane.maps', 0));

-- name: own_links
SELECT pg_advisory_xact_lock(hashtextextended('tane.links', 0));

-- name: share_links
SELECT pg_advisory_xact_lock_shared(hashtextextended('tane.links', 0));

-- name: try_links
-- What the night's snapshot does not know is none of its edges.
SELECT NOT EXISTS (
    SELECT FROM unnest($1::text[], $2::uuid[]) AS target (kind, id)
    JOIN night_sources s ON s.kind = kind_number(target.kind) AND s.id = target.id
) OR pg_try_advisory_xact_lock_shared(hashtextextended('tane.links', 0));

-- name: pass_maps
-- Wait for all saves under way, and hold up none that comes later.
SELECT pg_advisory_lock(hashtextextended('tane.maps', 0)), pg_advisory_unlock(hashtextextended('tane.maps', 0));

-- name: create_runs
-- H9, H18. In one order for all: two savers that make the same maps wait for each other once, and the partial
-- unique index lets only one of them win.
INSERT INTO layout_runs (scope_type, scope_cluster_id)
SELECT DISTINCT scope_type, scope_cluster_id
FROM unnest($1::text[], $2::uuid[]) AS missing (scope_type, scope_cluster_id)
ORDER BY scope_type, scope_cluster_id
ON CONFLICT DO NOTHING;

-- name: wanted_points
-- Where seeds and utterances belong by the present edges (H8), the map there if it exists, and whether they stand on it.
-- Articles belong nowhere.
SELECT m.target_type, m.item, m.scope_type, m.scope_cluster_id, r.layout_id, p.layout_id IS NOT NULL AS is_placed
FROM (
    SELECT 'seed' AS target_type, item, scope_type, scope_cluster_id FROM maps_of('seed', $1)
    UNION ALL
    SELECT 'utterance', item, scope_type, scope_cluster_id FROM maps_of(
        'utterance', ARRAY(SELECT utterance_id FROM mapped_utterances WHERE utterance_id = ANY ($2)))
) m
LEFT JOIN active_maps r ON r.scope_type = m.scope_type
    -- An equality, unlike IS NOT DISTINCT FROM, can be hashed: no loop over all maps for each item.
    AND coalesce(r.scope_cluster_id, '00000000-0000-0000-0000-000000000000')
        = coalesce(m.scope_cluster_id, '00000000-0000-0000-0000-000000000000')
LEFT JOIN layout_points p ON p.layout_id = r.layout_id AND p.target_type = m.target_type AND p.target_id = m.item
    AND p.is_active = 1;

-- name: retire_points
-- Leave the maps on which the items no longer belong (H8).
UPDATE layout_points p SET is_active = 0, updated_at = now()
FROM layout_runs r
WHERE p.target_type = $1 AND p.target_id = ANY ($2) AND p.is_active = 1
  AND r.layout_id = p.layout_id AND r.is_active = 1
  AND NOT EXISTS (
    SELECT FROM unnest($3::uuid[], $4::uuid[]) AS kept (layout_id, item)
    WHERE kept.layout_id = p.layout_id AND kept.item = p.target_id);

-- name: upsert_points
INSERT INTO layout_points (layout_id, target_type, target_id, x, y, is_provisional)
SELECT n.layout_id, $1, n.item, n.x, n.y, 1
FROM unnest($2::uuid[], $3::uuid[], $4::real[], $5::real[]) AS n (layout_id, item, x, y)
ORDER BY n.layout_id, n.item
ON CONFLICT (layout_id, target_type, target_id) DO UPDATE
SET x = excluded.x, y = excluded.y, is_provisional = 1, is_active = 1, updated_at = now()
WHERE (layout_points.x, layout_points.y, layout_points.is_provisional, layout_points.is_active)
    IS DISTINCT FROM (excluded.x, excluded.y, 1::smallint, 1::smallint);

-- name: coordinates_of
-- LIMIT, of which there is one in any case, makes sure of the look by the key.
SELECT p.layout_id, p.target_type, p.target_id, p.x, p.y
FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS w (layout_id, target_type, target_id)) w
CROSS JOIN LATERAL (
    SELECT * FROM map_places
    WHERE layout_id = w.layout_id AND target_type = w.target_type AND target_id = w.target_id LIMIT 1
) p;

-- name: extents_of
SELECT layout_id, greatest(max(x) - min(x), max(y) - min(y)) AS extent
FROM map_places WHERE layout_id = ANY ($1)
GROUP BY layout_id;

-- name: seeds_beside
-- For an utterance without a vector, where a seed of it stands on the same map (H6).
SELECT DISTINCT ON (w.layout_id, w.item) w.layout_id, w.item, p.x, p.y
FROM unnest($1::uuid[], $2::uuid[]) AS w (layout_id, item)
JOIN utterance_seeds u ON u.utterance_id = w.item
CROSS JOIN LATERAL (
    SELECT * FROM map_places
    WHERE layout_id = w.layout_id AND target_type = 'seed' AND target_id = u.seed_id LIMIT 1
) p
ORDER BY w.layout_id, w.item, p.target_id;

-- name: utterances_of
SELECT DISTINCT utterance_id FROM seed_sources WHERE seed_id = ANY ($1);

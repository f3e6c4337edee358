-- name: upsert_edges
-- In the order of the unique index. What the owner drew or removed is not touched; an edge that came back is active again (I2).
INSERT INTO edges AS old (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source)
SELECT n.src_type, n.src_id, n.dst_type, n.dst_id, n.edge_type, n.role, n.weight, 'online'
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::real[])
    AS n (src_type, src_id, dst_type, dst_id, edge_type, role, weight)
ORDER BY n.src_type, n.src_id, n.dst_type, n.dst_id, n.edge_type
ON CONFLICT (src_type, src_id, dst_type, dst_id, edge_type) DO UPDATE
SET role = excluded.role, weight = excluded.weight, source = excluded.source, is_active = 1, updated_at = now()
WHERE old.source <> 'user'
  AND (old.role, old.weight, old.source, old.is_active)
      IS DISTINCT FROM (excluded.role, excluded.weight, excluded.source, 1::smallint);

-- name: retire_edges
-- What leads away from these items and is no longer true of them (I3).
UPDATE edges e SET is_active = 0, updated_at = now()
WHERE e.src_type = $1 AND e.src_id = ANY ($2) AND e.edge_type = ANY ($7) AND e.is_active = 1 AND e.source <> 'user'
  AND NOT EXISTS (
    SELECT FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[]) AS kept (src_id, dst_type, dst_id, edge_type)
    WHERE kept.src_id = e.src_id AND kept.dst_type = e.dst_type AND kept.dst_id = e.dst_id
      AND kept.edge_type = e.edge_type);

-- name: ancestors_of
WITH RECURSIVE climb AS (
    SELECT c.cluster_id, c.parent_cluster_id AS ancestor_id FROM clusters c WHERE c.cluster_id = ANY ($1)
    UNION
    SELECT climb.cluster_id, c.parent_cluster_id FROM climb JOIN clusters c ON c.cluster_id = climb.ancestor_id
)
SELECT cluster_id, ancestor_id FROM climb WHERE ancestor_id IS NOT NULL;

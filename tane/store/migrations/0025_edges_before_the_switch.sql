-- The edges of the coming map are written before readers and savers have to wait for it. They are compared by a hash of all
-- of them, which needs no index; to fill one took longer than to load the rows.
ALTER TABLE night_edges DROP CONSTRAINT night_edges_pkey;

CREATE VIEW coming_edges WITH (security_invoker) AS
SELECT kind_name(src_kind) AS src_type, src_id, kind_name(dst_kind) AS dst_type, dst_id,
    CASE is_near WHEN 1 THEN 'near' ELSE 'part_of' END AS edge_type,
    CASE role WHEN 0 THEN 'member' WHEN 1 THEN 'attached' WHEN 2 THEN 'affinity' END AS role, weight
FROM night_edges;
GRANT SELECT ON coming_edges TO PUBLIC;

-- Neighbours by cosine. The functions compose their statements with literal type, model and dimensions:
-- only then can the planner use the partial HNSW indexes, and a plan is made once for a whole batch.

-- A filtered search through an index must look further than the default 40 candidates, and go on
-- looking when the filter takes them away (G9); both settings end with the transaction.
CREATE FUNCTION widen_search() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'strict_order', true);
END $$;

-- For each item, the `wanted` nearest of one pool among the active vectors of the same model, itself left out.
CREATE FUNCTION nearest(kind text, items uuid[], pool text, model smallint, wanted integer)
RETURNS TABLE (item uuid, found uuid, similarity real) LANGUAGE plpgsql AS $$
DECLARE
    dims integer := (SELECT m.dims FROM embedding_models m WHERE m.model_id = model);
BEGIN
    PERFORM widen_search();
    RETURN QUERY EXECUTE format(
        'SELECT e.target_id, n.target_id, (1 - n.distance)::real
         FROM embeddings e
         CROSS JOIN LATERAL (
             SELECT c.target_id, c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s) AS distance
             FROM embeddings c
             WHERE c.target_type = %4$L AND c.model_id = %2$s AND c.is_active = 1
               AND (c.target_id <> e.target_id OR %1$L <> %4$L)
             ORDER BY c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s)
             LIMIT $2
         ) n
         WHERE e.target_type = %1$L AND e.target_id = ANY ($1) AND e.model_id = %2$s',
        kind, model, dims, pool)
    USING items, wanted;
END $$;

-- For each (map, item), the nearest of what stands on that map and has a vector of the model, with its
-- coordinates (H4). Small maps are compared whole, all in one statement; of a large one each kind is searched
-- by its index.
CREATE FUNCTION nearest_on_runs(kind text, runs uuid[], items uuid[], model smallint, wanted integer)
RETURNS TABLE (layout_id uuid, item uuid, similarity real, x real, y real) LANGUAGE plpgsql AS $$
DECLARE
    dims integer := (SELECT m.dims FROM embedding_models m WHERE m.model_id = model);
    large uuid[] := ARRAY(
        SELECT r.run FROM (SELECT DISTINCT unnest(runs) AS run) r
        WHERE 2000 < (SELECT count(*) FROM (
            SELECT FROM layout_points p WHERE p.layout_id = r.run AND p.is_active = 1 LIMIT 2001) AS counted));
    run uuid;
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT w.run, w.item, (1 - n.distance)::real, n.x, n.y
         FROM unnest($1, $2) AS w (run, item)
         JOIN embeddings e ON e.target_type = %1$L AND e.target_id = w.item AND e.model_id = %2$s
         CROSS JOIN LATERAL (
             SELECT p.x, p.y, c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s) AS distance
             FROM layout_points p
             JOIN embeddings c ON c.target_type = p.target_type AND c.target_id = p.target_id
             WHERE p.layout_id = w.run AND p.is_active = 1 AND c.model_id = %2$s AND c.is_active = 1
               AND (p.target_type, p.target_id) <> (%1$L, w.item)
             ORDER BY distance, p.target_type, p.target_id
             LIMIT $3
         ) n
         WHERE w.run <> ALL ($4)',
        kind, model, dims)
    USING runs, items, wanted, large;
    PERFORM widen_search();
    FOREACH run IN ARRAY large LOOP
        -- The map stands in the statement as a literal, too: without knowing its size the planner sorts it.
        RETURN QUERY EXECUTE format(
            'SELECT %5$L::uuid, e.target_id, (1 - n.distance)::real, n.x, n.y
             FROM embeddings e
             CROSS JOIN LATERAL (SELECT * FROM (%4$s) AS found ORDER BY distance LIMIT $2) n
             WHERE e.target_type = %1$L AND e.model_id = %2$s
               AND e.target_id IN (SELECT w.item FROM unnest($3, $1) AS w (run, item) WHERE w.run = %5$L)',
            kind, model, dims, (
                SELECT string_agg(format(
                    '(SELECT p.x, p.y, c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s) AS distance
                      FROM embeddings c
                      JOIN layout_points p ON p.layout_id = %5$L AND p.target_type = %4$L AND p.target_id = c.target_id
                      WHERE c.target_type = %4$L AND c.model_id = %2$s AND c.is_active = 1 AND p.is_active = 1
                        AND (c.target_id <> e.target_id OR %1$L <> %4$L)
                      ORDER BY c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s)
                      LIMIT $2)', kind, model, dims, pool, run), ' UNION ALL ')
                FROM unnest(ARRAY['cluster', 'seed', 'utterance']) AS pool
            ), run)
        USING items, wanted, runs;
    END LOOP;
END $$;

-- The maps on which seeds or utterances belong now, derived anew from the edges each time (H8): everything is
-- on the atlas; what is in a cluster, or an utterance with a seed in one, on that cluster's map; all else on
-- the global one. An online affinity gives a place on its cluster's map as well (G3), but is no membership (I4).
CREATE FUNCTION maps_of(kind text, items uuid[])
RETURNS TABLE (item uuid, scope_type text, scope_cluster_id uuid) LANGUAGE sql STABLE AS $$
    WITH wanted AS (
        SELECT id FROM unnest(items) AS id
    ), linked AS (
        SELECT w.id, e.dst_id AS cluster_id, e.role <> 'affinity' AS is_membership
        FROM wanted w
        JOIN edges e ON e.src_type = 'seed' AND e.src_id = w.id
        WHERE kind = 'seed' AND e.edge_type = 'part_of' AND e.is_active = 1
          AND (e.role <> 'affinity' OR e.source = 'online')
        UNION ALL
        SELECT w.id, e.dst_id, e.role <> 'affinity'
        FROM wanted w
        JOIN utterance_seeds u ON u.utterance_id = w.id
        JOIN edges e ON e.src_type = 'seed' AND e.src_id = u.seed_id
        WHERE kind = 'utterance' AND e.edge_type = 'part_of' AND e.is_active = 1
          AND (e.role <> 'affinity' OR e.source = 'online')
    )
    SELECT id, 'atlas', NULL::uuid FROM wanted
    UNION ALL
    SELECT id, 'global', NULL::uuid FROM wanted
    WHERE NOT EXISTS (SELECT FROM linked l WHERE l.id = wanted.id AND l.is_membership)
    UNION ALL
    SELECT DISTINCT id, 'cluster', cluster_id FROM linked
$$;

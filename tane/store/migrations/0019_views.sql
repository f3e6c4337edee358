-- What every reader must know of rows, said once: which of them count, and when something was said. Readers select from
-- these views; whoever writes or locks rows names the tables. Columns are listed one by one: a view of all of them would
-- also hold what other programs have added, and forbid them to take it away.
--
-- A view asks with the rights of whoever reads (security_invoker), so that all may use it and nobody sees more than his
-- tables show him.

CREATE VIEW living_utterances WITH (security_invoker) AS
SELECT utterance_id, source_id, conversation_id, position, speaker, coalesce(uttered_at, created_at) AS said_at, contents,
    content_hash, metadata, utterance_role_id, utterance_role_confidence,
    hypothetical, confidence, reinterpretation, resistance, direction, created_at, updated_at
FROM utterances WHERE deleted_at IS NULL;

CREATE VIEW living_seeds WITH (security_invoker) AS
SELECT seed_id, seed_kind, body, body_hash, created_from, review_status, grounding, source_changed, model_name,
    prompt_version, created_at, updated_at
FROM seeds WHERE deleted_at IS NULL AND review_status <> 'rejected';

CREATE VIEW living_clusters WITH (security_invoker) AS
SELECT cluster_id, generation_id, parent_cluster_id, depth, cluster_title, cluster_overview, cluster_category,
    cluster_strength, overview_source, overview_stale, is_pinned, member_count, core_count, total_count, cohesion, attach_sim,
    member_hash, split_tried, drift,
    avg_hypothetical, avg_confidence, avg_reinterpretation, avg_resistance, avg_direction, created_at, updated_at
FROM clusters WHERE is_archived = 0;

CREATE VIEW active_edges WITH (security_invoker) AS
SELECT src_type, src_id, dst_type, dst_id, edge_type, role, weight, source FROM edges WHERE is_active = 1;

-- Affinity is no membership (E12).
CREATE VIEW memberships WITH (security_invoker) AS
SELECT src_id AS seed_id, dst_id AS cluster_id, role, weight, source FROM edges
WHERE src_type = 'seed' AND dst_type = 'cluster' AND edge_type = 'part_of' AND is_active = 1
  AND role IN ('member', 'attached');

CREATE VIEW active_vectors WITH (security_invoker) AS
SELECT target_type, target_id, model_id, dims, vector, source_hash, updated_at FROM embeddings WHERE is_active = 1;

CREATE VIEW active_maps WITH (security_invoker) AS
SELECT layout_id, scope_type, scope_cluster_id, member_hash, created_at FROM layout_runs WHERE is_active = 1;

-- Of maps in use and of others: whoever wants only those in use joins `active_maps`.
CREATE VIEW map_places WITH (security_invoker) AS
SELECT layout_id, target_type, target_id, x, y, is_provisional, updated_at
FROM layout_points WHERE is_active = 1 AND is_place(x, y);

-- Of a seed, the utterances that say it, with the words that support it.
CREATE VIEW seed_sources WITH (security_invoker) AS
SELECT l.seed_id, l.relation_type, l.span_start, l.span_end,
    u.utterance_id, u.conversation_id, u.position, u.speaker, u.said_at, u.contents
FROM utterance_seeds l JOIN living_utterances u USING (utterance_id);

-- Each cluster with the way down to it from the top of the tree. One whose parents go in a circle has none.
CREATE VIEW cluster_paths WITH (security_invoker) AS
WITH RECURSIVE paths AS (
    SELECT c.cluster_id, ARRAY[c.cluster_id] AS path FROM living_clusters c
    WHERE NOT EXISTS (SELECT FROM living_clusters p WHERE p.cluster_id = c.parent_cluster_id)
    UNION ALL
    SELECT c.cluster_id, p.path || c.cluster_id
    FROM paths p JOIN living_clusters c ON c.parent_cluster_id = p.cluster_id
)
SELECT cluster_id, path FROM paths;

GRANT SELECT ON living_utterances, living_seeds, living_clusters, active_edges, memberships, active_vectors, active_maps,
    map_places, seed_sources, cluster_paths TO PUBLIC;

-- What an export holds: all that counts, or the kinds and the clusters that were chosen, NULL for all of them.
CREATE FUNCTION chosen_items(kinds text[], cluster_ids uuid[]) RETURNS TABLE (type text, id uuid) LANGUAGE sql STABLE AS $$
    WITH member AS MATERIALIZED (
        SELECT DISTINCT m.seed_id FROM memberships m WHERE m.cluster_id = ANY (cluster_ids)
    )
    SELECT 'seed', s.seed_id FROM living_seeds s
    WHERE (kinds IS NULL OR 'seed' = ANY (kinds) OR s.seed_kind = ANY (kinds))
      AND (cluster_ids IS NULL OR s.seed_id IN (SELECT seed_id FROM member))
    UNION ALL
    SELECT 'utterance', u.utterance_id FROM living_utterances u
    WHERE (kinds IS NULL OR 'utterance' = ANY (kinds))
      AND (cluster_ids IS NULL OR EXISTS (
        SELECT FROM utterance_seeds l JOIN living_seeds s USING (seed_id)
        WHERE l.utterance_id = u.utterance_id AND l.seed_id IN (SELECT seed_id FROM member)))
    UNION ALL
    SELECT 'cluster', c.cluster_id FROM living_clusters c
    WHERE cluster_ids IS NULL OR c.cluster_id = ANY (cluster_ids)
$$;

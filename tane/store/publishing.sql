-- Publication: what the night found replaces what was there, in one transaction, by differences and in the order
-- of the ids. The coming map lies in the tables night_*, loaded before.

-- name: last_generation
SELECT max(generation_id) FROM cluster_generations WHERE status IN ('published', 'partial');

-- name: lock_clusters
-- In the order in which everybody writes them. Their titles stay what they are until the commit.
SELECT FROM clusters WHERE is_archived = 0 ORDER BY cluster_id FOR NO KEY UPDATE;

-- name: is_outdated
-- Whoever forgets waits for the maps, so that the words of what was forgotten are on none. Only clusters of tonight
-- count; one that is not yet there has no title.
SELECT EXISTS (
    SELECT FROM unnest($1::uuid[], $2::bytea[]) AS spoken (id, hash)
    LEFT JOIN living_seeds s ON s.seed_id = spoken.id
    LEFT JOIN living_utterances u ON u.utterance_id = spoken.id
    WHERE coalesce(s.body_hash, u.content_hash) IS DISTINCT FROM spoken.hash
) OR EXISTS (
    SELECT FROM unnest($4::uuid[], $5::text[]) AS given (cluster_id, title)
    FULL JOIN (SELECT cluster_id, cluster_title FROM living_clusters
               WHERE cluster_id = ANY ($3::uuid[]) AND cluster_title IS NOT NULL
                 AND (is_pinned = 1 OR overview_source IN ('llm', 'user'))) c USING (cluster_id)
    WHERE c.cluster_title IS DISTINCT FROM given.title
);

-- name: lost_members
-- By cluster, its own members that were rejected or forgotten since the snapshot.
SELECT n.dst_id AS cluster_id, count(*) AS members, count(*) FILTER (WHERE n.role = 0) AS core
FROM night_edges n
WHERE n.is_near = 0 AND n.src_kind IN (0, 1) AND n.dst_kind = 2 AND n.role IN (0, 1)
  AND NOT EXISTS (SELECT FROM active_vectors e WHERE e.target_type = kind_name(n.src_kind) AND e.target_id = n.src_id
                    AND e.model_id = $1)
GROUP BY n.dst_id;

-- name: insert_generation
INSERT INTO cluster_generations (mode, params, status, seeds_seen, clusters, coverage, snapshot_at, published_at, stats,
    start)
VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9)
RETURNING generation_id;

-- name: forget_former_starts
-- Only the last night is ever begun where it began, and this is by far the largest field of the table.
UPDATE cluster_generations SET start = NULL WHERE start IS NOT NULL AND generation_id < $1;

-- name: upsert_clusters
-- The words of the model and of the owner stay; a placeholder follows its members (E8).
INSERT INTO clusters AS old (cluster_id, generation_id, parent_cluster_id, depth, cluster_title, cluster_overview,
    overview_source, member_count, core_count, total_count, cohesion, attach_sim, member_hash, split_tried, drift, overview_stale,
    {{ avg_SCORE }})
SELECT n.cluster_id, $1, n.parent_id, n.depth, n.title, n.overview, 'nearest', n.member_count, n.core_count,
    n.total_count, n.cohesion, n.attach_sim, decode(n.member_hash, 'hex'), coalesce(n.split_tried, 0), 0, 0,
    {{ n.SCORE }}
FROM jsonb_to_recordset($2) AS n (cluster_id uuid, parent_id uuid, depth integer, title text, overview text,
    member_count integer, core_count integer, total_count integer, cohesion real, attach_sim real, member_hash text,
    split_tried integer, drift real, {{ SCORE real }})
ORDER BY n.cluster_id
ON CONFLICT (cluster_id) DO UPDATE SET
    generation_id = excluded.generation_id, parent_cluster_id = excluded.parent_cluster_id, depth = excluded.depth,
    cluster_title = CASE WHEN old.overview_source IS NOT DISTINCT FROM 'nearest' AND old.is_pinned = 0
        THEN excluded.cluster_title ELSE coalesce(old.cluster_title, excluded.cluster_title) END,
    cluster_overview = CASE WHEN old.overview_source IS NOT DISTINCT FROM 'nearest' AND old.is_pinned = 0
        THEN excluded.cluster_overview ELSE coalesce(old.cluster_overview, excluded.cluster_overview) END,
    overview_source = coalesce(old.overview_source, CASE WHEN old.cluster_overview IS NULL THEN 'nearest' END),
    member_count = excluded.member_count, core_count = excluded.core_count, total_count = excluded.total_count,
    cohesion = excluded.cohesion, attach_sim = excluded.attach_sim, member_hash = excluded.member_hash,
    split_tried = excluded.split_tried,
    {{ avg_SCORE = excluded.avg_SCORE }}, updated_at = now()
WHERE (old.parent_cluster_id, old.depth, old.member_count, old.core_count, old.total_count, old.cohesion,
       old.attach_sim, old.member_hash, old.split_tried, {{ old.avg_SCORE }})
    IS DISTINCT FROM (excluded.parent_cluster_id, excluded.depth, excluded.member_count, excluded.core_count,
       excluded.total_count, excluded.cohesion, excluded.attach_sim, excluded.member_hash, excluded.split_tried,
       {{ excluded.avg_SCORE }})
   OR old.cluster_title IS NULL OR old.cluster_overview IS NULL
   OR (old.overview_source = 'nearest' AND old.is_pinned = 0
       AND (old.cluster_title, old.cluster_overview) IS DISTINCT FROM (excluded.cluster_title, excluded.cluster_overview));

-- name: add_drift
-- Words that describe other members than those of today are stale, unless they are the owner's (E8).
UPDATE clusters c SET
    drift = CASE WHEN c.drift < 'Infinity' THEN c.drift ELSE 0 END + n.drift,
    overview_stale = CASE WHEN CASE WHEN c.drift < 'Infinity' THEN c.drift ELSE 0 END + n.drift >= $2::real AND c.overview_source = 'llm' THEN 1 ELSE c.overview_stale END
FROM jsonb_to_recordset($1) AS n (cluster_id uuid, drift real)
WHERE c.cluster_id = n.cluster_id AND n.drift > 0;

-- name: release_clusters
-- Of the clusters that nobody continues, those in which another program keeps members become its own: their edges are
-- not the night's to end. Their maps begin anew with these members.
WITH kept AS (
    SELECT e.dst_id AS cluster_id, count(*) AS members FROM active_edges e
    WHERE e.dst_type = 'cluster' AND e.dst_id = ANY ($1::uuid[]) AND e.edge_type = 'part_of' AND e.source = 'user'
      AND e.role IN ('member', 'attached')
    GROUP BY e.dst_id
), released AS (
    UPDATE clusters c SET generation_id = NULL, parent_cluster_id = NULL, depth = 1, member_count = kept.members,
        core_count = NULL, total_count = kept.members, member_hash = NULL, attach_sim = NULL, cohesion = NULL,
        overview_stale = CASE WHEN c.overview_source = 'llm' THEN 1 ELSE c.overview_stale END, updated_at = now()
    FROM kept WHERE c.cluster_id = kept.cluster_id AND c.is_archived = 0
    RETURNING c.cluster_id
), emptied AS (
    UPDATE layout_runs SET is_active = 0
    WHERE is_active = 1 AND scope_cluster_id IN (SELECT cluster_id FROM released)
)
SELECT cluster_id FROM released;

-- name: archive_clusters
-- Of the clusters that the snapshot knew; the trigger takes their vectors, edges and maps away.
UPDATE clusters SET is_archived = 1, updated_at = now()
WHERE cluster_id = ANY ($1::uuid[]) AND is_archived = 0;

-- name: insert_lineage
INSERT INTO cluster_lineage (generation_id, cluster_id, from_cluster_id, jaccard, kind)
SELECT $1, n.cluster_id, n.from_cluster_id, n.jaccard, n.kind
FROM jsonb_to_recordset($2) AS n (cluster_id uuid, from_cluster_id uuid, jaccard real, kind text)
ORDER BY n.cluster_id, n.from_cluster_id;

-- name: upsert_centroids
INSERT INTO embeddings AS old (target_type, target_id, model_id, model_name, dims, vector)
SELECT 'cluster', n.cluster_id, m.model_id, m.model_name, m.dims, n.vector
FROM unnest($2::uuid[], $3::halfvec[]) AS n (cluster_id, vector)
JOIN embedding_models m ON m.model_id = $1
ORDER BY n.cluster_id
ON CONFLICT (target_type, target_id, model_id) DO UPDATE
SET vector = excluded.vector, is_active = 1, updated_at = now()
WHERE old.vector <> excluded.vector OR old.is_active = 0;

-- name: forget_other_centroids
-- Exactly one for each cluster: those of a model that is no longer in use are compared with nothing (B8).
DELETE FROM embeddings WHERE target_type = 'cluster' AND model_id <> $1;

-- name: sort_in_memory
SET LOCAL work_mem = '64MB';

-- name: retire_edges
-- What the snapshot's items no longer have (I3); what the owner drew stays.
UPDATE edges e SET is_active = 0, updated_at = now()
FROM night_sources s
WHERE e.src_type = kind_name(s.kind) AND e.src_id = s.id AND e.is_active = 1 AND e.source <> 'user'
  AND NOT EXISTS (
    SELECT FROM night_edges n
    WHERE n.src_kind = s.kind AND n.src_id = e.src_id AND n.dst_kind = kind_number(e.dst_type)
      AND n.dst_id = e.dst_id AND n.is_near = (e.edge_type = 'near')::integer);

-- name: update_edges
UPDATE edges e SET role = n.role, weight = n.weight, source = 'nightly', is_active = 1, updated_at = now()
FROM coming_edges n
WHERE (e.src_type, e.src_id, e.dst_type, e.dst_id, e.edge_type) = (n.src_type, n.src_id, n.dst_type, n.dst_id, n.edge_type)
  AND e.source <> 'user'
  AND (e.role, e.weight, e.source, e.is_active) IS DISTINCT FROM (n.role, n.weight, 'nightly', 1::smallint);

-- name: insert_edges
-- In the order of the unique index, with ids that lie side by side, so that two of three indexes grow at their ends. Without
-- ON CONFLICT, which costs a third more: only another program can insert one of these meanwhile; the step fails then and
-- is done once more.
INSERT INTO edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, role, weight, source)
SELECT (left(night.id, 24) || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid,
    n.src_type, n.src_id, n.dst_type, n.dst_id, n.edge_type, n.role, n.weight, 'nightly'
FROM (
    SELECT * FROM coming_edges n
    WHERE NOT EXISTS (
        SELECT FROM edges e
        WHERE (e.src_type, e.src_id, e.dst_type, e.dst_id, e.edge_type) = (n.src_type, n.src_id, n.dst_type, n.dst_id, n.edge_type))
    ORDER BY n.src_type, n.src_id, n.dst_type, n.dst_id, n.edge_type
) n, (SELECT gen_random_uuid()::text AS id) night;

-- name: gone_sources
-- What was rejected or forgotten since the snapshot, and clusters that have no member left.
SELECT kind_name(s.kind) AS kind, s.id FROM night_sources s
WHERE NOT EXISTS (SELECT FROM active_vectors e
                  WHERE e.target_type = kind_name(s.kind) AND e.target_id = s.id AND e.model_id = $1);

-- name: remove_edges_of_gone
-- Only those that this transaction has inserted: the others left with their items.
WITH gone AS (SELECT * FROM unnest($1::text[], $2::uuid[]) AS g (kind, id))
DELETE FROM edges WHERE created_at = now() AND source = 'nightly' AND edge_id IN (
    SELECT e.edge_id FROM edges e JOIN gone ON e.src_type = gone.kind AND e.src_id = gone.id
    UNION SELECT e.edge_id FROM edges e JOIN gone ON e.dst_type = gone.kind AND e.dst_id = gone.id);

-- name: retire_edges_of_gone
-- And those that it has made active again.
WITH gone AS (SELECT * FROM unnest($1::text[], $2::uuid[]) AS g (kind, id))
UPDATE edges SET is_active = 0 WHERE is_active = 1 AND source = 'nightly' AND edge_id IN (
    SELECT e.edge_id FROM edges e JOIN gone ON e.src_type = gone.kind AND e.src_id = gone.id
    UNION SELECT e.edge_id FROM edges e JOIN gone ON e.dst_type = gone.kind AND e.dst_id = gone.id);

-- name: create_runs
INSERT INTO layout_runs (scope_type, scope_cluster_id)
SELECT n.scope_type, n.cluster_id
FROM jsonb_to_recordset($1) AS n (scope_type text, cluster_id uuid)
WHERE NOT EXISTS (
    SELECT FROM active_maps r
    WHERE r.scope_type = n.scope_type AND r.scope_cluster_id IS NOT DISTINCT FROM n.cluster_id)
ORDER BY n.scope_type, n.cluster_id;

-- name: update_runs
-- A map that was kept has no parameters of tonight: those that made it stay.
UPDATE layout_runs r SET algorithm = n.algorithm, params_json = coalesce(n.params, r.params_json), member_hash = decode(n.member_hash, 'hex')
FROM jsonb_to_recordset($1) AS n (scope_type text, cluster_id uuid, algorithm text, params jsonb, member_hash text)
WHERE r.is_active = 1 AND r.scope_type = n.scope_type AND r.scope_cluster_id IS NOT DISTINCT FROM n.cluster_id
  AND (r.algorithm, r.params_json, r.member_hash)
      IS DISTINCT FROM (n.algorithm, coalesce(n.params, r.params_json), decode(n.member_hash, 'hex'));

-- name: retire_points
-- Of the snapshot's items and of those that are gone; what came later keeps its provisional place until it is placed anew,
-- and the map of another program's cluster is no business of the night.
UPDATE layout_points p SET is_active = 0, updated_at = now()
FROM layout_runs r
WHERE r.layout_id = p.layout_id AND r.is_active = 1 AND p.is_active = 1
  AND NOT EXISTS (SELECT FROM clusters c WHERE c.cluster_id = r.scope_cluster_id AND c.generation_id IS NULL)
  AND EXISTS (SELECT FROM night_sources s WHERE s.kind = kind_number(p.target_type) AND s.id = p.target_id)
  AND NOT EXISTS (
    SELECT FROM night_points n
    WHERE n.scope = array_position(ARRAY['atlas', 'global', 'cluster'], r.scope_type) - 1
      AND n.scope_id = coalesce(r.scope_cluster_id, '00000000-0000-0000-0000-000000000000')
      AND n.kind = kind_number(p.target_type) AND n.id = p.target_id);

-- name: upsert_points
-- Who is in another program's cluster, with his utterances, is not outside of all.
WITH joined AS MATERIALIZED (
    SELECT m.seed_id AS id FROM memberships m JOIN living_clusters USING (cluster_id) WHERE m.source = 'user'
), inside AS MATERIALIZED (
    SELECT id FROM joined UNION SELECT u.utterance_id FROM joined JOIN utterance_seeds u ON u.seed_id = joined.id
)
INSERT INTO layout_points AS old (layout_id, target_type, target_id, x, y, is_provisional)
SELECT r.layout_id, kind_name(n.kind), n.id, n.x, n.y, 0
FROM night_points n
JOIN active_maps r ON r.scope_type = (ARRAY['atlas', 'global', 'cluster'])[n.scope + 1]
    AND coalesce(r.scope_cluster_id, '00000000-0000-0000-0000-000000000000') = n.scope_id
WHERE EXISTS (SELECT FROM active_vectors e WHERE e.target_type = kind_name(n.kind) AND e.target_id = n.id
                AND e.model_id = $1)
  AND NOT (n.scope = 1 AND n.kind <> 2 AND n.id IN (SELECT id FROM inside))
ORDER BY r.layout_id, n.kind, n.id
ON CONFLICT (layout_id, target_type, target_id) DO UPDATE
SET x = excluded.x, y = excluded.y, is_provisional = 0, is_active = 1, updated_at = now()
WHERE (old.x, old.y, old.is_provisional, old.is_active) IS DISTINCT FROM (excluded.x, excluded.y, 0::smallint, 1::smallint);

-- name: set_scale
UPDATE embedding_models SET unlike = $2 WHERE model_id = $1 AND unlike IS DISTINCT FROM $2::real[];

-- name: upsert_seed_info
INSERT INTO all_seed_info AS old (model_id, n, avg_seed_distance, median_seed_distance, avg_k10, median_k10, percentiles)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (model_id) DO UPDATE SET n = excluded.n, avg_seed_distance = excluded.avg_seed_distance,
    median_seed_distance = excluded.median_seed_distance, avg_k10 = excluded.avg_k10, median_k10 = excluded.median_k10,
    percentiles = excluded.percentiles, updated_at = now()
WHERE (old.n, old.avg_seed_distance, old.median_seed_distance, old.avg_k10, old.median_k10, old.percentiles)
    IS DISTINCT FROM (excluded.n, excluded.avg_seed_distance, excluded.median_seed_distance, excluded.avg_k10,
        excluded.median_k10, excluded.percentiles);

-- name: unworded_clusters
-- Deepest first, so that a parent is described by what its children were called (E11). The words that another program gave
-- its cluster are replaced when it asks for that.
SELECT cluster_id FROM living_clusters
WHERE is_pinned = 0
  AND (generation_id IS NOT NULL OR cluster_overview IS NULL OR overview_stale = 1)
  AND (overview_stale = 1 OR overview_source IS NULL OR overview_source = 'nearest')
ORDER BY depth DESC, total_count DESC NULLS LAST, cluster_id;

-- name: newcomers
-- Items with a vector of the model that the snapshot did not know, or may have known with another; and seeds in clusters
-- of other programs that have no place on their maps yet.
WITH unplaced AS MATERIALIZED (
    SELECT m.seed_id AS id FROM memberships m JOIN living_clusters USING (cluster_id) WHERE m.source = 'user' AND NOT EXISTS (
        SELECT FROM active_maps r JOIN layout_points p USING (layout_id)
        WHERE r.scope_cluster_id = m.cluster_id AND p.is_active = 1
          AND p.target_type = 'seed' AND p.target_id = m.seed_id)
)
SELECT e.target_type, e.target_id FROM active_vectors e
WHERE e.model_id = $1 AND e.target_type IN ('seed', 'utterance')
  AND (e.updated_at >= $2 OR (e.target_type = 'seed' AND e.target_id IN (SELECT id FROM unplaced))
       OR NOT EXISTS (SELECT FROM night_sources s WHERE s.kind = kind_number(e.target_type) AND s.id = e.target_id))
  AND (e.target_type = 'seed' OR e.target_id IN (SELECT utterance_id FROM mapped_utterances))
ORDER BY e.target_type, e.target_id;

-- name: voiceless
-- Utterances without any vector, but with a seed that has one: they stand beside it (H6, H14).
SELECT u.utterance_id FROM mapped_utterances u
WHERE NOT EXISTS (SELECT FROM active_vectors e WHERE e.target_type = 'utterance' AND e.target_id = u.utterance_id)
  AND EXISTS (SELECT FROM utterance_seeds us
              JOIN active_vectors e ON e.target_type = 'seed' AND e.target_id = us.seed_id AND e.model_id = $1
              WHERE us.utterance_id = u.utterance_id)
ORDER BY u.utterance_id;

-- name: is_staged
SELECT EXISTS (SELECT FROM night_sources);

-- name: clear_staging
TRUNCATE night_sources, night_edges, night_points;

-- name: analyze_staging
ANALYZE night_sources, night_edges, night_points;

-- name: analyze_map
-- What was published at once is new to the planner, and autovacuum comes a minute later.
ANALYZE clusters, edges, layout_runs, layout_points;

-- name: embed_cluster_words
-- The words' own hash tells whether their vector is of these words; a description to come queues it again.
INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
SELECT 'embedding', 'cluster', c.cluster_id, 10
FROM living_clusters c
CROSS JOIN LATERAL (SELECT concat_ws(E'\n', c.cluster_title, c.cluster_overview) AS text) words
WHERE words.text <> ''
  AND NOT EXISTS (SELECT FROM active_vectors e WHERE e.target_type = 'cluster_overview' AND e.target_id = c.cluster_id
                  AND e.model_id = $1 AND e.source_hash = hash_text(words.text))
ORDER BY c.cluster_id
ON CONFLICT DO NOTHING;

-- name: remove_archived
DELETE FROM clusters WHERE is_archived = 1 AND archived_at < now() - make_interval(days => $1);

-- name: remove_lineage
-- Of clusters that are gone for good; nothing else refers to them.
DELETE FROM cluster_lineage l
WHERE NOT EXISTS (SELECT FROM clusters c WHERE c.cluster_id = l.cluster_id)
   OR NOT EXISTS (SELECT FROM clusters c WHERE c.cluster_id = l.from_cluster_id);

-- name: remove_inactive_edges
DELETE FROM edges WHERE is_active = 0 AND source <> 'user' AND updated_at < now() - make_interval(days => $1);

-- name: remove_inactive_points
DELETE FROM layout_points WHERE is_active = 0 AND updated_at < now() - make_interval(days => $1);

-- name: remove_inactive_runs
DELETE FROM layout_runs r WHERE r.is_active = 0 AND NOT EXISTS (SELECT FROM clusters c WHERE c.cluster_id = r.scope_cluster_id AND c.is_archived = 1);

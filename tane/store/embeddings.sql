-- name: find_model
SELECT model_id, is_current FROM embedding_models WHERE model_name = $1 AND digest = $2;

-- name: kept_model
-- Of this model or of one that it takes the place of.
SELECT model_name FROM embedding_models WHERE is_current = 1 AND EXISTS (SELECT FROM embeddings);

-- name: current_model
SELECT model_id FROM embedding_models WHERE is_current = 1;

-- name: lock_models
-- Two workers that meet a new digest at once must not both make it current. The maps are shared first, as every
-- save does: whoever forgets takes them whole, and no job is queued for what leaves at this moment.
SELECT pg_advisory_xact_lock_shared(hashtextextended('tane.maps', 0)),
    pg_advisory_xact_lock(hashtextextended('tane.embedding_models', 0));

-- name: register_model
INSERT INTO embedding_models (model_name, digest, dims) VALUES ($1, $2, $3)
ON CONFLICT (model_name, digest) DO NOTHING;

-- name: retire_models
UPDATE embedding_models SET is_current = 0
WHERE is_current = 1 AND (model_name, digest) <> ($1, $2)
RETURNING model_id;

-- name: promote_model
UPDATE embedding_models SET is_current = 1 WHERE model_name = $1 AND digest = $2 RETURNING model_id;

-- name: queue_backfill
-- Everything that has a vector of another model and none of this one (B8), behind what is new (priority 15).
INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
SELECT DISTINCT 'embedding', CASE e.target_type WHEN 'cluster_overview' THEN 'cluster' ELSE e.target_type END,
    e.target_id, 15
FROM active_vectors e
WHERE e.target_type IN ('utterance_split', 'seed', 'cluster_overview') AND e.model_id <> $1
  AND NOT EXISTS (SELECT FROM embeddings o WHERE o.target_type = e.target_type AND o.target_id = e.target_id
                  AND o.model_id = $1 AND o.source_hash = e.source_hash)
ORDER BY 3, 2
ON CONFLICT DO NOTHING;

-- name: queue_missing
-- What should have a vector, has none of any model and no job that makes it: its job was lost, or died too long ago to
-- be kept. The oldest first, at most $1 of each kind.
WITH missing AS (
    (SELECT 'embedding' AS job_type, 'utterance_split' AS target, p.utterance_split_id AS id, 10::smallint AS priority
     FROM utterance_splits p JOIN living_utterances u USING (utterance_id)
     WHERE p.contents ~ '\S'
       AND NOT EXISTS (SELECT FROM embeddings e WHERE e.target_type = 'utterance_split' AND e.target_id = p.utterance_split_id)
       AND NOT EXISTS (SELECT FROM worker_jobs j WHERE j.target_id = p.utterance_split_id AND j.job_type = 'embedding'
                         AND j.status IN ('queued', 'scheduled', 'running', 'dead'))
     ORDER BY p.utterance_split_id LIMIT $1)
    UNION ALL
    (SELECT 'embedding', 'seed', s.seed_id, 10::smallint
     FROM living_seeds s
     WHERE s.body ~ '\S'
       AND NOT EXISTS (SELECT FROM embeddings e WHERE e.target_type = 'seed' AND e.target_id = s.seed_id)
       AND NOT EXISTS (SELECT FROM worker_jobs j WHERE j.target_id = s.seed_id AND j.job_type = 'embedding'
                         AND j.status IN ('queued', 'scheduled', 'running', 'dead'))
     ORDER BY s.seed_id LIMIT $1)
    UNION ALL
    (SELECT 'embedding_utterance', 'utterance', u.utterance_id, 11::smallint
     FROM living_utterances u
     WHERE EXISTS (SELECT FROM utterance_splits p WHERE p.utterance_id = u.utterance_id)
       AND NOT EXISTS (SELECT FROM utterance_splits p WHERE p.utterance_id = u.utterance_id
                         AND NOT EXISTS (SELECT FROM embeddings e WHERE e.target_type = 'utterance_split'
                                           AND e.target_id = p.utterance_split_id))
       AND NOT EXISTS (SELECT FROM embeddings e WHERE e.target_type = 'utterance' AND e.target_id = u.utterance_id)
       AND NOT EXISTS (SELECT FROM worker_jobs j WHERE j.target_id = u.utterance_id AND j.job_type = 'embedding_utterance'
                         AND j.status IN ('queued', 'scheduled', 'running', 'dead'))
     ORDER BY u.utterance_id LIMIT $1)
)
INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
SELECT job_type, target, id, priority FROM missing
ON CONFLICT DO NOTHING
RETURNING job_id;

-- name: lock_utterances
-- All utterances that a batch of targets concerns, in one order for every writer. Two splits of one
-- utterance that end at once meet here: the later one sees the vector of the earlier (D5). So do two
-- seeds of one utterance that decide where it stands (H8).
SELECT utterance_id FROM utterances
WHERE utterance_id IN (
    SELECT target_id FROM unnest($1::text[], $2::uuid[]) AS t (target_type, target_id) WHERE target_type = 'utterance'
    UNION
    SELECT s.utterance_id FROM unnest($1::text[], $2::uuid[]) AS t (target_type, target_id)
    JOIN utterance_splits s ON t.target_type = 'utterance_split' AND s.utterance_split_id = t.target_id
    UNION
    SELECT u.utterance_id FROM unnest($1::text[], $2::uuid[]) AS t (target_type, target_id)
    JOIN utterance_seeds u ON t.target_type = 'seed' AND u.seed_id = t.target_id
)
ORDER BY utterance_id
FOR NO KEY UPDATE;

-- name: lock_targets
-- The rows themselves keep their text and their review status until the vectors are committed.
WITH seed AS (
    SELECT seed_id FROM seeds WHERE seed_id = ANY ($1) ORDER BY seed_id FOR SHARE
), split AS (
    SELECT utterance_split_id FROM utterance_splits WHERE utterance_split_id = ANY ($1)
    ORDER BY utterance_split_id FOR SHARE
)
SELECT (SELECT count(*) FROM seed) + (SELECT count(*) FROM split) AS locked;

-- name: queue_splits
WITH present AS MATERIALIZED (
    SELECT utterance_split_id FROM utterance_splits WHERE utterance_split_id = ANY ($1::uuid[])
    ORDER BY utterance_split_id FOR KEY SHARE
)
INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
SELECT 'embedding', 'utterance_split', utterance_split_id, $2::smallint FROM present ORDER BY utterance_split_id
ON CONFLICT DO NOTHING;

-- name: read_sources
-- The text of each target with its hash; a title stands before the words it belongs to. Current: the model in use made its vector from this very text, and a
-- seed or utterance is linked, which shows by its point on the atlas (one that was hidden and came back is not).
-- Catching up: it is linked, and only the vector of the model in use is missing (B8).
SELECT t.target_type, t.target_id, s.text, s.hash, s.is_hidden,
    has.vector AND has.link AS is_current, has.foreign_vector AND NOT has.vector AND has.link AS is_catching_up
FROM (
    SELECT target_type, target_id, CASE target_type WHEN 'cluster' THEN 'cluster_overview' ELSE target_type END AS stored_as
    FROM unnest($1::text[], $2::uuid[]) AS given (target_type, target_id)
) t
CROSS JOIN LATERAL (
    SELECT body AS text, body_hash AS hash, review_status = 'rejected' OR deleted_at IS NOT NULL AS is_hidden
    FROM seeds WHERE t.target_type = 'seed' AND seed_id = t.target_id
    UNION ALL
    SELECT concat_ws(E'\n\n', 'Title: ' || title_of(u.metadata), p.contents), p.content_hash, u.deleted_at IS NOT NULL
    FROM utterance_splits p JOIN utterances u USING (utterance_id)
    WHERE t.target_type = 'utterance_split' AND p.utterance_split_id = t.target_id
    UNION ALL
    SELECT concat_ws(E'\n', cluster_title, cluster_overview),
        hash_text(concat_ws(E'\n', cluster_title, cluster_overview)), is_archived = 1
    FROM clusters WHERE t.target_type = 'cluster' AND cluster_id = t.target_id
    UNION ALL
    SELECT contents, content_hash, deleted_at IS NOT NULL
    FROM utterances WHERE t.target_type = 'utterance' AND utterance_id = t.target_id
) s
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(m.is_current = 1), false) AS vector, coalesce(bool_or(m.is_current = 0), false) AS foreign_vector,
        t.target_type NOT IN ('seed', 'utterance') OR EXISTS (
            SELECT FROM layout_points p JOIN active_maps r USING (layout_id)
            WHERE p.target_type = t.target_type AND p.target_id = t.target_id AND p.is_active = 1
              AND r.scope_type = 'atlas') AS link
    FROM active_vectors e JOIN embedding_models m USING (model_id)
    WHERE e.target_type = t.stored_as AND e.target_id = t.target_id AND e.source_hash = s.hash
) has;

-- name: upsert_embeddings
-- In the order of the unique index, so that two savers never wait for each other in a circle. A vector that
-- did not change is not written: every new row version is a new entry in the HNSW index.
INSERT INTO embeddings AS old (target_type, target_id, model_id, model_name, dims, vector, source_hash)
SELECT n.target_type, n.target_id, m.model_id, m.model_name, m.dims, n.vector, n.source_hash
FROM unnest($2::text[], $3::uuid[], $4::halfvec[], $5::bytea[]) AS n (target_type, target_id, vector, source_hash)
JOIN embedding_models m ON m.model_id = $1
ORDER BY n.target_type, n.target_id
ON CONFLICT (target_type, target_id, model_id) DO UPDATE
SET vector = excluded.vector, source_hash = excluded.source_hash, is_active = 1, updated_at = now()
WHERE (old.vector, old.source_hash, old.is_active) IS DISTINCT FROM (excluded.vector, excluded.source_hash, 1::smallint);

-- name: split_vectors
-- Each split of the utterances with its vector by the model in use (D7), and what its job is doing when it has none.
SELECT s.utterance_id, s.utterance_split_id, m.model_id, e.vector,
    (SELECT w.status FROM worker_jobs w
     WHERE w.job_type = 'embedding' AND w.target_table = 'utterance_split' AND w.target_id = s.utterance_split_id
       AND e.vector IS NULL AND w.status IN ('queued', 'scheduled', 'running', 'dead')
     ORDER BY w.status = 'dead' LIMIT 1) AS job_status
FROM utterance_splits s
LEFT JOIN embedding_models m ON m.is_current = 1
LEFT JOIN active_vectors e ON e.target_type = 'utterance_split' AND e.target_id = s.utterance_split_id
    AND e.model_id = m.model_id AND e.source_hash = s.content_hash
WHERE s.utterance_id = ANY ($1)
ORDER BY s.utterance_id, s.ordinal;

-- name: completed_utterances
-- Utterances of these splits of which every split has its vector by this model (D5).
SELECT DISTINCT s.utterance_id FROM utterance_splits s
WHERE s.utterance_split_id = ANY ($1)
  AND NOT EXISTS (
    SELECT FROM utterance_splits other
    LEFT JOIN embeddings e ON e.target_type = 'utterance_split' AND e.target_id = other.utterance_split_id
        AND e.model_id = $2 AND e.source_hash = other.content_hash
    WHERE other.utterance_id = s.utterance_id AND e.target_id IS NULL);

-- name: nearest
-- Everything within reach of these items: candidates for clusters, near edges and maps in one search (G1, G5).
WITH own AS MATERIALIZED (
    SELECT seed_id, utterance_id FROM utterance_seeds WHERE $1 = 'seed' AND seed_id = ANY ($2)
)
SELECT n.item, pools.pool AS target_type, n.found AS target_id, n.similarity, c.attach_sim,
    pools.pool = 'utterance' AND EXISTS (
        SELECT FROM own WHERE own.seed_id = n.item AND own.utterance_id = n.found) AS is_own_source
FROM unnest($3::text[], $4::int[]) AS pools (pool, wanted)
CROSS JOIN LATERAL nearest($1, $2, pools.pool, $5, pools.wanted) n
LEFT JOIN living_clusters c ON pools.pool = 'cluster' AND c.cluster_id = n.found
WHERE n.similarity <> 'NaN';

-- name: nearest_on_runs
SELECT layout_id, item, similarity, x, y FROM nearest_on_runs($1, $2, $3, $4, $5)
WHERE similarity <> 'NaN' AND is_place(x, y);

-- name: broken_indexes
-- What an interrupted build left behind: PostgreSQL keeps it up to date and never searches it.
SELECT format('DROP INDEX CONCURRENTLY IF EXISTS %s', i.indexrelid::regclass) AS statement
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'embeddings'::regclass AND NOT i.indisvalid AND c.relname LIKE 'embeddings\_hnsw\_%';

-- name: missing_indexes
-- One index for each kind that is searched (splits never are) and has outgrown exact comparison.
SELECT wanted.name, format(
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS %1$I ON embeddings USING hnsw ((vector::halfvec(%2$s)) halfvec_cosine_ops) '
    'WITH (m = 16, ef_construction = 64) WHERE target_type = %3$L AND model_id = %4$s AND is_active = 1',
    wanted.name, m.dims, pool, m.model_id) AS statement
FROM embedding_models m
CROSS JOIN unnest(ARRAY['cluster', 'seed', 'utterance']) AS pool
CROSS JOIN LATERAL (SELECT format('embeddings_hnsw_%s_%s', pool, m.model_id) AS name) wanted
WHERE m.is_current = 1 AND to_regclass(format('%I', wanted.name)) IS NULL
  AND $1::integer < (SELECT count(*) FROM (
        SELECT FROM active_vectors e
        WHERE e.target_type = pool AND e.model_id = m.model_id LIMIT $1::integer + 1) AS counted);

-- name: try_lock_indexes
-- One builder at a time over all daemons, until its connection closes. A graph that does not fit this memory
-- is built many times slower.
SELECT pg_try_advisory_lock(hashtextextended('tane.ensure_indexes', 0))
FROM set_config('maintenance_work_mem', '256MB', false);

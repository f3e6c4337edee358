-- What the database takes, and what was told about it. Reads sizes and statistics, never rows of the user.

-- name: table_bytes
-- All that has files of its own, sequences, too; of PostgreSQL's tables those of this database alone. A table that somebody
-- rewrites is locked: the look fails after two seconds, and another follows. After a crash the statistics of rows begin at 0,
-- while reltuples is kept: the larger of both holds.
WITH waited AS MATERIALIZED (SELECT set_config('lock_timeout', '2s', true)),
widths AS (
    SELECT schemaname, tablename, sum((1 - null_frac) * avg_width)::float8 AS width FROM pg_stats
    WHERE NOT inherited GROUP BY schemaname, tablename
)
SELECT c.relname AS name, n.nspname IN ('pg_catalog', 'information_schema') AS is_catalog,
       pg_relation_size(c.oid) AS heap_bytes,
       pg_total_relation_size(c.oid) - pg_relation_size(c.oid) - pg_indexes_size(c.oid) AS side_bytes,
       pg_indexes_size(c.oid) AS index_bytes,
       coalesce(greatest(c.reltuples, CASE WHEN c.reltuples >= 0 THEN s.n_live_tup END), -1)::float8 AS live_rows, w.width AS row_width,
       coalesce((SELECT option_value::float8 / 100 FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 1) AS fill_share
FROM waited, pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
LEFT JOIN widths w ON w.schemaname = n.nspname AND w.tablename = c.relname
WHERE c.relkind IN ('r', 'm', 'S') AND NOT c.relisshared
ORDER BY pg_total_relation_size(c.oid) DESC, c.relname;

-- name: database_bytes
SELECT pg_database_size(current_database());

-- name: last_sample
SELECT taken_at, database_bytes, effective_bytes, budget_bytes, disk_free_bytes, disk_bytes, level, parts,
       extract(epoch FROM now() - representable(taken_at))::float8 AS age_s
FROM memory_samples WHERE taken_at <= now() ORDER BY taken_at DESC, sample_id DESC LIMIT 1;

-- name: add_sample
INSERT INTO memory_samples (database_bytes, effective_bytes, budget_bytes, disk_free_bytes, disk_bytes, level, parts)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: thin_samples
-- After a week the first of each day is enough, after 400 days none is.
DELETE FROM memory_samples s
WHERE s.taken_at < now() - interval '7 days' AND (s.taken_at < now() - interval '400 days' OR EXISTS (
    SELECT FROM memory_samples e
    WHERE e.taken_at >= date_trunc('day', s.taken_at) AND e.taken_at <= s.taken_at AND e.sample_id < s.sample_id));

-- name: trend
-- The last of every six hours of the last 30 days.
SELECT DISTINCT ON (date_bin('6 hours', taken_at, timestamptz '2000-01-01 00:00+00')) taken_at, effective_bytes
FROM memory_samples
WHERE taken_at BETWEEN now() - interval '30 days' AND now()
ORDER BY date_bin('6 hours', taken_at, timestamptz '2000-01-01 00:00+00'), taken_at DESC, sample_id DESC;

-- name: add_alert
-- One of a level a day, however many daemons look.
INSERT INTO memory_alerts (alert_type, cause, usage, threshold, recommended_actions) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (alert_type, told_on) DO NOTHING
RETURNING alert_id;

-- name: list_alerts
SELECT alert_id, alert_type, cause, usage, threshold, recommended_actions, created_at, acknowledged_at
FROM memory_alerts ORDER BY created_at DESC, alert_id DESC LIMIT $1;

-- name: acknowledge
UPDATE memory_alerts SET acknowledged_at = now()
WHERE acknowledged_at IS NULL AND ($1::bigint IS NULL OR alert_id = $1) RETURNING alert_id;

-- name: own_vectors
-- Of what is searched, by the hash of the id: as good as drawn by lot, and the same every time. The owner's own words are marked.
SELECT e.vector, e.target_type = 'utterance' AND u.utterance_id IS NOT NULL AS is_own
FROM active_vectors e JOIN embedding_models m USING (model_id)
LEFT JOIN mapped_utterances u ON e.target_type = 'utterance' AND u.utterance_id = e.target_id
WHERE m.is_current = 1 AND e.target_type IN ('utterance', 'seed') AND vector_dims(e.vector) = m.dims
ORDER BY uuid_hash(e.target_id), e.target_id
LIMIT $1;

-- name: count_vectors
SELECT count(*) FROM active_vectors e JOIN embedding_models m USING (model_id)
WHERE m.is_current = 1 AND e.target_type IN ('utterance', 'seed') AND vector_dims(e.vector) = m.dims;

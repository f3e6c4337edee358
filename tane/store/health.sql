-- What tells how the database and the queue are. Nothing of it is text of the user.

-- name: count_live
-- One index each; finished jobs, which are the many, are not read.
SELECT job_type, status, count(*) AS n, extract(epoch FROM now() - representable(min(created_at)))::float8 AS oldest_s
FROM worker_jobs WHERE status = 'queued' GROUP BY job_type, status
UNION ALL
SELECT job_type, status, count(*), extract(epoch FROM now() - representable(min(created_at)))::float8
FROM worker_jobs WHERE status = 'scheduled' GROUP BY job_type, status
UNION ALL
SELECT job_type, status, count(*), extract(epoch FROM now() - representable(min(created_at)))::float8
FROM worker_jobs WHERE status = 'running' GROUP BY job_type, status
ORDER BY job_type, status;

-- name: count_ended
SELECT job_type, status, count(*) AS n FROM worker_jobs
WHERE status IN ('done', 'dead', 'cancelled') GROUP BY job_type, status ORDER BY job_type, status;

-- name: count_replies
-- Of the last day and the hour that has begun.
SELECT coalesce(sum(replies), 0)::bigint AS replies, coalesce(sum(unusable), 0)::bigint AS unusable
FROM model_replies WHERE hour > now() - interval '25 hours';

-- name: add_replies
INSERT INTO model_replies AS old (hour, replies, unusable) VALUES (date_trunc('hour', now()), $1, $2)
ON CONFLICT (hour) DO UPDATE SET replies = old.replies + excluded.replies, unusable = old.unusable + excluded.unusable;

-- name: drop_replies
DELETE FROM model_replies WHERE hour < now() - interval '30 days';

-- name: last_map
-- The last night that went well; one that found nothing new confirms the map there is.
SELECT r.finished_at, extract(epoch FROM now() - representable(r.finished_at))::float8 AS age_s,
       extract(epoch FROM representable(r.finished_at) - representable(r.started_at))::float8 AS seconds, g.clusters, g.coverage::float8 AS coverage
FROM nightly_runs r
LEFT JOIN LATERAL (
    SELECT clusters, coverage FROM cluster_generations WHERE status IN ('published', 'partial')
    ORDER BY generation_id DESC LIMIT 1
) g ON true
WHERE r.kind = 'nightly' AND r.status IN ('published', 'partial', 'skipped') AND r.finished_at IS NOT NULL
ORDER BY r.run_id DESC LIMIT 1;

-- name: last_editions
-- Of each kind the last run that went well, which one does that finds nothing new, and how the last stands.
SELECT k.kind, g.finished_at, extract(epoch FROM now() - representable(g.finished_at))::float8 AS age_s, l.status
FROM unnest($1::text[]) AS k (kind)
LEFT JOIN LATERAL (
    SELECT finished_at FROM nightly_runs
    WHERE kind = k.kind AND status IN ('published', 'partial', 'skipped') AND finished_at IS NOT NULL
    ORDER BY run_id DESC LIMIT 1
) g ON true
LEFT JOIN LATERAL (SELECT status FROM nightly_runs WHERE kind = k.kind ORDER BY run_id DESC LIMIT 1) l ON true
ORDER BY k.kind DESC;

-- name: has_documents
SELECT EXISTS (SELECT FROM living_utterances WHERE created_at < now() - make_interval(secs => $1)) AS found;

-- name: server_settings
SELECT name, setting, unit FROM pg_settings WHERE name = ANY ($1::text[]) ORDER BY name;

-- name: server_facts
SELECT current_setting('server_version') AS server, current_setting('server_encoding') AS encoding,
       (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS pgvector,
       pg_database_size(current_database()) AS bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections;

-- name: table_sizes
SELECT c.relname AS name, c.reltuples::bigint AS rows_estimated, pg_table_size(c.oid) AS bytes,
       pg_indexes_size(c.oid) AS index_bytes, s.n_dead_tup AS dead_rows, s.last_autovacuum, s.last_autoanalyze
FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
ORDER BY pg_total_relation_size(c.oid) DESC, c.relname;

-- name: indexes
SELECT t.relname AS table_name, c.relname AS name, m.amname AS method, i.indisvalid AS is_valid, i.indisunique AS is_unique,
       pg_relation_size(c.oid) AS bytes, s.idx_scan AS scans
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam JOIN pg_stat_user_indexes s ON s.indexrelid = c.oid
ORDER BY t.relname, c.relname;

-- name: migrations
SELECT version, name, applied_at FROM schema_migrations ORDER BY version;

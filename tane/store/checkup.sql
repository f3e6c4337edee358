-- What the doctor asks of a database.

-- name: read_server
SELECT current_setting('server_version_num')::integer AS version_num,
    current_setting('server_version') AS version,
    (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS vector,
    (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS vector_offered,
    clock_timestamp() AS now,
    current_setting('transaction_read_only')::boolean OR pg_is_in_recovery() AS is_read_only;

-- name: forbidden_tables
-- Tables of ours that this role may not write.
SELECT c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname = ANY ($1::text[])
  AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
           AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
ORDER BY 1;

-- name: broken_indexes
-- One that is being built is not valid yet either.
SELECT i.indexrelid::regclass::text AS name
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname = current_schema()
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
ORDER BY 1;

-- name: largest_table
SELECT coalesce(max(pg_total_relation_size(c.oid)), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r';

-- name: read_model
SELECT model_name AS name, digest, dims,
    (SELECT count(*) FROM embeddings e WHERE e.model_id = m.model_id AND e.dims <> m.dims) AS odd_vectors
FROM embedding_models m WHERE is_current = 1;

-- name: read_queue
SELECT count(*) FILTER (WHERE status = 'running' AND lease_expires_at >= now()) AS held,
    count(*) FILTER (WHERE status = 'running' AND lease_expires_at < now() - interval '1 minute') AS abandoned,
    count(*) FILTER (WHERE status = 'queued') AS waiting,
    extract(epoch FROM now() - representable(min(greatest(created_at, run_at)) FILTER (WHERE status = 'queued')))::float8 AS oldest_s,
    (SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'tane' AND pid <> pg_backend_pid()) AS sessions
FROM worker_jobs w
WHERE status IN ('queued', 'running')
  AND NOT EXISTS (SELECT FROM job_pauses p WHERE status = 'queued' AND p.job_type IN (w.job_type, '*'));

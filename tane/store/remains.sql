-- What deleted rows leave in the files, and writing the files anew.

-- name: barrier
-- Transactions from here on are younger than everything that was committed before.
SELECT pg_current_xact_id()::xid::text;

-- name: older_transactions
-- Somebody who may still see a deleted row makes PostgreSQL copy it into the new file.
SELECT pid, application_name, extract(epoch FROM now() - xact_start)::float8 AS open_s
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND greatest(age(backend_xid), age(backend_xmin)) > age($1::text::xid)
ORDER BY xact_start LIMIT 1;

-- name: prepare
-- Indexes of vectors are built anew, which takes many times longer where their graph does not fit the memory.
SELECT set_config('lock_timeout', $1, false), set_config('maintenance_work_mem', '256MB', false);

-- name: rights
SELECT rolsuper AS may_clear_statistics, rolsuper OR pg_has_role('pg_checkpoint', 'USAGE') AS may_checkpoint
FROM pg_roles WHERE rolname = current_user;

-- name: clear_statistics
-- ANALYZE keeps the commonest and some other values of every column, and passes over tables that are empty now.
DELETE FROM pg_statistic WHERE starelid = ANY ($1::text[]::regclass[]);

-- name: stale_statistics
SELECT DISTINCT c.oid::regclass::text AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
WHERE c.oid = ANY ($1::text[]::regclass[]) AND c.reltuples = 0
ORDER BY 1;

-- name: files_of
SELECT given.name, pg_relation_filenode(given.name::regclass) AS file, pg_total_relation_size(given.name::regclass) AS bytes
FROM unnest($1::text[]) AS given (name);

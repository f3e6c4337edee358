-- The ledger of migrations; it exists before the first of them.

-- name: lock_ledger
SELECT pg_advisory_lock($1);

-- name: create_ledger
CREATE TABLE IF NOT EXISTS schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: has_ledger
SELECT to_regclass('schema_migrations') IS NOT NULL;

-- name: read_ledger
SELECT version, checksum FROM schema_migrations;

-- name: record_migration
INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3);

-- name: limit_waiting
SELECT set_config('lock_timeout', $1, false);

-- name: daemons
-- Every daemon listens, and nobody else does.
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1;

-- name: oldest_transaction
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
ORDER BY xact_start LIMIT 1;

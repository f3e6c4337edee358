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

-- What a restoration must find, clear away or build.

-- name: other_sessions
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'tane';

-- name: removals
-- Statements that take away our tables, then our functions; what hangs on a table goes with it.
SELECT statement FROM (
    SELECT 1 AS turn, format('DROP TABLE %I.%I CASCADE', n.nspname, c.relname) AS statement
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname = ANY ($1::text[])
    UNION ALL
    SELECT 2, format('DROP FUNCTION IF EXISTS %I.%I(%s) CASCADE', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = current_schema() AND p.proname = ANY ($2::text[])
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
) AS found ORDER BY turn, statement;

-- name: set_counter
SELECT setval($1::text::regclass, $2, $3);

-- name: prepare_loading
SELECT set_config('lock_timeout', $1, true), set_config('maintenance_work_mem', '256MB', true),
    set_config('client_connection_check_interval', '10s', true), set_config('statement_timeout', '0', true);

-- name: built_on
-- What is built after the rows are there: foreign keys, then indexes that no constraint needs. Dropped last, made first.
SELECT taking, making FROM (
    SELECT 2 AS turn, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS taking,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) AS making
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1::text[])
    UNION ALL
    SELECT 1, format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1::text[])
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
) AS found ORDER BY turn, making;

-- name: plain_type
-- The type of a column that another program added, as PostgreSQL spells it; NULL for what it does not know by itself.
SELECT format_type(t.oid, NULL) FROM pg_type t
WHERE t.oid = to_regtype(regexp_replace($1::text, '\(.*?\)', '', 'g')) AND t.typnamespace = 'pg_catalog'::regnamespace;

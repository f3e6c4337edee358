-- What a backup must know of the database, and what a restoration must find, clear away or build.

-- name: all_tables
-- Those of everybody but the system and extensions; a page is as good as a row to whoever must not lose any.
SELECT n.nspname AS schema, c.relname AS name, n.nspname = current_schema() AS is_in_reach,
    pg_relation_size(c.oid) > 0 AS has_pages
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2;

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

-- name: columns_of
-- A generated column computes itself.
SELECT c.relname AS table_name, a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY ($1::text[])
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY c.relname, a.attnum;

-- name: counters_of
-- Columns that number their rows, and the sequences behind them.
SELECT c.relname AS table_name, a.attname AS column_name,
    pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY ($1::text[])
  AND a.attidentity <> ''
ORDER BY c.relname, a.attnum;

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

-- name: refresh_statistics
-- A backup carries none, and a plan without them can be a thousand times slower.
ANALYZE;

-- What a backup must know of the database, and what a restoration must find or clear away.

-- name: server_major
SELECT current_setting('server_version_num')::integer / 10000;

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

-- name: refresh_statistics
-- A backup carries none, and a plan without them can be a thousand times slower.
ANALYZE;

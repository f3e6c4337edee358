-- What a backup must know of the database.

-- name: all_tables
-- Those of everybody but the system and extensions; a page is as good as a row to whoever must not lose any.
SELECT n.nspname AS schema, c.relname AS name, n.nspname = current_schema() AS is_in_reach,
    pg_relation_size(c.oid) > 0 AS has_pages
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2;

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

-- name: refresh_statistics
-- A backup carries none, and a plan without them can be a thousand times slower.
ANALYZE;

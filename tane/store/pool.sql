-- name: find_halfvec
-- The extension may live in any schema.
SELECT n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'halfvec';

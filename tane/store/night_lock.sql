-- Who holds this lock conducts the night; the server frees it with the connection.

-- name: try_lock
SELECT pg_try_advisory_lock(hashtextextended('tane.nightly', 0));

-- name: try_lock_briefly
SELECT pg_try_advisory_xact_lock(hashtextextended('tane.nightly', 0));

-- name: probe
SELECT 1;

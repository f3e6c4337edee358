-- Who holds this lock conducts the open run of this kind; the server frees it with the connection.

-- name: try_lock
SELECT pg_try_advisory_lock(hashtextextended('tane.' || $1::text, 0));

-- name: try_lock_briefly
SELECT pg_try_advisory_xact_lock(hashtextextended('tane.' || $1::text, 0));

-- name: probe
SELECT 1;

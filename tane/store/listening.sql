-- name: notify_channel
SELECT pg_notify($1, $2);

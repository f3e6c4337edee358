-- name: add_feed
-- With the source that its articles are of.
WITH source AS (
    INSERT INTO sources (source_id, name, kind) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name WHERE sources.kind = excluded.kind
    RETURNING source_id
)
INSERT INTO feeds (source_id, url, is_private)
SELECT source_id, $4, $5 FROM source
ON CONFLICT DO NOTHING
RETURNING feed_id;

-- name: list_feeds
SELECT f.feed_id, f.source_id, s.name, s.kind, f.url, f.title, f.is_private = 1 AS is_private, f.etag, f.last_modified, f.state,
    f.error, f.failures, f.fetched_at, f.succeeded_at, f.due_at,
    (SELECT count(*) FROM living_utterances u WHERE u.source_id = f.source_id) AS articles
FROM feeds f JOIN sources s USING (source_id)
ORDER BY s.name;

-- name: remove_feed
-- Its articles stay: they are forgotten by `tane forget`.
DELETE FROM feeds f USING sources s WHERE s.source_id = f.source_id AND (s.name = $1 OR f.url = $1);

-- name: claim_feed
-- The feed that has waited longest, or a given one; whoever else looks meanwhile does not see it as due. Who dies here leaves
-- it due again after $3 seconds.
WITH chosen AS (
    SELECT feed_id FROM feeds
    WHERE CASE WHEN $1::uuid IS NULL THEN due_at <= now() ELSE feed_id = $1 END AND feed_id <> ALL ($2::uuid[])
    ORDER BY due_at, feed_id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE feeds f SET due_at = now() + make_interval(secs => $3) FROM chosen, sources s
WHERE f.feed_id = chosen.feed_id AND s.source_id = f.source_id
RETURNING f.feed_id, f.source_id, s.name, s.kind, f.url, f.title, f.is_private = 1 AS is_private, f.etag, f.last_modified, f.state,
    f.error, f.failures, f.fetched_at, f.succeeded_at, f.due_at, 0::bigint AS articles;

-- name: note_success
UPDATE feeds SET state = $2, error = NULL, failures = 0, title = coalesce($3, title), etag = $4, last_modified = $5,
    fetched_at = now(), succeeded_at = now(), due_at = now() + make_interval(secs => $6)
WHERE feed_id = $1;

-- name: note_failure
-- Twice as long after each failure, for a day at most.
UPDATE feeds SET state = 'failed', error = $2, failures = failures + 1, fetched_at = now(),
    due_at = now() + make_interval(secs => least($3 * 2.0 ^ least(failures, 20), greatest($3, 86400)))
WHERE feed_id = $1;

-- name: known_items
SELECT metadata ->> 'item' AS item FROM utterances WHERE source_id = $1 AND metadata ->> 'item' = ANY ($2::text[]);

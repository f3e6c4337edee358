-- name: ensure_source
-- A source that is there is only read: a program that sends one utterance after the other would pay for a row and a flush
-- of the log each time.
WITH found AS (
    SELECT source_id, origin, kind FROM sources WHERE name = $2
), made AS (
    INSERT INTO sources (source_id, name, kind) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM found)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name
    RETURNING source_id, origin, kind
)
SELECT s.source_id, s.origin, s.kind, EXISTS (SELECT FROM utterances u WHERE u.source_id = s.source_id) AS has_utterances
FROM (SELECT * FROM found UNION ALL SELECT * FROM made) s;

-- name: lock_source
-- Until the end of the transaction: of two imports into one source the second sees what the first has stored. Utterances
-- of other programs, whose foreign key needs a weaker lock, do not wait.
SELECT FROM sources WHERE source_id = $1 FOR NO KEY UPDATE;

-- name: remember_origin
UPDATE sources SET origin = $2 WHERE source_id = $1 AND origin IS DISTINCT FROM $2;

-- name: find_source_from
-- The name of the source that a file was last imported under, if it is another one than this.
SELECT name FROM sources WHERE origin = $1 AND source_id <> $2 ORDER BY created_at DESC, name LIMIT 1;

-- name: count_overlap
-- How many of these ids the source has, and how many of them have other words (of a single one both are returned) or,
-- with the same words, another speaker. One without words has none to lose.
SELECT count(*)::integer AS known,
    count(*) FILTER (WHERE u.contents <> g.contents)::integer AS reworded,
    count(*) FILTER (WHERE u.contents = g.contents AND u.speaker <> g.speaker)::integer AS reassigned,
    CASE WHEN count(*) = 1 THEN min(u.contents) END AS former,
    CASE WHEN count(*) = 1 THEN min(g.contents) END AS latter
FROM unnest($2::text[], $3::text[], $4::text[]) AS g (external_id, contents, speaker)
CROSS JOIN LATERAL (  -- LIMIT: see save_utterances
    SELECT * FROM utterances WHERE source_id = $1 AND external_id = g.external_id LIMIT 1
) u
WHERE u.contents IS NOT NULL;

-- name: save_utterances
-- Unchanged rows are left out before the INSERT, because even an upsert that changes nothing locks and
-- writes its row; the upsert itself is for two imports of one file at once. Inserted in one order for
-- both. What a file does not tell (speaker, time) does not erase what is known. A new utterance comes
-- after those of its conversation that are here already, so a longer export continues a shorter one.
-- What is known of each is looked up by the index, which LIMIT makes sure of: a plan made while the table was small would
-- join with all utterances of the source, for every one that a program sends.
WITH given AS (
    SELECT g.*, u.utterance_id IS NULL AS is_new, u.content_hash AS old_hash, u.contents <> g.contents AS is_reworded
    FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[], $8::jsonb[])
        WITH ORDINALITY AS g (utterance_id, external_id, conversation_id, speaker, uttered_at, contents, metadata, ordinal)
    LEFT JOIN LATERAL (
        SELECT * FROM utterances WHERE source_id = $1 AND external_id = g.external_id LIMIT 1
    ) u ON true
    WHERE u.utterance_id IS NULL
        OR u.contents IS DISTINCT FROM g.contents
        OR u.metadata <> g.metadata
        OR coalesce(g.speaker, u.speaker) IS DISTINCT FROM u.speaker
        OR coalesce(g.uttered_at, u.uttered_at) IS DISTINCT FROM u.uttered_at
), placed AS (
    SELECT g.*, CASE WHEN g.conversation_id IS NOT NULL THEN
        (SELECT least(coalesce(max(c.position), -1), 2000000000) + 1 FROM utterances c WHERE c.conversation_id = g.conversation_id)
        + row_number() OVER (PARTITION BY g.conversation_id, g.is_new ORDER BY g.ordinal) - 1
    END AS position
    FROM given g
), written AS (
    INSERT INTO utterances AS u
        (utterance_id, source_id, external_id, conversation_id, position, speaker, uttered_at, contents, metadata)
    SELECT utterance_id, $1, external_id, conversation_id, position, speaker, uttered_at, contents, metadata
    FROM placed ORDER BY external_id
    ON CONFLICT (source_id, external_id) DO UPDATE SET
        contents = excluded.contents,
        metadata = excluded.metadata,
        speaker = coalesce(excluded.speaker, u.speaker),
        uttered_at = coalesce(excluded.uttered_at, u.uttered_at),
        updated_at = now()
    WHERE u.contents IS DISTINCT FROM excluded.contents
        OR u.metadata <> excluded.metadata
        OR coalesce(excluded.speaker, u.speaker) IS DISTINCT FROM u.speaker
        OR coalesce(excluded.uttered_at, u.uttered_at) IS DISTINCT FROM u.uttered_at
    RETURNING u.utterance_id, u.external_id, u.content_hash, u.deleted_at
)
SELECT w.utterance_id, g.ordinal, g.is_new, g.is_reworded IS TRUE AS is_reworded,
    g.old_hash IS DISTINCT FROM w.content_hash AND w.deleted_at IS NULL AS has_new_words
FROM written w JOIN given g USING (external_id)
ORDER BY g.ordinal;

-- name: save_splits
-- A worker that met the utterance first may have cut it already: only what is stored here is returned.
INSERT INTO utterance_splits (utterance_split_id, utterance_id, ordinal, char_start, char_end, contents)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::integer[], $6::text[])
ON CONFLICT (utterance_id, ordinal) DO NOTHING
RETURNING utterance_split_id;

-- name: transaction_began
SELECT now();

-- name: count_queued
-- The jobs that this transaction put in line for these targets, those of triggers included.
SELECT job_type, count(*)::integer AS n FROM worker_jobs
WHERE target_id = ANY ($1::uuid[]) AND created_at >= now() AND status IN ('queued', 'scheduled')
GROUP BY job_type ORDER BY job_type;

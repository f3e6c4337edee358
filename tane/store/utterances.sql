-- name: load_utterances
SELECT utterance_id, contents, content_hash, speaker, deleted_at IS NOT NULL AS is_deleted, title_of(metadata) AS title,
    array_remove(ARRAY[{{ CASE WHEN did_asked_KIND = 1 THEN 'KIND' END }}], NULL) AS asked
FROM utterances WHERE utterance_id = ANY ($1::uuid[]);

-- name: list_turns_before
-- The nearest turns of the same conversation, each but for its last words.
SELECT u.utterance_id, before.speaker, before.contents
FROM utterances u CROSS JOIN LATERAL (
    SELECT b.position, b.speaker, right(b.contents, $3) AS contents FROM living_utterances b
    WHERE b.conversation_id = u.conversation_id AND b.position < u.position
      AND b.contents ~ '\S'
    ORDER BY b.position DESC LIMIT $2
) AS before
WHERE u.utterance_id = ANY ($1::uuid[])
ORDER BY u.utterance_id, before.position;

-- name: lock_utterances
-- Held until the transaction ends, so that nobody rewrites the words whose results are being written.
SELECT utterance_id, content_hash FROM utterances
WHERE utterance_id = ANY ($1::uuid[]) AND deleted_at IS NULL
ORDER BY utterance_id FOR NO KEY UPDATE;

-- name: set_role
-- The role may have been removed since the question was asked.
WITH role AS (
    SELECT utterance_role_id FROM utterance_roles WHERE utterance_role_id = $2 FOR KEY SHARE
)
UPDATE utterances SET
    utterance_role_id = (SELECT role.utterance_role_id FROM role),
    utterance_role_confidence = CASE WHEN EXISTS (SELECT FROM role) THEN $3::real END,
    updated_at = now()
WHERE utterance_id = $1
RETURNING utterance_role_id IS NOT NULL AS has_role;

-- name: set_score
UPDATE utterances SET
    {{ SCORE = CASE WHEN $2::text = 'SCORE' THEN $3::real ELSE SCORE END }},
    updated_at = now()
WHERE utterance_id = $1;

-- name: mark_asked
UPDATE utterances SET
    {{ did_asked_KIND = greatest(did_asked_KIND, ($2::text = 'KIND')::integer) }},
    updated_at = now()
WHERE utterance_id = $1;

-- name: lock_utterance
SELECT FROM utterances WHERE utterance_id = $1 FOR NO KEY UPDATE;

-- name: delete_other_splits
DELETE FROM utterance_splits WHERE utterance_id = $1 AND utterance_split_id <> ALL ($2::uuid[]);

-- name: insert_splits
INSERT INTO utterance_splits (utterance_split_id, utterance_id, ordinal, char_start, char_end, contents)
SELECT split_id, $1, ordinal - 1, char_start, char_end, contents
FROM unnest($2::uuid[], $3::integer[], $4::integer[], $5::text[])
    WITH ORDINALITY AS given (split_id, char_start, char_end, contents, ordinal)
ON CONFLICT (utterance_split_id) DO NOTHING;

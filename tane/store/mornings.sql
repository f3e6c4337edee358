-- Editions of the morning.

-- name: vectors_before
-- Of what was said or published in the days before a window, the newest first; a split stands for its document.
SELECT v.vector FROM living_utterances u
JOIN utterance_splits p USING (utterance_id)
JOIN active_vectors v ON v.target_type = 'utterance_split' AND v.target_id = p.utterance_split_id AND v.model_id = $3
WHERE u.said_at >= $1 AND u.said_at < $2
ORDER BY u.said_at DESC, p.utterance_split_id LIMIT $4;

-- name: delete_edition
DELETE FROM morning_article_groups WHERE edition_date = $1;

-- name: insert_groups
INSERT INTO morning_article_groups (edition_date, group_id, document_id, utterance_id, kind, is_primary, similarity, rank, score)
SELECT $1, n.group_id, n.document_id, u.utterance_id, n.kind, n.is_primary, n.similarity, n.rank, n.score
FROM jsonb_to_recordset($2) AS n (group_id uuid, document_id uuid, utterance_id uuid, kind text, is_primary smallint,
    similarity real, rank integer, score real)
JOIN utterances u USING (utterance_id);

-- name: upsert_edition
-- A letter that another run of the day wrote belongs to the edition that it replaces.
INSERT INTO morning_letters AS old (edition_date, run_id, groups)
VALUES ($1, $2, $3)
ON CONFLICT (edition_date) DO UPDATE
SET run_id = excluded.run_id, groups = excluded.groups, letter = NULL, is_degraded = 0, reason = NULL, created_at = now();

-- name: set_letter
UPDATE morning_letters m
SET letter = jsonb_build_object('title', o.title, 'bullets', o.bullets, 'model', o.model_name),
    is_degraded = o.is_degraded, reason = o.degraded_reason
FROM recap_outputs o
WHERE m.run_id = $1 AND o.run_id = $1 AND o.response_id = $2;

-- name: prune_editions
DELETE FROM morning_letters WHERE edition_date < $1;

-- name: prune_groups
DELETE FROM morning_article_groups WHERE edition_date < $1;

-- name: insert_seeds
-- What exists already stays as it is: the owner may have edited or rejected it (C3).
INSERT INTO seeds (seed_id, seed_kind, body, grounding, model_name, prompt_version)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::real[], $5::text[], $6::text[])
ON CONFLICT (seed_id) DO NOTHING
RETURNING seed_id;

-- name: link_seeds
INSERT INTO utterance_seeds (utterance_id, seed_id, span_start, span_end)
SELECT $1, given.* FROM unnest($2::uuid[], $3::integer[], $4::integer[]) AS given (seed_id, span_start, span_end)
-- A seed that was edited has its link already, under another name (C9).
WHERE NOT EXISTS (SELECT FROM utterance_seeds u WHERE u.utterance_id = $1 AND u.seed_id = given.seed_id
                  AND u.relation_type = 'edited_from')
ON CONFLICT (utterance_id, seed_id, relation_type) DO NOTHING;

-- name: drop_vanished_seeds
-- The links are cut; a seed without any leaves with its last one, by trigger.
DELETE FROM utterance_seeds u USING seeds s
WHERE u.utterance_id = $1 AND u.relation_type = 'derived_from' AND s.seed_id = u.seed_id
    AND s.seed_kind = $2 AND s.review_status = 'auto' AND s.created_from = 'utterance'
    AND s.seed_id <> ALL ($3::uuid[]);

-- name: rejected_spans
-- Offsets into words that have changed since mean nothing (A7).
SELECT u.span_start, u.span_end FROM utterance_seeds u JOIN seeds s USING (seed_id)
WHERE u.utterance_id = $1 AND s.seed_kind = $2 AND s.review_status = 'rejected' AND s.source_changed = 0
    AND u.span_start IS NOT NULL AND u.span_end IS NOT NULL;

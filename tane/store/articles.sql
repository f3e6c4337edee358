-- name: follow_mapped_kinds
-- Sources of articles whose kind the owner wants on maps, and those whose kind he wants there no longer.
UPDATE sources SET is_mapped = (kind = ANY ($1::text[]))::integer
WHERE kind = ANY ($2::text[]) AND is_mapped <> (kind = ANY ($1::text[]))::integer;

-- name: save_articles
-- In the order of the ids, as everybody writes. What did not change is not written.
INSERT INTO articles AS a (utterance_id, title, url, host, lang, raw_body, body_format, raw_hash, cleaning_version)
SELECT u.utterance_id, g.title, g.url, g.host, g.lang, g.raw_body, g.body_format, g.raw_hash, $10
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::bytea[])
    AS g (external_id, title, url, host, lang, raw_body, body_format, raw_hash)
CROSS JOIN LATERAL (
    SELECT utterance_id FROM utterances WHERE source_id = $1 AND external_id = g.external_id AND deleted_at IS NULL LIMIT 1
) u
ORDER BY u.utterance_id
ON CONFLICT (utterance_id) DO UPDATE SET
    title = excluded.title, url = excluded.url, host = excluded.host, lang = excluded.lang, raw_body = excluded.raw_body,
    body_format = excluded.body_format, raw_hash = excluded.raw_hash, cleaning_version = excluded.cleaning_version,
    fetched_at = now(), updated_at = now()
WHERE (a.title, a.url, a.host, a.lang, a.body_format, a.raw_hash, a.cleaning_version) IS DISTINCT FROM
    (excluded.title, excluded.url, excluded.host, excluded.lang, excluded.body_format, excluded.raw_hash,
     excluded.cleaning_version);

-- name: drop_other_tags
-- Tags of this origin that the articles no longer have.
DELETE FROM article_tags t USING utterances u
WHERE u.source_id = $1 AND u.external_id = ANY ($2::text[]) AND t.utterance_id = u.utterance_id AND t.source = $5
  AND NOT EXISTS (SELECT FROM unnest($3::text[], $4::text[]) AS g (external_id, tag)
                  WHERE g.external_id = u.external_id AND g.tag = t.tag);

-- name: save_tags
INSERT INTO article_tags AS t (utterance_id, tag, confidence, source)
SELECT u.utterance_id, g.tag, g.confidence, $5
FROM unnest($2::text[], $3::text[], $4::real[]) AS g (external_id, tag, confidence)
JOIN utterances u ON u.source_id = $1 AND u.external_id = g.external_id AND u.deleted_at IS NULL
JOIN articles a ON a.utterance_id = u.utterance_id
ORDER BY u.utterance_id, g.tag
ON CONFLICT (utterance_id, tag, source) DO UPDATE SET confidence = excluded.confidence
WHERE t.confidence <> excluded.confidence;

-- name: read_uncleaned
-- Articles of other programs that have never been cleaned; without a raw body their contents are it.
SELECT a.utterance_id, a.title, a.raw_body, a.body_format, a.lang, u.contents
FROM articles a JOIN utterances u USING (utterance_id)
WHERE a.utterance_id = ANY ($1::uuid[]) AND a.cleaning_version = 0;

-- name: save_cleaned
-- The contents become the text; a raw body that was not given is what the contents were.
WITH cleaned AS (
    UPDATE utterances SET contents = $2, updated_at = now()
    WHERE utterance_id = $1 AND contents IS DISTINCT FROM $2
)
UPDATE articles SET lang = $3, raw_body = coalesce(raw_body, $4), raw_hash = coalesce(raw_hash, $5), cleaning_version = $6,
    updated_at = now()
WHERE utterance_id = $1;

-- Removing what was said for good, with everything that came of it.

-- name: said_by
SELECT utterance_id FROM utterances WHERE speaker = $1;

-- name: said_in_source
SELECT utterance_id FROM utterances WHERE source_id = $1;

-- name: said_in_conversation
SELECT utterance_id FROM utterances WHERE conversation_id = $1;

-- name: find_source
SELECT source_id FROM sources WHERE name = $1;

-- name: find_conversations
SELECT DISTINCT conversation_id FROM utterances
WHERE conversation_id IS NOT NULL AND (conversation_id BETWEEN $1 AND $2 OR utterance_id BETWEEN $1 AND $2)
ORDER BY conversation_id LIMIT $3;

-- name: splits_of
SELECT utterance_split_id AS id FROM utterance_splits WHERE utterance_id = ANY ($1::uuid[]);

-- name: seeds_of
-- Those that nothing else says; reviewed ones, too: forgetting wins.
SELECT DISTINCT l.seed_id AS id FROM utterance_seeds l
WHERE l.utterance_id = ANY ($1::uuid[])
    AND NOT EXISTS (SELECT FROM utterance_seeds o WHERE o.seed_id = l.seed_id AND o.utterance_id <> ALL ($1));

-- name: clusters_of
-- Whoever was described from these seeds, now or once, and everything above (E11).
WITH RECURSIVE touched AS (
    SELECT e.dst_id AS id FROM edges e
    WHERE e.src_type = 'seed' AND e.src_id = ANY ($1::uuid[]) AND e.dst_type = 'cluster' AND e.edge_type = 'part_of'
        AND e.role IN ('member', 'attached')
    UNION
    SELECT c.parent_cluster_id FROM touched t JOIN clusters c ON c.cluster_id = t.id
    WHERE c.parent_cluster_id IS NOT NULL
)
SELECT id FROM touched;

-- name: phrases_of
-- What a title, an overview or another program's payload may quote. Short sentences are everybody's.
SELECT btrim(sentence, ' 　.') AS phrase
FROM utterances u, regexp_split_to_table(u.contents, '[。．！？!?\n\r]+|\.\s') AS sentence
WHERE u.utterance_id = ANY ($1::uuid[]) AND length(btrim(sentence, ' 　.')) >= 8
UNION
SELECT body FROM seeds WHERE seed_id = ANY ($2::uuid[]) AND length(body) >= 4;

-- name: jobs_of
-- Jobs in any state, and those of other targets whose payload or error names one of the ids or quotes the words.
SELECT w.job_id AS id FROM worker_jobs w
WHERE w.target_id = ANY ($1::uuid[])
    OR ((w.payload <> '{}' OR w.last_error IS NOT NULL) AND (EXISTS (
        SELECT FROM regexp_matches(
            lower(concat_ws(' ', w.payload, w.last_error)),
            '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') AS named
        WHERE named[1]::uuid = ANY ($1))
    OR EXISTS (
        SELECT FROM unnest($2::text[]) AS phrase WHERE strpos(concat_ws(' ', w.payload, w.last_error), phrase) > 0)));

-- name: count_doomed
WITH doomed AS (
    SELECT 'utterance' AS kind, unnest($1::uuid[]) AS id
    UNION ALL SELECT 'utterance_split', unnest($2::uuid[])
    UNION ALL SELECT 'seed', unnest($3::uuid[])
)
SELECT (SELECT count(*) FROM doomed WHERE kind = 'utterance') AS utterances,
    (SELECT count(*) FROM doomed WHERE kind = 'utterance_split') AS splits,
    (SELECT count(*) FROM doomed WHERE kind = 'seed') AS seeds,
    (SELECT count(*) FROM seeds s JOIN doomed d ON d.kind = 'seed' AND d.id = s.seed_id
     WHERE s.review_status <> 'auto') AS reviewed,
    (SELECT count(*) FROM embeddings e JOIN doomed d ON d.kind = e.target_type AND d.id = e.target_id) AS vectors,
    (SELECT count(*) FROM (
        SELECT e.edge_id FROM edges e JOIN doomed d ON d.kind = e.src_type AND d.id = e.src_id
        UNION SELECT e.edge_id FROM edges e JOIN doomed d ON d.kind = e.dst_type AND d.id = e.dst_id
    ) AS ends) AS edges,
    (SELECT count(*) FROM layout_points p JOIN doomed d ON d.kind = p.target_type AND d.id = p.target_id) AS points;

-- name: lock_jobs
-- A worker that is saving one of them is waited for; one that has yet to save finds its claim gone.
SELECT FROM worker_jobs WHERE target_id = ANY ($1::uuid[]) ORDER BY job_id FOR UPDATE;

-- name: lock_utterances
SELECT utterance_id FROM utterances WHERE utterance_id = ANY ($1::uuid[]) ORDER BY utterance_id FOR UPDATE;

-- name: clear_words
-- What a model wrote from the seeds goes with them. What the owner holds stays unless it quotes them: the title
-- of a pinned cluster, and an overview of the owner's own.
WITH phrase AS MATERIALIZED (
    SELECT unnest($2::text[]) AS words
), worded AS (
    SELECT c.cluster_id, c.cluster_id = ANY ($1::uuid[]) AS is_touched,
        c.is_pinned = 1 OR c.overview_source IS NOT DISTINCT FROM 'user' AS has_own_title,
        c.overview_source IS NOT DISTINCT FROM 'user' AS has_own_overview,
        EXISTS (SELECT FROM phrase WHERE strpos(c.cluster_title, words) > 0) AS title_quotes,
        EXISTS (SELECT FROM phrase WHERE strpos(c.cluster_overview, words) > 0) AS overview_quotes
    FROM clusters c
)
UPDATE clusters c SET
    cluster_title = CASE WHEN w.has_own_title AND NOT w.title_quotes THEN c.cluster_title END,
    cluster_overview = CASE WHEN w.has_own_overview AND NOT w.overview_quotes THEN c.cluster_overview END,
    overview_source = CASE WHEN w.has_own_overview AND NOT w.overview_quotes THEN 'user' END,
    cluster_category = NULL, cluster_strength = NULL, overview_stale = 1, updated_at = now()
FROM worded w
WHERE w.cluster_id = c.cluster_id AND (w.is_touched OR w.title_quotes OR w.overview_quotes)
RETURNING c.cluster_id AS id;

-- name: delete_word_vectors
DELETE FROM embeddings WHERE target_type = 'cluster_overview' AND target_id = ANY ($1::uuid[]);

-- name: delete_descriptions
-- A model that is describing one of them now was given the words: its claim goes.
DELETE FROM worker_jobs WHERE target_id = ANY ($1::uuid[]) AND status IN ('queued', 'scheduled', 'running');

-- name: delete_seeds
DELETE FROM seeds WHERE seed_id = ANY ($1::uuid[]);

-- name: delete_utterances
DELETE FROM utterances WHERE utterance_id = ANY ($1::uuid[]);

-- name: delete_jobs
DELETE FROM worker_jobs WHERE job_id = ANY ($1::uuid[]);

-- name: delete_emptied_clusters
-- The vector of a cluster that had no other seeds is made of theirs alone.
DELETE FROM clusters c
WHERE c.cluster_id = ANY ($1::uuid[])
    AND NOT EXISTS (SELECT FROM clusters k WHERE k.parent_cluster_id = c.cluster_id)
    AND NOT EXISTS (SELECT FROM edges e WHERE e.dst_type = 'cluster' AND e.dst_id = c.cluster_id
                    AND e.edge_type = 'part_of' AND e.role IN ('member', 'attached'))
RETURNING c.cluster_id AS id;

-- name: delete_source
DELETE FROM sources WHERE source_id = $1;

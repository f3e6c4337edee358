-- Recaps as people and programs are shown them.

-- name: list_recaps
SELECT r.run_id, r.status, r.trigger, r.requested_at, r.started_at, r.finished_at, r.params, r.report, r.is_pinned = 1 AS is_pinned,
    (SELECT count(*) FROM recap_sections s WHERE s.run_id = r.run_id AND s.status = 'stored') AS sections,
    (SELECT count(*) FROM recap_stories t WHERE t.run_id = r.run_id AND t.place IN ('leading', 'further')) AS stories,
    (SELECT count(*) FROM recap_job_articles d WHERE d.run_id = r.run_id) AS documents
FROM nightly_runs r WHERE r.kind = 'recap' ORDER BY r.run_id DESC LIMIT $1;

-- name: latest_recap
-- An empty or failed one never replaces a good one.
SELECT max(run_id) AS run_id FROM nightly_runs WHERE kind = 'recap' AND status IN ('published', 'partial');

-- name: neighbours_of
SELECT (SELECT max(run_id) FROM nightly_runs WHERE kind = 'recap' AND status IN ('published', 'partial') AND run_id < $1) AS before,
    (SELECT min(run_id) FROM nightly_runs WHERE kind = 'recap' AND status IN ('published', 'partial') AND run_id > $1) AS after;

-- name: read_sections
SELECT s.genre, coalesce(c.cluster_title, s.name, s.genre) AS name, s.cluster_id, s.rank, s.status, s.reason, s.documents, s.sentences, s.clusters, s.facts,
    o.response_id, o.title, o.bullets, o.tags, coalesce(o.is_degraded, 0) = 1 AS is_degraded, o.degraded_reason, o.model_name, o.prompt_version, o.created_at
FROM recap_sections s
LEFT JOIN recap_outputs o USING (response_id)
LEFT JOIN living_clusters c ON c.cluster_id = s.cluster_id
WHERE s.run_id = $1 ORDER BY s.rank, s.genre;

-- name: read_evidence
-- A sentence whose utterance was deleted is not shown; one that says something else now is told.
SELECT e.genre, e.number, e.cluster, e.story_id, e.document_id, e.utterance_id, e.lang, e.said_at,
    CASE WHEN u.utterance_id IS NOT NULL THEN e.sentence END AS sentence,
    CASE WHEN u.utterance_id IS NOT NULL THEN e.publisher END AS publisher,
    u.utterance_id IS NULL AS is_deleted,
    u.utterance_id IS NOT NULL AND strpos(u.contents, e.sentence) = 0 AS has_changed,
    e.is_central = 1 AS is_central, a.title, a.url
FROM recap_cluster_evidence e
LEFT JOIN living_utterances u USING (utterance_id)
LEFT JOIN articles a USING (utterance_id)
WHERE e.run_id = $1 ORDER BY e.genre, e.number;

-- name: read_stories
SELECT t.story_id, s.title, t.genre, t.cluster, t.state, t.place, t.rank, t.documents, t.added, t.publishers, t.score,
    s.first_said_at, s.last_said_at, t.facts
FROM recap_stories t JOIN stories s USING (story_id) WHERE t.run_id = $1 ORDER BY t.rank, t.story_id;

-- name: read_duplicates
-- How many say the same as each document that is cited.
SELECT duplicate_of AS document_id, count(*) AS copies, array_agg(DISTINCT publisher) AS publishers
FROM recap_job_articles WHERE run_id = $1 AND duplicate_of IS NOT NULL GROUP BY 1;

-- name: read_documents
-- $2: of one stage, or NULL for all; $3: of one genre; $5: only this one, by its id or its utterance's.
SELECT d.document_id, d.kind, d.utterance_id, d.publisher, d.lang, d.said_at, d.chars, d.tokens, d.dropped_by, d.reason,
    d.duplicate_of, d.similarity, d.genre, d.score, d.details,
    l.strategy, l.confidence, l.coarse_candidates, l.refine_decision, l.tag_profile, l.feedback,
    coalesce(a.title, u.metadata ->> 'title', left(u.contents, 80)) AS title
FROM recap_job_articles d
LEFT JOIN recap_genre_learning_results l USING (run_id, document_id)
LEFT JOIN living_utterances u ON u.utterance_id = d.utterance_id
LEFT JOIN articles a ON a.utterance_id = d.utterance_id
WHERE d.run_id = $1 AND ($2::text IS NULL OR d.dropped_by = $2) AND ($3::text IS NULL OR d.genre = $3)
    AND ($5::uuid IS NULL OR d.document_id = $5 OR d.utterance_id = $5)
ORDER BY d.genre NULLS LAST, d.score DESC NULLS LAST, d.said_at DESC, d.document_id
LIMIT $4;

-- name: find_document
-- By a document of a run, or an utterance of it; the newest run first.
SELECT r.run_id, d.document_id FROM recap_job_articles d JOIN nightly_runs r USING (run_id)
WHERE d.document_id BETWEEN $1 AND $2 OR d.utterance_id BETWEEN $1 AND $2
ORDER BY r.run_id DESC LIMIT 1;

-- name: cited_from
-- What of a document the recap cites, and where.
SELECT e.genre, e.number, e.sentence, EXISTS (
        SELECT FROM recap_outputs o, jsonb_array_elements(o.bullets) b
        WHERE o.run_id = e.run_id AND o.genre = e.genre AND b -> 'cites' @> to_jsonb(e.number)) AS is_cited
FROM recap_cluster_evidence e WHERE e.run_id = $1 AND e.document_id = $2 ORDER BY e.genre, e.number;

-- name: stage_counts
SELECT coalesce(dropped_by, 'kept') AS stage, coalesce(reason, '') AS reason, count(*) AS documents
FROM recap_job_articles WHERE run_id = $1 GROUP BY 1, 2 ORDER BY 1, 2;

-- name: read_morning
SELECT g.edition_date, g.group_id, g.document_id, g.utterance_id, g.kind, g.is_primary = 1 AS is_primary, g.similarity, g.rank,
    g.score, coalesce(a.title, u.metadata ->> 'title') AS title, left(u.contents, 400) AS contents,
    coalesce(a.host, s.name) AS publisher, a.url, u.speaker, u.said_at
FROM morning_article_groups g
JOIN living_utterances u USING (utterance_id)
LEFT JOIN articles a USING (utterance_id)
LEFT JOIN sources s ON s.source_id = u.source_id
WHERE g.edition_date = $1 ORDER BY g.rank, g.group_id, g.is_primary DESC, u.said_at DESC, g.document_id;

-- name: read_edition
SELECT edition_date, run_id, groups, letter, is_degraded = 1 AS is_degraded, reason, created_at FROM morning_letters
WHERE edition_date = coalesce($1, (SELECT max(edition_date) FROM morning_letters));

-- name: list_editions
-- The days that have a morning, the newest first.
SELECT e.edition_date, e.groups, e.created_at FROM morning_letters e ORDER BY e.edition_date DESC LIMIT $1;

-- Stories, sections and evidence of a recap, as its last steps write them.

-- name: read_earlier
-- Open stories that a recap has told, with what it knew of them; what a run that failed or told nothing found is as if never seen.
-- A recap that was removed since was a good one.
SELECT s.story_id, s.title, s.genre, s.centroid, s.model_id, s.first_said_at, s.last_said_at, s.told_facts,
    array_agg(m.utterance_id ORDER BY m.utterance_id) AS members
FROM stories s
JOIN story_members m USING (story_id)
LEFT JOIN nightly_runs r ON r.run_id = m.run_id
WHERE s.is_closed = 0 AND s.last_said_at >= $1 AND m.run_id IS DISTINCT FROM $2
    AND (r.run_id IS NULL OR r.status IN ('published', 'partial'))
GROUP BY s.story_id ORDER BY s.story_id;

-- name: clear_stories
-- What an earlier attempt of this run wrote; stories that only it knew leave with it.
WITH mine AS (
    DELETE FROM recap_stories WHERE run_id = $1 RETURNING story_id, state
)
DELETE FROM stories s USING mine
WHERE s.story_id = mine.story_id AND mine.state = 'new'
  AND NOT EXISTS (SELECT FROM recap_stories r WHERE r.story_id = s.story_id AND r.run_id <> $1);

-- name: clear_members
DELETE FROM story_members WHERE run_id = $1;

-- name: clear_evidence
DELETE FROM recap_cluster_evidence WHERE run_id = $1;

-- name: clear_sections
DELETE FROM recap_sections WHERE run_id = $1;

-- name: upsert_stories
INSERT INTO stories AS old (story_id, title, genre, model_id, centroid, first_said_at, last_said_at)
SELECT n.story_id, n.title, n.genre, $1, n.centroid, n.first_said_at, n.last_said_at
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::halfvec[], $6::timestamptz[], $7::timestamptz[])
    AS n (story_id, title, genre, centroid, first_said_at, last_said_at)
ORDER BY n.story_id
ON CONFLICT (story_id) DO UPDATE
SET title = coalesce(excluded.title, old.title), genre = excluded.genre, model_id = excluded.model_id, centroid = excluded.centroid,
    first_said_at = least(old.first_said_at, excluded.first_said_at),
    last_said_at = greatest(old.last_said_at, excluded.last_said_at), updated_at = now();

-- name: insert_members
INSERT INTO story_members AS old (story_id, utterance_id, run_id, is_core, said_at)
SELECT n.story_id, u.utterance_id, $1, n.is_core, n.said_at
FROM jsonb_to_recordset($2) AS n (story_id uuid, utterance_id uuid, is_core smallint, said_at timestamptz)
JOIN utterances u USING (utterance_id)
ORDER BY n.story_id, u.utterance_id
ON CONFLICT (story_id, utterance_id) DO UPDATE SET run_id = excluded.run_id, is_core = excluded.is_core
WHERE EXISTS (SELECT FROM nightly_runs r WHERE r.run_id = old.run_id AND r.status NOT IN ('published', 'partial'));

-- name: insert_places
INSERT INTO recap_stories (run_id, story_id, genre, cluster, state, place, rank, documents, added, publishers, facts, score)
SELECT $1, n.story_id, n.genre, n.cluster, n.state, n.place, n.rank, n.documents, n.added, n.publishers, n.facts, n.score
FROM jsonb_to_recordset($2) AS n (story_id uuid, genre text, cluster integer, state text, place text, rank integer,
    documents integer, added integer, publishers integer, facts jsonb, score real);

-- name: insert_evidence
INSERT INTO recap_cluster_evidence (run_id, genre, number, cluster, story_id, document_id, utterance_id, char_start, char_end,
    sentence, content_hash, lang, said_at, publisher, is_central)
SELECT $1, n.genre, n.number, n.cluster, n.story_id, n.document_id, u.utterance_id, n.char_start, n.char_end,
    n.sentence, sha256(convert_to(n.sentence, 'UTF8')), n.lang, n.said_at, n.publisher, n.is_central
FROM jsonb_to_recordset($2) AS n (genre text, number integer, cluster integer, story_id uuid, document_id uuid,
    utterance_id uuid, char_start integer, char_end integer, sentence text, lang text, said_at timestamptz, publisher text,
    is_central smallint)
JOIN utterances u ON u.utterance_id = n.utterance_id;

-- name: insert_sections
INSERT INTO recap_sections (run_id, genre, response_id, name, cluster_id, rank, status, reason, documents, sentences, clusters, facts)
SELECT $1, n.genre, n.response_id, n.name, n.cluster_id, n.rank, n.status, n.reason, n.documents, n.sentences, n.clusters, n.facts
FROM jsonb_to_recordset($2) AS n (genre text, response_id uuid, name text, cluster_id uuid, rank integer, status text,
    reason text, documents integer, sentences integer, clusters integer, facts jsonb);

-- name: waiting_sections
SELECT s.response_id, s.genre, s.rank,
    EXISTS (SELECT FROM worker_jobs w WHERE w.target_id = s.response_id AND w.job_type = 'recap_section'
            AND w.status IN ('queued', 'scheduled', 'running')) AS has_job
FROM recap_sections s WHERE s.run_id = $1 AND s.status = 'waiting' ORDER BY s.rank;

-- name: section_statuses
SELECT s.genre, s.status, coalesce(o.is_degraded, 0) = 1 AS is_degraded
FROM recap_sections s LEFT JOIN recap_outputs o USING (response_id) WHERE s.run_id = $1 ORDER BY s.rank;

-- name: count_asked
-- How many sections have or had a job.
SELECT count(DISTINCT s.response_id) FROM recap_sections s
JOIN worker_jobs w ON w.target_id = s.response_id AND w.job_type = 'recap_section' AND w.status <> 'cancelled'
WHERE s.run_id = $1;

-- name: unworded_sections
-- Those that no model wrote.
SELECT genre, degraded_reason FROM recap_outputs WHERE run_id = $1 AND model_name IS NULL AND degraded_reason IS NOT NULL;

-- name: section_seconds
-- Of the last sections that a model wrote.
SELECT extract(epoch FROM w.finished_at - w.claimed_at)::float8 AS seconds FROM worker_jobs w
WHERE w.job_type = 'recap_section' AND w.status = 'done' AND w.claimed_at IS NOT NULL
ORDER BY w.finished_at DESC LIMIT 20;

-- name: cancel_sections
UPDATE worker_jobs SET status = 'cancelled', outcome = 'over_budget'
WHERE job_type = 'recap_section' AND target_id = ANY ($1::uuid[]) AND status IN ('queued', 'scheduled');

-- name: tell_facts
-- What this recap tells of its stories is told from now on.
UPDATE stories s SET told_facts = (
    SELECT coalesce(jsonb_agg(DISTINCT fact ORDER BY fact), '[]') FROM jsonb_array_elements(s.told_facts || r.facts) AS fact),
    updated_at = now()
FROM recap_stories r
WHERE r.run_id = $1 AND r.story_id = s.story_id AND r.place <> 'counted';

-- name: close_stories
UPDATE stories SET is_closed = 1, updated_at = now() WHERE is_closed = 0 AND last_said_at < $1;

-- name: count_closed
-- Since the run began, also by an attempt that was killed: what is closed is not changed any more.
SELECT count(*) FROM stories s JOIN nightly_runs r ON r.run_id = $1 WHERE s.is_closed = 1 AND s.updated_at >= r.started_at;

-- name: prune_runs
-- Recaps and mornings of long ago; what is pinned stays.
DELETE FROM nightly_runs
WHERE kind IN ('recap', 'morning') AND is_pinned = 0 AND status NOT IN ('requested', 'running')
  AND finished_at < now() - make_interval(days => $1)
RETURNING run_id;

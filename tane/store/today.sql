-- What the owner asks: what comes back, what turned, what stays open, what is new. A line is a seed, or an utterance
-- itself, with where and when it was said; of several sources of a seed the earliest counts.

-- name: read_horizon
-- No transaction that is still open, and may commit rows unseen by whoever looks now, began before this moment. (Of
-- other roles it is known only to members of pg_read_all_stats.)
SELECT least(now(), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend';

-- name: last_visit
SELECT visited_at FROM visits WHERE visitor = 'owner';

-- name: remember_visit
INSERT INTO visits (visited_at) VALUES ($1)
ON CONFLICT (visitor) DO UPDATE SET visited_at = CASE
    WHEN visits.visited_at > now() THEN excluded.visited_at  -- nobody looked in the future
    ELSE greatest(visits.visited_at, excluded.visited_at) END;

-- name: read_themes
-- A theme is a cluster of the top level with all below it; affinity is no membership. $1 time zone, $2 least days, $3 limit.
WITH said AS (
    SELECT DISTINCT p.path[1] AS theme_id, u.utterance_id, (representable(u.said_at) AT TIME ZONE $1)::date AS day
    FROM cluster_paths p
    JOIN member_sources u USING (cluster_id)
)
SELECT c.cluster_id AS id, c.cluster_title AS title, array_agg(DISTINCT said.day ORDER BY said.day) AS days,
       count(*) AS utterances
FROM said JOIN clusters c ON c.cluster_id = said.theme_id
GROUP BY c.cluster_id
HAVING count(DISTINCT said.day) >= $2
ORDER BY count(DISTINCT said.day) DESC, count(*) DESC, c.cluster_id
LIMIT $3;

-- name: read_theme_lines
-- The newest utterances of each theme, each by one of its seeds, or itself where it has none.
WITH RECURSIVE tree AS (
    SELECT id AS theme_id, id AS cluster_id FROM unnest($1::uuid[]) AS id
    UNION
    SELECT t.theme_id, c.cluster_id FROM tree t JOIN living_clusters c ON c.parent_cluster_id = t.cluster_id
), said AS (
    SELECT DISTINCT ON (t.theme_id, u.utterance_id)
        t.theme_id, u.member_type AS type, u.member_id AS id, u.kind, u.text, u.utterance_id,
        u.conversation_id, u.position, u.speaker, u.said_at AS at
    FROM tree t
    JOIN member_sources u USING (cluster_id)
    ORDER BY t.theme_id, u.utterance_id, u.weight DESC, u.member_id
)
SELECT theme_id, type, id, kind, text, utterance_id, conversation_id, position, speaker, at
FROM (
    SELECT said.*, row_number() OVER (PARTITION BY theme_id ORDER BY at DESC, position DESC NULLS LAST, utterance_id) AS place
    FROM said
) numbered
WHERE place <= $2
ORDER BY theme_id, place;

-- name: read_lines_of_kind
SELECT * FROM (
    SELECT DISTINCT ON (seed_id)
        'seed' AS type, seed_id AS id, s.seed_kind AS kind, s.body AS text, u.utterance_id,
        u.conversation_id, u.position, u.speaker, u.said_at AS at
    FROM living_seeds s
    JOIN seed_sources u USING (seed_id)
    WHERE s.seed_kind = $1
    ORDER BY seed_id, at, u.utterance_id
) lines
ORDER BY at DESC, position DESC NULLS LAST, id
LIMIT $2;

-- name: read_reinterpreting
-- Utterances that score high and from which no turn was taken; one that was rejected was judged by the owner.
SELECT 'utterance' AS type, u.utterance_id AS id, NULL AS kind, u.contents AS text, u.utterance_id, u.conversation_id,
       u.position, u.speaker, u.said_at AS at
FROM mapped_utterances u
WHERE u.reinterpretation >= $1 AND u.contents <> ''
  AND NOT EXISTS (
    SELECT FROM utterance_seeds l JOIN seeds s USING (seed_id)
    WHERE l.utterance_id = u.utterance_id AND s.seed_kind = 'conversion')
ORDER BY at DESC, u.position DESC NULLS LAST, u.utterance_id
LIMIT $2;

-- name: read_lines
SELECT * FROM (
    SELECT DISTINCT ON (seed_id)
        'seed' AS type, seed_id AS id, s.seed_kind AS kind, s.body AS text, u.utterance_id,
        u.conversation_id, u.position, u.speaker, u.said_at AS at
    FROM seeds s
    JOIN seed_sources u USING (seed_id)
    WHERE seed_id = ANY ($1::uuid[])
    ORDER BY seed_id, at, u.utterance_id
) seed_lines
UNION ALL
SELECT 'utterance', u.utterance_id, NULL, coalesce(u.contents, ''), u.utterance_id, u.conversation_id, u.position, u.speaker,
       u.said_at
FROM mapped_utterances u
WHERE u.utterance_id = ANY ($1::uuid[]);

-- name: read_replies
-- $1 the utterances that ask, $2 how many places after each.
SELECT a.utterance_id AS asked_id, n.utterance_id, n.speaker, r.utterance_role_name AS role,
       coalesce(n.contents, '') AS text, n.said_at AS at
FROM utterances a
JOIN mapped_utterances n ON n.conversation_id = a.conversation_id AND n.position > a.position
    AND n.position <= a.position::bigint + $2
LEFT JOIN utterance_roles r ON r.utterance_role_id = n.utterance_role_id
WHERE a.utterance_id = ANY ($1::uuid[])
ORDER BY a.utterance_id, n.position, n.utterance_id;

-- name: read_vectors
SELECT target_type AS type, target_id AS id, vector FROM active_vectors
WHERE model_id = $1 AND target_type IN ('seed', 'utterance') AND target_id = ANY ($2::uuid[]);

-- name: read_mean
SELECT avg(vector) FROM active_vectors WHERE target_type IN ('seed', 'utterance') AND model_id = $1;

-- name: read_candidates
-- All that may answer or have been held, with its vector, in the order of the ids.
WITH seed_lines AS (
    SELECT DISTINCT ON (seed_id)
        seed_id, s.seed_kind, s.body, u.utterance_id, u.conversation_id, u.position, u.speaker, u.said_at AS at
    FROM living_seeds s
    JOIN seed_sources u USING (seed_id)
    ORDER BY seed_id, at, u.utterance_id
)
SELECT 'seed' AS type, l.seed_id AS id, l.seed_kind AS kind, NULL AS role, right(l.body, 8) AS ending, l.utterance_id,
       l.conversation_id, l.position, l.speaker, l.at, e.vector
FROM active_vectors e
JOIN seed_lines l ON l.seed_id = e.target_id
WHERE e.target_type = 'seed' AND e.model_id = $1
UNION ALL
SELECT 'utterance', u.utterance_id, NULL, r.utterance_role_name, right(u.contents, 8), u.utterance_id,
       u.conversation_id, u.position, u.speaker, u.said_at, e.vector
FROM active_vectors e
JOIN mapped_utterances u ON u.utterance_id = e.target_id
LEFT JOIN utterance_roles r USING (utterance_role_id)
WHERE e.target_type = 'utterance' AND e.model_id = $1
ORDER BY type, id;

-- name: is_unasked
-- A text model that finds nothing worth a seed has been asked all the same.
SELECT EXISTS (SELECT FROM mapped_utterances) AND NOT EXISTS (SELECT FROM living_seeds)
   AND NOT EXISTS (SELECT FROM mapped_utterances WHERE utterance_role_id IS NOT NULL OR reinterpretation IS NOT NULL);

-- name: count_new
SELECT (SELECT count(*) FROM mapped_utterances WHERE created_at >= $1) AS utterances,
       (SELECT count(*) FROM living_seeds WHERE created_at >= $1) AS seeds,
       (SELECT count(*) FROM living_clusters WHERE created_at >= $1) AS clusters;

-- name: read_new_lines
-- Where no seed is new, because no text model has been asked yet, utterances are.
WITH seed_lines AS (
    SELECT DISTINCT ON (seed_id)
        'seed' AS type, seed_id AS id, s.seed_kind AS kind, s.body AS text, u.utterance_id,
        u.conversation_id, u.position, u.speaker, u.said_at AS at
    FROM living_seeds s
    JOIN seed_sources u USING (seed_id)
    WHERE s.created_at >= $1
    ORDER BY seed_id, at, u.utterance_id
)
SELECT * FROM seed_lines
UNION ALL
SELECT 'utterance', utterance_id, NULL, u.contents, utterance_id, u.conversation_id, u.position, u.speaker, u.said_at
FROM seedless_utterances((SELECT model_id FROM embedding_models WHERE is_current = 1), $3, '{}')
JOIN mapped_utterances u USING (utterance_id)
WHERE u.created_at >= $1 AND NOT EXISTS (SELECT FROM seed_lines)
ORDER BY at DESC, position DESC NULLS LAST, id
LIMIT $2;

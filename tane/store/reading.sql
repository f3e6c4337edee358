-- Reading for people: search, one item with its surroundings, and what a summary counts.

-- name: search_words
-- Every pattern must occur; NFKC makes full-width and half-width forms equal. A seed was said when and by whom its earliest
-- utterance was.
SELECT 'utterance' AS kind, u.utterance_id AS id, contents AS text, speaker, said_at AS at, u.utterance_id, a.title, a.host
FROM living_utterances u LEFT JOIN articles a ON a.utterance_id = u.utterance_id
WHERE normalize(contents, NFKC) ILIKE ALL ($1::text[])
UNION ALL
SELECT 'seed', s.seed_id, s.body, f.speaker, coalesce(f.said_at, s.created_at), f.utterance_id, NULL, NULL
FROM living_seeds s
LEFT JOIN LATERAL (
    SELECT * FROM seed_sources u WHERE u.seed_id = s.seed_id ORDER BY u.said_at, u.utterance_id LIMIT 1
) f ON true
WHERE normalize(s.body, NFKC) ILIKE ALL ($1::text[])
UNION ALL
SELECT 'cluster', cluster_id, concat_ws(E'\n', cluster_title, cluster_overview), NULL, created_at, NULL, NULL, NULL
FROM living_clusters
WHERE normalize(concat_ws(E'\n', cluster_title, cluster_overview), NFKC) ILIKE ALL ($1::text[])
ORDER BY at DESC, id
LIMIT $2;

-- name: search_meaning
-- A cluster is found by the vector of its words, not by the mean of its members (D8).
SELECT CASE e.target_type WHEN 'cluster_overview' THEN 'cluster' ELSE e.target_type END AS kind, e.target_id AS id,
       coalesce(u.contents, s.body, concat_ws(E'\n', c.cluster_title, c.cluster_overview)) AS text,
       coalesce(u.speaker, f.speaker) AS speaker, coalesce(u.said_at, f.said_at, s.created_at, c.created_at) AS at,
       coalesce(u.utterance_id, f.utterance_id) AS utterance_id, e.similarity, e.vector,
       coalesce(u.conversation_id, f.conversation_id) AS conversation_id, coalesce(u.position, f.position) AS position,
       a.title, a.host
FROM (
    SELECT target_type, target_id, vector, 1 - (vector <=> $1::halfvec) AS similarity
    FROM active_vectors
    WHERE model_id = $2 AND target_type IN ('utterance', 'seed', 'cluster_overview')
      AND vector_dims(vector) = vector_dims($1::halfvec)
    ORDER BY vector <=> $1::halfvec
    LIMIT $3
) e
LEFT JOIN living_utterances u ON e.target_type = 'utterance' AND u.utterance_id = e.target_id
LEFT JOIN articles a ON a.utterance_id = u.utterance_id
LEFT JOIN living_seeds s ON e.target_type = 'seed' AND s.seed_id = e.target_id
LEFT JOIN living_clusters c ON e.target_type = 'cluster_overview' AND c.cluster_id = e.target_id
LEFT JOIN LATERAL (
    SELECT * FROM seed_sources o WHERE o.seed_id = s.seed_id ORDER BY o.said_at, o.utterance_id LIMIT 1
) f ON true
WHERE e.similarity <> 'NaN' AND coalesce(u.contents, s.body, c.cluster_title, c.cluster_overview) IS NOT NULL
ORDER BY e.similarity DESC, e.target_id;

-- name: search_around
-- The turns up to so many places before and after some turns of talks, without those.
SELECT DISTINCT ON (u.utterance_id) 'utterance' AS kind, u.utterance_id AS id, u.contents AS text, u.speaker, u.said_at AS at,
       u.utterance_id, 1 - (e.vector <=> $1::halfvec) AS similarity, e.vector, u.conversation_id, u.position
FROM unnest($3::uuid[], $4::integer[]) AS t (conversation_id, position)
JOIN living_utterances u ON u.conversation_id = t.conversation_id AND u.position BETWEEN t.position::bigint - $5 AND t.position::bigint + $5
JOIN active_vectors e ON e.target_type = 'utterance' AND e.target_id = u.utterance_id AND e.model_id = $2
    AND CASE WHEN vector_dims(e.vector) = vector_dims($1::halfvec) THEN e.vector <=> $1::halfvec <> 'NaN' END
WHERE u.utterance_id <> ALL ($6::uuid[])
ORDER BY u.utterance_id;

-- name: sample_vectors
-- By the hash of the id: as good as drawn by lot, and the same every time.
SELECT vector FROM active_vectors
WHERE model_id = $1 AND target_type IN ('utterance', 'seed') AND vector_dims(vector) = $2
ORDER BY uuid_hash(target_id), target_id
LIMIT $3;

-- name: current_model
SELECT model_id, model_name, digest, dims, unlike FROM embedding_models WHERE is_current = 1;

-- name: find_items
SELECT 'utterance' AS kind, utterance_id AS id FROM utterances WHERE utterance_id BETWEEN $1 AND $2
UNION ALL
SELECT 'seed', seed_id FROM seeds WHERE seed_id BETWEEN $1 AND $2
UNION ALL
SELECT 'cluster', cluster_id FROM clusters WHERE cluster_id BETWEEN $1 AND $2
ORDER BY kind, id
LIMIT $3;

-- name: read_utterance
SELECT u.utterance_id AS id, u.contents, u.speaker, coalesce(u.uttered_at, u.created_at) AS at, u.conversation_id,
       u.position, o.name AS source, u.deleted_at, r.utterance_role_name AS role,
       u.utterance_role_confidence AS role_confidence, {{ u.SCORE }}, u.metadata, a.title, a.url, a.host, a.lang
FROM utterances u
LEFT JOIN articles a USING (utterance_id)
LEFT JOIN sources o USING (source_id)
LEFT JOIN utterance_roles r USING (utterance_role_id)
WHERE u.utterance_id = $1;

-- name: read_articles
-- Of these utterances, those that are articles.
SELECT a.utterance_id AS id, a.title, coalesce(a.host, s.name) AS publisher, a.url
FROM articles a
JOIN living_utterances u USING (utterance_id)
LEFT JOIN sources s USING (source_id)
WHERE a.utterance_id = ANY ($1::uuid[]);

-- name: read_splits
SELECT s.utterance_split_id AS id, s.ordinal, s.contents, (e.embedding_id IS NOT NULL) AS has_vector
FROM utterance_splits s
LEFT JOIN embeddings e ON e.target_type = 'utterance_split' AND e.target_id = s.utterance_split_id
    AND e.model_id = (SELECT model_id FROM embedding_models WHERE is_current = 1)
WHERE s.utterance_id = $1
ORDER BY s.ordinal;

-- name: read_seeds_of
SELECT s.seed_id AS id, s.seed_kind AS kind, s.body, s.grounding, s.review_status
FROM utterance_seeds l
JOIN seeds s USING (seed_id)
WHERE l.utterance_id = $1 AND s.deleted_at IS NULL
ORDER BY l.span_start NULLS LAST, s.created_at, s.seed_id;

-- name: read_seed
SELECT seed_id AS id, seed_kind AS kind, body, grounding, review_status, source_changed, model_name, prompt_version,
       created_at AS at, deleted_at
FROM seeds
WHERE seed_id = $1;

-- name: read_sources_of
SELECT u.utterance_id AS id, u.contents, u.speaker, coalesce(u.uttered_at, u.created_at) AS at, l.relation_type,
       l.span_start, l.span_end
FROM utterance_seeds l
JOIN utterances u USING (utterance_id)
WHERE l.seed_id = $1
ORDER BY at, u.utterance_id;

-- name: read_neighbours
-- An edge is read from both ends; where both ends stored one, the greater weight counts.
SELECT n.kind, n.id, n.weight, coalesce(u.contents, s.body, c.cluster_title, c.cluster_overview, '') AS text
FROM (
    SELECT kind, id, max(similarity_of(weight)) AS weight FROM (
        SELECT dst_type AS kind, dst_id AS id, weight FROM active_edges
        WHERE src_type = $1 AND src_id = $2 AND edge_type = 'near'
        UNION ALL
        SELECT src_type, src_id, weight FROM active_edges
        WHERE dst_type = $1 AND dst_id = $2 AND edge_type = 'near'
    ) ends
    GROUP BY kind, id
) n
LEFT JOIN utterances u ON n.kind = 'utterance' AND u.utterance_id = n.id
LEFT JOIN seeds s ON n.kind = 'seed' AND s.seed_id = n.id
LEFT JOIN clusters c ON n.kind = 'cluster' AND c.cluster_id = n.id
ORDER BY n.weight DESC, n.id
LIMIT $3;

-- name: read_clusters_of
SELECT c.cluster_id AS id, c.cluster_title AS title, e.role, similarity_of(e.weight) AS weight
FROM active_edges e
JOIN living_clusters c ON c.cluster_id = e.dst_id
WHERE e.src_type = $1 AND e.src_id = $2 AND e.edge_type = 'part_of'
ORDER BY similarity_of(e.weight) DESC, c.cluster_id;

-- name: read_cluster
SELECT cluster_id AS id, cluster_title AS title, cluster_overview AS overview, overview_source, cluster_category AS category,
       cluster_strength AS strength, parent_cluster_id, depth, cohesion, is_archived, is_pinned, created_at AS at,
       -- No night counts the members of another program's cluster.
       CASE WHEN generation_id IS NOT NULL AND member_count IS NOT NULL THEN member_count
            ELSE (SELECT count(*) FROM active_edges e WHERE e.dst_type = 'cluster' AND e.dst_id = cluster_id
                  AND e.edge_type = 'part_of' AND e.role IN ('member', 'attached')) END AS member_count
FROM clusters
WHERE cluster_id = $1;

-- name: read_members
SELECT e.src_type AS kind, e.src_id AS id, e.role, similarity_of(e.weight) AS weight, coalesce(s.body, c.cluster_title, u.contents, '') AS text
FROM active_edges e
LEFT JOIN seeds s ON e.src_type = 'seed' AND s.seed_id = e.src_id
LEFT JOIN clusters c ON e.src_type = 'cluster' AND c.cluster_id = e.src_id
LEFT JOIN utterances u ON e.src_type = 'utterance' AND u.utterance_id = e.src_id
WHERE e.dst_type = 'cluster' AND e.dst_id = $1 AND e.edge_type = 'part_of'
ORDER BY similarity_of(e.weight) DESC, e.src_id
LIMIT $2;

-- name: read_jobs_of
SELECT job_id AS id, job_type, status, attempts, outcome, last_error, updated_at AS at
FROM worker_jobs
WHERE target_table = $1 AND target_id = $2
ORDER BY created_at, job_id
LIMIT $3;

-- name: count_items
SELECT (SELECT count(*) FROM mapped_utterances) AS utterances,
       (SELECT count(*) FROM articles a JOIN living_utterances u USING (utterance_id)) AS articles,
       (SELECT count(*) FROM living_seeds) AS seeds,
       (SELECT count(*) FROM active_vectors) AS embeddings,
       (SELECT count(*) FROM active_edges) AS edges,
       (SELECT count(*) FROM layout_points WHERE is_active = 1) AS points,
       (SELECT count(*) FROM living_clusters) AS clusters;

-- name: count_roles
SELECT r.utterance_role_name AS name, count(u.utterance_id) AS n
FROM utterance_roles r
LEFT JOIN living_utterances u ON u.utterance_role_id = r.utterance_role_id
GROUP BY r.utterance_role_name
ORDER BY n DESC, name;

-- name: sample_seeds
-- Well grounded seeds, spread over kinds and conversations; sources of a readable length first.
SELECT id, kind, body, grounding, utterance_id, contents, speaker, span_start, span_end
FROM (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY turn, grounding DESC NULLS LAST, unreadable, id) AS round
    FROM (
        SELECT s.seed_id AS id, s.seed_kind AS kind, s.body, s.grounding, u.utterance_id, u.contents, u.speaker,
               u.span_start, u.span_end, abs(length(u.contents) - 80) AS unreadable,
               row_number() OVER (PARTITION BY u.conversation_id
                                  ORDER BY s.grounding DESC NULLS LAST, abs(length(u.contents) - 80), s.seed_id) AS turn
        FROM living_seeds s
        JOIN seed_sources u USING (seed_id)
    ) spread
) ranked
ORDER BY round, kind, id
LIMIT $1;

-- name: count_kinds
SELECT seed_kind AS kind, count(*) AS n
FROM living_seeds
GROUP BY seed_kind;

-- name: count_scores
SELECT {{ count(SCORE) AS SCORE }}
FROM living_utterances;

-- name: highest_scores
SELECT score, value, id, contents
FROM (
    SELECT given.score, given.value, u.utterance_id AS id, u.contents,
           row_number() OVER (PARTITION BY given.score ORDER BY given.value DESC, u.utterance_id) AS place
    FROM living_utterances u
    CROSS JOIN LATERAL (VALUES {{ ('SCORE', u.SCORE) }}) AS given (score, value)
    WHERE given.value IS NOT NULL
) ranked
WHERE place <= $1
ORDER BY score, place;

-- name: best_connected_seed
-- The seed whose three nearest other seeds are nearest; copies of itself tell nothing.
SELECT id
FROM (
    SELECT id, weight, row_number() OVER (PARTITION BY id ORDER BY weight DESC) AS place
    FROM (
        SELECT src_id AS id, weight FROM active_edges
        WHERE src_type = 'seed' AND dst_type = 'seed' AND edge_type = 'near'
        UNION ALL
        SELECT dst_id, weight FROM active_edges
        WHERE src_type = 'seed' AND dst_type = 'seed' AND edge_type = 'near'
    ) ends
    WHERE weight < 0.98
) ranked
WHERE place <= 3
GROUP BY id
ORDER BY count(*) DESC, sum(weight) DESC, id
LIMIT 1;

-- name: read_map
-- What the last night made: how much of the seeds the clusters hold, and how many maps there are.
SELECT (SELECT count(*) FROM living_clusters) AS clusters,
       (SELECT count(*) FROM living_clusters WHERE parent_cluster_id IS NULL) AS top_clusters,
       (SELECT coverage FROM cluster_generations WHERE status IN ('published', 'partial')
        ORDER BY generation_id DESC LIMIT 1) AS coverage,
       (SELECT count(*) FROM active_maps) AS layouts;

-- name: largest_clusters
-- Of the top level, with the members nearest to the middle; the same words count once.
SELECT c.cluster_id AS id, c.cluster_title AS title, c.cluster_overview AS overview, c.cluster_category AS category,
       c.total_count AS seeds, c.depth, member.bodies
FROM living_clusters c
CROSS JOIN LATERAL (
    SELECT array_agg(said.body ORDER BY said.weight DESC, said.body) AS bodies
    FROM (
        SELECT coalesce(s.body, u.contents) AS body, max(similarity_of(e.weight)) AS weight
        FROM cluster_members e
        LEFT JOIN living_seeds s ON e.member_type = 'seed' AND s.seed_id = e.member_id
        LEFT JOIN living_utterances u ON e.member_type = 'utterance' AND u.utterance_id = e.member_id
        WHERE e.cluster_id IN (SELECT c.cluster_id UNION SELECT d.cluster_id FROM living_clusters d
                               WHERE d.parent_cluster_id = c.cluster_id)
          AND coalesce(s.body, u.contents) IS NOT NULL
        GROUP BY 1
        ORDER BY 2 DESC, 1 LIMIT $2
    ) said
) member
WHERE c.parent_cluster_id IS NULL
ORDER BY c.total_count DESC NULLS LAST, c.cluster_id LIMIT $1;

-- name: labelled_themes
-- Utterances that came with a theme, each with the top cluster that it, or the strongest of its seeds, is in.
SELECT DISTINCT ON (m.utterance_id) u.metadata ->> 'theme' AS label, p.path[1] AS theme_id
FROM member_sources m
JOIN cluster_paths p USING (cluster_id)
JOIN living_utterances u USING (utterance_id)
WHERE u.metadata ->> 'theme' IS NOT NULL
ORDER BY m.utterance_id, m.weight DESC, m.member_id;

-- name: find_jobs
SELECT job_id AS id FROM worker_jobs WHERE job_id BETWEEN $1 AND $2 ORDER BY job_id LIMIT $3;

-- name: count_dead_causes
SELECT job_type, coalesce(last_error ->> 'cause', last_error ->> 'class', 'unknown') AS cause, count(*) AS n
FROM worker_jobs
WHERE status = 'dead'
GROUP BY job_type, cause
ORDER BY n DESC, job_type, cause;

-- name: read_clock
SELECT now();

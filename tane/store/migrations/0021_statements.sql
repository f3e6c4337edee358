-- What clusters are made of: living seeds, and utterances that no seed was taken from. The latter stand for themselves until a
-- text model has been asked, so that there is a map without one.

-- Long enough to mean something, and said by somebody whose utterances are asked for seeds. An utterance whose seeds the owner has
-- rejected is none of them: he has judged it.
CREATE FUNCTION seedless_utterances(model integer, least_chars integer, passed_over text[])
RETURNS TABLE (utterance_id uuid) LANGUAGE sql STABLE AS $$
    SELECT u.utterance_id FROM living_utterances u
    WHERE length(u.contents) >= least_chars AND (u.speaker IS NULL OR u.speaker <> ALL (passed_over))
      AND NOT EXISTS (
        SELECT FROM utterance_seeds l
        JOIN seeds s ON s.seed_id = l.seed_id AND s.deleted_at IS NULL
        LEFT JOIN active_vectors v ON v.target_type = 'seed' AND v.target_id = s.seed_id AND v.model_id = model
        WHERE l.utterance_id = u.utterance_id AND (v.target_id IS NOT NULL OR s.review_status = 'rejected'))
$$;

-- Every member of a cluster; `memberships` has the seeds among them. Affinity is no membership (E12).
CREATE VIEW cluster_members WITH (security_invoker) AS
SELECT src_type AS member_type, src_id AS member_id, dst_id AS cluster_id, role, weight, source FROM edges
WHERE src_type IN ('seed', 'utterance') AND dst_type = 'cluster' AND edge_type = 'part_of' AND is_active = 1
  AND role IN ('member', 'attached');

-- A member with its words, and the utterances that say it.
CREATE VIEW member_sources WITH (security_invoker) AS
SELECT m.member_type, m.member_id, m.cluster_id, m.weight, s.seed_kind AS kind, s.body AS text,
    u.utterance_id, u.conversation_id, u.position, u.speaker, u.said_at
FROM cluster_members m
JOIN living_seeds s ON s.seed_id = m.member_id
JOIN seed_sources u USING (seed_id)
WHERE m.member_type = 'seed'
UNION ALL
SELECT m.member_type, m.member_id, m.cluster_id, m.weight, NULL, coalesce(u.contents, ''),
    u.utterance_id, u.conversation_id, u.position, u.speaker, u.said_at
FROM cluster_members m
JOIN living_utterances u ON u.utterance_id = m.member_id
WHERE m.member_type = 'utterance';

GRANT SELECT ON cluster_members, member_sources TO PUBLIC;

-- As before; a chosen cluster brings the utterances that are its members themselves, too.
CREATE OR REPLACE FUNCTION chosen_items(kinds text[], cluster_ids uuid[]) RETURNS TABLE (type text, id uuid) LANGUAGE sql STABLE AS $$
    WITH member AS MATERIALIZED (
        SELECT DISTINCT m.member_type, m.member_id FROM cluster_members m WHERE m.cluster_id = ANY (cluster_ids)
    )
    SELECT 'seed', s.seed_id FROM living_seeds s
    WHERE (kinds IS NULL OR 'seed' = ANY (kinds) OR s.seed_kind = ANY (kinds))
      AND (cluster_ids IS NULL OR s.seed_id IN (SELECT member_id FROM member))
    UNION ALL
    SELECT 'utterance', u.utterance_id FROM living_utterances u
    WHERE (kinds IS NULL OR 'utterance' = ANY (kinds))
      AND (cluster_ids IS NULL OR u.utterance_id IN (SELECT member_id FROM member) OR EXISTS (
        SELECT FROM utterance_seeds l JOIN living_seeds s USING (seed_id)
        WHERE l.utterance_id = u.utterance_id AND l.seed_id IN (SELECT member_id FROM member)))
    UNION ALL
    SELECT 'cluster', c.cluster_id FROM living_clusters c
    WHERE cluster_ids IS NULL OR c.cluster_id = ANY (cluster_ids)
$$;

CREATE FUNCTION count_statements() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM living_seeds)
        + (SELECT count(*) FROM seedless_utterances((SELECT model_id FROM embedding_models WHERE is_current = 1), 1, '{}'))
$$;

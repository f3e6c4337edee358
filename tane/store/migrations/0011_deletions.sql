-- A deletion by the owner is not undone by the return of a source, and deletions side by side leave no seed alive
-- without one.

-- Whether a seed is hidden because all its utterances are: only then does it come back with one of them.
ALTER TABLE seeds ADD COLUMN deleted_with_source smallint NOT NULL DEFAULT 0 CHECK (deleted_with_source IN (0, 1));
COMMENT ON COLUMN seeds.deleted_with_source IS '1: hidden because every utterance of it is, and back with the first of them; 0: deleted_at is the owner''s';

-- Until now the trigger wrote the utterance's own time into its seeds; another time is somebody's own deletion.
UPDATE seeds s SET deleted_with_source = 1
WHERE s.deleted_at IS NOT NULL
  AND EXISTS (SELECT FROM utterance_seeds l JOIN utterances u USING (utterance_id)
              WHERE l.seed_id = s.seed_id AND u.deleted_at = s.deleted_at)
  AND NOT EXISTS (SELECT FROM utterance_seeds l JOIN utterances u USING (utterance_id)
                  WHERE l.seed_id = s.seed_id AND u.deleted_at IS NULL);

-- Whoever names deleted_at without saying that it came from a source speaks for himself, also when the seed is
-- hidden already.
CREATE FUNCTION own_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.deleted_with_source := 0;
    RETURN NEW;
END $$;
CREATE TRIGGER seeds_own_deletion BEFORE UPDATE OF deleted_at ON seeds
    FOR EACH ROW WHEN (NEW.deleted_with_source = OLD.deleted_with_source AND OLD.deleted_with_source = 1)
    EXECUTE FUNCTION own_deletion();

-- Hides the seeds of which no utterance is left, and shows those that have one again. The rows are locked before
-- the sources are read, in a statement of its own, so that of two transactions the second sees what the first did.
-- A seed that has, or had, several sources is written in any case: a transaction whose snapshot is older
-- (REPEATABLE READ) then fails instead of deciding by what it cannot see.
CREATE FUNCTION follow_sources(changed uuid[], several integer DEFAULT 2) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    PERFORM FROM seeds WHERE seed_id = ANY (changed) ORDER BY seed_id FOR NO KEY UPDATE;
    UPDATE seeds s SET deleted_at = source.deleted_at, deleted_with_source = 1, updated_at = now()
    FROM (
        SELECT l.seed_id, max(u.deleted_at) AS deleted_at
        FROM utterance_seeds l JOIN utterances u USING (utterance_id)
        WHERE l.seed_id = ANY (changed)
        GROUP BY l.seed_id HAVING bool_and(u.deleted_at IS NOT NULL)
    ) AS source
    WHERE s.seed_id = source.seed_id AND s.deleted_at IS NULL;
    UPDATE seeds s SET deleted_at = NULL, deleted_with_source = 0, updated_at = now()
    WHERE s.seed_id = ANY (changed) AND s.deleted_with_source = 1
      AND EXISTS (SELECT FROM utterance_seeds l JOIN utterances u USING (utterance_id)
                  WHERE l.seed_id = s.seed_id AND u.deleted_at IS NULL);
    UPDATE seeds s SET seed_type = seed_type
    WHERE s.seed_id = ANY (changed)
      AND several <= (SELECT count(DISTINCT l.utterance_id) FROM utterance_seeds l WHERE l.seed_id = s.seed_id);
END $$;

CREATE OR REPLACE FUNCTION utterance_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_visibility('utterance', NEW.utterance_id, (NEW.deleted_at IS NULL)::int::smallint);
    PERFORM follow_sources(ARRAY(SELECT DISTINCT seed_id FROM utterance_seeds WHERE utterance_id = NEW.utterance_id));
    RETURN NULL;
END $$;

-- A link that is made while its utterance is being deleted: whoever comes second sees the other. Utterances are
-- locked before seeds, as a deletion does.
CREATE FUNCTION links_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM utterances WHERE utterance_id IN (SELECT utterance_id FROM linked) ORDER BY utterance_id FOR NO KEY UPDATE;
    PERFORM follow_sources(ARRAY(SELECT DISTINCT seed_id FROM linked));
    RETURN NULL;
END $$;
CREATE TRIGGER utterance_seeds_linked AFTER INSERT ON utterance_seeds
    REFERENCING NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION links_made();

-- Another utterance for a seed, or another seed for an utterance: what lost its link is looked at, too.
CREATE FUNCTION links_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM utterances WHERE utterance_id IN (SELECT utterance_id FROM linked) ORDER BY utterance_id FOR NO KEY UPDATE;
    PERFORM follow_sources(ARRAY(SELECT seed_id FROM linked UNION SELECT seed_id FROM unlinked), 1);
    RETURN NULL;
END $$;
CREATE TRIGGER utterance_seeds_moved AFTER UPDATE ON utterance_seeds
    REFERENCING OLD TABLE AS unlinked NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION links_moved();

CREATE OR REPLACE FUNCTION orphaned_seed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM follow_sources(ARRAY[OLD.seed_id], 1);
    DELETE FROM seeds s WHERE s.seed_id = OLD.seed_id AND s.review_status = 'auto' AND s.created_from = 'utterance'
        AND NOT EXISTS (SELECT FROM utterance_seeds u WHERE u.seed_id = OLD.seed_id);
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------- edges that the owner drew

-- Edges that Tane found are found again when an item comes back; those of the owner nobody would draw again.
ALTER TABLE edges ADD COLUMN is_hidden smallint NOT NULL DEFAULT 0 CHECK (is_hidden IN (0, 1));
COMMENT ON COLUMN edges.is_hidden IS '1: the owner''s edge, inactive while one of its ends is hidden; 0: is_active is the owner''s';

CREATE FUNCTION own_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_hidden := 0;
    RETURN NEW;
END $$;
CREATE TRIGGER edges_own_activity BEFORE UPDATE OF is_active ON edges
    FOR EACH ROW WHEN (OLD.is_hidden = 1 AND NEW.is_hidden = 1) EXECUTE FUNCTION own_edge();

CREATE FUNCTION is_visible(kind text, item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE kind
        WHEN 'utterance' THEN EXISTS (SELECT FROM utterances WHERE utterance_id = item AND deleted_at IS NULL)
        WHEN 'seed' THEN EXISTS (SELECT FROM seeds WHERE seed_id = item AND deleted_at IS NULL AND review_status <> 'rejected')
        WHEN 'cluster' THEN EXISTS (SELECT FROM clusters WHERE cluster_id = item AND is_archived = 0)
        ELSE true
    END
$$;

CREATE OR REPLACE FUNCTION set_visibility(kind text, item uuid, visible smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE embeddings SET is_active = visible, updated_at = now()
        WHERE target_type = kind AND target_id = item AND is_active <> visible;
    IF visible = 0 THEN
        UPDATE edges SET is_active = 0, is_hidden = (source = 'user')::int, updated_at = now() WHERE is_active = 1
            AND ((src_type = kind AND src_id = item) OR (dst_type = kind AND dst_id = item));
        UPDATE layout_points SET is_active = 0, updated_at = now()
            WHERE is_active = 1 AND target_type = kind AND target_id = item;
    ELSE
        UPDATE edges SET is_active = 1, is_hidden = 0, updated_at = now() WHERE is_hidden = 1
            AND ((src_type = kind AND src_id = item AND is_visible(dst_type, dst_id))
              OR (dst_type = kind AND dst_id = item AND is_visible(src_type, src_id)));
        INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
        SELECT CASE kind WHEN 'utterance' THEN 'embedding_utterance' ELSE 'embedding' END, kind, item, 10
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

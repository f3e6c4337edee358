-- What makes INSERTs, UPDATEs and DELETEs of other programs safe: hashes are computed, names mapped,
-- duplicate jobs merged, and rows that lose their target leave with it (references by type and id
-- have no foreign key).

-- ---------------------------------------------------------------- hashes

CREATE FUNCTION hash_text(body text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT sha256(convert_to(coalesce(body, ''), 'UTF8')) $$;

CREATE FUNCTION set_content_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.content_hash := hash_text(NEW.contents);
    RETURN NEW;
END $$;

CREATE TRIGGER utterances_hash BEFORE INSERT OR UPDATE OF contents ON utterances
    FOR EACH ROW EXECUTE FUNCTION set_content_hash();
CREATE TRIGGER utterance_splits_hash BEFORE INSERT OR UPDATE OF contents ON utterance_splits
    FOR EACH ROW EXECUTE FUNCTION set_content_hash();

CREATE FUNCTION set_body_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.body_hash := hash_text(NEW.body);
    RETURN NEW;
END $$;

CREATE TRIGGER seeds_hash BEFORE INSERT OR UPDATE OF body ON seeds
    FOR EACH ROW EXECUTE FUNCTION set_body_hash();

-- Rows written by other programs name the model only.
CREATE FUNCTION set_embedding_model() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.model_id IS NULL THEN
        SELECT m.model_id INTO NEW.model_id FROM embedding_models m
        WHERE m.model_name = NEW.model_name ORDER BY m.is_current DESC, m.model_id DESC LIMIT 1;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER embeddings_model BEFORE INSERT ON embeddings
    FOR EACH ROW EXECUTE FUNCTION set_embedding_model();

CREATE FUNCTION set_edge_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.edge_type = 'part_of' AND NEW.role IS NULL THEN
        NEW.role := 'affinity';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER edges_role BEFORE INSERT ON edges
    FOR EACH ROW EXECUTE FUNCTION set_edge_role();

-- ---------------------------------------------------------------- the queue

-- Plural and singular names of a target are both accepted (section 2 of the decisions); an unknown
-- name stays as it is and ends as a dead job with that cause.
CREATE FUNCTION canonical_target(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE lower(btrim(name))
        WHEN 'utterances' THEN 'utterance'
        WHEN 'utterance_splits' THEN 'utterance_split'
        WHEN 'seeds' THEN 'seed'
        WHEN 'clusters' THEN 'cluster'
        WHEN 'articles' THEN 'article'
        ELSE lower(btrim(name))
    END
$$;

-- The same work waits already. Volatile, so that every call sees what was committed until then.
-- A plan made while the table was empty would scan it for every row of a large import.
CREATE FUNCTION has_twin(job worker_jobs) RETURNS boolean LANGUAGE sql VOLATILE SET enable_seqscan = off AS $$
    SELECT EXISTS (
        SELECT FROM worker_jobs w
        WHERE w.target_id = job.target_id AND w.job_type = job.job_type AND w.target_table = job.target_table
          AND w.status IN ('queued', 'scheduled')
    )
$$;

CREATE FUNCTION accept_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.target_table := canonical_target(NEW.target_table);
    NEW.payload := coalesce(NEW.payload, '{}');
    NEW.run_at := coalesce(NEW.run_at, now());
    NEW.created_at := coalesce(NEW.created_at, now());
    NEW.updated_at := coalesce(NEW.updated_at, now());
    NEW.priority := coalesce(NEW.priority, 100);
    IF NEW.expires_at <= greatest(NEW.created_at, now()) THEN
        NEW.expires_at := NULL;                       -- A4: expired at birth means "no expiry"
    END IF;
    IF NEW.status = 'queued' AND NEW.run_at > now() THEN
        NEW.status := 'scheduled';
    END IF;
    IF NEW.status IN ('queued', 'scheduled') AND has_twin(NEW) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER worker_jobs_accept BEFORE INSERT ON worker_jobs
    FOR EACH ROW EXECUTE FUNCTION accept_job();

-- What follows from a change of status, whoever makes it: the claim ends with `running`, the end has a
-- time, and a job that comes back while its twin waits gives way.
CREATE FUNCTION move_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('queued', 'scheduled') AND OLD.status NOT IN ('queued', 'scheduled') AND has_twin(NEW) THEN
        NEW.status := 'cancelled';
        NEW.outcome := 'superseded';
    END IF;
    IF NEW.status <> 'running' THEN
        NEW.claimed_by := NULL;
        NEW.lease_expires_at := NULL;
        NEW.deadline_at := NULL;
    END IF;
    NEW.finished_at := CASE WHEN NEW.status IN ('done', 'dead', 'cancelled') THEN now() END;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER worker_jobs_move BEFORE UPDATE OF status ON worker_jobs
    FOR EACH ROW WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION move_job();

CREATE FUNCTION announce_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('tane_jobs', '');
    RETURN NULL;
END $$;

CREATE TRIGGER worker_jobs_announce AFTER INSERT ON worker_jobs
    FOR EACH STATEMENT EXECUTE FUNCTION announce_jobs();
CREATE TRIGGER worker_jobs_announce_return AFTER UPDATE OF status ON worker_jobs
    FOR EACH ROW WHEN (NEW.status = 'queued' AND OLD.status <> 'queued') EXECUTE FUNCTION announce_jobs();
CREATE TRIGGER job_pauses_announce AFTER DELETE ON job_pauses
    FOR EACH STATEMENT EXECUTE FUNCTION announce_jobs();

-- ---------------------------------------------------------------- rows that leave with their target

-- Without sequential scans for the reason told at has_twin.
CREATE FUNCTION forget_target() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    kind text := TG_ARGV[0];
    gone uuid := (to_jsonb(OLD) ->> TG_ARGV[1])::uuid;
BEGIN
    DELETE FROM embeddings WHERE target_id = gone
        AND (target_type = kind OR (kind = 'cluster' AND target_type = 'cluster_overview'));
    DELETE FROM edges WHERE src_id = gone AND src_type = kind;
    DELETE FROM edges WHERE dst_id = gone AND dst_type = kind;
    DELETE FROM layout_points WHERE target_id = gone AND target_type = kind;
    DELETE FROM worker_jobs WHERE target_id = gone AND target_table = kind AND status IN ('queued', 'scheduled');
    RETURN NULL;
END $$;

CREATE TRIGGER utterances_forget AFTER DELETE ON utterances
    FOR EACH ROW EXECUTE FUNCTION forget_target('utterance', 'utterance_id');
CREATE TRIGGER utterance_splits_forget AFTER DELETE ON utterance_splits
    FOR EACH ROW EXECUTE FUNCTION forget_target('utterance_split', 'utterance_split_id');
CREATE TRIGGER seeds_forget AFTER DELETE ON seeds
    FOR EACH ROW EXECUTE FUNCTION forget_target('seed', 'seed_id');
CREATE TRIGGER clusters_forget AFTER DELETE ON clusters
    FOR EACH ROW EXECUTE FUNCTION forget_target('cluster', 'cluster_id');

-- An archived cluster is hidden, kept for history, and found by no search (E13).
CREATE FUNCTION archive_cluster() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM embeddings WHERE target_id = NEW.cluster_id AND target_type IN ('cluster', 'cluster_overview');
    UPDATE edges SET is_active = 0, updated_at = now() WHERE is_active = 1
        AND ((src_type = 'cluster' AND src_id = NEW.cluster_id) OR (dst_type = 'cluster' AND dst_id = NEW.cluster_id));
    UPDATE layout_points SET is_active = 0, updated_at = now()
        WHERE is_active = 1 AND target_type = 'cluster' AND target_id = NEW.cluster_id;
    UPDATE layout_runs SET is_active = 0 WHERE is_active = 1 AND scope_cluster_id = NEW.cluster_id;
    RETURN NULL;
END $$;

CREATE TRIGGER clusters_archive AFTER UPDATE OF is_archived ON clusters
    FOR EACH ROW WHEN (NEW.is_archived = 1 AND OLD.is_archived = 0) EXECUTE FUNCTION archive_cluster();

-- A rejected seed and a deleted utterance stay stored but leave search, edges and maps; when they come
-- back their edges and points are made anew by an embedding job.
CREATE FUNCTION set_visibility(kind text, item uuid, visible smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE embeddings SET is_active = visible, updated_at = now()
        WHERE target_type = kind AND target_id = item AND is_active <> visible;
    IF visible = 0 THEN
        UPDATE edges SET is_active = 0, updated_at = now() WHERE is_active = 1
            AND ((src_type = kind AND src_id = item) OR (dst_type = kind AND dst_id = item));
        UPDATE layout_points SET is_active = 0, updated_at = now()
            WHERE is_active = 1 AND target_type = kind AND target_id = item;
    ELSE
        INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
        SELECT CASE kind WHEN 'utterance' THEN 'embedding_utterance' ELSE 'embedding' END, kind, item, 10
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION seed_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was smallint := (OLD.review_status <> 'rejected' AND OLD.deleted_at IS NULL)::int;
    is_now smallint := (NEW.review_status <> 'rejected' AND NEW.deleted_at IS NULL)::int;
BEGIN
    IF was <> is_now THEN
        PERFORM set_visibility('seed', NEW.seed_id, is_now);
    ELSIF NEW.body_hash <> OLD.body_hash AND is_now = 1 THEN
        INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
        VALUES ('embedding', 'seed', NEW.seed_id, 10) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER seeds_changed AFTER UPDATE ON seeds
    FOR EACH ROW EXECUTE FUNCTION seed_changed();

-- ---------------------------------------------------------------- an utterance that changed (A7)

-- New words make everything derived from the old ones worthless: splits, vectors, scores and
-- unreviewed seeds go; reviewed seeds stay, marked. What had been asked of the old words is queued
-- again for the new ones, whoever wrote the UPDATE.
CREATE FUNCTION utterance_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM utterance_splits WHERE utterance_id = NEW.utterance_id;
    DELETE FROM embeddings WHERE target_type = 'utterance' AND target_id = NEW.utterance_id;
    UPDATE edges SET is_active = 0, updated_at = now() WHERE is_active = 1
        AND ((src_type = 'utterance' AND src_id = NEW.utterance_id) OR (dst_type = 'utterance' AND dst_id = NEW.utterance_id));
    DELETE FROM seeds s USING utterance_seeds u
        WHERE u.seed_id = s.seed_id AND u.utterance_id = NEW.utterance_id AND s.review_status = 'auto'
          AND NOT EXISTS (SELECT FROM utterance_seeds o WHERE o.seed_id = s.seed_id AND o.utterance_id <> NEW.utterance_id);
    UPDATE seeds s SET source_changed = 1, updated_at = now() FROM utterance_seeds u
        WHERE u.seed_id = s.seed_id AND u.utterance_id = NEW.utterance_id;

    INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
    SELECT asked.job_type, 'utterance', NEW.utterance_id, asked.priority
    FROM (VALUES
        ('embedding_utterance', 11, true),
        ('utterance_role', 30, OLD.utterance_role_id IS NOT NULL),
        ('hypothetical', 40, OLD.hypothetical IS NOT NULL),
        ('confidence', 40, OLD.confidence IS NOT NULL),
        ('reinterpretation', 40, OLD.reinterpretation IS NOT NULL),
        ('resistance', 40, OLD.resistance IS NOT NULL),
        ('direction', 40, OLD.direction IS NOT NULL),
        ('did_asked_evaluation', 20, OLD.did_asked_evaluation = 1),
        ('did_asked_model', 20, OLD.did_asked_model = 1),
        ('did_asked_premise', 20, OLD.did_asked_premise = 1),
        ('did_asked_conversion', 20, OLD.did_asked_conversion = 1),
        ('did_asked_question', 20, OLD.did_asked_question = 1),
        ('did_asked_knowledge', 20, OLD.did_asked_knowledge = 1)
    ) AS asked (job_type, priority, had)
    WHERE asked.had AND NEW.deleted_at IS NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION utterance_reset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.utterance_role_id := NULL; NEW.utterance_role_confidence := NULL;
    NEW.hypothetical := NULL; NEW.confidence := NULL; NEW.reinterpretation := NULL;
    NEW.resistance := NULL; NEW.direction := NULL;
    NEW.did_asked_evaluation := 0; NEW.did_asked_model := 0; NEW.did_asked_premise := 0;
    NEW.did_asked_conversion := 0; NEW.did_asked_question := 0; NEW.did_asked_knowledge := 0;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TRIGGER utterances_reset BEFORE UPDATE OF contents ON utterances
    FOR EACH ROW WHEN (NEW.contents IS DISTINCT FROM OLD.contents) EXECUTE FUNCTION utterance_reset();
CREATE TRIGGER utterances_rewritten AFTER UPDATE OF contents ON utterances
    FOR EACH ROW WHEN (NEW.contents IS DISTINCT FROM OLD.contents) EXECUTE FUNCTION utterance_rewritten();

CREATE FUNCTION utterance_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_visibility('utterance', NEW.utterance_id, (NEW.deleted_at IS NULL)::int::smallint);
    -- Seeds that have another living source stay.
    UPDATE seeds s SET deleted_at = NEW.deleted_at, updated_at = now() FROM utterance_seeds u
        WHERE u.seed_id = s.seed_id AND u.utterance_id = NEW.utterance_id AND s.deleted_at IS DISTINCT FROM NEW.deleted_at
          AND NOT EXISTS (SELECT FROM utterance_seeds o JOIN utterances v USING (utterance_id)
                          WHERE o.seed_id = s.seed_id AND o.utterance_id <> NEW.utterance_id AND v.deleted_at IS NULL);
    RETURN NULL;
END $$;

CREATE TRIGGER utterances_deleted AFTER UPDATE OF deleted_at ON utterances
    FOR EACH ROW WHEN ((NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)) EXECUTE FUNCTION utterance_deleted();

-- A seed whose last utterance is deleted for good leaves with it, unless the owner reviewed it.
CREATE FUNCTION orphaned_seed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM seeds s WHERE s.seed_id = OLD.seed_id AND s.review_status = 'auto' AND s.created_from = 'utterance'
        AND NOT EXISTS (SELECT FROM utterance_seeds u WHERE u.seed_id = OLD.seed_id);
    RETURN NULL;
END $$;

CREATE TRIGGER utterance_seeds_orphan AFTER DELETE ON utterance_seeds
    FOR EACH ROW EXECUTE FUNCTION orphaned_seed();

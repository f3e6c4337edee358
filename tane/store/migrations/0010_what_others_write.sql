-- Rows of other programs, written with the columns that the documents name and no others: what can be taken is
-- completed here, and what cannot is refused with the reason and what to do instead.

-- Singular and plural names of a target mean the same wherever one is written. Tane's own rows are named in the
-- singular, and skip the function.
CREATE FUNCTION name_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'worker_jobs' THEN
        NEW.target_table := canonical_target(NEW.target_table);
    ELSE
        NEW.target_type := canonical_target(NEW.target_type);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER worker_jobs_name BEFORE UPDATE OF target_table ON worker_jobs
    FOR EACH ROW EXECUTE FUNCTION name_target();
CREATE TRIGGER layout_points_name BEFORE INSERT OR UPDATE OF target_type ON layout_points
    FOR EACH ROW WHEN (NEW.target_type NOT IN ('utterance', 'seed', 'cluster')) EXECUTE FUNCTION name_target();

-- ---------------------------------------------------------------- splits

-- A program that does not number its splits gives them in the order of their rows. Two programs at one utterance take
-- turns, by a lock for which they need no right on the table of utterances.
ALTER TABLE utterance_splits ALTER COLUMN ordinal DROP DEFAULT;
ALTER TABLE utterance_splits ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

CREATE FUNCTION number_split() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('splits of ' || NEW.utterance_id, 0));
    SELECT coalesce(max(s.ordinal) + 1, 0) INTO NEW.ordinal
    FROM utterance_splits s WHERE s.utterance_id = NEW.utterance_id;
    RETURN NEW;
END $$;

CREATE TRIGGER utterance_splits_number BEFORE INSERT ON utterance_splits
    FOR EACH ROW WHEN (NEW.ordinal IS NULL) EXECUTE FUNCTION number_split();

-- ---------------------------------------------------------------- edges

-- Tane's own statements say where an edge comes from; one that does not say is another program's, and no night changes
-- it. Rows of before stay what they are: nothing tells who wrote them.
ALTER TABLE edges ALTER COLUMN source SET DEFAULT 'user';
COMMENT ON COLUMN edges.source IS 'nightly and online are Tane''s, which replaces them; user is anybody else''s and left alone';

-- An edge to a cluster that names no role says membership. Where Tane has drawn the same edge already, it becomes the
-- other program's: which of the two comes first must not matter.
CREATE OR REPLACE FUNCTION set_edge_role() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    NEW.src_type := canonical_target(NEW.src_type);
    NEW.dst_type := canonical_target(NEW.dst_type);
    IF NEW.edge_type = 'part_of' AND NEW.role IS NULL THEN
        NEW.role := 'member';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.edge_type = 'near' AND OLD.edge_type = 'part_of' THEN
            NEW.role := NULL;
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.source = 'user' THEN
        UPDATE edges SET edge_id = NEW.edge_id, role = NEW.role, weight = NEW.weight, source = 'user',
            is_active = NEW.is_active, created_at = NEW.created_at, updated_at = NEW.updated_at
        WHERE src_type = NEW.src_type AND src_id = NEW.src_id AND dst_type = NEW.dst_type AND dst_id = NEW.dst_id
          AND edge_type = NEW.edge_type AND source <> 'user';
        IF FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER edges_role ON edges;
CREATE TRIGGER edges_role BEFORE INSERT ON edges
    FOR EACH ROW WHEN (NEW.source = 'user' OR (NEW.edge_type = 'part_of' AND NEW.role IS NULL))
    EXECUTE FUNCTION set_edge_role();
-- Each night asks what other programs have put into clusters; of a million edges these are few.
CREATE INDEX edges_of_others ON edges (dst_id, src_id) WHERE source = 'user' AND edge_type = 'part_of';
CREATE TRIGGER edges_role_again BEFORE UPDATE OF src_type, dst_type, edge_type ON edges
    FOR EACH ROW EXECUTE FUNCTION set_edge_role();

-- ---------------------------------------------------------------- clusters

COMMENT ON COLUMN clusters.generation_id IS 'the night that found it first; NULL: another program''s, which no night changes';

-- ---------------------------------------------------------------- vectors

-- The documents name the model, not its number, and allow a vector that is not of length one. What a vector was made
-- from is the text as it is now, unless its writer knows better.
CREATE OR REPLACE FUNCTION set_embedding_model() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    model embedding_models;
    norm float8;
BEGIN
    NEW.target_type := canonical_target(NEW.target_type);
    NEW.dims := coalesce(NEW.dims, vector_dims(NEW.vector));
    IF TG_OP = 'UPDATE' AND NEW.model_name <> OLD.model_name AND NEW.model_id = OLD.model_id THEN
        NEW.model_id := NULL;
    END IF;
    SELECT * INTO model FROM embedding_models m
    WHERE CASE WHEN NEW.model_id IS NOT NULL THEN m.model_id = NEW.model_id
               ELSE NEW.model_name IN (m.model_name, regexp_replace(m.model_name, ':latest$', ''), m.model_name || ':latest') END
    ORDER BY m.is_current DESC, m.model_id DESC LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no vectors of the embedding model "%" are known', coalesce(NEW.model_name, NEW.model_id::text)
            USING ERRCODE = 'foreign_key_violation', TABLE = 'embeddings', COLUMN = 'model_name',
            HINT = 'Give the model_name of a row of embedding_models; or give no vector, and a job "embedding" for the '
                   'same target: then Tane makes one.';
    END IF;
    NEW.model_id := model.model_id;
    NEW.model_name := model.model_name;
    IF NEW.dims <> vector_dims(NEW.vector) OR NEW.dims <> model.dims THEN
        RAISE EXCEPTION 'a vector of "%" has % dimensions, not %', model.model_name, model.dims, vector_dims(NEW.vector)
            USING ERRCODE = 'check_violation', TABLE = 'embeddings', COLUMN = 'dims',
            HINT = 'Vectors of two models cannot be compared: check that this one was made with the model that is named.';
    END IF;
    norm := l2_norm(NEW.vector);
    IF NOT norm > 0 THEN
        RAISE EXCEPTION 'a vector of zeros has no direction'
            USING ERRCODE = 'check_violation', TABLE = 'embeddings', COLUMN = 'vector',
            HINT = 'Give no vector, and a job "embedding" for the same target: then Tane makes one.';
    END IF;
    IF abs(norm - 1) > 0.01 THEN
        NEW.vector := l2_normalize(NEW.vector);
    END IF;
    NEW.is_l2_normalized := 1;
    IF NEW.source_hash IS NULL AND NEW.target_type <> 'cluster' THEN
        NEW.source_hash := CASE NEW.target_type
            WHEN 'seed' THEN (SELECT body_hash FROM seeds WHERE seed_id = NEW.target_id)
            WHEN 'utterance' THEN (SELECT content_hash FROM utterances WHERE utterance_id = NEW.target_id)
            WHEN 'utterance_split' THEN
                (SELECT content_hash FROM utterance_splits WHERE utterance_split_id = NEW.target_id)
            WHEN 'cluster_overview' THEN
                (SELECT hash_text(concat_ws(E'\n', cluster_title, cluster_overview)) FROM clusters WHERE cluster_id = NEW.target_id)
        END;
    END IF;
    RETURN NEW;
END $$;

-- A change of `is_active` alone, as the visibility of a seed makes it, needs no look at the vector.
CREATE TRIGGER embeddings_model_again BEFORE UPDATE OF target_type, model_name, dims, vector, is_l2_normalized ON embeddings
    FOR EACH ROW EXECUTE FUNCTION set_embedding_model();

-- ---------------------------------------------------------------- what is known of all seeds

-- The documents name the two figures only. They are those of the model in use, and the next night replaces them.
CREATE FUNCTION complete_seed_info() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.model_id := coalesce(NEW.model_id, (SELECT model_id FROM embedding_models WHERE is_current = 1));
    IF NEW.model_id IS NULL THEN
        RAISE EXCEPTION 'there is no embedding model in use yet, of whose vectors these figures could be'
            USING ERRCODE = 'foreign_key_violation', TABLE = 'all_seed_info', COLUMN = 'model_id',
            HINT = 'Wait until Tane has stored its first vector; each night then writes this row itself.';
    END IF;
    NEW.n := coalesce(NEW.n, (SELECT count(*) FROM embeddings
                              WHERE target_type = 'seed' AND model_id = NEW.model_id AND is_active = 1));
    NEW.updated_at := coalesce(NEW.updated_at, now());
    RETURN NEW;
END $$;

CREATE TRIGGER all_seed_info_complete BEFORE INSERT ON all_seed_info
    FOR EACH ROW EXECUTE FUNCTION complete_seed_info();

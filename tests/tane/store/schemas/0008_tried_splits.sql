--
-- PostgreSQL database dump
--

-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;


CREATE FUNCTION public.accept_job() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.announce_jobs() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('tane_jobs', '');
    RETURN NULL;
END $$;


CREATE FUNCTION public.archive_cluster() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM embeddings WHERE target_id = NEW.cluster_id AND target_type IN ('cluster', 'cluster_overview');
    UPDATE edges SET is_active = 0, updated_at = now() WHERE is_active = 1
        AND ((src_type = 'cluster' AND src_id = NEW.cluster_id) OR (dst_type = 'cluster' AND dst_id = NEW.cluster_id));
    UPDATE layout_points SET is_active = 0, updated_at = now()
        WHERE is_active = 1 AND target_type = 'cluster' AND target_id = NEW.cluster_id;
    UPDATE layout_runs SET is_active = 0 WHERE is_active = 1 AND scope_cluster_id = NEW.cluster_id;
    RETURN NULL;
END $$;


CREATE FUNCTION public.canonical_target(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE lower(btrim(name))
        WHEN 'utterances' THEN 'utterance'
        WHEN 'utterance_splits' THEN 'utterance_split'
        WHEN 'seeds' THEN 'seed'
        WHEN 'clusters' THEN 'cluster'
        WHEN 'articles' THEN 'article'
        ELSE lower(btrim(name))
    END
$$;


CREATE FUNCTION public.forget_target() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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


SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.worker_jobs (
    job_id uuid DEFAULT gen_random_uuid() NOT NULL,
    job_type text NOT NULL,
    target_table text NOT NULL,
    target_id uuid NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    priority smallint DEFAULT 100 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 5 NOT NULL,
    returns smallint DEFAULT 0 NOT NULL,
    claim_token bigint DEFAULT 0 NOT NULL,
    claimed_by uuid,
    claimed_at timestamp with time zone,
    lease_expires_at timestamp with time zone,
    deadline_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    outcome text,
    last_error jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    expires_at timestamp with time zone,
    CONSTRAINT worker_jobs_ended_has_time CHECK (((status = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT worker_jobs_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT worker_jobs_running_has_lease CHECK (((status = 'running'::text) = (lease_expires_at IS NOT NULL))),
    CONSTRAINT worker_jobs_running_has_owner CHECK (((status = 'running'::text) = (claimed_by IS NOT NULL))),
    CONSTRAINT worker_jobs_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'queued'::text, 'running'::text, 'done'::text, 'dead'::text, 'cancelled'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='50', autovacuum_analyze_scale_factor='0.05', autovacuum_vacuum_cost_delay='1', autovacuum_vacuum_cost_limit='2000');


CREATE FUNCTION public.has_twin(job public.worker_jobs) RETURNS boolean
    LANGUAGE sql
    SET enable_seqscan TO 'off'
    AS $$
    SELECT EXISTS (
        SELECT FROM worker_jobs w
        WHERE w.target_id = job.target_id AND w.job_type = job.job_type AND w.target_table = job.target_table
          AND w.status IN ('queued', 'scheduled')
    )
$$;


CREATE FUNCTION public.hash_text(body text) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT sha256(convert_to(coalesce(body, ''), 'UTF8')) $$;


CREATE FUNCTION public.kind_name(kind smallint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (ARRAY['seed', 'utterance', 'cluster'])[kind + 1] $$;


CREATE FUNCTION public.kind_number(name text) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (array_position(ARRAY['seed', 'utterance', 'cluster'], name) - 1)::smallint $$;


CREATE FUNCTION public.maps_of(kind text, items uuid[]) RETURNS TABLE(item uuid, scope_type text, scope_cluster_id uuid)
    LANGUAGE sql STABLE
    AS $$
    WITH wanted AS (
        SELECT id FROM unnest(items) AS id
    ), linked AS (
        SELECT w.id, e.dst_id AS cluster_id, e.role <> 'affinity' AS is_membership
        FROM wanted w
        JOIN edges e ON e.src_type = 'seed' AND e.src_id = w.id
        WHERE kind = 'seed' AND e.edge_type = 'part_of' AND e.is_active = 1
          AND (e.role <> 'affinity' OR e.source = 'online')
        UNION ALL
        SELECT w.id, e.dst_id, e.role <> 'affinity'
        FROM wanted w
        JOIN utterance_seeds u ON u.utterance_id = w.id
        JOIN edges e ON e.src_type = 'seed' AND e.src_id = u.seed_id
        WHERE kind = 'utterance' AND e.edge_type = 'part_of' AND e.is_active = 1
          AND (e.role <> 'affinity' OR e.source = 'online')
    )
    SELECT id, 'atlas', NULL::uuid FROM wanted
    UNION ALL
    SELECT id, 'global', NULL::uuid FROM wanted
    WHERE NOT EXISTS (SELECT FROM linked l WHERE l.id = wanted.id AND l.is_membership)
    UNION ALL
    SELECT DISTINCT id, 'cluster', cluster_id FROM linked
$$;


CREATE FUNCTION public.move_job() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.nearest(kind text, items uuid[], pool text, model smallint, wanted integer) RETURNS TABLE(item uuid, found uuid, similarity real)
    LANGUAGE plpgsql
    AS $_$
DECLARE
    dims integer := (SELECT m.dims FROM embedding_models m WHERE m.model_id = model);
BEGIN
    PERFORM widen_search();
    RETURN QUERY EXECUTE format(
        'SELECT e.target_id, n.target_id, (1 - n.distance)::real
         FROM embeddings e
         CROSS JOIN LATERAL (
             SELECT c.target_id, c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s) AS distance
             FROM embeddings c
             WHERE c.target_type = %4$L AND c.model_id = %2$s AND c.is_active = 1
               AND (c.target_id <> e.target_id OR %1$L <> %4$L)
             ORDER BY c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s)
             LIMIT $2
         ) n
         WHERE e.target_type = %1$L AND e.target_id = ANY ($1) AND e.model_id = %2$s',
        kind, model, dims, pool)
    USING items, wanted;
END $_$;


CREATE FUNCTION public.nearest_on_runs(kind text, runs uuid[], items uuid[], model smallint, wanted integer) RETURNS TABLE(layout_id uuid, item uuid, similarity real, x real, y real)
    LANGUAGE plpgsql
    AS $_$
DECLARE
    dims integer := (SELECT m.dims FROM embedding_models m WHERE m.model_id = model);
    large uuid[] := ARRAY(
        SELECT r.run FROM (SELECT DISTINCT unnest(runs) AS run) r
        WHERE 2000 < (SELECT count(*) FROM (
            SELECT FROM layout_points p WHERE p.layout_id = r.run AND p.is_active = 1 LIMIT 2001) AS counted));
    run uuid;
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT w.run, w.item, (1 - n.distance)::real, n.x, n.y
         FROM unnest($1, $2) AS w (run, item)
         JOIN embeddings e ON e.target_type = %1$L AND e.target_id = w.item AND e.model_id = %2$s
         CROSS JOIN LATERAL (
             SELECT p.x, p.y, c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s) AS distance
             FROM layout_points p
             JOIN embeddings c ON c.target_type = p.target_type AND c.target_id = p.target_id
             WHERE p.layout_id = w.run AND p.is_active = 1 AND c.model_id = %2$s AND c.is_active = 1
               AND (p.target_type, p.target_id) <> (%1$L, w.item)
             ORDER BY distance, p.target_type, p.target_id
             LIMIT $3
         ) n
         WHERE w.run <> ALL ($4)',
        kind, model, dims)
    USING runs, items, wanted, large;
    PERFORM widen_search();
    FOREACH run IN ARRAY large LOOP
        -- The map stands in the statement as a literal, too: without knowing its size the planner sorts it.
        RETURN QUERY EXECUTE format(
            'SELECT %5$L::uuid, e.target_id, (1 - n.distance)::real, n.x, n.y
             FROM embeddings e
             CROSS JOIN LATERAL (SELECT * FROM (%4$s) AS found ORDER BY distance LIMIT $2) n
             WHERE e.target_type = %1$L AND e.model_id = %2$s
               AND e.target_id IN (SELECT w.item FROM unnest($3, $1) AS w (run, item) WHERE w.run = %5$L)',
            kind, model, dims, (
                SELECT string_agg(format(
                    '(SELECT p.x, p.y, c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s) AS distance
                      FROM embeddings c
                      JOIN layout_points p ON p.layout_id = %5$L AND p.target_type = %4$L AND p.target_id = c.target_id
                      WHERE c.target_type = %4$L AND c.model_id = %2$s AND c.is_active = 1 AND p.is_active = 1
                        AND (c.target_id <> e.target_id OR %1$L <> %4$L)
                      ORDER BY c.vector::halfvec(%3$s) <=> e.vector::halfvec(%3$s)
                      LIMIT $2)', kind, model, dims, pool, run), ' UNION ALL ')
                FROM unnest(ARRAY['cluster', 'seed', 'utterance']) AS pool
            ), run)
        USING items, wanted, runs;
    END LOOP;
END $_$;


CREATE FUNCTION public.note_archiving() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.archived_at := CASE WHEN NEW.is_archived = 1 THEN coalesce(NEW.archived_at, now()) END;
    RETURN NEW;
END $$;


CREATE FUNCTION public.orphaned_seed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM seeds s WHERE s.seed_id = OLD.seed_id AND s.review_status = 'auto' AND s.created_from = 'utterance'
        AND NOT EXISTS (SELECT FROM utterance_seeds u WHERE u.seed_id = OLD.seed_id);
    RETURN NULL;
END $$;


CREATE FUNCTION public.seed_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.set_body_hash() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.body_hash := hash_text(NEW.body);
    RETURN NEW;
END $$;


CREATE FUNCTION public.set_content_hash() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.content_hash := hash_text(NEW.contents);
    RETURN NEW;
END $$;


CREATE FUNCTION public.set_edge_role() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.edge_type = 'part_of' AND NEW.role IS NULL THEN
        NEW.role := 'affinity';
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.set_embedding_model() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.model_id IS NULL THEN
        SELECT m.model_id INTO NEW.model_id FROM embedding_models m
        WHERE m.model_name = NEW.model_name ORDER BY m.is_current DESC, m.model_id DESC LIMIT 1;
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.set_visibility(kind text, item uuid, visible smallint) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.utterance_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_visibility('utterance', NEW.utterance_id, (NEW.deleted_at IS NULL)::int::smallint);
    -- Seeds that have another living source stay.
    UPDATE seeds s SET deleted_at = NEW.deleted_at, updated_at = now() FROM utterance_seeds u
        WHERE u.seed_id = s.seed_id AND u.utterance_id = NEW.utterance_id AND s.deleted_at IS DISTINCT FROM NEW.deleted_at
          AND NOT EXISTS (SELECT FROM utterance_seeds o JOIN utterances v USING (utterance_id)
                          WHERE o.seed_id = s.seed_id AND o.utterance_id <> NEW.utterance_id AND v.deleted_at IS NULL);
    RETURN NULL;
END $$;


CREATE FUNCTION public.utterance_reset() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.utterance_role_id := NULL; NEW.utterance_role_confidence := NULL;
    NEW.hypothetical := NULL; NEW.confidence := NULL; NEW.reinterpretation := NULL;
    NEW.resistance := NULL; NEW.direction := NULL;
    NEW.did_asked_evaluation := 0; NEW.did_asked_model := 0; NEW.did_asked_premise := 0;
    NEW.did_asked_conversion := 0; NEW.did_asked_question := 0; NEW.did_asked_knowledge := 0;
    NEW.updated_at := now();
    RETURN NEW;
END $$;


CREATE FUNCTION public.utterance_rewritten() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.widen_search() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'strict_order', true);
END $$;


CREATE TABLE public.all_seed_info (
    model_id smallint NOT NULL,
    n integer NOT NULL,
    avg_seed_distance real,
    median_seed_distance real,
    avg_k10 real,
    median_k10 real,
    percentiles jsonb,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.cluster_generations (
    generation_id bigint NOT NULL,
    mode text NOT NULL,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text NOT NULL,
    seeds_seen integer,
    clusters integer,
    coverage real,
    snapshot_at timestamp with time zone,
    published_at timestamp with time zone,
    stats jsonb DEFAULT '{}'::jsonb NOT NULL,
    start bytea,
    CONSTRAINT cluster_generations_status_check CHECK ((status = ANY (ARRAY['building'::text, 'published'::text, 'partial'::text, 'failed'::text])))
);


ALTER TABLE public.cluster_generations ALTER COLUMN generation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.cluster_generations_generation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.cluster_lineage (
    generation_id bigint NOT NULL,
    cluster_id uuid NOT NULL,
    from_cluster_id uuid NOT NULL,
    jaccard real NOT NULL,
    kind text NOT NULL,
    CONSTRAINT cluster_lineage_kind_check CHECK ((kind = ANY (ARRAY['same'::text, 'split'::text, 'merge'::text])))
);


CREATE TABLE public.clusters (
    cluster_id uuid DEFAULT gen_random_uuid() NOT NULL,
    generation_id bigint,
    parent_cluster_id uuid,
    depth integer DEFAULT 1 NOT NULL,
    cluster_level text DEFAULT 'cluster'::text NOT NULL,
    cluster_title text,
    cluster_overview text,
    cluster_category text,
    cluster_strength smallint,
    overview_source text,
    overview_stale smallint DEFAULT 0 NOT NULL,
    is_pinned smallint DEFAULT 0 NOT NULL,
    member_count integer,
    core_count integer,
    total_count integer,
    cohesion real,
    attach_sim real,
    member_hash bytea,
    avg_hypothetical real,
    avg_confidence real,
    avg_reinterpretation real,
    avg_resistance real,
    avg_direction real,
    is_archived smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    drift real DEFAULT 0 NOT NULL,
    split_tried integer DEFAULT 0 NOT NULL,
    CONSTRAINT clusters_cluster_strength_check CHECK (((cluster_strength >= 1) AND (cluster_strength <= 10))),
    CONSTRAINT clusters_drift_check CHECK ((drift >= (0)::double precision)),
    CONSTRAINT clusters_is_archived_check CHECK ((is_archived = ANY (ARRAY[0, 1]))),
    CONSTRAINT clusters_is_pinned_check CHECK ((is_pinned = ANY (ARRAY[0, 1]))),
    CONSTRAINT clusters_overview_source_check CHECK ((overview_source = ANY (ARRAY['nearest'::text, 'llm'::text, 'user'::text]))),
    CONSTRAINT clusters_overview_stale_check CHECK ((overview_stale = ANY (ARRAY[0, 1]))),
    CONSTRAINT clusters_split_tried_check CHECK ((split_tried >= 0))
);


CREATE TABLE public.edges (
    edge_id uuid DEFAULT gen_random_uuid() NOT NULL,
    src_type text NOT NULL,
    src_id uuid NOT NULL,
    dst_type text NOT NULL,
    dst_id uuid NOT NULL,
    edge_type text NOT NULL,
    role text,
    weight real NOT NULL,
    source text DEFAULT 'online'::text NOT NULL,
    is_active smallint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT edges_check CHECK (((src_type <> dst_type) OR (src_id <> dst_id))),
    CONSTRAINT edges_check1 CHECK (((edge_type = 'part_of'::text) = (role IS NOT NULL))),
    CONSTRAINT edges_check2 CHECK (((edge_type <> 'part_of'::text) OR (dst_type = 'cluster'::text))),
    CONSTRAINT edges_edge_type_check CHECK ((edge_type = ANY (ARRAY['part_of'::text, 'near'::text]))),
    CONSTRAINT edges_is_active_check CHECK ((is_active = ANY (ARRAY[0, 1]))),
    CONSTRAINT edges_role_check CHECK ((role = ANY (ARRAY['member'::text, 'attached'::text, 'affinity'::text]))),
    CONSTRAINT edges_source_check CHECK ((source = ANY (ARRAY['nightly'::text, 'online'::text, 'user'::text])))
);


CREATE TABLE public.embedding_models (
    model_id smallint NOT NULL,
    model_name text NOT NULL,
    digest text NOT NULL,
    dims integer NOT NULL,
    is_current smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT embedding_models_dims_check CHECK ((dims > 0)),
    CONSTRAINT embedding_models_is_current_check CHECK ((is_current = ANY (ARRAY[0, 1])))
);


ALTER TABLE public.embedding_models ALTER COLUMN model_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.embedding_models_model_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.embeddings (
    embedding_id uuid DEFAULT gen_random_uuid() NOT NULL,
    target_type text NOT NULL,
    target_id uuid NOT NULL,
    model_id smallint NOT NULL,
    model_name text NOT NULL,
    dims integer NOT NULL,
    vector public.halfvec NOT NULL,
    is_l2_normalized smallint DEFAULT 1 NOT NULL,
    is_active smallint DEFAULT 1 NOT NULL,
    source_hash bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT embeddings_check CHECK ((public.vector_dims(vector) = dims)),
    CONSTRAINT embeddings_is_active_check CHECK ((is_active = ANY (ARRAY[0, 1]))),
    CONSTRAINT embeddings_is_l2_normalized_check CHECK ((is_l2_normalized = 1)),
    CONSTRAINT embeddings_target_type_check CHECK ((target_type = ANY (ARRAY['utterance'::text, 'utterance_split'::text, 'seed'::text, 'cluster'::text, 'cluster_overview'::text, 'article'::text])))
);


CREATE TABLE public.job_pauses (
    job_type text NOT NULL,
    paused_at timestamp with time zone DEFAULT now() NOT NULL,
    reason text
);


CREATE TABLE public.layout_points (
    layout_id uuid NOT NULL,
    target_type text NOT NULL,
    target_id uuid NOT NULL,
    x real NOT NULL,
    y real NOT NULL,
    is_provisional smallint DEFAULT 0 NOT NULL,
    is_active smallint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT layout_points_is_active_check CHECK ((is_active = ANY (ARRAY[0, 1]))),
    CONSTRAINT layout_points_is_provisional_check CHECK ((is_provisional = ANY (ARRAY[0, 1]))),
    CONSTRAINT layout_points_target_type_check CHECK ((target_type = ANY (ARRAY['utterance'::text, 'seed'::text, 'cluster'::text])))
);


CREATE TABLE public.layout_runs (
    layout_id uuid DEFAULT gen_random_uuid() NOT NULL,
    algorithm text DEFAULT 'umap'::text NOT NULL,
    dims integer DEFAULT 2 NOT NULL,
    scope_type text NOT NULL,
    scope_cluster_id uuid,
    params_json jsonb DEFAULT '{"min_dist": 0.1, "n_neighbors": 15, "n_components": 2, "random_state": 42}'::jsonb NOT NULL,
    member_hash bytea,
    is_active smallint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT layout_runs_check CHECK (((scope_type = 'cluster'::text) = (scope_cluster_id IS NOT NULL))),
    CONSTRAINT layout_runs_is_active_check CHECK ((is_active = ANY (ARRAY[0, 1]))),
    CONSTRAINT layout_runs_scope_type_check CHECK ((scope_type = ANY (ARRAY['atlas'::text, 'global'::text, 'cluster'::text])))
);


CREATE UNLOGGED TABLE public.night_edges (
    src_kind smallint NOT NULL,
    src_id uuid NOT NULL,
    dst_kind smallint NOT NULL,
    dst_id uuid NOT NULL,
    is_near smallint NOT NULL,
    role smallint NOT NULL,
    weight real NOT NULL
);


CREATE UNLOGGED TABLE public.night_points (
    scope smallint NOT NULL,
    scope_id uuid NOT NULL,
    kind smallint NOT NULL,
    id uuid NOT NULL,
    x real NOT NULL,
    y real NOT NULL
);


CREATE UNLOGGED TABLE public.night_sources (
    kind smallint NOT NULL,
    id uuid NOT NULL
);


CREATE TABLE public.nightly_runs (
    run_id bigint NOT NULL,
    status text DEFAULT 'requested'::text NOT NULL,
    trigger text NOT NULL,
    is_forced smallint DEFAULT 0 NOT NULL,
    host text,
    generation_id bigint,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    fraction real,
    report jsonb DEFAULT '{}'::jsonb NOT NULL,
    last_error jsonb,
    epoch integer DEFAULT 0 NOT NULL,
    folder uuid,
    seeds integer,
    CONSTRAINT nightly_runs_is_forced_check CHECK ((is_forced = ANY (ARRAY[0, 1]))),
    CONSTRAINT nightly_runs_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'running'::text, 'published'::text, 'partial'::text, 'failed'::text, 'skipped'::text, 'cancelled'::text]))),
    CONSTRAINT nightly_runs_trigger_check CHECK ((trigger = ANY (ARRAY['cron'::text, 'signal'::text, 'command'::text, 'doubling'::text, 'catch_up'::text, 'demo'::text])))
);


ALTER TABLE public.nightly_runs ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.nightly_runs_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.nightly_steps (
    run_id bigint NOT NULL,
    step text NOT NULL,
    ordinal integer NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    fraction real,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    seconds real,
    peak_mib real,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT nightly_steps_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'skipped'::text])))
);


CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.seeds (
    seed_id uuid DEFAULT gen_random_uuid() NOT NULL,
    seed_type text DEFAULT 'seed'::text NOT NULL,
    seed_kind text DEFAULT 'manual'::text NOT NULL,
    body text NOT NULL,
    body_hash bytea NOT NULL,
    created_from text DEFAULT 'utterance'::text NOT NULL,
    review_status text DEFAULT 'auto'::text NOT NULL,
    grounding real,
    source_changed smallint DEFAULT 0 NOT NULL,
    model_name text,
    prompt_version text,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT seeds_review_status_check CHECK ((review_status = ANY (ARRAY['auto'::text, 'accepted'::text, 'edited'::text, 'rejected'::text]))),
    CONSTRAINT seeds_seed_kind_check CHECK ((seed_kind = ANY (ARRAY['evaluation'::text, 'model'::text, 'premise'::text, 'conversion'::text, 'question'::text, 'knowledge'::text, 'manual'::text]))),
    CONSTRAINT seeds_source_changed_check CHECK ((source_changed = ANY (ARRAY[0, 1])))
);


CREATE TABLE public.sources (
    source_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    kind text DEFAULT 'import'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.utterance_roles (
    utterance_role_id uuid DEFAULT gen_random_uuid() NOT NULL,
    utterance_role_name text NOT NULL,
    description text,
    weight real,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT utterance_roles_utterance_role_name_check CHECK (((utterance_role_name !~ '[\n\r]'::text) AND (utterance_role_name <> ''::text)))
);


CREATE TABLE public.utterance_seeds (
    utterance_id uuid NOT NULL,
    seed_id uuid NOT NULL,
    relation_type text DEFAULT 'derived_from'::text NOT NULL,
    span_start integer,
    span_end integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT utterance_seeds_relation_type_check CHECK ((relation_type = ANY (ARRAY['derived_from'::text, 'mentioned_in'::text, 'edited_from'::text])))
);


CREATE TABLE public.utterance_splits (
    utterance_split_id uuid DEFAULT gen_random_uuid() NOT NULL,
    utterance_id uuid NOT NULL,
    ordinal integer DEFAULT 0 NOT NULL,
    char_start integer,
    char_end integer,
    contents text NOT NULL,
    content_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.utterances (
    utterance_id uuid DEFAULT gen_random_uuid() NOT NULL,
    source_id uuid,
    external_id text,
    conversation_id uuid,
    "position" integer,
    speaker text,
    uttered_at timestamp with time zone,
    contents text,
    content_hash bytea NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    utterance_role_id uuid,
    utterance_role_confidence real,
    hypothetical real,
    confidence real,
    reinterpretation real,
    resistance real,
    direction real,
    did_asked_evaluation smallint DEFAULT 0 NOT NULL,
    did_asked_model smallint DEFAULT 0 NOT NULL,
    did_asked_premise smallint DEFAULT 0 NOT NULL,
    did_asked_conversion smallint DEFAULT 0 NOT NULL,
    did_asked_question smallint DEFAULT 0 NOT NULL,
    did_asked_knowledge smallint DEFAULT 0 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT utterances_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT utterances_did_asked_conversion_check CHECK ((did_asked_conversion = ANY (ARRAY[0, 1]))),
    CONSTRAINT utterances_did_asked_evaluation_check CHECK ((did_asked_evaluation = ANY (ARRAY[0, 1]))),
    CONSTRAINT utterances_did_asked_knowledge_check CHECK ((did_asked_knowledge = ANY (ARRAY[0, 1]))),
    CONSTRAINT utterances_did_asked_model_check CHECK ((did_asked_model = ANY (ARRAY[0, 1]))),
    CONSTRAINT utterances_did_asked_premise_check CHECK ((did_asked_premise = ANY (ARRAY[0, 1]))),
    CONSTRAINT utterances_did_asked_question_check CHECK ((did_asked_question = ANY (ARRAY[0, 1]))),
    CONSTRAINT utterances_direction_check CHECK (((direction >= ('-1'::integer)::double precision) AND (direction <= (1)::double precision))),
    CONSTRAINT utterances_hypothetical_check CHECK (((hypothetical >= (0)::double precision) AND (hypothetical <= (1)::double precision))),
    CONSTRAINT utterances_reinterpretation_check CHECK (((reinterpretation >= (0)::double precision) AND (reinterpretation <= (1)::double precision))),
    CONSTRAINT utterances_resistance_check CHECK (((resistance >= (0)::double precision) AND (resistance <= (1)::double precision))),
    CONSTRAINT utterances_utterance_role_confidence_check CHECK (((utterance_role_confidence >= (0)::double precision) AND (utterance_role_confidence <= (1)::double precision)))
);


CREATE TABLE public.visits (
    visitor text DEFAULT 'owner'::text NOT NULL,
    visited_at timestamp with time zone NOT NULL
);


--
-- Data for Name: all_seed_info; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.all_seed_info (model_id, n, avg_seed_distance, median_seed_distance, avg_k10, median_k10, percentiles, updated_at) FROM stdin;
1	2	1	\N	\N	\N	\N	2026-11-30 13:57:05.87055+00
2	-1	\N	\N	\N	\N	[]	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: cluster_generations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.cluster_generations (generation_id, mode, params, status, seeds_seen, clusters, coverage, snapshot_at, published_at, stats, start) FROM stdin;
1	hierarchy	{}	published	\N	\N	0.5	2024-05-02 00:00:00+00	2024-05-02 00:00:00+00	{}	\N
2		{}	failed	\N	\N	\N	\N	\N	{}	\N
\.


--
-- Data for Name: cluster_lineage; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.cluster_lineage (generation_id, cluster_id, from_cluster_id, jaccard, kind) FROM stdin;
1	00000000-0000-0000-0000-000000000051	00000000-0000-0000-0000-000000000053	1	same
\.


--
-- Data for Name: clusters; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.clusters (cluster_id, generation_id, parent_cluster_id, depth, cluster_level, cluster_title, cluster_overview, cluster_category, cluster_strength, overview_source, overview_stale, is_pinned, member_count, core_count, total_count, cohesion, attach_sim, member_hash, avg_hypothetical, avg_confidence, avg_reinterpretation, avg_resistance, avg_direction, is_archived, created_at, updated_at, archived_at, drift, split_tried) FROM stdin;
00000000-0000-0000-0000-000000000051	1	\N	1	cluster	眠り	一行目\n二行目	\N	7	user	0	1	1	1	1	\N	0.5	\N	\N	\N	\N	\N	\N	0	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00	\N	0	0
00000000-0000-0000-0000-000000000052	2	00000000-0000-0000-0000-000000000051	2	cluster	\N	\N	\N	\N	\N	0	0	1	\N	1	\N	\N	\N	\N	\N	\N	\N	\N	0	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00	\N	0	0
00000000-0000-0000-0000-000000000053	\N	\N	-1	cluster			\N	1	llm	0	0	\N	\N	-4	\N	2	\N	\N	\N	\N	\N	\N	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00	0	0
\.


--
-- Data for Name: edges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active, created_at, updated_at) FROM stdin;
ee90b373-b55c-4733-8877-0dc4a24aff03	seed	00000000-0000-0000-0000-000000000041	cluster	00000000-0000-0000-0000-000000000051	part_of	member	1	nightly	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
b810a8ef-3ff2-434e-9bc7-dea743ce52a4	seed	00000000-0000-0000-0000-000000000042	cluster	00000000-0000-0000-0000-000000000052	part_of	attached	0	nightly	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
606e1e8a-2980-4888-a2cc-8593c668096c	seed	00000000-0000-0000-0000-000000000043	cluster	00000000-0000-0000-0000-000000000053	part_of	affinity	-1	user	0	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
d0fcc2af-e04c-41fd-aed8-8cef90fefae4	seed	00000000-0000-0000-0000-000000000041	seed	00000000-0000-0000-0000-000000000042	near	\N	0.5	online	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
b5984058-fe78-44bf-ba9c-a409fed88515	seed	00000000-0000-0000-0000-000000000042	seed	00000000-0000-0000-0000-000000000041	near	\N	0.5	nightly	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: embedding_models; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.embedding_models (model_id, model_name, digest, dims, is_current, created_at) FROM stdin;
1	planted	d1	3	1	2026-11-30 13:57:05.87055+00
2	former:latest		2	0	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: embeddings; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.embeddings (embedding_id, target_type, target_id, model_id, model_name, dims, vector, is_l2_normalized, is_active, source_hash, created_at, updated_at) FROM stdin;
42f1c77e-7803-40b1-8af9-a7f40ace9435	seed	00000000-0000-0000-0000-000000000041	1	planted	3	[1,0,0]	1	1	\\xca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
c986041d-3fc4-4b05-81bf-cf8a4df3d646	seed	00000000-0000-0000-0000-000000000041	2	former:latest	2	[1,0]	1	1	\\x61	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
a5c313c4-7dfa-4c1c-863e-9a1783c7b1ae	utterance	00000000-0000-0000-0000-000000000021	1	planted	3	[0,0,1]	1	1	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
53d2894c-f95c-4704-b953-c3f8dee8eeb1	utterance_split	00000000-0000-0000-0000-000000000031	1	planted	3	[0,0,-1]	1	1	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
5d9cce32-1214-47c8-97e3-623e2cc085ca	cluster	00000000-0000-0000-0000-000000000051	1	planted	3	[1,0,0]	1	1	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
68c983a4-c8ec-4926-af13-6926405f5274	cluster	00000000-0000-0000-0000-000000000052	1	planted	3	[0,1,0]	1	1	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
40fe3df3-a40d-4908-9199-73a16ae86209	seed	00000000-0000-0000-0000-000000000042	1	planted	3	[3,4,0]	1	1	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: job_pauses; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.job_pauses (job_type, paused_at, reason) FROM stdin;
*	2026-11-30 13:57:05.87055+00	\N
	2026-11-30 13:57:05.87055+00	
\.


--
-- Data for Name: layout_points; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.layout_points (layout_id, target_type, target_id, x, y, is_provisional, is_active, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-000000000061	seed	00000000-0000-0000-0000-000000000041	0.5	-0.25	0	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000063	seed	00000000-0000-0000-0000-000000000041	0	0	0	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000061	seed	00000000-0000-0000-0000-000000000042	0	Infinity	1	1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: layout_runs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.layout_runs (layout_id, algorithm, dims, scope_type, scope_cluster_id, params_json, member_hash, is_active, created_at) FROM stdin;
00000000-0000-0000-0000-000000000061	umap	2	atlas	\N	{"n_neighbors": 15}	\N	1	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000062		2	global	\N	[]	\N	0	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000063	umap	2	cluster	00000000-0000-0000-0000-000000000051	null	\N	1	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: night_edges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.night_edges (src_kind, src_id, dst_kind, dst_id, is_near, role, weight) FROM stdin;
0	00000000-0000-0000-0000-000000000041	2	00000000-0000-0000-0000-000000000051	0	0	1
\.


--
-- Data for Name: night_points; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.night_points (scope, scope_id, kind, id, x, y) FROM stdin;
0	00000000-0000-0000-0000-000000000000	0	00000000-0000-0000-0000-000000000041	0	NaN
\.


--
-- Data for Name: night_sources; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.night_sources (kind, id) FROM stdin;
0	00000000-0000-0000-0000-000000000041
9	00000000-0000-0000-0000-000000000000
\.


--
-- Data for Name: nightly_runs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.nightly_runs (run_id, status, trigger, is_forced, host, generation_id, requested_at, started_at, finished_at, heartbeat_at, cancel_requested_at, fraction, report, last_error, epoch, folder, seeds) FROM stdin;
1	published	cron	0	\N	1	2026-11-30 13:57:05.87055+00	\N	2024-05-02 00:00:00+00	\N	\N	1	{}	\N	0	\N	\N
3	requested	command	0	\N	\N	2026-11-30 13:57:05.87055+00	\N	\N	\N	\N	\N	{}	\N	0	\N	\N
2	failed	signal	1	\N	\N	2026-11-30 13:57:05.87055+00	\N	\N	\N	\N	-Infinity	{}	"words"	0	\N	\N
\.


--
-- Data for Name: nightly_steps; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.nightly_steps (run_id, step, ordinal, status, attempts, fraction, started_at, finished_at, seconds, peak_mib, details) FROM stdin;
1	cluster	3	done	1	\N	2026-11-30 13:57:05.87055+00	\N	0.5	\N	{}
2	a step of former days	-1	failed	99	\N	2026-11-30 13:57:05.87055+00	\N	\N	\N	{}
\.


--
-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.schema_migrations (version, name, checksum, applied_at) FROM stdin;
1	0001_schema	cc519b8cd6d78e4119a67ad995287449431ac53130af95fc9af1465cad8f931f	2026-11-30 13:57:05.87055+00
2	0002_triggers	65cb12987511d5ff11a9df19c24fa3e8874e0e9d9766cddc37097c3a39d26d7e	2026-11-30 13:57:05.87055+00
3	0003_roles	895837dc4ba900f7baffae3d7fea389a8ccdc8b9a17ac26cb4d5ac713223645e	2026-11-30 13:57:05.87055+00
4	0004_search	8ed2c427cd679c8a09233d3f41fa60640b9f23374b1ea5f9a704c2d093e6a3a1	2026-11-30 13:57:05.87055+00
5	0005_night	2d47cb5b0d481ad44d503e494a53d1a094a022c30d0d9b4c276c7647ef58a0d9	2026-11-30 13:57:05.87055+00
6	0006_maps_of_the_night	714612479859cf254d4372d42aaa331f4d4487428b47e684d68bc46c7cc78f29	2026-11-30 13:57:05.87055+00
7	0007_visits	6ea6033b75cb8266e3df62a4518e39d8895cfa2c2240b638a4de8e9f81197675	2026-11-30 13:57:05.87055+00
8	0008_tried_splits	9e41ab1da2c8a356c2dbe6989c4878ea3cbe9dc92810fc18a6ecadca3e80ff34	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: seeds; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.seeds (seed_id, seed_type, seed_kind, body, body_hash, created_from, review_status, grounding, source_changed, model_name, prompt_version, deleted_at, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-000000000041	seed	knowledge	朝の散歩は眠りを助ける	\\xa7fc49274652359e7985e4a2bbb5686e7e2bcf37680f59f00c6983579f0f9598	utterance	auto	0.8	0	m	\N	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000043	seed	model	退けられた考え	\\xf23ace5c51319d5d1d00965e923e9299f2ec48cc969cefc3df53457597ced07c	utterance	rejected	0	0	m	\N	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000044	seed	manual		\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	manual	edited	\N	0	\N	\N	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000046	seed	knowledge	朝の散歩は眠りを助ける	\\xa7fc49274652359e7985e4a2bbb5686e7e2bcf37680f59f00c6983579f0f9598		auto	\N	0	\N	\N	2024-06-02 00:00:00+00	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000045	seed	question	忘れたいこと	\\x4463cf63a6060590ca90f5aeab212860b7182b806714da87dcc0f469662877c4	utterance	auto	\N	0	\N	\N	2024-06-01 00:00:00+00	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000042	seed	evaluation	夜の読書はよい	\\x809073e5dfa31ca68d8fab6b83e4d27376c1b41429aa1948e1f517d60da0815d	utterance	accepted	NaN	1	\N	\N	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: sources; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.sources (source_id, name, kind, created_at) FROM stdin;
00000000-0000-0000-0000-000000000011	talk	import	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000012			2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: utterance_roles; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterance_roles (utterance_role_id, utterance_role_name, description, weight, created_at, updated_at) FROM stdin;
d15e9990-3422-4de0-be7d-deb38f7e1058	質問	知らないことを尋ねる	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
fb68a97c-f52b-4a54-8c74-46d600c42291	相談	迷いや悩みを打ち明けて助言を求める	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
b1226aad-dd0c-4335-92e5-48ecb3656af1	説明	物事の仕組みや理由を述べる、尋ねられたことに答える	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
c8b20e5e-bf12-4b56-8184-ba5cd7459da7	主張	自分の意見や判断を言い切る	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
004a3496-a0a3-4e79-8173-78375a2770a5	提案	こうしてはどうかと勧める	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
4b776cce-72f5-4ff1-857d-6f9a05ab1382	依頼	相手に何かをしてほしいと頼む	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
5f386404-cd06-4d02-8502-e009f1ccfdb6	報告	起きたことや進み具合を伝える	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
ef7c44b1-c687-4008-a75a-fe3ff15d5c92	感想	感じたことや気持ちを述べる	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
a5ad4923-eb18-43f9-a8d2-98f36cd3e6f3	回想	昔のことを思い出して語る	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
0e1e2f2b-16e6-4374-a798-36d99f9ea6b9	計画	これからすることや予定を述べる	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
62f89842-224e-459d-8ccc-f035803389e4	同意	相手の言葉に賛成する	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
dd42c24d-9365-4fe1-b148-4e917d03080d	反論	相手の言葉に異を唱える	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
aca22c4b-e497-411c-b853-03e8fb6258af	挨拶	挨拶やお礼	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
8a0b3e67-e19c-43e3-af1f-07d5fb316673	雑談	ほかのどれでもない軽いやりとり	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000002	tab\t"quoted" \\N		-1	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000001	決意	\N	NaN	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: utterance_seeds; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterance_seeds (utterance_id, seed_id, relation_type, span_start, span_end, created_at) FROM stdin;
00000000-0000-0000-0000-000000000021	00000000-0000-0000-0000-000000000041	derived_from	0	5	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000022	00000000-0000-0000-0000-000000000041	mentioned_in	\N	\N	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000022	00000000-0000-0000-0000-000000000042	derived_from	9	1	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000021	00000000-0000-0000-0000-000000000043	edited_from	\N	\N	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000025	00000000-0000-0000-0000-000000000045	derived_from	\N	\N	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: utterance_splits; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterance_splits (utterance_split_id, utterance_id, ordinal, char_start, char_end, contents, content_hash, created_at) FROM stdin;
00000000-0000-0000-0000-000000000031	00000000-0000-0000-0000-000000000021	0	0	3	朝に歩	\\xc2161adb4824fa92d6eed4e3e088c3997ed6eb5d36bb9938cdfa58ad9cc9e65b	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000032	00000000-0000-0000-0000-000000000021	7	3	2		\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000033	00000000-0000-0000-0000-000000000025	-1	\N	\N	忘れたいこと。	\\x5dc688094dd7905e6141e9bf7b7a6cdcd8ae61b403c032ee22acb49ebf7ebf69	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: utterances; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterances (utterance_id, source_id, external_id, conversation_id, "position", speaker, uttered_at, contents, content_hash, metadata, utterance_role_id, utterance_role_confidence, hypothetical, confidence, reinterpretation, resistance, direction, did_asked_evaluation, did_asked_model, did_asked_premise, did_asked_conversion, did_asked_question, did_asked_knowledge, deleted_at, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-000000000021	00000000-0000-0000-0000-000000000011	1	00000000-0000-0000-0000-0000000000c1	0	A	2024-05-01 00:00:00+00	朝に歩くとよく眠れる。	\\x614462b2e937a860d81c892e6ea6cea88fa1770a282c4c098cb3af992af1b997	{"title": "眠り"}	00000000-0000-0000-0000-000000000001	0.9	0.2	\N	\N	\N	-1	0	0	0	0	0	1	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000022	00000000-0000-0000-0000-000000000011	2	00000000-0000-0000-0000-0000000000c1	1	B	2024-05-01 00:01:00+00	夜は本を読みたい。	\\xb85b43fd1e30235f0bdeeb26f83b40ef2123c371b814a5cfcca4208d70e5eee7	{}	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	0	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000025	00000000-0000-0000-0000-000000000012	1	00000000-0000-0000-0000-0000000000c1	1	A	2024-05-01 00:01:00+00	忘れたいこと。	\\x5dc688094dd7905e6141e9bf7b7a6cdcd8ae61b403c032ee22acb49ebf7ebf69	{}	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	1	2024-06-01 00:00:00+00	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000024	\N		\N	-7		0044-03-15 00:00:00+00 BC	a\tb\nc\\.\\N 🌱​	\\xb8413e7497278b49d96b9604de959f564b76df1cbd7f17141c4e793fc3d337b3	null	\N	0	1	\N	\N	\N	1	0	0	0	0	0	0	\N	2026-11-30 13:57:05.87055+00	2026-11-30 13:57:05.87055+00
00000000-0000-0000-0000-000000000023	\N	\N	\N	\N	\N	294276-01-01 00:00:00+00	\N	\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	[]	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	0	\N	infinity	2026-11-30 13:57:05.87055+00
\.


--
-- Data for Name: visits; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.visits (visitor, visited_at) FROM stdin;
owner	2024-05-01 00:00:00+00
	0001-06-01 00:00:00+00
\.


--
-- Data for Name: worker_jobs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.worker_jobs (job_id, job_type, target_table, target_id, payload, status, priority, run_at, attempts, max_attempts, returns, claim_token, claimed_by, claimed_at, lease_expires_at, deadline_at, cancel_requested_at, outcome, last_error, created_at, updated_at, finished_at, expires_at) FROM stdin;
00000000-0000-0000-0000-000000000071	embedding	seed	00000000-0000-0000-0000-000000000042	{}	queued	10	2026-11-30 13:57:05.87055+00	0	5	0	0	\N	\N	\N	\N	\N	\N	\N	2024-05-01 00:00:00+00	2026-11-30 13:57:05.87055+00	\N	2999-01-01 00:00:00+00
00000000-0000-0000-0000-000000000073	utterance_role	utterance	00000000-0000-0000-0000-000000000021	{}	running	30	2026-11-30 13:57:05.87055+00	1	5	0	12	00000000-0000-0000-0000-0000000000aa	2024-05-01 00:00:00+00	2024-05-02 00:00:00+00	\N	\N	\N	\N	2024-05-01 00:00:00+00	2026-11-30 13:57:05.87055+00	\N	\N
00000000-0000-0000-0000-000000000074	did_asked_model	utterance	00000000-0000-0000-0000-000000000022	{}	scheduled	20	2026-11-30 13:57:05.87055+00	4	5	0	3	\N	\N	\N	\N	\N	\N	{"class": "ModelError"}	2024-05-01 00:00:00+00	2026-11-30 13:57:05.87055+00	\N	\N
00000000-0000-0000-0000-000000000075	embedding	seed	00000000-0000-0000-0000-000000000041	{}	done	10	2026-11-30 13:57:05.87055+00	1	5	0	1	\N	2024-05-01 00:00:00+00	\N	\N	\N	stored	\N	2024-05-01 00:00:00+00	2026-11-30 13:57:05.87055+00	2024-05-01 00:00:00+00	\N
00000000-0000-0000-0000-000000000076	cluster_body	cluster	00000000-0000-0000-0000-000000000051	{}	dead	5	2026-11-30 13:57:05.87055+00	5	5	0	9	\N	\N	\N	\N	\N	\N	{"cause": "いろいろ", "class": "BadReply"}	2024-05-01 00:00:00+00	2026-11-30 13:57:05.87055+00	2024-05-01 00:00:00+00	\N
00000000-0000-0000-0000-000000000077			00000000-0000-0000-0000-000000000000	null	cancelled	32767	2026-11-30 13:57:05.87055+00	0	32767	0	0	\N	\N	\N	\N	\N	expired	\N	2999-01-01 00:00:00+00	2026-11-30 13:57:05.87055+00	2024-05-01 00:00:00+00	\N
00000000-0000-0000-0000-000000000072	nothing known	 Utterances	00000000-0000-0000-0000-0000000000ff	[]	queued	-32768	2026-11-30 13:57:05.87055+00	9	1	0	-5	\N	\N	\N	\N	\N		null	-infinity	2026-11-30 13:57:05.87055+00	\N	2001-01-01 00:00:00+00
\.


SELECT pg_catalog.setval('public.cluster_generations_generation_id_seq', 2, true);


SELECT pg_catalog.setval('public.embedding_models_model_id_seq', 2, true);


SELECT pg_catalog.setval('public.nightly_runs_run_id_seq', 3, true);


ALTER TABLE ONLY public.all_seed_info
    ADD CONSTRAINT all_seed_info_pkey PRIMARY KEY (model_id);


ALTER TABLE ONLY public.cluster_generations
    ADD CONSTRAINT cluster_generations_pkey PRIMARY KEY (generation_id);


ALTER TABLE ONLY public.cluster_lineage
    ADD CONSTRAINT cluster_lineage_pkey PRIMARY KEY (generation_id, cluster_id, from_cluster_id);


ALTER TABLE ONLY public.clusters
    ADD CONSTRAINT clusters_pkey PRIMARY KEY (cluster_id);


ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_pkey PRIMARY KEY (edge_id);


ALTER TABLE ONLY public.edges
    ADD CONSTRAINT edges_src_type_src_id_dst_type_dst_id_edge_type_key UNIQUE (src_type, src_id, dst_type, dst_id, edge_type);


ALTER TABLE ONLY public.embedding_models
    ADD CONSTRAINT embedding_models_model_name_digest_key UNIQUE (model_name, digest);


ALTER TABLE ONLY public.embedding_models
    ADD CONSTRAINT embedding_models_pkey PRIMARY KEY (model_id);


ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_pkey PRIMARY KEY (embedding_id);


ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_target_type_target_id_model_id_key UNIQUE (target_type, target_id, model_id);


ALTER TABLE ONLY public.job_pauses
    ADD CONSTRAINT job_pauses_pkey PRIMARY KEY (job_type);


ALTER TABLE ONLY public.layout_points
    ADD CONSTRAINT layout_points_pkey PRIMARY KEY (layout_id, target_type, target_id);


ALTER TABLE ONLY public.layout_runs
    ADD CONSTRAINT layout_runs_pkey PRIMARY KEY (layout_id);


ALTER TABLE ONLY public.night_edges
    ADD CONSTRAINT night_edges_pkey PRIMARY KEY (src_kind, src_id, dst_kind, dst_id, is_near);


ALTER TABLE ONLY public.night_points
    ADD CONSTRAINT night_points_pkey PRIMARY KEY (scope, scope_id, kind, id);


ALTER TABLE ONLY public.night_sources
    ADD CONSTRAINT night_sources_pkey PRIMARY KEY (kind, id);


ALTER TABLE ONLY public.nightly_runs
    ADD CONSTRAINT nightly_runs_pkey PRIMARY KEY (run_id);


ALTER TABLE ONLY public.nightly_steps
    ADD CONSTRAINT nightly_steps_pkey PRIMARY KEY (run_id, step);


ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


ALTER TABLE ONLY public.seeds
    ADD CONSTRAINT seeds_pkey PRIMARY KEY (seed_id);


ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_name_key UNIQUE (name);


ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (source_id);


ALTER TABLE ONLY public.utterance_roles
    ADD CONSTRAINT utterance_roles_pkey PRIMARY KEY (utterance_role_id);


ALTER TABLE ONLY public.utterance_roles
    ADD CONSTRAINT utterance_roles_utterance_role_name_key UNIQUE (utterance_role_name);


ALTER TABLE ONLY public.utterance_seeds
    ADD CONSTRAINT utterance_seeds_pkey PRIMARY KEY (utterance_id, seed_id, relation_type);


ALTER TABLE ONLY public.utterance_splits
    ADD CONSTRAINT utterance_splits_pkey PRIMARY KEY (utterance_split_id);


ALTER TABLE ONLY public.utterance_splits
    ADD CONSTRAINT utterance_splits_utterance_id_ordinal_key UNIQUE (utterance_id, ordinal);


ALTER TABLE ONLY public.utterances
    ADD CONSTRAINT utterances_pkey PRIMARY KEY (utterance_id);


ALTER TABLE ONLY public.utterances
    ADD CONSTRAINT utterances_source_id_external_id_key UNIQUE (source_id, external_id);


ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (visitor);


ALTER TABLE ONLY public.worker_jobs
    ADD CONSTRAINT worker_jobs_pkey PRIMARY KEY (job_id);


CREATE INDEX edges_dst ON public.edges USING btree (dst_type, dst_id, edge_type);


CREATE UNIQUE INDEX embedding_models_current ON public.embedding_models USING btree (is_current) WHERE (is_current = 1);


CREATE INDEX layout_points_target ON public.layout_points USING btree (target_type, target_id);


CREATE UNIQUE INDEX layout_runs_cluster ON public.layout_runs USING btree (scope_cluster_id) WHERE ((is_active = 1) AND (scope_type = 'cluster'::text));


CREATE UNIQUE INDEX layout_runs_whole ON public.layout_runs USING btree (scope_type) WHERE ((is_active = 1) AND (scope_type <> 'cluster'::text));


CREATE UNIQUE INDEX nightly_runs_open ON public.nightly_runs USING btree ((true)) WHERE (status = ANY (ARRAY['requested'::text, 'running'::text]));


CREATE INDEX nightly_runs_requested ON public.nightly_runs USING btree (requested_at DESC);


CREATE INDEX utterance_seeds_seed ON public.utterance_seeds USING btree (seed_id);


CREATE INDEX utterances_conversation ON public.utterances USING btree (conversation_id, "position");


CREATE INDEX utterances_role ON public.utterances USING btree (utterance_role_id);


CREATE INDEX worker_jobs_claim ON public.worker_jobs USING btree (job_type, priority, created_at, job_id) WHERE (status = 'queued'::text);


CREATE INDEX worker_jobs_dead ON public.worker_jobs USING btree (job_type) WHERE (status = 'dead'::text);


CREATE INDEX worker_jobs_due ON public.worker_jobs USING btree (run_at) WHERE (status = 'scheduled'::text);


CREATE INDEX worker_jobs_ended ON public.worker_jobs USING btree (finished_at) WHERE (status = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text]));


CREATE INDEX worker_jobs_expiring ON public.worker_jobs USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (status = ANY (ARRAY['queued'::text, 'scheduled'::text])));


CREATE INDEX worker_jobs_running ON public.worker_jobs USING btree (job_id) WHERE (status = 'running'::text);


CREATE UNIQUE INDEX worker_jobs_waiting ON public.worker_jobs USING btree (target_id, job_type, target_table) WHERE (status = ANY (ARRAY['queued'::text, 'scheduled'::text]));


CREATE TRIGGER clusters_archive AFTER UPDATE OF is_archived ON public.clusters FOR EACH ROW WHEN (((new.is_archived = 1) AND (old.is_archived = 0))) EXECUTE FUNCTION public.archive_cluster();


CREATE TRIGGER clusters_archived_at BEFORE INSERT OR UPDATE OF is_archived ON public.clusters FOR EACH ROW EXECUTE FUNCTION public.note_archiving();


CREATE TRIGGER clusters_forget AFTER DELETE ON public.clusters FOR EACH ROW EXECUTE FUNCTION public.forget_target('cluster', 'cluster_id');


CREATE TRIGGER edges_role BEFORE INSERT ON public.edges FOR EACH ROW EXECUTE FUNCTION public.set_edge_role();


CREATE TRIGGER embeddings_model BEFORE INSERT ON public.embeddings FOR EACH ROW EXECUTE FUNCTION public.set_embedding_model();


CREATE TRIGGER job_pauses_announce AFTER DELETE ON public.job_pauses FOR EACH STATEMENT EXECUTE FUNCTION public.announce_jobs();


CREATE TRIGGER seeds_changed AFTER UPDATE ON public.seeds FOR EACH ROW EXECUTE FUNCTION public.seed_changed();


CREATE TRIGGER seeds_forget AFTER DELETE ON public.seeds FOR EACH ROW EXECUTE FUNCTION public.forget_target('seed', 'seed_id');


CREATE TRIGGER seeds_hash BEFORE INSERT OR UPDATE OF body ON public.seeds FOR EACH ROW EXECUTE FUNCTION public.set_body_hash();


CREATE TRIGGER utterance_seeds_orphan AFTER DELETE ON public.utterance_seeds FOR EACH ROW EXECUTE FUNCTION public.orphaned_seed();


CREATE TRIGGER utterance_splits_forget AFTER DELETE ON public.utterance_splits FOR EACH ROW EXECUTE FUNCTION public.forget_target('utterance_split', 'utterance_split_id');


CREATE TRIGGER utterance_splits_hash BEFORE INSERT OR UPDATE OF contents ON public.utterance_splits FOR EACH ROW EXECUTE FUNCTION public.set_content_hash();


CREATE TRIGGER utterances_deleted AFTER UPDATE OF deleted_at ON public.utterances FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (old.deleted_at IS NULL))) EXECUTE FUNCTION public.utterance_deleted();


CREATE TRIGGER utterances_forget AFTER DELETE ON public.utterances FOR EACH ROW EXECUTE FUNCTION public.forget_target('utterance', 'utterance_id');


CREATE TRIGGER utterances_hash BEFORE INSERT OR UPDATE OF contents ON public.utterances FOR EACH ROW EXECUTE FUNCTION public.set_content_hash();


CREATE TRIGGER utterances_reset BEFORE UPDATE OF contents ON public.utterances FOR EACH ROW WHEN ((new.contents IS DISTINCT FROM old.contents)) EXECUTE FUNCTION public.utterance_reset();


CREATE TRIGGER utterances_rewritten AFTER UPDATE OF contents ON public.utterances FOR EACH ROW WHEN ((new.contents IS DISTINCT FROM old.contents)) EXECUTE FUNCTION public.utterance_rewritten();


CREATE TRIGGER worker_jobs_accept BEFORE INSERT ON public.worker_jobs FOR EACH ROW EXECUTE FUNCTION public.accept_job();


CREATE TRIGGER worker_jobs_announce AFTER INSERT ON public.worker_jobs FOR EACH STATEMENT EXECUTE FUNCTION public.announce_jobs();


CREATE TRIGGER worker_jobs_announce_return AFTER UPDATE OF status ON public.worker_jobs FOR EACH ROW WHEN (((new.status = 'queued'::text) AND (old.status <> 'queued'::text))) EXECUTE FUNCTION public.announce_jobs();


CREATE TRIGGER worker_jobs_move BEFORE UPDATE OF status ON public.worker_jobs FOR EACH ROW WHEN ((new.status <> old.status)) EXECUTE FUNCTION public.move_job();


ALTER TABLE ONLY public.all_seed_info
    ADD CONSTRAINT all_seed_info_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.embedding_models(model_id);


ALTER TABLE ONLY public.cluster_lineage
    ADD CONSTRAINT cluster_lineage_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES public.cluster_generations(generation_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.clusters
    ADD CONSTRAINT clusters_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES public.cluster_generations(generation_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.clusters
    ADD CONSTRAINT clusters_parent_cluster_id_fkey FOREIGN KEY (parent_cluster_id) REFERENCES public.clusters(cluster_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.embedding_models(model_id);


ALTER TABLE ONLY public.layout_points
    ADD CONSTRAINT layout_points_layout_id_fkey FOREIGN KEY (layout_id) REFERENCES public.layout_runs(layout_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.layout_runs
    ADD CONSTRAINT layout_runs_scope_cluster_id_fkey FOREIGN KEY (scope_cluster_id) REFERENCES public.clusters(cluster_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.nightly_runs
    ADD CONSTRAINT nightly_runs_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES public.cluster_generations(generation_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.nightly_steps
    ADD CONSTRAINT nightly_steps_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.utterance_seeds
    ADD CONSTRAINT utterance_seeds_seed_id_fkey FOREIGN KEY (seed_id) REFERENCES public.seeds(seed_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.utterance_seeds
    ADD CONSTRAINT utterance_seeds_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.utterance_splits
    ADD CONSTRAINT utterance_splits_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.utterances
    ADD CONSTRAINT utterances_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.sources(source_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.utterances
    ADD CONSTRAINT utterances_utterance_role_id_fkey FOREIGN KEY (utterance_role_id) REFERENCES public.utterance_roles(utterance_role_id) ON DELETE SET NULL;


--
-- PostgreSQL database dump complete
--


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
        WHEN 'articles' THEN 'utterance'
        WHEN 'article' THEN 'utterance'
        ELSE lower(btrim(name))
    END
$$;


CREATE FUNCTION public.chosen_items(kinds text[], cluster_ids uuid[]) RETURNS TABLE(type text, id uuid)
    LANGUAGE sql STABLE
    AS $$
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


CREATE FUNCTION public.complete_seed_info() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.count_statements() RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT (SELECT count(*) FROM living_seeds)
        + (SELECT count(*) FROM seedless_utterances((SELECT model_id FROM embedding_models WHERE is_current = 1), 1, '{}'))
$$;


CREATE FUNCTION public.follow_sources(changed uuid[], several integer DEFAULT 2) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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


CREATE FUNCTION public.forget_cited() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    UPDATE recap_outputs o SET title = NULL, body_json = '{}', bullets = (
        SELECT coalesce(jsonb_agg(CASE
            WHEN EXISTS (SELECT FROM jsonb_array_elements(b -> 'cites') c
                         JOIN recap_cluster_evidence e ON e.run_id = o.run_id AND e.genre = o.genre AND e.number = c::int
                         WHERE e.utterance_id = OLD.utterance_id)
            THEN b || '{"text": "", "is_deleted": true}' ELSE b END ORDER BY place), '[]')
        FROM jsonb_array_elements(o.bullets) WITH ORDINALITY AS list (b, place))
    WHERE EXISTS (SELECT FROM recap_cluster_evidence e
                  WHERE e.run_id = o.run_id AND e.genre = o.genre AND e.utterance_id = OLD.utterance_id);
    UPDATE recap_cluster_evidence SET sentence = NULL, publisher = NULL WHERE utterance_id = OLD.utterance_id;
    UPDATE stories s SET title = NULL
    WHERE s.story_id IN (SELECT story_id FROM story_members WHERE utterance_id = OLD.utterance_id);
    UPDATE morning_letters m SET letter = NULL, reason = 'forgotten'
    WHERE letter IS NOT NULL AND EXISTS (SELECT FROM morning_article_groups g
        WHERE g.edition_date = m.edition_date AND g.utterance_id = OLD.utterance_id);
    RETURN OLD;
END $$;


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
    is_suspect smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    lost_by uuid,
    lost_alone smallint DEFAULT 0 NOT NULL,
    CONSTRAINT worker_jobs_crashes_check CHECK ((crashes >= 0)),
    CONSTRAINT worker_jobs_ended_has_time CHECK (((status = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT worker_jobs_is_suspect_check CHECK ((is_suspect = ANY (ARRAY[0, 1]))),
    CONSTRAINT worker_jobs_lost_alone_check CHECK ((lost_alone = ANY (ARRAY[0, 1]))),
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


CREATE FUNCTION public.is_place(x real, y real) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT abs(x) <= 1e6 AND abs(y) <= 1e6 $$;


CREATE FUNCTION public.is_visible(kind text, item uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE kind
        WHEN 'utterance' THEN EXISTS (SELECT FROM utterances WHERE utterance_id = item AND deleted_at IS NULL)
        WHEN 'seed' THEN EXISTS (SELECT FROM seeds WHERE seed_id = item AND deleted_at IS NULL AND review_status <> 'rejected')
        WHEN 'cluster' THEN EXISTS (SELECT FROM clusters WHERE cluster_id = item AND is_archived = 0)
        ELSE true
    END
$$;


CREATE FUNCTION public.keep_articles_apart() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.kind IN ('feed', 'folder', 'http', 'articles') THEN
        NEW.is_mapped := 0;
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.kind_name(kind smallint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (ARRAY['seed', 'utterance', 'cluster'])[kind + 1] $$;


CREATE FUNCTION public.kind_number(name text) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (array_position(ARRAY['seed', 'utterance', 'cluster'], name) - 1)::smallint $$;


CREATE FUNCTION public.links_made() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM utterances WHERE utterance_id IN (SELECT utterance_id FROM linked) ORDER BY utterance_id FOR NO KEY UPDATE;
    PERFORM follow_sources(ARRAY(SELECT DISTINCT seed_id FROM linked));
    RETURN NULL;
END $$;


CREATE FUNCTION public.links_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM utterances WHERE utterance_id IN (SELECT utterance_id FROM linked) ORDER BY utterance_id FOR NO KEY UPDATE;
    PERFORM follow_sources(ARRAY(SELECT seed_id FROM linked UNION SELECT seed_id FROM unlinked), 1);
    RETURN NULL;
END $$;


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


CREATE FUNCTION public.name_target() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_TABLE_NAME = 'worker_jobs' THEN
        NEW.target_table := canonical_target(NEW.target_table);
    ELSE
        NEW.target_type := canonical_target(NEW.target_type);
    END IF;
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


CREATE FUNCTION public.never_expires() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.expires_at := NULL;
    RETURN NEW;
END $$;


CREATE FUNCTION public.note_archiving() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.archived_at := CASE WHEN NEW.is_archived = 1 THEN coalesce(NEW.archived_at, now()) END;
    RETURN NEW;
END $$;


CREATE FUNCTION public.number_split() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('splits of ' || NEW.utterance_id, 0));
    SELECT coalesce(max(s.ordinal) + 1, 0) INTO NEW.ordinal
    FROM utterance_splits s WHERE s.utterance_id = NEW.utterance_id;
    RETURN NEW;
END $$;


CREATE FUNCTION public.orphaned_seed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM follow_sources(ARRAY[OLD.seed_id], 1);
    DELETE FROM seeds s WHERE s.seed_id = OLD.seed_id AND s.review_status = 'auto' AND s.created_from = 'utterance'
        AND NOT EXISTS (SELECT FROM utterance_seeds u WHERE u.seed_id = OLD.seed_id);
    RETURN NULL;
END $$;


CREATE FUNCTION public.own_deletion() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.deleted_with_source := 0;
    RETURN NEW;
END $$;


CREATE FUNCTION public.own_edge() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.is_hidden := 0;
    RETURN NEW;
END $$;


CREATE FUNCTION public.refuse_edge() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.src_id = NEW.dst_id AND canonical_target(NEW.src_type) = canonical_target(NEW.dst_type) THEN
        RAISE EXCEPTION 'edges: this % would be tied to itself', canonical_target(NEW.src_type)
            USING ERRCODE = 'check_violation', TABLE = 'edges', COLUMN = 'dst_id',
            HINT = 'Give two different ids, or leave the edge out.';
    END IF;
    IF NEW.source = 'user' AND (NEW.weight < 0 OR NEW.weight > 1)
       AND NEW.weight > '-Infinity' AND NEW.weight < 'Infinity'
       AND (TG_OP = 'INSERT' OR NEW.weight IS DISTINCT FROM OLD.weight) THEN
        RAISE EXCEPTION 'edges.weight: % does not lie between 0 and 1', NEW.weight
            USING ERRCODE = 'check_violation', TABLE = 'edges', COLUMN = 'weight',
            HINT = 'Give a share of one: 0 says hardly, 1 says wholly; divide percents by 100.';
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.refuse_second_map() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_query() !~* '\yon\s+conflict\y' AND EXISTS (
        SELECT FROM layout_runs r
        WHERE r.is_active = 1 AND r.scope_type = NEW.scope_type AND r.layout_id <> NEW.layout_id
          AND r.scope_cluster_id IS NOT DISTINCT FROM NEW.scope_cluster_id
    ) THEN
        RAISE EXCEPTION 'layout_runs: there is an active map of this scope (%) already', NEW.scope_type
            USING ERRCODE = 'unique_violation', TABLE = 'layout_runs', COLUMN = 'is_active',
            CONSTRAINT = CASE NEW.scope_type WHEN 'cluster' THEN 'layout_runs_cluster' ELSE 'layout_runs_whole' END,
            HINT = 'Set is_active = 0 on that one first, in the same transaction; or write this one with is_active = 0.';
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.refuse_value() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    given jsonb := to_jsonb(NEW);
    was jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
    name text;
BEGIN
    FOREACH name IN ARRAY string_to_array(TG_ARGV[0], ' ') LOOP
        IF (given ->> name)::timestamptz <> representable((given ->> name)::timestamptz)
           AND given ->> name IS DISTINCT FROM was ->> name THEN
            RAISE EXCEPTION '%.%: this time lies outside of the years 1 to 9999', TG_TABLE_NAME, name
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = name,
                HINT = 'Leave it out (NULL, or the default) where it is not known or never comes.';
        END IF;
    END LOOP;
    FOREACH name IN ARRAY string_to_array(TG_ARGV[1], ' ') LOOP
        IF given ->> name IS NOT DISTINCT FROM was ->> name THEN
            CONTINUE;
        END IF;
        IF given ->> name IN ('NaN', 'Infinity', '-Infinity') THEN
            RAISE EXCEPTION '%.%: % is no number', TG_TABLE_NAME, name, given ->> name
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = name,
                HINT = 'Leave it out (NULL) where it is not known.';
        END IF;
        IF TG_TABLE_NAME = 'layout_points' AND (given ->> name)::real NOT BETWEEN -1e6 AND 1e6 THEN
            RAISE EXCEPTION '%: a place lies between -1000000 and 1000000', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'x',
                HINT = 'Leave the point out: the next night places what has a vector.';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;


CREATE FUNCTION public.representable(moment timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN moment < '0001-01-02 00:00:00+00'::timestamptz THEN '0001-01-02 00:00:00+00'::timestamptz
                WHEN moment > '9999-12-30 00:00:00+00'::timestamptz THEN '9999-12-30 00:00:00+00'::timestamptz
                ELSE moment END
$$;


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


CREATE FUNCTION public.seedless_utterances(model integer, least_chars integer, passed_over text[]) RETURNS TABLE(utterance_id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT u.utterance_id FROM mapped_utterances u
    WHERE length(u.contents) >= least_chars AND (u.speaker IS NULL OR u.speaker <> ALL (passed_over))
      AND NOT EXISTS (
        SELECT FROM utterance_seeds l
        JOIN seeds s ON s.seed_id = l.seed_id AND s.deleted_at IS NULL
        LEFT JOIN active_vectors v ON v.target_type = 'seed' AND v.target_id = s.seed_id AND v.model_id = model
        WHERE l.utterance_id = u.utterance_id AND (v.target_id IS NOT NULL OR s.review_status = 'rejected'))
$$;


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
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    placeholder uuid;
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
        FOR attempt IN 1..2 LOOP
            UPDATE edges SET edge_id = NEW.edge_id, role = NEW.role, weight = NEW.weight, source = 'user',
                is_active = NEW.is_active, created_at = NEW.created_at, updated_at = NEW.updated_at
            WHERE src_type = NEW.src_type AND src_id = NEW.src_id AND dst_type = NEW.dst_type AND dst_id = NEW.dst_id
              AND edge_type = NEW.edge_type AND source <> 'user';
            IF FOUND THEN
                RETURN NULL;
            END IF;
            -- What is not committed yet is not seen, but the unique index waits for it.
            INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active)
            VALUES (NEW.src_type, NEW.src_id, NEW.dst_type, NEW.dst_id, NEW.edge_type, NEW.role, 0, 'online', 0)
            ON CONFLICT (src_type, src_id, dst_type, dst_id, edge_type) DO NOTHING RETURNING edge_id INTO placeholder;
            IF FOUND THEN
                DELETE FROM edges WHERE edge_id = placeholder;
                RETURN NEW;
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.set_embedding_model() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
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
END $_$;


CREATE FUNCTION public.set_visibility(kind text, item uuid, visible smallint) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


CREATE FUNCTION public.similarity_of(weight real) RETURNS real
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN weight BETWEEN -3.4e38 AND 3.4e38 THEN weight ELSE 0 END $$;


CREATE FUNCTION public.title_of(metadata jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT nullif(left(btrim(regexp_replace(metadata ->> 'title', '\s+', ' ', 'g')), 60), '')
    WHERE jsonb_typeof(metadata -> 'title') = 'string'
$$;


CREATE FUNCTION public.utterance_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM set_visibility('utterance', NEW.utterance_id, (NEW.deleted_at IS NULL)::int::smallint);
    PERFORM follow_sources(ARRAY(SELECT DISTINCT seed_id FROM utterance_seeds WHERE utterance_id = NEW.utterance_id));
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


CREATE TABLE public.edges (
    edge_id uuid DEFAULT gen_random_uuid() NOT NULL,
    src_type text NOT NULL,
    src_id uuid NOT NULL,
    dst_type text NOT NULL,
    dst_id uuid NOT NULL,
    edge_type text NOT NULL,
    role text,
    weight real NOT NULL,
    source text DEFAULT 'user'::text NOT NULL,
    is_active smallint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    is_hidden smallint DEFAULT 0 NOT NULL,
    CONSTRAINT edges_check CHECK (((src_type <> dst_type) OR (src_id <> dst_id))),
    CONSTRAINT edges_check1 CHECK (((edge_type = 'part_of'::text) = (role IS NOT NULL))),
    CONSTRAINT edges_check2 CHECK (((edge_type <> 'part_of'::text) OR (dst_type = 'cluster'::text))),
    CONSTRAINT edges_edge_type_check CHECK ((edge_type = ANY (ARRAY['part_of'::text, 'near'::text]))),
    CONSTRAINT edges_is_active_check CHECK ((is_active = ANY (ARRAY[0, 1]))),
    CONSTRAINT edges_is_hidden_check CHECK ((is_hidden = ANY (ARRAY[0, 1]))),
    CONSTRAINT edges_role_check CHECK ((role = ANY (ARRAY['member'::text, 'attached'::text, 'affinity'::text]))),
    CONSTRAINT edges_source_check CHECK ((source = ANY (ARRAY['nightly'::text, 'online'::text, 'user'::text])))
);


CREATE VIEW public.active_edges WITH (security_invoker='true') AS
 SELECT src_type,
    src_id,
    dst_type,
    dst_id,
    edge_type,
    role,
    weight,
    source
   FROM public.edges
  WHERE (is_active = 1);


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


CREATE VIEW public.active_maps WITH (security_invoker='true') AS
 SELECT layout_id,
    scope_type,
    scope_cluster_id,
    member_hash,
    created_at
   FROM public.layout_runs
  WHERE (is_active = 1);


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


CREATE VIEW public.active_vectors WITH (security_invoker='true') AS
 SELECT target_type,
    target_id,
    model_id,
    dims,
    vector,
    source_hash,
    updated_at
   FROM public.embeddings
  WHERE (is_active = 1);


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


CREATE TABLE public.article_tags (
    utterance_id uuid NOT NULL,
    tag text NOT NULL,
    confidence real DEFAULT 1 NOT NULL,
    source text DEFAULT 'feed'::text NOT NULL,
    CONSTRAINT article_tags_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT article_tags_tag_check CHECK ((tag <> ''::text))
);


CREATE TABLE public.articles (
    utterance_id uuid NOT NULL,
    title text,
    url text,
    host text,
    lang text,
    raw_body bytea,
    body_format text DEFAULT 'text'::text NOT NULL,
    raw_hash bytea,
    cleaning_version integer DEFAULT 0 NOT NULL,
    fetched_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT articles_body_format_check CHECK ((body_format = ANY (ARRAY['text'::text, 'html'::text, 'markdown'::text])))
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


CREATE VIEW public.cluster_members WITH (security_invoker='true') AS
 SELECT src_type AS member_type,
    src_id AS member_id,
    dst_id AS cluster_id,
    role,
    weight,
    source
   FROM public.edges
  WHERE ((src_type = ANY (ARRAY['seed'::text, 'utterance'::text])) AND (dst_type = 'cluster'::text) AND (edge_type = 'part_of'::text) AND (is_active = 1) AND (role = ANY (ARRAY['member'::text, 'attached'::text])));


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


CREATE VIEW public.living_clusters WITH (security_invoker='true') AS
 SELECT cluster_id,
    generation_id,
    parent_cluster_id,
    depth,
    cluster_title,
    cluster_overview,
    cluster_category,
    cluster_strength,
    overview_source,
    overview_stale,
    is_pinned,
    member_count,
    core_count,
    total_count,
    cohesion,
    attach_sim,
    member_hash,
    split_tried,
    drift,
    avg_hypothetical,
    avg_confidence,
    avg_reinterpretation,
    avg_resistance,
    avg_direction,
    created_at,
    updated_at
   FROM public.clusters
  WHERE (is_archived = 0);


CREATE VIEW public.cluster_paths WITH (security_invoker='true') AS
 WITH RECURSIVE paths AS (
         SELECT c.cluster_id,
            ARRAY[c.cluster_id] AS path
           FROM public.living_clusters c
          WHERE (NOT (EXISTS ( SELECT
                   FROM public.living_clusters p
                  WHERE (p.cluster_id = c.parent_cluster_id))))
        UNION ALL
         SELECT c.cluster_id,
            (p.path || c.cluster_id)
           FROM (paths p
             JOIN public.living_clusters c ON ((c.parent_cluster_id = p.cluster_id)))
        )
 SELECT cluster_id,
    path
   FROM paths;


CREATE UNLOGGED TABLE public.night_edges (
    src_kind smallint NOT NULL,
    src_id uuid NOT NULL,
    dst_kind smallint NOT NULL,
    dst_id uuid NOT NULL,
    is_near smallint NOT NULL,
    role smallint NOT NULL,
    weight real NOT NULL
);


CREATE VIEW public.coming_edges WITH (security_invoker='true') AS
 SELECT public.kind_name(src_kind) AS src_type,
    src_id,
    public.kind_name(dst_kind) AS dst_type,
    dst_id,
        CASE is_near
            WHEN 1 THEN 'near'::text
            ELSE 'part_of'::text
        END AS edge_type,
        CASE role
            WHEN 0 THEN 'member'::text
            WHEN 1 THEN 'attached'::text
            WHEN 2 THEN 'affinity'::text
            ELSE NULL::text
        END AS role,
    weight
   FROM public.night_edges;


CREATE TABLE public.embedding_models (
    model_id smallint NOT NULL,
    model_name text NOT NULL,
    digest text NOT NULL,
    dims integer NOT NULL,
    is_current smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    unlike real[],
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


CREATE TABLE public.feeds (
    feed_id uuid DEFAULT gen_random_uuid() NOT NULL,
    source_id uuid NOT NULL,
    url text NOT NULL,
    title text,
    is_private smallint DEFAULT 0 NOT NULL,
    etag text,
    last_modified text,
    state text DEFAULT 'new'::text NOT NULL,
    error text,
    failures integer DEFAULT 0 NOT NULL,
    fetched_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feeds_is_private_check CHECK ((is_private = ANY (ARRAY[0, 1]))),
    CONSTRAINT feeds_state_check CHECK ((state = ANY (ARRAY['new'::text, 'ok'::text, 'unchanged'::text, 'failed'::text])))
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
    deleted_with_source smallint DEFAULT 0 NOT NULL,
    CONSTRAINT seeds_deleted_with_source_check CHECK ((deleted_with_source = ANY (ARRAY[0, 1]))),
    CONSTRAINT seeds_review_status_check CHECK ((review_status = ANY (ARRAY['auto'::text, 'accepted'::text, 'edited'::text, 'rejected'::text]))),
    CONSTRAINT seeds_seed_kind_check CHECK ((seed_kind = ANY (ARRAY['evaluation'::text, 'model'::text, 'premise'::text, 'conversion'::text, 'question'::text, 'knowledge'::text, 'manual'::text]))),
    CONSTRAINT seeds_source_changed_check CHECK ((source_changed = ANY (ARRAY[0, 1])))
);


CREATE VIEW public.living_seeds WITH (security_invoker='true') AS
 SELECT seed_id,
    seed_kind,
    body,
    body_hash,
    created_from,
    review_status,
    grounding,
    source_changed,
    model_name,
    prompt_version,
    created_at,
    updated_at
   FROM public.seeds
  WHERE ((deleted_at IS NULL) AND (review_status <> 'rejected'::text));


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


CREATE VIEW public.living_utterances WITH (security_invoker='true') AS
 SELECT utterance_id,
    source_id,
    conversation_id,
    "position",
    speaker,
    COALESCE(uttered_at, created_at) AS said_at,
    contents,
    content_hash,
    metadata,
    utterance_role_id,
    utterance_role_confidence,
    hypothetical,
    confidence,
    reinterpretation,
    resistance,
    direction,
    created_at,
    updated_at
   FROM public.utterances
  WHERE (deleted_at IS NULL);


CREATE VIEW public.map_places WITH (security_invoker='true') AS
 SELECT layout_id,
    target_type,
    target_id,
    x,
    y,
    is_provisional,
    updated_at
   FROM public.layout_points
  WHERE ((is_active = 1) AND public.is_place(x, y));


CREATE TABLE public.sources (
    source_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    kind text DEFAULT 'import'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    origin text,
    is_mapped smallint DEFAULT 1 NOT NULL,
    CONSTRAINT sources_is_mapped_check CHECK ((is_mapped = ANY (ARRAY[0, 1])))
);


CREATE VIEW public.mapped_utterances WITH (security_invoker='true') AS
 SELECT u.utterance_id,
    u.source_id,
    u.conversation_id,
    u."position",
    u.speaker,
    u.said_at,
    u.contents,
    u.content_hash,
    u.metadata,
    u.utterance_role_id,
    u.utterance_role_confidence,
    u.hypothetical,
    u.confidence,
    u.reinterpretation,
    u.resistance,
    u.direction,
    u.created_at,
    u.updated_at
   FROM (( SELECT living_utterances.utterance_id,
            living_utterances.source_id,
            living_utterances.conversation_id,
            living_utterances."position",
            living_utterances.speaker,
            living_utterances.said_at,
            living_utterances.contents,
            living_utterances.content_hash,
            living_utterances.metadata,
            living_utterances.utterance_role_id,
            living_utterances.utterance_role_confidence,
            living_utterances.hypothetical,
            living_utterances.confidence,
            living_utterances.reinterpretation,
            living_utterances.resistance,
            living_utterances.direction,
            living_utterances.created_at,
            living_utterances.updated_at
           FROM public.living_utterances) u
     LEFT JOIN public.sources s USING (source_id))
  WHERE (COALESCE((s.is_mapped)::integer, 1) = 1);


CREATE TABLE public.utterance_seeds (
    utterance_id uuid NOT NULL,
    seed_id uuid NOT NULL,
    relation_type text DEFAULT 'derived_from'::text NOT NULL,
    span_start integer,
    span_end integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT utterance_seeds_relation_type_check CHECK ((relation_type = ANY (ARRAY['derived_from'::text, 'mentioned_in'::text, 'edited_from'::text])))
);


CREATE VIEW public.seed_sources WITH (security_invoker='true') AS
 SELECT l.seed_id,
    l.relation_type,
    l.span_start,
    l.span_end,
    u.utterance_id,
    u.conversation_id,
    u."position",
    u.speaker,
    u.said_at,
    u.contents
   FROM (public.utterance_seeds l
     JOIN public.living_utterances u USING (utterance_id));


CREATE VIEW public.member_sources WITH (security_invoker='true') AS
 SELECT m.member_type,
    m.member_id,
    m.cluster_id,
    m.weight,
    s.seed_kind AS kind,
    s.body AS text,
    u.utterance_id,
    u.conversation_id,
    u."position",
    u.speaker,
    u.said_at
   FROM ((public.cluster_members m
     JOIN public.living_seeds s ON ((s.seed_id = m.member_id)))
     JOIN public.seed_sources u USING (seed_id))
  WHERE (m.member_type = 'seed'::text)
UNION ALL
 SELECT m.member_type,
    m.member_id,
    m.cluster_id,
    m.weight,
    NULL::text AS kind,
    COALESCE(u.contents, ''::text) AS text,
    u.utterance_id,
    u.conversation_id,
    u."position",
    u.speaker,
    u.said_at
   FROM (public.cluster_members m
     JOIN public.living_utterances u ON ((u.utterance_id = m.member_id)))
  WHERE (m.member_type = 'utterance'::text);


CREATE VIEW public.memberships WITH (security_invoker='true') AS
 SELECT src_id AS seed_id,
    dst_id AS cluster_id,
    role,
    weight,
    source
   FROM public.edges
  WHERE ((src_type = 'seed'::text) AND (dst_type = 'cluster'::text) AND (edge_type = 'part_of'::text) AND (is_active = 1) AND (role = ANY (ARRAY['member'::text, 'attached'::text])));


CREATE TABLE public.memory_alerts (
    alert_id bigint NOT NULL,
    alert_type text NOT NULL,
    cause text NOT NULL,
    usage double precision,
    threshold double precision NOT NULL,
    recommended_actions text[] DEFAULT '{}'::text[] NOT NULL,
    told_on date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    acknowledged_at timestamp with time zone,
    CONSTRAINT memory_alerts_alert_type_check CHECK ((alert_type = ANY (ARRAY['warning'::text, 'critical'::text, 'emergency'::text]))),
    CONSTRAINT memory_alerts_cause_check CHECK ((cause = ANY (ARRAY['budget'::text, 'disk'::text])))
);


ALTER TABLE public.memory_alerts ALTER COLUMN alert_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.memory_alerts_alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.memory_samples (
    sample_id bigint NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    database_bytes bigint NOT NULL,
    effective_bytes bigint NOT NULL,
    budget_bytes bigint,
    disk_free_bytes bigint,
    disk_bytes bigint,
    level text NOT NULL,
    parts jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT memory_samples_budget_bytes_check CHECK ((budget_bytes > 0)),
    CONSTRAINT memory_samples_database_bytes_check CHECK ((database_bytes >= 0)),
    CONSTRAINT memory_samples_disk_bytes_check CHECK ((disk_bytes >= 0)),
    CONSTRAINT memory_samples_disk_free_bytes_check CHECK ((disk_free_bytes >= 0)),
    CONSTRAINT memory_samples_effective_bytes_check CHECK ((effective_bytes >= 0)),
    CONSTRAINT memory_samples_level_check CHECK ((level = ANY (ARRAY['normal'::text, 'warning'::text, 'critical'::text, 'emergency'::text])))
);


ALTER TABLE public.memory_samples ALTER COLUMN sample_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.memory_samples_sample_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.model_replies (
    hour timestamp with time zone NOT NULL,
    replies bigint DEFAULT 0 NOT NULL,
    unusable bigint DEFAULT 0 NOT NULL,
    CONSTRAINT model_replies_check CHECK (((unusable >= 0) AND (unusable <= replies))),
    CONSTRAINT model_replies_replies_check CHECK ((replies >= 0))
);


CREATE TABLE public.morning_article_groups (
    edition_date date NOT NULL,
    group_id uuid NOT NULL,
    document_id uuid NOT NULL,
    utterance_id uuid NOT NULL,
    kind text NOT NULL,
    is_primary smallint DEFAULT 0 NOT NULL,
    similarity real,
    rank integer NOT NULL,
    score real DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT morning_article_groups_is_primary_check CHECK ((is_primary = ANY (ARRAY[0, 1]))),
    CONSTRAINT morning_article_groups_kind_check CHECK ((kind = ANY (ARRAY['article'::text, 'talk'::text])))
);


CREATE TABLE public.morning_letters (
    edition_date date NOT NULL,
    run_id bigint,
    groups integer DEFAULT 0 NOT NULL,
    letter jsonb,
    is_degraded smallint DEFAULT 0 NOT NULL,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT morning_letters_is_degraded_check CHECK ((is_degraded = ANY (ARRAY[0, 1])))
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
    kind text DEFAULT 'nightly'::text NOT NULL,
    params jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_pinned smallint DEFAULT 0 NOT NULL,
    CONSTRAINT nightly_runs_is_forced_check CHECK ((is_forced = ANY (ARRAY[0, 1]))),
    CONSTRAINT nightly_runs_is_pinned_check CHECK ((is_pinned = ANY (ARRAY[0, 1]))),
    CONSTRAINT nightly_runs_kind_check CHECK ((kind <> ''::text)),
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


CREATE TABLE public.recap_cluster_evidence (
    run_id bigint NOT NULL,
    genre text NOT NULL,
    number integer NOT NULL,
    cluster integer NOT NULL,
    story_id uuid,
    document_id uuid NOT NULL,
    utterance_id uuid,
    char_start integer,
    char_end integer,
    sentence text,
    content_hash bytea,
    lang text DEFAULT 'und'::text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    publisher text,
    is_central smallint DEFAULT 0 NOT NULL,
    CONSTRAINT recap_cluster_evidence_is_central_check CHECK ((is_central = ANY (ARRAY[0, 1])))
);


CREATE TABLE public.recap_genre_learning_results (
    run_id bigint NOT NULL,
    document_id uuid NOT NULL,
    utterance_id uuid,
    genre text NOT NULL,
    strategy text NOT NULL,
    confidence real NOT NULL,
    coarse_candidates jsonb DEFAULT '[]'::jsonb NOT NULL,
    refine_decision jsonb DEFAULT '{}'::jsonb NOT NULL,
    tag_profile jsonb DEFAULT '{}'::jsonb NOT NULL,
    graph_context jsonb DEFAULT '{}'::jsonb NOT NULL,
    feedback jsonb,
    telemetry jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT recap_genre_learning_results_strategy_check CHECK ((strategy = ANY (ARRAY['tag_consistency'::text, 'graph_boost'::text, 'weighted_score'::text, 'llm_tie_break'::text, 'label_spreading'::text, 'coarse_only'::text, 'fallback_other'::text, 'map_cluster'::text])))
);


CREATE TABLE public.recap_genres (
    genre text NOT NULL,
    ordinal integer NOT NULL,
    name_ja text NOT NULL,
    name_en text NOT NULL,
    definition jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.recap_golden_items (
    item_id text NOT NULL,
    genre text NOT NULL,
    lang text NOT NULL,
    content text NOT NULL,
    origin text DEFAULT 'import'::text NOT NULL,
    parallel_id text,
    utterance_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT recap_golden_items_origin_check CHECK ((origin = ANY (ARRAY['import'::text, 'user'::text])))
);


CREATE TABLE public.recap_job_articles (
    run_id bigint NOT NULL,
    document_id uuid NOT NULL,
    kind text NOT NULL,
    utterance_id uuid,
    publisher text,
    lang text DEFAULT 'und'::text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    raw_hash bytea,
    chars integer DEFAULT 0 NOT NULL,
    tokens integer DEFAULT 0 NOT NULL,
    dropped_by text,
    reason text,
    duplicate_of uuid,
    similarity real,
    genre text,
    score real,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT recap_job_articles_check CHECK (((dropped_by IS NULL) = (reason IS NULL))),
    CONSTRAINT recap_job_articles_kind_check CHECK ((kind = ANY (ARRAY['article'::text, 'talk'::text])))
);


CREATE TABLE public.recap_outputs (
    response_id uuid NOT NULL,
    run_id bigint NOT NULL,
    genre text NOT NULL,
    title text,
    bullets jsonb DEFAULT '[]'::jsonb NOT NULL,
    body_json jsonb DEFAULT '{}'::jsonb NOT NULL,
    tags jsonb DEFAULT '[]'::jsonb NOT NULL,
    window_days real NOT NULL,
    is_degraded smallint DEFAULT 0 NOT NULL,
    degraded_reason text,
    model_name text,
    prompt_version text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT recap_outputs_is_degraded_check CHECK ((is_degraded = ANY (ARRAY[0, 1])))
);


CREATE TABLE public.recap_sections (
    run_id bigint NOT NULL,
    genre text NOT NULL,
    response_id uuid NOT NULL,
    name text,
    cluster_id uuid,
    rank integer NOT NULL,
    status text DEFAULT 'waiting'::text NOT NULL,
    reason text,
    documents integer DEFAULT 0 NOT NULL,
    sentences integer DEFAULT 0 NOT NULL,
    clusters integer DEFAULT 0 NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT recap_sections_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'stored'::text, 'failed'::text, 'skipped'::text, 'no_evidence'::text])))
);


CREATE TABLE public.recap_stories (
    run_id bigint NOT NULL,
    story_id uuid NOT NULL,
    genre text NOT NULL,
    cluster integer NOT NULL,
    state text NOT NULL,
    place text NOT NULL,
    rank integer NOT NULL,
    documents integer NOT NULL,
    added integer NOT NULL,
    publishers integer NOT NULL,
    facts jsonb DEFAULT '[]'::jsonb NOT NULL,
    score real DEFAULT 0 NOT NULL,
    CONSTRAINT recap_stories_place_check CHECK ((place = ANY (ARRAY['leading'::text, 'further'::text, 'folded'::text, 'counted'::text]))),
    CONSTRAINT recap_stories_state_check CHECK ((state = ANY (ARRAY['new'::text, 'continued'::text, 'quiet'::text, 'closed'::text])))
);


CREATE TABLE public.recap_worker_config (
    config_id bigint NOT NULL,
    config_type text NOT NULL,
    config_payload jsonb NOT NULL,
    source text DEFAULT 'user'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE public.recap_worker_config ALTER COLUMN config_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.recap_worker_config_config_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.stories (
    story_id uuid NOT NULL,
    title text,
    genre text,
    model_id smallint,
    centroid public.halfvec,
    first_said_at timestamp with time zone NOT NULL,
    last_said_at timestamp with time zone NOT NULL,
    told_facts jsonb DEFAULT '[]'::jsonb NOT NULL,
    is_closed smallint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT stories_is_closed_check CHECK ((is_closed = ANY (ARRAY[0, 1])))
);


CREATE TABLE public.story_members (
    story_id uuid NOT NULL,
    utterance_id uuid NOT NULL,
    run_id bigint,
    is_core smallint DEFAULT 1 NOT NULL,
    said_at timestamp with time zone NOT NULL,
    CONSTRAINT story_members_is_core_check CHECK ((is_core = ANY (ARRAY[0, 1])))
);


CREATE TABLE public.tag_label_graph (
    window_label text NOT NULL,
    genre text NOT NULL,
    tag text NOT NULL,
    weight real NOT NULL,
    sample_size integer NOT NULL,
    last_observed_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tag_label_graph_weight_check CHECK (((weight >= (0)::double precision) AND (weight <= (1)::double precision))),
    CONSTRAINT tag_label_graph_window_label_check CHECK ((window_label = ANY (ARRAY['7d'::text, '30d'::text])))
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


CREATE TABLE public.utterance_splits (
    utterance_split_id uuid DEFAULT gen_random_uuid() NOT NULL,
    utterance_id uuid NOT NULL,
    ordinal integer NOT NULL,
    char_start integer,
    char_end integer,
    contents text NOT NULL,
    content_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE public.visits (
    visitor text DEFAULT 'owner'::text NOT NULL,
    visited_at timestamp with time zone NOT NULL
);


--
-- Data for Name: all_seed_info; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.all_seed_info (model_id, n, avg_seed_distance, median_seed_distance, avg_k10, median_k10, percentiles, updated_at) FROM stdin;
1	2	1	\N	\N	\N	\N	2026-11-30 23:02:51.471292+00
2	-1	\N	\N	\N	\N	[]	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: article_tags; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.article_tags (utterance_id, tag, confidence, source) FROM stdin;
00000000-0000-0000-0000-0000000000d3	tab\t"橋"	0.5	feed
00000000-0000-0000-0000-0000000000d3	町	1	http_tags
\.


--
-- Data for Name: articles; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.articles (utterance_id, title, url, host, lang, raw_body, body_format, raw_hash, cleaning_version, fetched_at, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-0000000000d3	橋	https://news.example/1	news.example	ja	\\x789c030000000001	html	\\x00ff	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-0000000000d4	\N	\N	\N	\N	\N	text	\N	0	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
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
00000000-0000-0000-0000-000000000051	1	\N	1	cluster	眠り	一行目\n二行目	\N	7	user	0	1	1	1	1	\N	0.5	\N	\N	\N	\N	\N	\N	0	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	\N	0	0
00000000-0000-0000-0000-000000000052	2	00000000-0000-0000-0000-000000000051	2	cluster	\N	\N	\N	\N	\N	0	0	1	\N	1	\N	\N	\N	\N	\N	\N	\N	\N	0	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	\N	0	0
00000000-0000-0000-0000-000000000053	\N	\N	-1	cluster			\N	1	llm	0	0	\N	\N	-4	\N	2	\N	\N	\N	\N	\N	\N	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0	0
\.


--
-- Data for Name: edges; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.edges (edge_id, src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active, created_at, updated_at, is_hidden) FROM stdin;
a4085b84-f162-4063-b9e8-41d9d8dfe6da	seed	00000000-0000-0000-0000-000000000041	cluster	00000000-0000-0000-0000-000000000051	part_of	member	1	nightly	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
91ddf4b4-4e0d-4190-af45-ff35db8f9a5b	seed	00000000-0000-0000-0000-000000000042	cluster	00000000-0000-0000-0000-000000000052	part_of	attached	0	nightly	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
8aa8f628-4210-4003-bf42-30727f5faaba	seed	00000000-0000-0000-0000-000000000041	seed	00000000-0000-0000-0000-000000000042	near	\N	0.5	online	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
2b313d96-c479-4436-9250-bbce9f6bc912	seed	00000000-0000-0000-0000-000000000042	seed	00000000-0000-0000-0000-000000000041	near	\N	0.5	nightly	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
3bbc2670-e8ac-4144-b724-6b46401fa2d8	seed	00000000-0000-0000-0000-000000000043	cluster	00000000-0000-0000-0000-000000000053	part_of	affinity	-1	user	0	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
\.


--
-- Data for Name: embedding_models; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.embedding_models (model_id, model_name, digest, dims, is_current, created_at, unlike) FROM stdin;
1	planted	d1	3	1	2026-11-30 23:02:51.471292+00	\N
2	former:latest		2	0	2026-11-30 23:02:51.471292+00	\N
\.


--
-- Data for Name: embeddings; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.embeddings (embedding_id, target_type, target_id, model_id, model_name, dims, vector, is_l2_normalized, is_active, source_hash, created_at, updated_at) FROM stdin;
f495a509-7357-4d24-a16b-d5fff9d92aec	seed	00000000-0000-0000-0000-000000000041	1	planted	3	[1,0,0]	1	1	\\xca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
575d0a11-b2eb-4010-918f-56a7047c70ee	seed	00000000-0000-0000-0000-000000000041	2	former:latest	2	[1,0]	1	1	\\x61	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
d45a8f38-135e-40df-9fe4-55a0e258caf2	utterance	00000000-0000-0000-0000-000000000021	1	planted	3	[0,0,1]	1	1	\\x614462b2e937a860d81c892e6ea6cea88fa1770a282c4c098cb3af992af1b997	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
fe9f08e3-991c-428d-b515-dc820ed404de	utterance_split	00000000-0000-0000-0000-000000000031	1	planted	3	[0,0,-1]	1	1	\\xc2161adb4824fa92d6eed4e3e088c3997ed6eb5d36bb9938cdfa58ad9cc9e65b	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
9b045e36-89d0-4bd6-ba60-1eeddd4f8dcc	cluster	00000000-0000-0000-0000-000000000051	1	planted	3	[1,0,0]	1	1	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
dd58650a-270d-4456-8a8f-dbdef9eaa576	cluster	00000000-0000-0000-0000-000000000052	1	planted	3	[0,1,0]	1	1	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
8166febf-7d45-4111-a38d-0d8505e8841d	seed	00000000-0000-0000-0000-000000000042	1	planted	3	[0.60009766,0.7998047,0]	1	1	\\x809073e5dfa31ca68d8fab6b83e4d27376c1b41429aa1948e1f517d60da0815d	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: feeds; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.feeds (feed_id, source_id, url, title, is_private, etag, last_modified, state, error, failures, fetched_at, succeeded_at, due_at, created_at) FROM stdin;
00000000-0000-0000-0000-0000000000d5	00000000-0000-0000-0000-0000000000d1	https://news.example/feed	新聞	1	"e\\1"	Wed, 01 May	failed	it answered 500	3	2024-05-01 00:00:00+00	2024-04-01 00:00:00+00	infinity	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: job_pauses; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.job_pauses (job_type, paused_at, reason) FROM stdin;
*	2026-11-30 23:02:51.471292+00	\N
	2026-11-30 23:02:51.471292+00	
\.


--
-- Data for Name: layout_points; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.layout_points (layout_id, target_type, target_id, x, y, is_provisional, is_active, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-000000000061	seed	00000000-0000-0000-0000-000000000041	0.5	-0.25	0	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000063	seed	00000000-0000-0000-0000-000000000041	0	0	0	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000061	seed	00000000-0000-0000-0000-000000000042	0	Infinity	1	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: layout_runs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.layout_runs (layout_id, algorithm, dims, scope_type, scope_cluster_id, params_json, member_hash, is_active, created_at) FROM stdin;
00000000-0000-0000-0000-000000000061	umap	2	atlas	\N	{"n_neighbors": 15}	\N	1	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000062		2	global	\N	[]	\N	0	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000063	umap	2	cluster	00000000-0000-0000-0000-000000000051	null	\N	1	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: memory_alerts; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.memory_alerts (alert_id, alert_type, cause, usage, threshold, recommended_actions, told_on, created_at, acknowledged_at) FROM stdin;
1	warning	budget	0.81	0.8	{optimize_index}	2024-05-01	2024-05-01 00:00:00+00	\N
2	emergency	disk	\N	2000000000	{}	2024-05-01	2024-05-01 00:00:00+00	2024-05-02 00:00:00+00
\.


--
-- Data for Name: memory_samples; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.memory_samples (sample_id, taken_at, database_bytes, effective_bytes, budget_bytes, disk_free_bytes, disk_bytes, level, parts) FROM stdin;
1	2024-05-01 00:00:00+00	20000000	15000000	50000000	3000000000	90000000000	normal	{"text": 9000000, "catalog": 6000000}
2	2024-05-02 00:00:00+00	0	0	\N	\N	\N	emergency	{}
3	-infinity	1	2	1	0	0	warning	null
\.


--
-- Data for Name: model_replies; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.model_replies (hour, replies, unusable) FROM stdin;
2024-05-01 00:00:00+00	5	2
0001-06-01 00:00:00+00	0	0
\.


--
-- Data for Name: morning_article_groups; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.morning_article_groups (edition_date, group_id, document_id, utterance_id, kind, is_primary, similarity, rank, score, created_at) FROM stdin;
2024-05-02	00000000-0000-0000-0000-0000000000dc	00000000-0000-0000-0000-0000000000d3	00000000-0000-0000-0000-0000000000d3	article	1	\N	1	0	2026-11-30 23:02:51.471292+00
2024-05-02	00000000-0000-0000-0000-0000000000dc	00000000-0000-0000-0000-0000000000d6	00000000-0000-0000-0000-000000000021	talk	0	0.9	1	0	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: morning_letters; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.morning_letters (edition_date, run_id, groups, letter, is_degraded, reason, created_at) FROM stdin;
2024-05-02	241	1	{"bullets": []}	0	\N	2026-11-30 23:02:51.471292+00
0001-01-01	\N	0	\N	1	no model	2026-11-30 23:02:51.471292+00
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

COPY public.nightly_runs (run_id, status, trigger, is_forced, host, generation_id, requested_at, started_at, finished_at, heartbeat_at, cancel_requested_at, fraction, report, last_error, epoch, folder, seeds, kind, params, is_pinned) FROM stdin;
1	published	cron	0	\N	1	2026-11-30 23:02:51.471292+00	\N	2024-05-02 00:00:00+00	\N	\N	1	{}	\N	0	\N	\N	nightly	{}	0
3	requested	command	0	\N	\N	2026-11-30 23:02:51.471292+00	\N	\N	\N	\N	\N	{}	\N	0	\N	\N	nightly	{}	0
2	failed	signal	1	\N	\N	2026-11-30 23:02:51.471292+00	\N	\N	\N	\N	-Infinity	{}	"words"	0	\N	\N	nightly	{}	0
240	published	command	0	\N	\N	2026-11-30 23:02:51.471292+00	\N	\N	\N	\N	\N	{}	\N	0	\N	\N	recap	{"sources": "both"}	1
241	failed	cron	0	\N	\N	2026-11-30 23:02:51.471292+00	\N	\N	\N	\N	\N	{}	\N	0	\N	\N	morning	{}	0
\.


--
-- Data for Name: nightly_steps; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.nightly_steps (run_id, step, ordinal, status, attempts, fraction, started_at, finished_at, seconds, peak_mib, details) FROM stdin;
1	cluster	3	done	1	\N	2026-11-30 23:02:51.471292+00	\N	0.5	\N	{}
2	a step of former days	-1	failed	99	\N	2026-11-30 23:02:51.471292+00	\N	\N	\N	{}
\.


--
-- Data for Name: recap_cluster_evidence; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_cluster_evidence (run_id, genre, number, cluster, story_id, document_id, utterance_id, char_start, char_end, sentence, content_hash, lang, said_at, publisher, is_central) FROM stdin;
240	town	1	0	00000000-0000-0000-0000-0000000000d7	00000000-0000-0000-0000-0000000000d3	00000000-0000-0000-0000-0000000000d3	0	7	橋が開通した。	\\x01	ja	2024-05-01 00:00:00+00	news.example	1
240	town	2	0	\N	00000000-0000-0000-0000-0000000000d9	\N	\N	\N	\N	\N	und	2024-05-01 00:00:00+00	\N	0
\.


--
-- Data for Name: recap_genre_learning_results; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_genre_learning_results (run_id, document_id, utterance_id, genre, strategy, confidence, coarse_candidates, refine_decision, tag_profile, graph_context, feedback, telemetry, created_at, updated_at) FROM stdin;
240	00000000-0000-0000-0000-0000000000d3	00000000-0000-0000-0000-0000000000d3	town	graph_boost	0.7	[]	{}	{}	{}	{"genre": "town"}	{}	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
240	00000000-0000-0000-0000-0000000000d6	\N	other	fallback_other	Infinity	[]	{}	{}	{}	\N	{}	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: recap_genres; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_genres (genre, ordinal, name_ja, name_en, definition, created_at) FROM stdin;
town	0	町	Town	{"keywords": {"ja": ["橋"]}}	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: recap_golden_items; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_golden_items (item_id, genre, lang, content, origin, parallel_id, utterance_id, created_at) FROM stdin;
g1	town	ja	橋が開通した。	user	\N	00000000-0000-0000-0000-0000000000d3	2026-11-30 23:02:51.471292+00
			a\tb\\.	import	g1	\N	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: recap_job_articles; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_job_articles (run_id, document_id, kind, utterance_id, publisher, lang, said_at, raw_hash, chars, tokens, dropped_by, reason, duplicate_of, similarity, genre, score, details) FROM stdin;
240	00000000-0000-0000-0000-0000000000d3	article	00000000-0000-0000-0000-0000000000d3	news.example	und	2024-05-01 00:00:00+00	\\x00	0	0	\N	\N	\N	\N	\N	\N	{}
240	00000000-0000-0000-0000-0000000000d6	talk	00000000-0000-0000-0000-000000000021	\N	und	0001-06-01 00:00:00+00	\N	0	0	dedup	near_duplicate	00000000-0000-0000-0000-0000000000d3	NaN	\N	\N	{}
\.


--
-- Data for Name: recap_outputs; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_outputs (response_id, run_id, genre, title, bullets, body_json, tags, window_days, is_degraded, degraded_reason, model_name, prompt_version, created_at) FROM stdin;
00000000-0000-0000-0000-0000000000da	240	town	橋	[{"text": "橋が開通した。", "cites": [1], "is_verified": true}]	{}	["橋"]	7	1	no_model	\N	\N	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: recap_sections; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_sections (run_id, genre, response_id, name, cluster_id, rank, status, reason, documents, sentences, clusters, facts) FROM stdin;
240	town	00000000-0000-0000-0000-0000000000da	町	00000000-0000-0000-0000-000000000051	1	stored	\N	0	0	0	{}
240	other	00000000-0000-0000-0000-0000000000db	\N	\N	2	no_evidence	no sentences	0	0	0	{}
\.


--
-- Data for Name: recap_stories; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_stories (run_id, story_id, genre, cluster, state, place, rank, documents, added, publishers, facts, score) FROM stdin;
240	00000000-0000-0000-0000-0000000000d7	town	0	new	leading	1	2	2	2	[]	0
240	00000000-0000-0000-0000-0000000000d8	town	1	quiet	counted	-1	0	0	0	[]	0
\.


--
-- Data for Name: recap_worker_config; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.recap_worker_config (config_id, config_type, config_payload, source, metadata, created_at) FROM stdin;
1	graph_override	{"graph_margin": 0.2}	user	{}	2026-11-30 23:02:51.471292+00
2		null	user	{}	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.schema_migrations (version, name, checksum, applied_at) FROM stdin;
1	0001_schema	cc519b8cd6d78e4119a67ad995287449431ac53130af95fc9af1465cad8f931f	2026-11-30 23:02:51.471292+00
2	0002_triggers	65cb12987511d5ff11a9df19c24fa3e8874e0e9d9766cddc37097c3a39d26d7e	2026-11-30 23:02:51.471292+00
3	0003_roles	895837dc4ba900f7baffae3d7fea389a8ccdc8b9a17ac26cb4d5ac713223645e	2026-11-30 23:02:51.471292+00
4	0004_search	8ed2c427cd679c8a09233d3f41fa60640b9f23374b1ea5f9a704c2d093e6a3a1	2026-11-30 23:02:51.471292+00
5	0005_night	2d47cb5b0d481ad44d503e494a53d1a094a022c30d0d9b4c276c7647ef58a0d9	2026-11-30 23:02:51.471292+00
6	0006_maps_of_the_night	714612479859cf254d4372d42aaa331f4d4487428b47e684d68bc46c7cc78f29	2026-11-30 23:02:51.471292+00
7	0007_visits	6ea6033b75cb8266e3df62a4518e39d8895cfa2c2240b638a4de8e9f81197675	2026-11-30 23:02:51.471292+00
8	0008_tried_splits	9e41ab1da2c8a356c2dbe6989c4878ea3cbe9dc92810fc18a6ecadca3e80ff34	2026-11-30 23:02:51.471292+00
9	0009_origins	20d1623ef592a106044d8d546ad10edb90ae15a69876b7fc954b93a9f56d6c49	2026-11-30 23:02:51.471292+00
10	0010_what_others_write	81db71af3bff79dd75189c153eb7a7c3a0f41d4625db8781f7edcb8f731a4084	2026-11-30 23:02:51.471292+00
11	0011_deletions	0f85ff6121c5cbb11d157a03f6dcb1b2f1ac8a3bc4bb3da09928dd74acec6afd	2026-11-30 23:02:51.471292+00
12	0012_titles	b94fb61c3bdf03f8177c1b35727115d2315f5d17d639e97e32ca8e161613047d	2026-11-30 23:02:51.471292+00
13	0013_model_replies	157f6259d013876585e6b26423d2168fabade041c92a8c3b3875ece5842b897f	2026-11-30 23:02:51.471292+00
14	0014_values_in_bounds	177de0978cf640d9a97eccd455e5b485533a0334e7ed7504f0e1c3255ebbd0e3	2026-11-30 23:02:51.471292+00
15	0015_crashes	d127823bd581d104447395813f376586b03f14dbea701171d61da71e99be52a3	2026-11-30 23:02:51.471292+00
16	0016_edges_at_once	8dc478d1385e362d906d0bd0f6ab63bb79e7313232f4b3f6a0c0ecfdc88575f1	2026-11-30 23:02:51.471292+00
17	0017_hints_for_others	7bb7c3b23f3b9c928e7db1037fa5bbb8f23d45a062c0883f7af0d19bab42e687	2026-11-30 23:02:51.471292+00
18	0018_runs	15530ee079b05d2f792cddc8e5e9eb70df0292237b671575e2819d6a6d11ad2e	2026-11-30 23:02:51.471292+00
19	0019_views	f06455981b79f1f6a6d5ad153171eff9fe37404a905a15aadcff5c5bca6ab887	2026-11-30 23:02:51.471292+00
20	0020_values_looked_at_once	9db5177588440a840b40d1b9adcfdbcbe345f8a47bedbf7fd3718fa62c39d6e8	2026-11-30 23:02:51.471292+00
21	0021_statements	00f1f1a9f949031db3328db4467da747176d3fb569ed7bed0a9f76564dd223af	2026-11-30 23:02:51.471292+00
22	0022_places_are_common	cd97ebe85f080171bbf3abf06ff5dd6311d56f8d9cf46b025d27c6403c98cdd3	2026-11-30 23:02:51.471292+00
23	0023_scales	7d9ede432a116f8f1620374bae0a1e9159ff0ae326fd724f53dddddfe8eb63d0	2026-11-30 23:02:51.471292+00
24	0024_recap	794a7c1c4f9b97a9c29b6cebf08131798d7d09b25024ed2d1e45a2a325101348	2026-11-30 23:02:51.471292+00
25	0025_edges_before_the_switch	0749b0b1fadbc4ceb54e160f08997a293757e39d817e1695a08b0863a6599730	2026-11-30 23:02:51.471292+00
26	0026_articles_apart	bad8a299996370b0b9d521b845200e9363af105f504050acb9442c423fc27496	2026-11-30 23:02:51.471292+00
27	0027_memory	4151297353a46be3084ef7ac4e4c4cd437856d000ab9ee4f79c17dc93d779beb	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: seeds; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.seeds (seed_id, seed_type, seed_kind, body, body_hash, created_from, review_status, grounding, source_changed, model_name, prompt_version, deleted_at, created_at, updated_at, deleted_with_source) FROM stdin;
00000000-0000-0000-0000-000000000043	seed	model	退けられた考え	\\xf23ace5c51319d5d1d00965e923e9299f2ec48cc969cefc3df53457597ced07c	utterance	rejected	0	0	m	\N	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
00000000-0000-0000-0000-000000000044	seed	manual		\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	manual	edited	\N	0	\N	\N	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
00000000-0000-0000-0000-000000000041	seed	knowledge	朝の散歩は眠りを助ける	\\xa7fc49274652359e7985e4a2bbb5686e7e2bcf37680f59f00c6983579f0f9598	utterance	auto	0.8	0	m	\N	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
00000000-0000-0000-0000-000000000046	seed	knowledge	朝の散歩は眠りを助ける	\\xa7fc49274652359e7985e4a2bbb5686e7e2bcf37680f59f00c6983579f0f9598		auto	\N	0	\N	\N	2024-06-02 00:00:00+00	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
00000000-0000-0000-0000-000000000045	seed	question	忘れたいこと	\\x4463cf63a6060590ca90f5aeab212860b7182b806714da87dcc0f469662877c4	utterance	auto	\N	0	\N	\N	2024-06-01 00:00:00+00	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	1
00000000-0000-0000-0000-000000000042	seed	evaluation	夜の読書はよい	\\x809073e5dfa31ca68d8fab6b83e4d27376c1b41429aa1948e1f517d60da0815d	utterance	accepted	NaN	1	\N	\N	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00	0
\.


--
-- Data for Name: sources; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.sources (source_id, name, kind, created_at, origin, is_mapped) FROM stdin;
00000000-0000-0000-0000-000000000011	talk	import	2026-11-30 23:02:51.471292+00	\N	1
00000000-0000-0000-0000-000000000012			2026-11-30 23:02:51.471292+00	\N	1
00000000-0000-0000-0000-0000000000d1	news	feed	2026-11-30 23:02:51.471292+00	\N	0
00000000-0000-0000-0000-0000000000d2	clippings	folder	2026-11-30 23:02:51.471292+00	\N	0
\.


--
-- Data for Name: stories; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.stories (story_id, title, genre, model_id, centroid, first_said_at, last_said_at, told_facts, is_closed, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-0000000000d7	橋の開通	town	1	[1,0,0]	2024-05-01 00:00:00+00	2024-05-02 00:00:00+00	["a1"]	0	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-0000000000d8	\N	\N	\N	\N	-infinity	infinity	[]	1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: story_members; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.story_members (story_id, utterance_id, run_id, is_core, said_at) FROM stdin;
00000000-0000-0000-0000-0000000000d7	00000000-0000-0000-0000-0000000000d3	240	1	2024-05-01 00:00:00+00
00000000-0000-0000-0000-0000000000d7	00000000-0000-0000-0000-000000000021	\N	0	2024-05-01 00:00:00+00
\.


--
-- Data for Name: tag_label_graph; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.tag_label_graph (window_label, genre, tag, weight, sample_size, last_observed_at, updated_at) FROM stdin;
7d	town	橋	0.5	3	\N	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: utterance_roles; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterance_roles (utterance_role_id, utterance_role_name, description, weight, created_at, updated_at) FROM stdin;
5762d282-77da-4f74-9a6b-424d6517c645	質問	知らないことを尋ねる	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
64fb0468-bcfd-4562-bb0c-329c366d1576	相談	迷いや悩みを打ち明けて助言を求める	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
b7cb6ee6-2d1a-4196-b1d7-8ab5122e459a	説明	物事の仕組みや理由を述べる、尋ねられたことに答える	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
b2692c65-916c-4dd2-b3b6-598a3b0d910f	主張	自分の意見や判断を言い切る	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
2de30c1f-f3d8-4dda-9359-d6cf841d102b	提案	こうしてはどうかと勧める	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
6f19b254-aab2-4d08-9cf7-12e33284cd5b	依頼	相手に何かをしてほしいと頼む	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
31921dd1-b65d-4cd8-a7c3-0b48948d19ba	報告	起きたことや進み具合を伝える	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
7ff0faa9-cc0a-4927-a373-990af003b79f	感想	感じたことや気持ちを述べる	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
324fb4bd-82d1-4313-9f86-6d9b85d609dd	回想	昔のことを思い出して語る	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
ac4a5948-9bb7-40d9-b04c-1fa6c98b6475	計画	これからすることや予定を述べる	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
e02b9808-d8a6-4bab-9583-b6a2d5a11eb2	同意	相手の言葉に賛成する	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
f0ccea6c-6d09-4e5d-9d8f-19af0202efed	反論	相手の言葉に異を唱える	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
7da89513-645c-4638-8251-fef183389758	挨拶	挨拶やお礼	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
2e119b4f-b111-4f18-9dc8-10aa17b08d61	雑談	ほかのどれでもない軽いやりとり	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000002	tab\t"quoted" \\N		-1	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000001	決意	\N	NaN	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: utterance_seeds; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterance_seeds (utterance_id, seed_id, relation_type, span_start, span_end, created_at) FROM stdin;
00000000-0000-0000-0000-000000000021	00000000-0000-0000-0000-000000000041	derived_from	0	5	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000022	00000000-0000-0000-0000-000000000041	mentioned_in	\N	\N	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000022	00000000-0000-0000-0000-000000000042	derived_from	9	1	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000021	00000000-0000-0000-0000-000000000043	edited_from	\N	\N	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000025	00000000-0000-0000-0000-000000000045	derived_from	\N	\N	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: utterance_splits; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterance_splits (utterance_split_id, utterance_id, ordinal, char_start, char_end, contents, content_hash, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-000000000031	00000000-0000-0000-0000-000000000021	0	0	3	朝に歩	\\xc2161adb4824fa92d6eed4e3e088c3997ed6eb5d36bb9938cdfa58ad9cc9e65b	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000032	00000000-0000-0000-0000-000000000021	7	3	2		\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000033	00000000-0000-0000-0000-000000000025	-1	\N	\N	忘れたいこと。	\\x5dc688094dd7905e6141e9bf7b7a6cdcd8ae61b403c032ee22acb49ebf7ebf69	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
\.


--
-- Data for Name: utterances; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.utterances (utterance_id, source_id, external_id, conversation_id, "position", speaker, uttered_at, contents, content_hash, metadata, utterance_role_id, utterance_role_confidence, hypothetical, confidence, reinterpretation, resistance, direction, did_asked_evaluation, did_asked_model, did_asked_premise, did_asked_conversion, did_asked_question, did_asked_knowledge, deleted_at, created_at, updated_at) FROM stdin;
00000000-0000-0000-0000-000000000021	00000000-0000-0000-0000-000000000011	1	00000000-0000-0000-0000-0000000000c1	0	A	2024-05-01 00:00:00+00	朝に歩くとよく眠れる。	\\x614462b2e937a860d81c892e6ea6cea88fa1770a282c4c098cb3af992af1b997	{"title": "眠り"}	00000000-0000-0000-0000-000000000001	0.9	0.2	\N	\N	\N	-1	0	0	0	0	0	1	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000022	00000000-0000-0000-0000-000000000011	2	00000000-0000-0000-0000-0000000000c1	1	B	2024-05-01 00:01:00+00	夜は本を読みたい。	\\xb85b43fd1e30235f0bdeeb26f83b40ef2123c371b814a5cfcca4208d70e5eee7	{}	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	0	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000025	00000000-0000-0000-0000-000000000012	1	00000000-0000-0000-0000-0000000000c1	1	A	2024-05-01 00:01:00+00	忘れたいこと。	\\x5dc688094dd7905e6141e9bf7b7a6cdcd8ae61b403c032ee22acb49ebf7ebf69	{}	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	1	2024-06-01 00:00:00+00	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000024	\N		\N	-7		0044-03-15 00:00:00+00 BC	a\tb\nc\\.\\N 🌱​	\\xb8413e7497278b49d96b9604de959f564b76df1cbd7f17141c4e793fc3d337b3	null	\N	0	1	\N	\N	\N	1	0	0	0	0	0	0	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-000000000023	\N	\N	\N	\N	\N	294276-01-01 00:00:00+00	\N	\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	[]	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	0	\N	infinity	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-0000000000d3	00000000-0000-0000-0000-0000000000d1	https://news.example/1	\N	\N	\N	2024-05-01 00:00:00+00	橋が開通した。	\\x5ecc7e3376aa6b5105098b868066bcc8f017ce16abb043d028fd1807a5231662	{"title": "橋"}	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	0	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
00000000-0000-0000-0000-0000000000d4	00000000-0000-0000-0000-0000000000d2	a.md	\N	\N	\N	\N	<p>Not cleaned yet</p>	\\xd9aca6e47b8ece51f1d3b97937bef58a4c12e6fce1afb9c414fc66af6b24d84c	{}	\N	\N	\N	\N	\N	\N	\N	0	0	0	0	0	0	\N	2026-11-30 23:02:51.471292+00	2026-11-30 23:02:51.471292+00
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

COPY public.worker_jobs (job_id, job_type, target_table, target_id, payload, status, priority, run_at, attempts, max_attempts, returns, claim_token, claimed_by, claimed_at, lease_expires_at, deadline_at, cancel_requested_at, outcome, last_error, created_at, updated_at, finished_at, expires_at, is_suspect, crashes, lost_by, lost_alone) FROM stdin;
00000000-0000-0000-0000-000000000071	embedding	seed	00000000-0000-0000-0000-000000000042	{}	queued	10	2026-11-30 23:02:51.471292+00	0	5	0	0	\N	\N	\N	\N	\N	\N	\N	2024-05-01 00:00:00+00	2026-11-30 23:02:51.471292+00	\N	2999-01-01 00:00:00+00	0	0	\N	0
00000000-0000-0000-0000-000000000073	utterance_role	utterance	00000000-0000-0000-0000-000000000021	{}	running	30	2026-11-30 23:02:51.471292+00	1	5	0	12	00000000-0000-0000-0000-0000000000aa	2024-05-01 00:00:00+00	2024-05-02 00:00:00+00	\N	\N	\N	\N	2024-05-01 00:00:00+00	2026-11-30 23:02:51.471292+00	\N	\N	0	0	\N	0
00000000-0000-0000-0000-000000000074	did_asked_model	utterance	00000000-0000-0000-0000-000000000022	{}	scheduled	20	2026-11-30 23:02:51.471292+00	4	5	0	3	\N	\N	\N	\N	\N	\N	{"class": "ModelError"}	2024-05-01 00:00:00+00	2026-11-30 23:02:51.471292+00	\N	\N	0	0	\N	0
00000000-0000-0000-0000-000000000075	embedding	seed	00000000-0000-0000-0000-000000000041	{}	done	10	2026-11-30 23:02:51.471292+00	1	5	0	1	\N	2024-05-01 00:00:00+00	\N	\N	\N	stored	\N	2024-05-01 00:00:00+00	2026-11-30 23:02:51.471292+00	2024-05-01 00:00:00+00	\N	0	0	\N	0
00000000-0000-0000-0000-000000000076	cluster_body	cluster	00000000-0000-0000-0000-000000000051	{}	dead	5	2026-11-30 23:02:51.471292+00	5	5	0	9	\N	\N	\N	\N	\N	\N	{"cause": "いろいろ", "class": "BadReply"}	2024-05-01 00:00:00+00	2026-11-30 23:02:51.471292+00	2024-05-01 00:00:00+00	\N	0	0	\N	0
00000000-0000-0000-0000-000000000077			00000000-0000-0000-0000-000000000000	null	cancelled	32767	2026-11-30 23:02:51.471292+00	0	32767	0	0	\N	\N	\N	\N	\N	expired	\N	2999-01-01 00:00:00+00	2026-11-30 23:02:51.471292+00	2024-05-01 00:00:00+00	\N	0	0	\N	0
00000000-0000-0000-0000-000000000072	nothing known	 Utterances	00000000-0000-0000-0000-0000000000ff	[]	queued	-32768	2026-11-30 23:02:51.471292+00	9	1	0	-5	\N	\N	\N	\N	\N		null	-infinity	2026-11-30 23:02:51.471292+00	\N	2001-01-01 00:00:00+00	0	0	\N	0
\.


SELECT pg_catalog.setval('public.cluster_generations_generation_id_seq', 2, true);


SELECT pg_catalog.setval('public.embedding_models_model_id_seq', 2, true);


SELECT pg_catalog.setval('public.memory_alerts_alert_id_seq', 2, true);


SELECT pg_catalog.setval('public.memory_samples_sample_id_seq', 3, true);


SELECT pg_catalog.setval('public.nightly_runs_run_id_seq', 3, true);


SELECT pg_catalog.setval('public.recap_worker_config_config_id_seq', 2, true);


ALTER TABLE ONLY public.all_seed_info
    ADD CONSTRAINT all_seed_info_pkey PRIMARY KEY (model_id);


ALTER TABLE ONLY public.article_tags
    ADD CONSTRAINT article_tags_pkey PRIMARY KEY (utterance_id, tag, source);


ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_pkey PRIMARY KEY (utterance_id);


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


ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_pkey PRIMARY KEY (feed_id);


ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_source_id_key UNIQUE (source_id);


ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_url_key UNIQUE (url);


ALTER TABLE ONLY public.job_pauses
    ADD CONSTRAINT job_pauses_pkey PRIMARY KEY (job_type);


ALTER TABLE ONLY public.layout_points
    ADD CONSTRAINT layout_points_pkey PRIMARY KEY (layout_id, target_type, target_id);


ALTER TABLE ONLY public.layout_runs
    ADD CONSTRAINT layout_runs_pkey PRIMARY KEY (layout_id);


ALTER TABLE ONLY public.memory_alerts
    ADD CONSTRAINT memory_alerts_alert_type_told_on_key UNIQUE (alert_type, told_on);


ALTER TABLE ONLY public.memory_alerts
    ADD CONSTRAINT memory_alerts_pkey PRIMARY KEY (alert_id);


ALTER TABLE ONLY public.memory_samples
    ADD CONSTRAINT memory_samples_pkey PRIMARY KEY (sample_id);


ALTER TABLE ONLY public.model_replies
    ADD CONSTRAINT model_replies_pkey PRIMARY KEY (hour);


ALTER TABLE ONLY public.morning_article_groups
    ADD CONSTRAINT morning_article_groups_pkey PRIMARY KEY (edition_date, group_id, document_id);


ALTER TABLE ONLY public.morning_letters
    ADD CONSTRAINT morning_letters_pkey PRIMARY KEY (edition_date);


ALTER TABLE ONLY public.night_points
    ADD CONSTRAINT night_points_pkey PRIMARY KEY (scope, scope_id, kind, id);


ALTER TABLE ONLY public.night_sources
    ADD CONSTRAINT night_sources_pkey PRIMARY KEY (kind, id);


ALTER TABLE ONLY public.nightly_runs
    ADD CONSTRAINT nightly_runs_pkey PRIMARY KEY (run_id);


ALTER TABLE ONLY public.nightly_steps
    ADD CONSTRAINT nightly_steps_pkey PRIMARY KEY (run_id, step);


ALTER TABLE ONLY public.recap_cluster_evidence
    ADD CONSTRAINT recap_cluster_evidence_pkey PRIMARY KEY (run_id, genre, number);


ALTER TABLE ONLY public.recap_genre_learning_results
    ADD CONSTRAINT recap_genre_learning_results_pkey PRIMARY KEY (run_id, document_id);


ALTER TABLE ONLY public.recap_genres
    ADD CONSTRAINT recap_genres_pkey PRIMARY KEY (genre);


ALTER TABLE ONLY public.recap_golden_items
    ADD CONSTRAINT recap_golden_items_pkey PRIMARY KEY (item_id);


ALTER TABLE ONLY public.recap_job_articles
    ADD CONSTRAINT recap_job_articles_pkey PRIMARY KEY (run_id, document_id);


ALTER TABLE ONLY public.recap_outputs
    ADD CONSTRAINT recap_outputs_pkey PRIMARY KEY (response_id);


ALTER TABLE ONLY public.recap_outputs
    ADD CONSTRAINT recap_outputs_run_id_genre_key UNIQUE (run_id, genre);


ALTER TABLE ONLY public.recap_sections
    ADD CONSTRAINT recap_sections_pkey PRIMARY KEY (run_id, genre);


ALTER TABLE ONLY public.recap_sections
    ADD CONSTRAINT recap_sections_response_id_key UNIQUE (response_id);


ALTER TABLE ONLY public.recap_stories
    ADD CONSTRAINT recap_stories_pkey PRIMARY KEY (run_id, story_id);


ALTER TABLE ONLY public.recap_worker_config
    ADD CONSTRAINT recap_worker_config_pkey PRIMARY KEY (config_id);


ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


ALTER TABLE ONLY public.seeds
    ADD CONSTRAINT seeds_pkey PRIMARY KEY (seed_id);


ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_name_key UNIQUE (name);


ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (source_id);


ALTER TABLE ONLY public.stories
    ADD CONSTRAINT stories_pkey PRIMARY KEY (story_id);


ALTER TABLE ONLY public.story_members
    ADD CONSTRAINT story_members_pkey PRIMARY KEY (story_id, utterance_id);


ALTER TABLE ONLY public.tag_label_graph
    ADD CONSTRAINT tag_label_graph_pkey PRIMARY KEY (window_label, genre, tag);


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


CREATE INDEX articles_url ON public.articles USING btree (url) WHERE (url IS NOT NULL);


CREATE INDEX edges_dst ON public.edges USING btree (dst_type, dst_id, edge_type);


CREATE INDEX edges_of_others ON public.edges USING btree (dst_id, src_id) WHERE ((source = 'user'::text) AND (edge_type = 'part_of'::text));


CREATE UNIQUE INDEX embedding_models_current ON public.embedding_models USING btree (is_current) WHERE (is_current = 1);


CREATE INDEX layout_points_target ON public.layout_points USING btree (target_type, target_id);


CREATE UNIQUE INDEX layout_runs_cluster ON public.layout_runs USING btree (scope_cluster_id) WHERE ((is_active = 1) AND (scope_type = 'cluster'::text));


CREATE UNIQUE INDEX layout_runs_whole ON public.layout_runs USING btree (scope_type) WHERE ((is_active = 1) AND (scope_type <> 'cluster'::text));


CREATE INDEX memory_samples_taken ON public.memory_samples USING btree (taken_at);


CREATE INDEX morning_article_groups_utterance ON public.morning_article_groups USING btree (utterance_id);


CREATE UNIQUE INDEX nightly_runs_open ON public.nightly_runs USING btree (kind) WHERE (status = ANY (ARRAY['requested'::text, 'running'::text]));


CREATE INDEX nightly_runs_requested ON public.nightly_runs USING btree (requested_at DESC);


CREATE INDEX recap_cluster_evidence_utterance ON public.recap_cluster_evidence USING btree (utterance_id);


CREATE INDEX recap_job_articles_utterance ON public.recap_job_articles USING btree (utterance_id);


CREATE INDEX story_members_utterance ON public.story_members USING btree (utterance_id);


CREATE INDEX utterance_seeds_seed ON public.utterance_seeds USING btree (seed_id);


CREATE INDEX utterances_conversation ON public.utterances USING btree (conversation_id, "position");


CREATE INDEX utterances_role ON public.utterances USING btree (utterance_role_id);


CREATE INDEX worker_jobs_claim ON public.worker_jobs USING btree (job_type, priority, created_at, job_id) WHERE (status = 'queued'::text);


CREATE INDEX worker_jobs_dead ON public.worker_jobs USING btree (job_type) WHERE (status = 'dead'::text);


CREATE INDEX worker_jobs_due ON public.worker_jobs USING btree (run_at) WHERE (status = 'scheduled'::text);


CREATE INDEX worker_jobs_ended ON public.worker_jobs USING btree (finished_at) WHERE (status = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text]));


CREATE INDEX worker_jobs_expiring ON public.worker_jobs USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (status = ANY (ARRAY['queued'::text, 'scheduled'::text])));


CREATE INDEX worker_jobs_lost ON public.worker_jobs USING btree (lost_by) WHERE (lost_by IS NOT NULL);


CREATE INDEX worker_jobs_running ON public.worker_jobs USING btree (job_id) WHERE (status = 'running'::text);


CREATE INDEX worker_jobs_suspect ON public.worker_jobs USING btree (job_type, crashes, priority, created_at, job_id) WHERE ((status = 'queued'::text) AND (is_suspect = 1));


CREATE UNIQUE INDEX worker_jobs_waiting ON public.worker_jobs USING btree (target_id, job_type, target_table) WHERE (status = ANY (ARRAY['queued'::text, 'scheduled'::text]));


CREATE TRIGGER all_seed_info_complete BEFORE INSERT ON public.all_seed_info FOR EACH ROW EXECUTE FUNCTION public.complete_seed_info();


CREATE TRIGGER all_seed_info_values BEFORE INSERT ON public.all_seed_info FOR EACH ROW WHEN (((LEAST(new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.avg_seed_distance, new.median_seed_distance, new.avg_k10, new.median_k10) = '-Infinity'::real) OR (GREATEST(new.avg_seed_distance, new.median_seed_distance, new.avg_k10, new.median_k10) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('updated_at', 'avg_seed_distance median_seed_distance avg_k10 median_k10');


CREATE TRIGGER all_seed_info_values_again BEFORE UPDATE ON public.all_seed_info FOR EACH ROW WHEN (((LEAST(new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.avg_seed_distance, new.median_seed_distance, new.avg_k10, new.median_k10) = '-Infinity'::real) OR (GREATEST(new.avg_seed_distance, new.median_seed_distance, new.avg_k10, new.median_k10) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('updated_at', 'avg_seed_distance median_seed_distance avg_k10 median_k10');


CREATE TRIGGER cluster_generations_values BEFORE INSERT ON public.cluster_generations FOR EACH ROW WHEN (((LEAST(new.snapshot_at, new.published_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.snapshot_at, new.published_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.coverage) = '-Infinity'::real) OR (GREATEST(new.coverage) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('snapshot_at published_at', 'coverage');


CREATE TRIGGER cluster_generations_values_again BEFORE UPDATE ON public.cluster_generations FOR EACH ROW WHEN (((LEAST(new.snapshot_at, new.published_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.snapshot_at, new.published_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.coverage) = '-Infinity'::real) OR (GREATEST(new.coverage) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('snapshot_at published_at', 'coverage');


CREATE TRIGGER cluster_lineage_values BEFORE INSERT ON public.cluster_lineage FOR EACH ROW WHEN (((LEAST(new.jaccard) = '-Infinity'::real) OR (GREATEST(new.jaccard) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('', 'jaccard');


CREATE TRIGGER cluster_lineage_values_again BEFORE UPDATE ON public.cluster_lineage FOR EACH ROW WHEN (((LEAST(new.jaccard) = '-Infinity'::real) OR (GREATEST(new.jaccard) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('', 'jaccard');


CREATE TRIGGER clusters_archive AFTER UPDATE OF is_archived ON public.clusters FOR EACH ROW WHEN (((new.is_archived = 1) AND (old.is_archived = 0))) EXECUTE FUNCTION public.archive_cluster();


CREATE TRIGGER clusters_archived_at BEFORE INSERT OR UPDATE OF is_archived ON public.clusters FOR EACH ROW EXECUTE FUNCTION public.note_archiving();


CREATE TRIGGER clusters_forget AFTER DELETE ON public.clusters FOR EACH ROW EXECUTE FUNCTION public.forget_target('cluster', 'cluster_id');


CREATE TRIGGER clusters_values BEFORE INSERT ON public.clusters FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at, new.archived_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at, new.archived_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.cohesion, new.attach_sim, new.avg_hypothetical, new.avg_confidence, new.avg_reinterpretation, new.avg_resistance, new.avg_direction, new.drift) = '-Infinity'::real) OR (GREATEST(new.cohesion, new.attach_sim, new.avg_hypothetical, new.avg_confidence, new.avg_reinterpretation, new.avg_resistance, new.avg_direction, new.drift) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at archived_at', 'cohesion attach_sim avg_hypothetical avg_confidence avg_reinterpretation avg_resistance avg_direction drift');


CREATE TRIGGER clusters_values_again BEFORE UPDATE ON public.clusters FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at, new.archived_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at, new.archived_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.cohesion, new.attach_sim, new.avg_hypothetical, new.avg_confidence, new.avg_reinterpretation, new.avg_resistance, new.avg_direction, new.drift) = '-Infinity'::real) OR (GREATEST(new.cohesion, new.attach_sim, new.avg_hypothetical, new.avg_confidence, new.avg_reinterpretation, new.avg_resistance, new.avg_direction, new.drift) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at archived_at', 'cohesion attach_sim avg_hypothetical avg_confidence avg_reinterpretation avg_resistance avg_direction drift');


CREATE TRIGGER edges_bounds BEFORE INSERT ON public.edges FOR EACH ROW WHEN (((new.src_id = new.dst_id) OR ((new.source = 'user'::text) AND ((new.weight < (0)::double precision) OR (new.weight > (1)::double precision))))) EXECUTE FUNCTION public.refuse_edge();


CREATE TRIGGER edges_bounds_again BEFORE UPDATE OF weight, src_type, src_id, dst_type, dst_id ON public.edges FOR EACH ROW WHEN (((new.src_id = new.dst_id) OR ((new.source = 'user'::text) AND ((new.weight < (0)::double precision) OR (new.weight > (1)::double precision))))) EXECUTE FUNCTION public.refuse_edge();


CREATE TRIGGER edges_own_activity BEFORE UPDATE OF is_active ON public.edges FOR EACH ROW WHEN (((old.is_hidden = 1) AND (new.is_hidden = 1))) EXECUTE FUNCTION public.own_edge();


CREATE TRIGGER edges_role BEFORE INSERT ON public.edges FOR EACH ROW WHEN (((new.source = 'user'::text) OR ((new.edge_type = 'part_of'::text) AND (new.role IS NULL)))) EXECUTE FUNCTION public.set_edge_role();


CREATE TRIGGER edges_role_again BEFORE UPDATE OF src_type, dst_type, edge_type ON public.edges FOR EACH ROW EXECUTE FUNCTION public.set_edge_role();


CREATE TRIGGER edges_values BEFORE INSERT ON public.edges FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.weight) = '-Infinity'::real) OR (GREATEST(new.weight) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', 'weight');


CREATE TRIGGER edges_values_again BEFORE UPDATE ON public.edges FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.weight) = '-Infinity'::real) OR (GREATEST(new.weight) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', 'weight');


CREATE TRIGGER embedding_models_values BEFORE INSERT ON public.embedding_models FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER embedding_models_values_again BEFORE UPDATE ON public.embedding_models FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER embeddings_model BEFORE INSERT ON public.embeddings FOR EACH ROW EXECUTE FUNCTION public.set_embedding_model();

ALTER TABLE public.embeddings ENABLE ALWAYS TRIGGER embeddings_model;


CREATE TRIGGER embeddings_model_again BEFORE UPDATE OF target_type, model_name, dims, vector, is_l2_normalized ON public.embeddings FOR EACH ROW EXECUTE FUNCTION public.set_embedding_model();

ALTER TABLE public.embeddings ENABLE ALWAYS TRIGGER embeddings_model_again;


CREATE TRIGGER embeddings_values BEFORE INSERT ON public.embeddings FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', '');


CREATE TRIGGER embeddings_values_again BEFORE UPDATE ON public.embeddings FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', '');


CREATE TRIGGER job_pauses_announce AFTER DELETE ON public.job_pauses FOR EACH STATEMENT EXECUTE FUNCTION public.announce_jobs();


CREATE TRIGGER job_pauses_values BEFORE INSERT ON public.job_pauses FOR EACH ROW WHEN (((LEAST(new.paused_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.paused_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('paused_at', '');


CREATE TRIGGER job_pauses_values_again BEFORE UPDATE ON public.job_pauses FOR EACH ROW WHEN (((LEAST(new.paused_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.paused_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('paused_at', '');


CREATE TRIGGER layout_points_name BEFORE INSERT OR UPDATE OF target_type ON public.layout_points FOR EACH ROW WHEN ((new.target_type <> ALL (ARRAY['utterance'::text, 'seed'::text, 'cluster'::text]))) EXECUTE FUNCTION public.name_target();


CREATE TRIGGER layout_points_values BEFORE INSERT ON public.layout_points FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.x, new.y) < '-1e+06'::real) OR (GREATEST(new.x, new.y) > '1e+06'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', 'x y');


CREATE TRIGGER layout_points_values_again BEFORE UPDATE ON public.layout_points FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.x, new.y) < '-1e+06'::real) OR (GREATEST(new.x, new.y) > '1e+06'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', 'x y');


CREATE TRIGGER layout_runs_single BEFORE INSERT ON public.layout_runs FOR EACH ROW WHEN ((new.is_active = 1)) EXECUTE FUNCTION public.refuse_second_map();


CREATE TRIGGER layout_runs_single_again BEFORE UPDATE OF is_active, scope_type, scope_cluster_id ON public.layout_runs FOR EACH ROW WHEN (((new.is_active = 1) AND ((old.is_active = 0) OR (new.scope_type <> old.scope_type)))) EXECUTE FUNCTION public.refuse_second_map();


CREATE TRIGGER layout_runs_values BEFORE INSERT ON public.layout_runs FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER layout_runs_values_again BEFORE UPDATE ON public.layout_runs FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER model_replies_values BEFORE INSERT ON public.model_replies FOR EACH ROW WHEN (((LEAST(new.hour) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.hour) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('hour', '');


CREATE TRIGGER model_replies_values_again BEFORE UPDATE ON public.model_replies FOR EACH ROW WHEN (((LEAST(new.hour) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.hour) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('hour', '');


CREATE TRIGGER nightly_runs_values BEFORE INSERT ON public.nightly_runs FOR EACH ROW WHEN (((LEAST(new.requested_at, new.started_at, new.finished_at, new.heartbeat_at, new.cancel_requested_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.requested_at, new.started_at, new.finished_at, new.heartbeat_at, new.cancel_requested_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.fraction) = '-Infinity'::real) OR (GREATEST(new.fraction) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('requested_at started_at finished_at heartbeat_at cancel_requested_at', 'fraction');


CREATE TRIGGER nightly_runs_values_again BEFORE UPDATE ON public.nightly_runs FOR EACH ROW WHEN (((LEAST(new.requested_at, new.started_at, new.finished_at, new.heartbeat_at, new.cancel_requested_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.requested_at, new.started_at, new.finished_at, new.heartbeat_at, new.cancel_requested_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.fraction) = '-Infinity'::real) OR (GREATEST(new.fraction) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('requested_at started_at finished_at heartbeat_at cancel_requested_at', 'fraction');


CREATE TRIGGER nightly_steps_values BEFORE INSERT ON public.nightly_steps FOR EACH ROW WHEN (((LEAST(new.started_at, new.finished_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.started_at, new.finished_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.fraction, new.seconds, new.peak_mib) = '-Infinity'::real) OR (GREATEST(new.fraction, new.seconds, new.peak_mib) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('started_at finished_at', 'fraction seconds peak_mib');


CREATE TRIGGER nightly_steps_values_again BEFORE UPDATE ON public.nightly_steps FOR EACH ROW WHEN (((LEAST(new.started_at, new.finished_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.started_at, new.finished_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.fraction, new.seconds, new.peak_mib) = '-Infinity'::real) OR (GREATEST(new.fraction, new.seconds, new.peak_mib) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('started_at finished_at', 'fraction seconds peak_mib');


CREATE TRIGGER seeds_changed AFTER UPDATE ON public.seeds FOR EACH ROW EXECUTE FUNCTION public.seed_changed();


CREATE TRIGGER seeds_forget AFTER DELETE ON public.seeds FOR EACH ROW EXECUTE FUNCTION public.forget_target('seed', 'seed_id');


CREATE TRIGGER seeds_hash BEFORE INSERT OR UPDATE OF body ON public.seeds FOR EACH ROW EXECUTE FUNCTION public.set_body_hash();


CREATE TRIGGER seeds_own_deletion BEFORE UPDATE OF deleted_at ON public.seeds FOR EACH ROW WHEN (((new.deleted_with_source = old.deleted_with_source) AND (old.deleted_with_source = 1))) EXECUTE FUNCTION public.own_deletion();


CREATE TRIGGER seeds_values BEFORE INSERT ON public.seeds FOR EACH ROW WHEN (((LEAST(new.deleted_at, new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.deleted_at, new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.grounding) = '-Infinity'::real) OR (GREATEST(new.grounding) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('deleted_at created_at updated_at', 'grounding');


CREATE TRIGGER seeds_values_again BEFORE UPDATE ON public.seeds FOR EACH ROW WHEN (((LEAST(new.deleted_at, new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.deleted_at, new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.grounding) = '-Infinity'::real) OR (GREATEST(new.grounding) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('deleted_at created_at updated_at', 'grounding');


CREATE TRIGGER sources_keep_articles_apart BEFORE INSERT OR UPDATE OF kind ON public.sources FOR EACH ROW EXECUTE FUNCTION public.keep_articles_apart();


CREATE TRIGGER sources_values BEFORE INSERT ON public.sources FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER sources_values_again BEFORE UPDATE ON public.sources FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER utterance_roles_values BEFORE INSERT ON public.utterance_roles FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.weight) = '-Infinity'::real) OR (GREATEST(new.weight) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', 'weight');


CREATE TRIGGER utterance_roles_values_again BEFORE UPDATE ON public.utterance_roles FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.weight) = '-Infinity'::real) OR (GREATEST(new.weight) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', 'weight');


CREATE TRIGGER utterance_seeds_linked AFTER INSERT ON public.utterance_seeds REFERENCING NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION public.links_made();


CREATE TRIGGER utterance_seeds_moved AFTER UPDATE ON public.utterance_seeds REFERENCING OLD TABLE AS unlinked NEW TABLE AS linked FOR EACH STATEMENT EXECUTE FUNCTION public.links_moved();


CREATE TRIGGER utterance_seeds_orphan AFTER DELETE ON public.utterance_seeds FOR EACH ROW EXECUTE FUNCTION public.orphaned_seed();


CREATE TRIGGER utterance_seeds_values BEFORE INSERT ON public.utterance_seeds FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER utterance_seeds_values_again BEFORE UPDATE ON public.utterance_seeds FOR EACH ROW WHEN (((LEAST(new.created_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at', '');


CREATE TRIGGER utterance_splits_forget AFTER DELETE ON public.utterance_splits FOR EACH ROW EXECUTE FUNCTION public.forget_target('utterance_split', 'utterance_split_id');


CREATE TRIGGER utterance_splits_hash BEFORE INSERT OR UPDATE OF contents ON public.utterance_splits FOR EACH ROW EXECUTE FUNCTION public.set_content_hash();


CREATE TRIGGER utterance_splits_number BEFORE INSERT ON public.utterance_splits FOR EACH ROW WHEN ((new.ordinal IS NULL)) EXECUTE FUNCTION public.number_split();


CREATE TRIGGER utterance_splits_values BEFORE INSERT ON public.utterance_splits FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', '');


CREATE TRIGGER utterance_splits_values_again BEFORE UPDATE ON public.utterance_splits FOR EACH ROW WHEN (((LEAST(new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('created_at updated_at', '');


CREATE TRIGGER utterances_deleted AFTER UPDATE OF deleted_at ON public.utterances FOR EACH ROW WHEN (((new.deleted_at IS NULL) <> (old.deleted_at IS NULL))) EXECUTE FUNCTION public.utterance_deleted();


CREATE TRIGGER utterances_forget AFTER DELETE ON public.utterances FOR EACH ROW EXECUTE FUNCTION public.forget_target('utterance', 'utterance_id');


CREATE TRIGGER utterances_forget_cited BEFORE DELETE ON public.utterances FOR EACH ROW EXECUTE FUNCTION public.forget_cited();


CREATE TRIGGER utterances_hash BEFORE INSERT OR UPDATE OF contents ON public.utterances FOR EACH ROW EXECUTE FUNCTION public.set_content_hash();


CREATE TRIGGER utterances_reset BEFORE UPDATE OF contents ON public.utterances FOR EACH ROW WHEN ((new.contents IS DISTINCT FROM old.contents)) EXECUTE FUNCTION public.utterance_reset();


CREATE TRIGGER utterances_rewritten AFTER UPDATE OF contents ON public.utterances FOR EACH ROW WHEN ((new.contents IS DISTINCT FROM old.contents)) EXECUTE FUNCTION public.utterance_rewritten();


CREATE TRIGGER utterances_values BEFORE INSERT ON public.utterances FOR EACH ROW WHEN (((LEAST(new.uttered_at, new.deleted_at, new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.uttered_at, new.deleted_at, new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.utterance_role_confidence, new.hypothetical, new.confidence, new.reinterpretation, new.resistance, new.direction) = '-Infinity'::real) OR (GREATEST(new.utterance_role_confidence, new.hypothetical, new.confidence, new.reinterpretation, new.resistance, new.direction) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('uttered_at deleted_at created_at updated_at', 'utterance_role_confidence hypothetical confidence reinterpretation resistance direction');


CREATE TRIGGER utterances_values_again BEFORE UPDATE ON public.utterances FOR EACH ROW WHEN (((LEAST(new.uttered_at, new.deleted_at, new.created_at, new.updated_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.uttered_at, new.deleted_at, new.created_at, new.updated_at) > '9999-12-30 00:00:00+00'::timestamp with time zone) OR (LEAST(new.utterance_role_confidence, new.hypothetical, new.confidence, new.reinterpretation, new.resistance, new.direction) = '-Infinity'::real) OR (GREATEST(new.utterance_role_confidence, new.hypothetical, new.confidence, new.reinterpretation, new.resistance, new.direction) >= 'Infinity'::real))) EXECUTE FUNCTION public.refuse_value('uttered_at deleted_at created_at updated_at', 'utterance_role_confidence hypothetical confidence reinterpretation resistance direction');


CREATE TRIGGER visits_values BEFORE INSERT ON public.visits FOR EACH ROW WHEN (((LEAST(new.visited_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.visited_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('visited_at', '');


CREATE TRIGGER visits_values_again BEFORE UPDATE ON public.visits FOR EACH ROW WHEN (((LEAST(new.visited_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.visited_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('visited_at', '');


CREATE TRIGGER worker_jobs_accept BEFORE INSERT ON public.worker_jobs FOR EACH ROW EXECUTE FUNCTION public.accept_job();


CREATE TRIGGER worker_jobs_announce AFTER INSERT ON public.worker_jobs FOR EACH STATEMENT EXECUTE FUNCTION public.announce_jobs();


CREATE TRIGGER worker_jobs_announce_return AFTER UPDATE OF status ON public.worker_jobs FOR EACH ROW WHEN (((new.status = 'queued'::text) AND (old.status <> 'queued'::text))) EXECUTE FUNCTION public.announce_jobs();


CREATE TRIGGER worker_jobs_expiry BEFORE INSERT OR UPDATE OF expires_at ON public.worker_jobs FOR EACH ROW WHEN ((new.expires_at = 'infinity'::timestamp with time zone)) EXECUTE FUNCTION public.never_expires();


CREATE TRIGGER worker_jobs_move BEFORE UPDATE OF status ON public.worker_jobs FOR EACH ROW WHEN ((new.status <> old.status)) EXECUTE FUNCTION public.move_job();


CREATE TRIGGER worker_jobs_name BEFORE UPDATE OF target_table ON public.worker_jobs FOR EACH ROW EXECUTE FUNCTION public.name_target();


CREATE TRIGGER worker_jobs_values BEFORE INSERT ON public.worker_jobs FOR EACH ROW WHEN (((LEAST(new.run_at, new.claimed_at, new.lease_expires_at, new.deadline_at, new.cancel_requested_at, new.created_at, new.updated_at, new.finished_at, new.expires_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.run_at, new.claimed_at, new.lease_expires_at, new.deadline_at, new.cancel_requested_at, new.created_at, new.updated_at, new.finished_at, new.expires_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('run_at claimed_at lease_expires_at deadline_at cancel_requested_at created_at updated_at finished_at expires_at', '');


CREATE TRIGGER worker_jobs_values_again BEFORE UPDATE ON public.worker_jobs FOR EACH ROW WHEN (((LEAST(new.run_at, new.claimed_at, new.lease_expires_at, new.deadline_at, new.cancel_requested_at, new.created_at, new.updated_at, new.finished_at, new.expires_at) < '0001-01-02 00:00:00+00'::timestamp with time zone) OR (GREATEST(new.run_at, new.claimed_at, new.lease_expires_at, new.deadline_at, new.cancel_requested_at, new.created_at, new.updated_at, new.finished_at, new.expires_at) > '9999-12-30 00:00:00+00'::timestamp with time zone))) EXECUTE FUNCTION public.refuse_value('run_at claimed_at lease_expires_at deadline_at cancel_requested_at created_at updated_at finished_at expires_at', '');


ALTER TABLE ONLY public.all_seed_info
    ADD CONSTRAINT all_seed_info_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.embedding_models(model_id);


ALTER TABLE ONLY public.article_tags
    ADD CONSTRAINT article_tags_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.cluster_lineage
    ADD CONSTRAINT cluster_lineage_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES public.cluster_generations(generation_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.clusters
    ADD CONSTRAINT clusters_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES public.cluster_generations(generation_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.clusters
    ADD CONSTRAINT clusters_parent_cluster_id_fkey FOREIGN KEY (parent_cluster_id) REFERENCES public.clusters(cluster_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.embedding_models(model_id);


ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT feeds_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.sources(source_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.layout_points
    ADD CONSTRAINT layout_points_layout_id_fkey FOREIGN KEY (layout_id) REFERENCES public.layout_runs(layout_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.layout_runs
    ADD CONSTRAINT layout_runs_scope_cluster_id_fkey FOREIGN KEY (scope_cluster_id) REFERENCES public.clusters(cluster_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.morning_article_groups
    ADD CONSTRAINT morning_article_groups_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.morning_letters
    ADD CONSTRAINT morning_letters_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.nightly_runs
    ADD CONSTRAINT nightly_runs_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES public.cluster_generations(generation_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.nightly_steps
    ADD CONSTRAINT nightly_steps_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_cluster_evidence
    ADD CONSTRAINT recap_cluster_evidence_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_cluster_evidence
    ADD CONSTRAINT recap_cluster_evidence_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.stories(story_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.recap_cluster_evidence
    ADD CONSTRAINT recap_cluster_evidence_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.recap_genre_learning_results
    ADD CONSTRAINT recap_genre_learning_results_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_genre_learning_results
    ADD CONSTRAINT recap_genre_learning_results_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_golden_items
    ADD CONSTRAINT recap_golden_items_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_job_articles
    ADD CONSTRAINT recap_job_articles_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_job_articles
    ADD CONSTRAINT recap_job_articles_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_outputs
    ADD CONSTRAINT recap_outputs_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_sections
    ADD CONSTRAINT recap_sections_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_stories
    ADD CONSTRAINT recap_stories_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.recap_stories
    ADD CONSTRAINT recap_stories_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.stories(story_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.stories
    ADD CONSTRAINT stories_model_id_fkey FOREIGN KEY (model_id) REFERENCES public.embedding_models(model_id);


ALTER TABLE ONLY public.story_members
    ADD CONSTRAINT story_members_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.nightly_runs(run_id) ON DELETE SET NULL;


ALTER TABLE ONLY public.story_members
    ADD CONSTRAINT story_members_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.stories(story_id) ON DELETE CASCADE;


ALTER TABLE ONLY public.story_members
    ADD CONSTRAINT story_members_utterance_id_fkey FOREIGN KEY (utterance_id) REFERENCES public.utterances(utterance_id) ON DELETE CASCADE;


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


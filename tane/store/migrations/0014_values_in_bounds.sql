-- PostgreSQL holds times and numbers that no other program can: infinity, 44 BC, the year 294276, NaN. Whoever writes one
-- is refused with a reason; rows of before, and those that come in where triggers do not fire (a restored dump,
-- session_replication_role = replica), stay and are read as what is nearest to them. Triggers, not CHECK constraints:
-- a CHECK would refuse every later UPDATE of such a row too, and so stop the queue that claims it.

-- The time itself, or the first or last one that is the same day in every zone and that programs can hold.
CREATE FUNCTION representable(moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN moment < '0001-01-02 00:00:00+00'::timestamptz THEN '0001-01-02 00:00:00+00'::timestamptz
                WHEN moment > '9999-12-30 00:00:00+00'::timestamptz THEN '9999-12-30 00:00:00+00'::timestamptz
                ELSE moment END
$$;

-- A similarity that is none says nothing; NaN would be the greatest of all.
CREATE FUNCTION similarity_of(weight real) RETURNS real LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN weight BETWEEN -3.4e38 AND 3.4e38 THEN weight ELSE 0 END $$;

-- A place that can be drawn. NaN is greater than every number here.
CREATE FUNCTION is_place(x real, y real) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT x BETWEEN -1e6 AND 1e6 AND y BETWEEN -1e6 AND 1e6 $$;

CREATE FUNCTION refuse_value() RETURNS trigger LANGUAGE plpgsql AS $$
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
        IF given ->> name IN ('NaN', 'Infinity', '-Infinity') AND given ->> name IS DISTINCT FROM was ->> name THEN
            RAISE EXCEPTION '%.%: % is no number', TG_TABLE_NAME, name, given ->> name
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = name,
                HINT = 'Leave it out (NULL) where it is not known.';
        END IF;
    END LOOP;
    RAISE EXCEPTION '%: a place lies between -1000000 and 1000000', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'x',
        HINT = 'Leave the point out: the next night places what has a vector.';
END $$;

-- "Never" is what the owner of a job means who writes infinity there.
CREATE FUNCTION never_expires() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.expires_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER worker_jobs_expiry BEFORE INSERT OR UPDATE OF expires_at ON worker_jobs
    FOR EACH ROW WHEN (NEW.expires_at = 'infinity') EXECUTE FUNCTION never_expires();

-- Two triggers a table, whose conditions are looked at without calling anything: an INSERT, and an UPDATE that changes
-- such a value. They come after those that complete a row, by the order of their names.
DO $$
DECLARE
    place record;
    times text;
    numbers text;
    bad text;
    changed text;
BEGIN
    FOR place IN
        SELECT c.oid, c.relname AS name FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
          AND c.relname <> 'schema_migrations'
        ORDER BY c.relname
    LOOP
        SELECT string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE a.atttypid = 'timestamptz'::regtype),
               string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE a.atttypid = 'real'::regtype),
               string_agg(c.bad, ' OR ' ORDER BY a.attnum),
               string_agg(format('(NEW.%1$I IS DISTINCT FROM OLD.%1$I AND %2$s)', a.attname, c.bad), ' OR ' ORDER BY a.attnum)
        INTO times, numbers, bad, changed
        FROM pg_attribute a
        CROSS JOIN LATERAL (SELECT CASE
            WHEN a.atttypid = 'timestamptz'::regtype THEN format('NEW.%I NOT BETWEEN ''0001-01-02 00:00:00+00'' AND ''9999-12-30 00:00:00+00''', a.attname)
            WHEN place.name = 'layout_points' THEN format('NEW.%I NOT BETWEEN -1e6 AND 1e6', a.attname)
            ELSE format('NEW.%I IN (''NaN'', ''Infinity'', ''-Infinity'')', a.attname) END AS bad) c
        WHERE a.attrelid = place.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND a.atttypid IN ('timestamptz'::regtype, 'real'::regtype);
        IF bad IS NOT NULL THEN
            EXECUTE format('CREATE TRIGGER %I BEFORE INSERT ON %I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION refuse_value(%L, %L)',
                place.name || '_values', place.name, bad, coalesce(times, ''), coalesce(numbers, ''));
            EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION refuse_value(%L, %L)',
                place.name || '_values_again', place.name, changed, coalesce(times, ''), coalesce(numbers, ''));
        END IF;
    END LOOP;
END $$;

-- ---------------------------------------------------------------- vectors that cannot be compared

-- A vector of other dimensions than its model's ends every search that meets it, and one of zeros every night: those of
-- before are made anew.
INSERT INTO worker_jobs (job_type, target_table, target_id, priority)
SELECT DISTINCT CASE e.target_type WHEN 'utterance' THEN 'embedding_utterance' ELSE 'embedding' END,
    CASE e.target_type WHEN 'cluster_overview' THEN 'cluster' ELSE e.target_type END, e.target_id, 15
FROM embeddings e JOIN embedding_models m USING (model_id)
WHERE m.is_current = 1 AND e.is_active = 1 AND e.target_type IN ('utterance', 'utterance_split', 'seed', 'cluster_overview')
  AND (vector_dims(e.vector) <> m.dims OR l2_norm(e.vector) = 0)
ON CONFLICT DO NOTHING;
DELETE FROM embeddings e USING embedding_models m
WHERE m.model_id = e.model_id AND (vector_dims(e.vector) <> m.dims OR l2_norm(e.vector) = 0);

-- No search could pass over one that came in where triggers do not fire, without leaving its index: so this one always fires.
ALTER TABLE embeddings ENABLE ALWAYS TRIGGER embeddings_model;
ALTER TABLE embeddings ENABLE ALWAYS TRIGGER embeddings_model_again;

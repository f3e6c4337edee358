-- The conditions of 0014 name every column singly, and the server reads and prepares a condition anew for each statement:
-- half of what a small INSERT took. The least and the greatest of all times, and of all numbers, say the same in a
-- fraction of that: both pass over NULL, and NaN is greater than every number. That a value stands in a row of before, and
-- is left as it is, is now looked at in the function, which only rows with such a value enter.
CREATE OR REPLACE FUNCTION refuse_value() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- The names are those of 0014: triggers fire in the order of their names.
DO $$
DECLARE
    place record;
    bad text;
BEGIN
    FOR place IN
        SELECT c.relname AS name,
               string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE a.atttypid = 'timestamptz'::regtype) AS times,
               string_agg(a.attname, ' ' ORDER BY a.attnum) FILTER (WHERE a.atttypid = 'real'::regtype) AS numbers,
               string_agg(format('NEW.%I', a.attname), ', ' ORDER BY a.attnum)
                   FILTER (WHERE a.atttypid = 'timestamptz'::regtype) AS new_times,
               string_agg(format('NEW.%I', a.attname), ', ' ORDER BY a.attnum)
                   FILTER (WHERE a.atttypid = 'real'::regtype) AS new_numbers
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
          AND c.relname <> 'schema_migrations' AND a.attnum > 0 AND NOT a.attisdropped
          AND a.atttypid IN ('timestamptz'::regtype, 'real'::regtype)
        GROUP BY c.relname ORDER BY c.relname
    LOOP
        bad := concat_ws(' OR ',
            CASE WHEN place.new_times IS NOT NULL THEN
                format('least(%1$s) < ''0001-01-02 00:00:00+00'' OR greatest(%1$s) > ''9999-12-30 00:00:00+00''', place.new_times)
            END,
            CASE WHEN place.name = 'layout_points' THEN
                format('least(%1$s) < real ''-1e6'' OR greatest(%1$s) > real ''1e6''', place.new_numbers)
            WHEN place.new_numbers IS NOT NULL THEN
                format('least(%1$s) = real ''-Infinity'' OR greatest(%1$s) >= real ''Infinity''', place.new_numbers)
            END);
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', place.name || '_values', place.name);
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', place.name || '_values_again', place.name);
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT ON %I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION refuse_value(%L, %L)',
            place.name || '_values', place.name, bad, coalesce(place.times, ''), coalesce(place.numbers, ''));
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION refuse_value(%L, %L)',
            place.name || '_values_again', place.name, bad, coalesce(place.times, ''), coalesce(place.numbers, ''));
    END LOOP;
END $$;

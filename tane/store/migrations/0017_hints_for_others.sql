-- What other programs write and cannot be taken is refused with what to do instead: an edge's weight that is no share of
-- one, an edge from something to itself, a second map in use. Triggers, not CHECK constraints: rows of before stay as they
-- are, and can be changed in all their other columns.

-- Before edges_role, which may write another row in place of this one. Tane's own weights are similarities, which may
-- be less than 0; NaN and the infinities are refused by edges_values.
CREATE FUNCTION refuse_edge() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER edges_bounds BEFORE INSERT ON edges
    FOR EACH ROW WHEN (NEW.src_id = NEW.dst_id OR (NEW.source = 'user' AND (NEW.weight < 0 OR NEW.weight > 1)))
    EXECUTE FUNCTION refuse_edge();
CREATE TRIGGER edges_bounds_again BEFORE UPDATE OF weight, src_type, src_id, dst_type, dst_id ON edges
    FOR EACH ROW WHEN (NEW.src_id = NEW.dst_id OR (NEW.source = 'user' AND (NEW.weight < 0 OR NEW.weight > 1)))
    EXECUTE FUNCTION refuse_edge();

-- The unique indexes refuse a second map in use and cannot say why. A statement that says itself what is to happen then
-- (ON CONFLICT) is left to them: of two maps that are begun at once it stores one.
CREATE FUNCTION refuse_second_map() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER layout_runs_single BEFORE INSERT ON layout_runs
    FOR EACH ROW WHEN (NEW.is_active = 1) EXECUTE FUNCTION refuse_second_map();
CREATE TRIGGER layout_runs_single_again BEFORE UPDATE OF is_active, scope_type, scope_cluster_id ON layout_runs
    FOR EACH ROW WHEN (NEW.is_active = 1 AND (OLD.is_active = 0 OR NEW.scope_type <> OLD.scope_type))
    EXECUTE FUNCTION refuse_second_map();

-- Nearly every point has a place that can be drawn. Two ranges, of a table without statistics, count as one row in
-- 40,000: plans then read a whole map for each point that is looked for. One comparison a coordinate counts as a third.
-- NaN is greater than every number.
CREATE OR REPLACE FUNCTION is_place(x real, y real) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT abs(x) <= 1e6 AND abs(y) <= 1e6 $$;

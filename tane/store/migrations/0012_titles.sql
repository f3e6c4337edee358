-- The title that an utterance's metadata give it, if they give one: what its text alone does not say. One line, and
-- short enough to stand before a split in a model's window.
CREATE FUNCTION title_of(metadata jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT nullif(left(btrim(regexp_replace(metadata ->> 'title', '\s+', ' ', 'g')), 60), '')
    WHERE jsonb_typeof(metadata -> 'title') = 'string'
$$;

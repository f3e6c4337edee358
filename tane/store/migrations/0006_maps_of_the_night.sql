-- What the night must remember of a cluster: when it was last found, and how far it has moved from what its
-- words describe (E8, E13).
ALTER TABLE clusters
    ADD COLUMN archived_at timestamptz,
    ADD COLUMN drift real NOT NULL DEFAULT 0 CHECK (drift >= 0);
COMMENT ON COLUMN clusters.drift IS 'share of members that changed, night by night, since the words were written';

ALTER TABLE cluster_generations ADD COLUMN start bytea;
COMMENT ON COLUMN cluster_generations.start IS 'what the clustering began with: the same items give the same clusters again';

CREATE FUNCTION note_archiving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.archived_at := CASE WHEN NEW.is_archived = 1 THEN coalesce(NEW.archived_at, now()) END;
    RETURN NEW;
END $$;
CREATE TRIGGER clusters_archived_at BEFORE INSERT OR UPDATE OF is_archived ON clusters
    FOR EACH ROW EXECUTE FUNCTION note_archiving();

-- What the coming map consists of, loaded before the publication so that it is short. One night at a time fills
-- these; unlogged: after a crash of the server the night loads them again. Kinds: 0 seed, 1 utterance, 2 cluster.
CREATE UNLOGGED TABLE night_sources (
    kind smallint NOT NULL,
    id   uuid NOT NULL,
    PRIMARY KEY (kind, id)
);
COMMENT ON TABLE night_sources IS 'items of the snapshot: what is not here came after it';
CREATE UNLOGGED TABLE night_edges (
    src_kind smallint NOT NULL,
    src_id   uuid NOT NULL,
    dst_kind smallint NOT NULL,
    dst_id   uuid NOT NULL,
    is_near  smallint NOT NULL,
    role     smallint NOT NULL,  -- 0 member, 1 attached, 2 affinity, -1 none
    weight   real NOT NULL,
    PRIMARY KEY (src_kind, src_id, dst_kind, dst_id, is_near)
);
CREATE UNLOGGED TABLE night_points (
    scope    smallint NOT NULL,  -- 0 atlas, 1 global, 2 cluster
    scope_id uuid NOT NULL,      -- of the cluster, else zero
    kind     smallint NOT NULL,
    id       uuid NOT NULL,
    x        real NOT NULL,
    y        real NOT NULL,
    PRIMARY KEY (scope, scope_id, kind, id)
);
CREATE FUNCTION kind_name(kind smallint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (ARRAY['seed', 'utterance', 'cluster'])[kind + 1] $$;
CREATE FUNCTION kind_number(name text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (array_position(ARRAY['seed', 'utterance', 'cluster'], name) - 1)::smallint $$;

-- Articles, recaps and morning editions. A recap is a run like a night: lock, epoch, steps and progress are those of nightly_runs.

-- ---------------------------------------------------------------- articles

-- Articles are utterances: of sources whose kind says so they are on no map unless the owner wants it.
ALTER TABLE sources ADD COLUMN is_mapped smallint NOT NULL DEFAULT 1 CHECK (is_mapped IN (0, 1));
COMMENT ON COLUMN sources.is_mapped IS '0: its utterances enter neither nights, maps nor `tane today` (articles, unless map.sources names their kind)';

CREATE TABLE articles (
    utterance_id     uuid PRIMARY KEY REFERENCES utterances ON DELETE CASCADE,
    title            text,
    url              text,
    host             text,
    lang             text,
    raw_body         bytea,
    body_format      text NOT NULL DEFAULT 'text' CHECK (body_format IN ('text', 'html', 'markdown')),
    raw_hash         bytea,
    cleaning_version integer NOT NULL DEFAULT 0,
    fetched_at       timestamptz NOT NULL DEFAULT now(),
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN articles.raw_body IS 'what came, compressed with zlib; the utterance''s contents are the text of it';
COMMENT ON COLUMN articles.cleaning_version IS 'of the rules that made the text; 0: nothing has cleaned it yet';
CREATE INDEX articles_url ON articles (url) WHERE url IS NOT NULL;

CREATE TABLE article_tags (
    utterance_id uuid NOT NULL REFERENCES utterances ON DELETE CASCADE,
    tag          text NOT NULL CHECK (tag <> ''),
    confidence   real NOT NULL DEFAULT 1 CHECK (confidence BETWEEN 0 AND 1),
    source       text NOT NULL DEFAULT 'feed',
    PRIMARY KEY (utterance_id, tag, source)
);

CREATE TABLE feeds (
    feed_id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source_id     uuid NOT NULL UNIQUE REFERENCES sources ON DELETE CASCADE,
    url           text NOT NULL UNIQUE,
    title         text,
    is_private    smallint NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1)),
    etag          text,
    last_modified text,
    state         text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'ok', 'unchanged', 'failed')),
    error         text,
    failures      integer NOT NULL DEFAULT 0,
    fetched_at    timestamptz,
    succeeded_at  timestamptz,
    due_at        timestamptz NOT NULL DEFAULT now(),
    created_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN feeds.is_private IS '1: the owner typed a loopback or private address; no redirect or import leads to one otherwise';

-- The owner's own words: what nights, maps and `tane today` read.
CREATE VIEW mapped_utterances WITH (security_invoker) AS
SELECT u.* FROM (
    SELECT utterance_id, source_id, conversation_id, position, speaker, said_at, contents, content_hash, metadata,
        utterance_role_id, utterance_role_confidence,
        hypothetical, confidence, reinterpretation, resistance, direction, created_at, updated_at
    FROM living_utterances) AS u
LEFT JOIN sources s USING (source_id)
WHERE coalesce(s.is_mapped, 1) = 1;
GRANT SELECT ON mapped_utterances TO PUBLIC;

-- ---------------------------------------------------------------- runs

ALTER TABLE nightly_runs ADD COLUMN params jsonb NOT NULL DEFAULT '{}';
ALTER TABLE nightly_runs ADD COLUMN is_pinned smallint NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1));
COMMENT ON COLUMN nightly_runs.params IS 'what this run was asked for: of a recap its window, its sources and its mode';
COMMENT ON COLUMN nightly_runs.is_pinned IS '1: kept when others of its kind are removed';

-- What each document of a run went through, stage by stage. Words stand in utterances alone.
CREATE TABLE recap_job_articles (
    run_id       bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    document_id  uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('article', 'talk')),
    utterance_id uuid REFERENCES utterances ON DELETE CASCADE,
    publisher    text,
    lang         text NOT NULL DEFAULT 'und',
    said_at      timestamptz NOT NULL,
    raw_hash     bytea,
    chars        integer NOT NULL DEFAULT 0,
    tokens       integer NOT NULL DEFAULT 0,
    dropped_by   text,
    reason       text,
    duplicate_of uuid,
    similarity   real,
    genre        text,
    score        real,
    details      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, document_id),
    CHECK ((dropped_by IS NULL) = (reason IS NULL))
);
COMMENT ON COLUMN recap_job_articles.utterance_id IS 'of an article, itself; of a day''s talk, its first utterance';
COMMENT ON COLUMN recap_job_articles.raw_hash IS 'of the raw body as it was then; the body itself is in articles';
CREATE INDEX recap_job_articles_utterance ON recap_job_articles (utterance_id);

-- ---------------------------------------------------------------- genres

CREATE TABLE recap_golden_items (
    item_id     text PRIMARY KEY,
    genre       text NOT NULL,
    lang        text NOT NULL,
    content     text NOT NULL,
    origin      text NOT NULL DEFAULT 'import' CHECK (origin IN ('import', 'user')),
    parallel_id text,
    utterance_id uuid REFERENCES utterances ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE recap_genres (
    genre      text PRIMARY KEY,
    ordinal    integer NOT NULL,
    name_ja    text NOT NULL,
    name_en    text NOT NULL,
    definition jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE recap_genres IS 'an imported taxonomy; empty: the one that ships';

CREATE TABLE recap_genre_learning_results (
    run_id            bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    document_id       uuid NOT NULL,
    utterance_id      uuid REFERENCES utterances ON DELETE CASCADE,
    genre             text NOT NULL,
    strategy          text NOT NULL CHECK (strategy IN ('tag_consistency', 'graph_boost', 'weighted_score', 'llm_tie_break',
        'label_spreading', 'coarse_only', 'fallback_other', 'map_cluster')),
    confidence        real NOT NULL,
    coarse_candidates jsonb NOT NULL DEFAULT '[]',
    refine_decision   jsonb NOT NULL DEFAULT '{}',
    tag_profile       jsonb NOT NULL DEFAULT '{}',
    graph_context     jsonb NOT NULL DEFAULT '{}',
    feedback          jsonb,
    telemetry         jsonb NOT NULL DEFAULT '{}',
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, document_id)
);

CREATE TABLE tag_label_graph (
    window_label     text NOT NULL CHECK (window_label IN ('7d', '30d')),
    genre            text NOT NULL,
    tag              text NOT NULL,
    weight           real NOT NULL CHECK (weight BETWEEN 0 AND 1),
    sample_size      integer NOT NULL,
    last_observed_at timestamptz,
    updated_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (window_label, genre, tag)
);

-- Insert only: the newest row of a type holds.
CREATE TABLE recap_worker_config (
    config_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    config_type    text NOT NULL,
    config_payload jsonb NOT NULL,
    source         text NOT NULL DEFAULT 'user',
    metadata       jsonb NOT NULL DEFAULT '{}',
    created_at     timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- stories

CREATE TABLE stories (
    story_id         uuid PRIMARY KEY,
    title            text,
    genre            text,
    model_id         smallint REFERENCES embedding_models,
    centroid         halfvec,
    first_said_at    timestamptz NOT NULL,
    last_said_at     timestamptz NOT NULL,
    told_facts       jsonb NOT NULL DEFAULT '[]',
    is_closed        smallint NOT NULL DEFAULT 0 CHECK (is_closed IN (0, 1)),
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN stories.told_facts IS 'fingerprints of the facts that recaps have told already';

CREATE TABLE story_members (
    story_id     uuid NOT NULL REFERENCES stories ON DELETE CASCADE,
    utterance_id uuid NOT NULL REFERENCES utterances ON DELETE CASCADE,
    run_id       bigint REFERENCES nightly_runs ON DELETE SET NULL,
    is_core      smallint NOT NULL DEFAULT 1 CHECK (is_core IN (0, 1)),
    said_at      timestamptz NOT NULL,
    PRIMARY KEY (story_id, utterance_id)
);
CREATE INDEX story_members_utterance ON story_members (utterance_id);

-- How a story stands in one recap.
CREATE TABLE recap_stories (
    run_id      bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    story_id    uuid NOT NULL REFERENCES stories ON DELETE CASCADE,
    genre       text NOT NULL,
    cluster     integer NOT NULL,
    state       text NOT NULL CHECK (state IN ('new', 'continued', 'quiet', 'closed')),
    place       text NOT NULL CHECK (place IN ('leading', 'further', 'folded', 'counted')),
    rank        integer NOT NULL,
    documents   integer NOT NULL,
    added       integer NOT NULL,
    publishers  integer NOT NULL,
    facts       jsonb NOT NULL DEFAULT '[]',
    score       real NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, story_id)
);
COMMENT ON COLUMN recap_stories.place IS 'counted: nothing new since the last recap, so that it is not shown again';

-- ---------------------------------------------------------------- what a recap says

-- A cited sentence is kept as it was read, so that a re-issue does not break a citation; it leaves with its utterance.
CREATE TABLE recap_cluster_evidence (
    run_id       bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    genre        text NOT NULL,
    number       integer NOT NULL,
    cluster      integer NOT NULL,
    story_id     uuid REFERENCES stories ON DELETE SET NULL,
    document_id  uuid NOT NULL,
    utterance_id uuid REFERENCES utterances ON DELETE SET NULL,
    char_start   integer,
    char_end     integer,
    sentence     text,
    content_hash bytea,
    lang         text NOT NULL DEFAULT 'und',
    said_at      timestamptz NOT NULL,
    publisher    text,
    is_central   smallint NOT NULL DEFAULT 0 CHECK (is_central IN (0, 1)),
    PRIMARY KEY (run_id, genre, number)
);
CREATE INDEX recap_cluster_evidence_utterance ON recap_cluster_evidence (utterance_id);

CREATE TABLE recap_outputs (
    response_id     uuid PRIMARY KEY,
    run_id          bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    genre           text NOT NULL,
    title           text,
    bullets         jsonb NOT NULL DEFAULT '[]',
    body_json       jsonb NOT NULL DEFAULT '{}',
    tags            jsonb NOT NULL DEFAULT '[]',
    window_days     real NOT NULL,
    is_degraded     smallint NOT NULL DEFAULT 0 CHECK (is_degraded IN (0, 1)),
    degraded_reason text,
    model_name      text,
    prompt_version  text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (run_id, genre)
);
COMMENT ON COLUMN recap_outputs.bullets IS '[{text, cites: [numbers of recap_cluster_evidence], story_id, is_verified, is_degraded, reason}]';

CREATE TABLE recap_sections (
    run_id      bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    genre       text NOT NULL,
    response_id uuid NOT NULL UNIQUE,
    name        text,
    cluster_id  uuid,
    rank        integer NOT NULL,
    status      text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'stored', 'failed', 'skipped', 'no_evidence')),
    reason      text,
    documents   integer NOT NULL DEFAULT 0,
    sentences   integer NOT NULL DEFAULT 0,
    clusters    integer NOT NULL DEFAULT 0,
    facts       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, genre)
);
COMMENT ON COLUMN recap_sections.response_id IS 'the target of its recap_section job, and its row of recap_outputs';
COMMENT ON COLUMN recap_sections.cluster_id IS 'of a genre that is a cluster of the map';

-- ---------------------------------------------------------------- the morning

CREATE TABLE morning_article_groups (
    edition_date date NOT NULL,
    group_id     uuid NOT NULL,
    document_id  uuid NOT NULL,
    utterance_id uuid NOT NULL REFERENCES utterances ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('article', 'talk')),
    is_primary   smallint NOT NULL DEFAULT 0 CHECK (is_primary IN (0, 1)),
    similarity   real,
    rank         integer NOT NULL,
    score        real NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (edition_date, group_id, document_id)
);
CREATE INDEX morning_article_groups_utterance ON morning_article_groups (utterance_id);

CREATE TABLE morning_letters (
    edition_date date PRIMARY KEY,
    run_id       bigint REFERENCES nightly_runs ON DELETE SET NULL,
    groups       integer NOT NULL DEFAULT 0,
    letter       jsonb,
    is_degraded  smallint NOT NULL DEFAULT 0 CHECK (is_degraded IN (0, 1)),
    reason       text,
    created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE morning_letters IS 'one row an edition, its letter only where morning.letter asks for one';

-- ---------------------------------------------------------------- what is forgotten leaves

-- Bullets that cite a sentence of a deleted utterance go with it: they may quote it.
CREATE FUNCTION forget_cited() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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
CREATE TRIGGER utterances_forget_cited BEFORE DELETE ON utterances
    FOR EACH ROW EXECUTE FUNCTION forget_cited();

-- An article is an utterance; so is the target of a job that names one.
CREATE OR REPLACE FUNCTION canonical_target(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
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

-- The whole schema. Names and columns are the interface to the owner's other programs:
-- flags are smallint 0/1, and an INSERT that names only the documented columns must work.
-- Vectors live in `embeddings`; what they belong to is named by (target_type, target_id).

CREATE EXTENSION IF NOT EXISTS vector;

-- ---------------------------------------------------------------- what was said

CREATE TABLE utterance_roles (
    utterance_role_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    utterance_role_name text NOT NULL UNIQUE CHECK (utterance_role_name !~ '[\n\r]' AND utterance_role_name <> ''),
    description         text,
    weight              real,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sources (
    source_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL UNIQUE,
    kind       text NOT NULL DEFAULT 'import',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE utterances (
    utterance_id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    source_id                 uuid REFERENCES sources ON DELETE CASCADE,
    external_id               text,
    conversation_id           uuid,
    position                  integer,
    speaker                   text,
    uttered_at                timestamptz,
    contents                  text,
    content_hash              bytea NOT NULL,
    metadata                  jsonb NOT NULL DEFAULT '{}',
    utterance_role_id         uuid REFERENCES utterance_roles ON DELETE SET NULL,
    utterance_role_confidence real CHECK (utterance_role_confidence BETWEEN 0 AND 1),
    hypothetical              real CHECK (hypothetical BETWEEN 0 AND 1),
    confidence                real CHECK (confidence BETWEEN 0 AND 1),
    reinterpretation          real CHECK (reinterpretation BETWEEN 0 AND 1),
    resistance                real CHECK (resistance BETWEEN 0 AND 1),
    direction                 real CHECK (direction BETWEEN -1 AND 1),
    did_asked_evaluation      smallint NOT NULL DEFAULT 0 CHECK (did_asked_evaluation IN (0, 1)),
    did_asked_model           smallint NOT NULL DEFAULT 0 CHECK (did_asked_model IN (0, 1)),
    did_asked_premise         smallint NOT NULL DEFAULT 0 CHECK (did_asked_premise IN (0, 1)),
    did_asked_conversion      smallint NOT NULL DEFAULT 0 CHECK (did_asked_conversion IN (0, 1)),
    did_asked_question        smallint NOT NULL DEFAULT 0 CHECK (did_asked_question IN (0, 1)),
    did_asked_knowledge       smallint NOT NULL DEFAULT 0 CHECK (did_asked_knowledge IN (0, 1)),
    deleted_at                timestamptz,
    created_at                timestamptz NOT NULL DEFAULT now(),
    updated_at                timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source_id, external_id)
);
CREATE INDEX utterances_conversation ON utterances (conversation_id, position);
CREATE INDEX utterances_role ON utterances (utterance_role_id);
COMMENT ON COLUMN utterances.utterance_role_confidence IS 'how sure the classifier is of the role (B15)';
COMMENT ON COLUMN utterances.confidence IS 'how firmly the speaker asserts what is said (B15)';

CREATE TABLE utterance_splits (
    utterance_split_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    utterance_id       uuid NOT NULL REFERENCES utterances ON DELETE CASCADE,
    ordinal            integer NOT NULL DEFAULT 0,
    char_start         integer,
    char_end           integer,
    contents           text NOT NULL,
    content_hash       bytea NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    UNIQUE (utterance_id, ordinal)
);

-- ---------------------------------------------------------------- what is worth keeping

CREATE TABLE seeds (
    seed_id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    seed_type      text NOT NULL DEFAULT 'seed',
    seed_kind      text NOT NULL DEFAULT 'manual'
        CHECK (seed_kind IN ('evaluation', 'model', 'premise', 'conversion', 'question', 'knowledge', 'manual')),
    body           text NOT NULL,
    body_hash      bytea NOT NULL,
    created_from   text NOT NULL DEFAULT 'utterance',
    review_status  text NOT NULL DEFAULT 'auto' CHECK (review_status IN ('auto', 'accepted', 'edited', 'rejected')),
    grounding      real,
    source_changed smallint NOT NULL DEFAULT 0 CHECK (source_changed IN (0, 1)),
    model_name     text,
    prompt_version text,
    deleted_at     timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE utterance_seeds (
    utterance_id  uuid NOT NULL REFERENCES utterances ON DELETE CASCADE,
    seed_id       uuid NOT NULL REFERENCES seeds ON DELETE CASCADE,
    relation_type text NOT NULL DEFAULT 'derived_from'
        CHECK (relation_type IN ('derived_from', 'mentioned_in', 'edited_from')),
    span_start    integer,
    span_end      integer,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (utterance_id, seed_id, relation_type)
);
CREATE INDEX utterance_seeds_seed ON utterance_seeds (seed_id);
COMMENT ON COLUMN utterance_seeds.span_start IS 'first character of the supporting words in utterances.contents (C4)';

-- ---------------------------------------------------------------- vectors

-- One row per (name, digest): the model behind a tag may change (B8), and vectors of two models
-- must never be compared. `is_current` marks the one whose vectors are searched.
CREATE TABLE embedding_models (
    model_id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_name text NOT NULL,
    digest     text NOT NULL,
    dims       integer NOT NULL CHECK (dims > 0),
    is_current smallint NOT NULL DEFAULT 0 CHECK (is_current IN (0, 1)),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (model_name, digest)
);
CREATE UNIQUE INDEX embedding_models_current ON embedding_models (is_current) WHERE is_current = 1;

CREATE TABLE embeddings (
    embedding_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    target_type      text NOT NULL
        CHECK (target_type IN ('utterance', 'utterance_split', 'seed', 'cluster', 'cluster_overview', 'article')),
    target_id        uuid NOT NULL,
    model_id         smallint NOT NULL REFERENCES embedding_models,
    model_name       text NOT NULL,
    dims             integer NOT NULL,
    vector           halfvec NOT NULL,
    is_l2_normalized smallint NOT NULL DEFAULT 1 CHECK (is_l2_normalized = 1),
    is_active        smallint NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    source_hash      bytea,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (vector_dims(vector) = dims),
    UNIQUE (target_type, target_id, model_id)
);
COMMENT ON COLUMN embeddings.is_active IS 'searched; 0 while its seed is rejected or its utterance is deleted';

-- ---------------------------------------------------------------- the map's structure

CREATE TABLE cluster_generations (
    generation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mode          text NOT NULL,
    params        jsonb NOT NULL DEFAULT '{}',
    status        text NOT NULL CHECK (status IN ('building', 'published', 'partial', 'failed')),
    seeds_seen    integer,
    clusters      integer,
    coverage      real,
    snapshot_at   timestamptz,
    published_at  timestamptz,
    stats         jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE clusters (
    cluster_id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    generation_id        bigint REFERENCES cluster_generations ON DELETE SET NULL,
    parent_cluster_id    uuid REFERENCES clusters ON DELETE SET NULL,
    depth                integer NOT NULL DEFAULT 1,
    cluster_level        text NOT NULL DEFAULT 'cluster',
    cluster_title        text,
    cluster_overview     text,
    cluster_category     text,
    cluster_strength     smallint CHECK (cluster_strength BETWEEN 1 AND 10),
    overview_source      text CHECK (overview_source IN ('nearest', 'llm', 'user')),
    overview_stale       smallint NOT NULL DEFAULT 0 CHECK (overview_stale IN (0, 1)),
    is_pinned            smallint NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
    member_count         integer,
    core_count           integer,
    total_count          integer,
    cohesion             real,
    attach_sim           real,
    member_hash          bytea,
    avg_hypothetical     real,
    avg_confidence       real,
    avg_reinterpretation real,
    avg_resistance       real,
    avg_direction        real,
    is_archived          smallint NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN clusters.attach_sim IS 'least cosine to the centroid at which an item joins (F8, G2)';

CREATE TABLE cluster_lineage (
    generation_id   bigint NOT NULL REFERENCES cluster_generations ON DELETE CASCADE,
    cluster_id      uuid NOT NULL,
    from_cluster_id uuid NOT NULL,
    jaccard         real NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('same', 'split', 'merge')),
    PRIMARY KEY (generation_id, cluster_id, from_cluster_id)
);

CREATE TABLE edges (
    edge_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    src_type   text NOT NULL,
    src_id     uuid NOT NULL,
    dst_type   text NOT NULL,
    dst_id     uuid NOT NULL,
    edge_type  text NOT NULL CHECK (edge_type IN ('part_of', 'near')),
    role       text CHECK (role IN ('member', 'attached', 'affinity')),
    weight     real NOT NULL,
    source     text NOT NULL DEFAULT 'online' CHECK (source IN ('nightly', 'online', 'user')),
    is_active  smallint NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((src_type, src_id) <> (dst_type, dst_id)),
    CHECK ((edge_type = 'part_of') = (role IS NOT NULL)),
    CHECK (edge_type <> 'part_of' OR dst_type = 'cluster'),
    UNIQUE (src_type, src_id, dst_type, dst_id, edge_type)
);
CREATE INDEX edges_dst ON edges (dst_type, dst_id, edge_type);

CREATE TABLE layout_runs (
    layout_id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    algorithm        text NOT NULL DEFAULT 'umap',
    dims             integer NOT NULL DEFAULT 2,
    scope_type       text NOT NULL CHECK (scope_type IN ('atlas', 'global', 'cluster')),
    scope_cluster_id uuid REFERENCES clusters ON DELETE CASCADE,
    params_json      jsonb NOT NULL
        DEFAULT '{"n_components": 2, "n_neighbors": 15, "min_dist": 0.1, "random_state": 42}',
    member_hash      bytea,
    is_active        smallint NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((scope_type = 'cluster') = (scope_cluster_id IS NOT NULL))
);
CREATE UNIQUE INDEX layout_runs_cluster ON layout_runs (scope_cluster_id) WHERE is_active = 1 AND scope_type = 'cluster';
CREATE UNIQUE INDEX layout_runs_whole ON layout_runs (scope_type) WHERE is_active = 1 AND scope_type <> 'cluster';

CREATE TABLE layout_points (
    layout_id      uuid NOT NULL REFERENCES layout_runs ON DELETE CASCADE,
    target_type    text NOT NULL CHECK (target_type IN ('utterance', 'seed', 'cluster')),
    target_id      uuid NOT NULL,
    x              real NOT NULL,
    y              real NOT NULL,
    is_provisional smallint NOT NULL DEFAULT 0 CHECK (is_provisional IN (0, 1)),
    is_active      smallint NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (layout_id, target_type, target_id)
);
CREATE INDEX layout_points_target ON layout_points (target_type, target_id);

CREATE TABLE all_seed_info (
    model_id             smallint PRIMARY KEY REFERENCES embedding_models,
    n                    integer NOT NULL,
    avg_seed_distance    real,
    median_seed_distance real,
    avg_k10              real,
    median_k10           real,
    percentiles          jsonb,
    updated_at           timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- the queue

-- States: scheduled -> queued -> running -> done | dead | cancelled; running returns to scheduled (retry)
-- or queued (release). `claim_token` only ever grows and fences every write of a claimant; only the
-- database's clock is compared. The lease column is not indexed, so that heartbeats stay HOT updates.
CREATE TABLE worker_jobs (
    job_id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    job_type            text NOT NULL,
    target_table        text NOT NULL,
    target_id           uuid NOT NULL,
    payload             jsonb NOT NULL DEFAULT '{}',
    status              text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('scheduled', 'queued', 'running', 'done', 'dead', 'cancelled')),
    priority            smallint NOT NULL DEFAULT 100,
    run_at              timestamptz NOT NULL DEFAULT now(),
    attempts            smallint NOT NULL DEFAULT 0,
    max_attempts        smallint NOT NULL DEFAULT 5 CHECK (max_attempts > 0),
    returns             smallint NOT NULL DEFAULT 0,
    claim_token         bigint NOT NULL DEFAULT 0,
    claimed_by          uuid,
    claimed_at          timestamptz,
    lease_expires_at    timestamptz,
    deadline_at         timestamptz,
    cancel_requested_at timestamptz,
    outcome             text,
    last_error          jsonb,
    created_at          timestamptz NOT NULL DEFAULT now(),
    updated_at          timestamptz NOT NULL DEFAULT now(),
    finished_at         timestamptz,
    expires_at          timestamptz,
    CONSTRAINT worker_jobs_running_has_owner CHECK ((status = 'running') = (claimed_by IS NOT NULL)),
    CONSTRAINT worker_jobs_running_has_lease CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
    CONSTRAINT worker_jobs_ended_has_time CHECK ((status IN ('done', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
) WITH (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 50,
    autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1, autovacuum_vacuum_cost_limit = 2000
);
COMMENT ON COLUMN worker_jobs.returns IS 'times given back uncharged because the model server failed';
CREATE INDEX worker_jobs_claim ON worker_jobs (job_type, priority, created_at, job_id) WHERE status = 'queued';
CREATE INDEX worker_jobs_due ON worker_jobs (run_at) WHERE status = 'scheduled';
CREATE INDEX worker_jobs_running ON worker_jobs (job_id) WHERE status = 'running';
CREATE UNIQUE INDEX worker_jobs_waiting ON worker_jobs (target_id, job_type, target_table)
    WHERE status IN ('queued', 'scheduled');
CREATE INDEX worker_jobs_ended ON worker_jobs (finished_at) WHERE status IN ('done', 'dead', 'cancelled');
CREATE INDEX worker_jobs_dead ON worker_jobs (job_type) WHERE status = 'dead';
CREATE INDEX worker_jobs_expiring ON worker_jobs (expires_at) WHERE expires_at IS NOT NULL AND status IN ('queued', 'scheduled');

-- '*' pauses everything.
CREATE TABLE job_pauses (
    job_type  text PRIMARY KEY,
    paused_at timestamptz NOT NULL DEFAULT now(),
    reason    text
);

-- ---------------------------------------------------------------- the night

CREATE TABLE nightly_runs (
    run_id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status              text NOT NULL DEFAULT 'requested'
        CHECK (status IN ('requested', 'running', 'published', 'partial', 'failed', 'skipped', 'cancelled')),
    trigger             text NOT NULL CHECK (trigger IN ('cron', 'signal', 'command', 'doubling', 'catch_up', 'demo')),
    is_forced           smallint NOT NULL DEFAULT 0 CHECK (is_forced IN (0, 1)),
    host                text,
    generation_id       bigint REFERENCES cluster_generations ON DELETE SET NULL,
    requested_at        timestamptz NOT NULL DEFAULT now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    heartbeat_at        timestamptz,
    cancel_requested_at timestamptz,
    fraction            real,
    report              jsonb NOT NULL DEFAULT '{}',
    last_error          jsonb
);
CREATE UNIQUE INDEX nightly_runs_open ON nightly_runs ((true)) WHERE status IN ('requested', 'running');

CREATE TABLE nightly_steps (
    run_id      bigint NOT NULL REFERENCES nightly_runs ON DELETE CASCADE,
    step        text NOT NULL,
    ordinal     integer NOT NULL,
    status      text NOT NULL CHECK (status IN ('running', 'done', 'failed', 'skipped')),
    attempts    integer NOT NULL DEFAULT 1,
    fraction    real,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    seconds     real,
    peak_mib    real,
    details     jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, step)
);

-- What the database takes, looked at every few minutes, and what was told about it. Nothing here is text of the user.

CREATE TABLE memory_samples (
    sample_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    taken_at        timestamptz NOT NULL DEFAULT now(),
    database_bytes  bigint NOT NULL CHECK (database_bytes >= 0),
    effective_bytes bigint NOT NULL CHECK (effective_bytes >= 0),
    budget_bytes    bigint CHECK (budget_bytes > 0),
    disk_free_bytes bigint CHECK (disk_free_bytes >= 0),
    disk_bytes      bigint CHECK (disk_bytes >= 0),
    level           text NOT NULL CHECK (level IN ('normal', 'warning', 'critical', 'emergency')),
    parts           jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN memory_samples.effective_bytes IS 'database_bytes without what new rows can use';
COMMENT ON COLUMN memory_samples.disk_bytes IS 'of the disk of the embedded server; null where the server is elsewhere';
CREATE INDEX memory_samples_taken ON memory_samples (taken_at);

CREATE TABLE memory_alerts (
    alert_id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_type          text NOT NULL CHECK (alert_type IN ('warning', 'critical', 'emergency')),
    cause               text NOT NULL CHECK (cause IN ('budget', 'disk')),
    usage               double precision,
    threshold           double precision NOT NULL,
    recommended_actions text[] NOT NULL DEFAULT '{}',
    told_on             date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    created_at          timestamptz NOT NULL DEFAULT now(),
    acknowledged_at     timestamptz,
    UNIQUE (alert_type, told_on)
);
COMMENT ON COLUMN memory_alerts.usage IS 'share of the budget; null where there is none, and the disk is full';
COMMENT ON COLUMN memory_alerts.threshold IS 'share of the budget, or bytes that should be free on the disk';

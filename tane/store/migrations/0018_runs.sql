-- Runs of several kinds share one table and one runner; at most one of each kind is open.
-- Every row of before is a night: there is no other kind yet, and at most one of them is open, so the index can be made.

ALTER TABLE nightly_runs ADD COLUMN kind text NOT NULL DEFAULT 'nightly' CHECK (kind <> '');
COMMENT ON COLUMN nightly_runs.kind IS 'what kind of run: nightly; at most one of a kind is open at a time';

DROP INDEX nightly_runs_open;
CREATE UNIQUE INDEX nightly_runs_open ON nightly_runs (kind) WHERE status IN ('requested', 'running');

-- What the night's supervisors must know of each other.

ALTER TABLE nightly_runs
    ADD COLUMN epoch  integer NOT NULL DEFAULT 0,
    ADD COLUMN folder uuid,
    ADD COLUMN seeds  integer;
COMMENT ON COLUMN nightly_runs.epoch IS 'how often it was taken up; a supervisor writes only under its own';
COMMENT ON COLUMN nightly_runs.folder IS 'names the folder of its files; a run begun anew gets another one';
COMMENT ON COLUMN nightly_runs.seeds IS 'active seeds when it began; the next night is due at twice as many';

CREATE INDEX nightly_runs_requested ON nightly_runs (requested_at DESC);

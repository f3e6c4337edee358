-- A claim that was lost to a crash is no attempt. What its worker held is suspect and runs singly afterwards, so that
-- the one job that brings a process down is told from those that stood beside it (A1).
ALTER TABLE worker_jobs
    ADD COLUMN is_suspect smallint NOT NULL DEFAULT 0 CHECK (is_suspect IN (0, 1)),
    ADD COLUMN crashes    smallint NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    ADD COLUMN lost_by    uuid,
    ADD COLUMN lost_alone smallint NOT NULL DEFAULT 0 CHECK (lost_alone IN (0, 1));
COMMENT ON COLUMN worker_jobs.is_suspect IS '1: its last claimant fell silent while it held the job; it is claimed singly';
COMMENT ON COLUMN worker_jobs.crashes IS 'claimants that fell silent while this was the only job they held';
COMMENT ON COLUMN worker_jobs.lost_by IS 'the claimant that fell silent; one that comes back takes the suspicion away';

CREATE INDEX worker_jobs_suspect ON worker_jobs (job_type, crashes, priority, created_at, job_id)
    WHERE status = 'queued' AND is_suspect = 1;
CREATE INDEX worker_jobs_lost ON worker_jobs (lost_by) WHERE lost_by IS NOT NULL;

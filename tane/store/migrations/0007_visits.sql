-- When the owner last looked. What was stored before that moment was there to be seen.

CREATE TABLE visits (
    visitor    text PRIMARY KEY DEFAULT 'owner',
    visited_at timestamptz NOT NULL
);
COMMENT ON COLUMN visits.visited_at IS 'everything committed later has a later created_at';

-- How many replies of the text model could be used, by hour: what the owner cannot see from jobs, because a reply that was
-- of no use is asked for again. A table of its own, so nothing of older rows is touched.
CREATE TABLE model_replies (
    hour     timestamptz PRIMARY KEY,
    replies  bigint NOT NULL DEFAULT 0 CHECK (replies >= 0),
    unusable bigint NOT NULL DEFAULT 0 CHECK (unusable BETWEEN 0 AND replies)
);
COMMENT ON TABLE model_replies IS 'replies of the text model that were read, and those of no use';

-- What document 001's clustering must remember of a cluster, so that it is not tried in vain every night (F21).
ALTER TABLE clusters ADD COLUMN split_tried integer NOT NULL DEFAULT 0 CHECK (split_tried >= 0);
COMMENT ON COLUMN clusters.split_tried IS 'members when a split was last tried in vain; 0 for never (clustering.mode incremental)';

-- Articles stay apart from the owner's talk: nothing of them is on a map, and their sources say so from the first moment.

CREATE OR REPLACE FUNCTION seedless_utterances(model integer, least_chars integer, passed_over text[])
RETURNS TABLE (utterance_id uuid) LANGUAGE sql STABLE AS $$
    SELECT u.utterance_id FROM mapped_utterances u
    WHERE length(u.contents) >= least_chars AND (u.speaker IS NULL OR u.speaker <> ALL (passed_over))
      AND NOT EXISTS (
        SELECT FROM utterance_seeds l
        JOIN seeds s ON s.seed_id = l.seed_id AND s.deleted_at IS NULL
        LEFT JOIN active_vectors v ON v.target_type = 'seed' AND v.target_id = s.seed_id AND v.model_id = model
        WHERE l.utterance_id = u.utterance_id AND (v.target_id IS NOT NULL OR s.review_status = 'rejected'))
$$;

-- Other programs name the kind of their source and nothing else. A kind that map.sources names is taken onto maps afterwards.
CREATE FUNCTION keep_articles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind IN ('feed', 'folder', 'http', 'articles') THEN
        NEW.is_mapped := 0;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sources_keep_articles_apart BEFORE INSERT OR UPDATE OF kind ON sources
    FOR EACH ROW EXECUTE FUNCTION keep_articles_apart();

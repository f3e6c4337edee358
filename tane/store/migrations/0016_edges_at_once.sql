-- Another program's edge that meets one which Tane draws at the same moment, in a transaction that has not ended: it
-- waits for that transaction and becomes the program's own, as one that was there before does. Until now it was
-- refused, or with ON CONFLICT DO NOTHING silently dropped.
CREATE OR REPLACE FUNCTION set_edge_role() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    placeholder uuid;
BEGIN
    NEW.src_type := canonical_target(NEW.src_type);
    NEW.dst_type := canonical_target(NEW.dst_type);
    IF NEW.edge_type = 'part_of' AND NEW.role IS NULL THEN
        NEW.role := 'member';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.edge_type = 'near' AND OLD.edge_type = 'part_of' THEN
            NEW.role := NULL;
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.source = 'user' THEN
        FOR attempt IN 1..2 LOOP
            UPDATE edges SET edge_id = NEW.edge_id, role = NEW.role, weight = NEW.weight, source = 'user',
                is_active = NEW.is_active, created_at = NEW.created_at, updated_at = NEW.updated_at
            WHERE src_type = NEW.src_type AND src_id = NEW.src_id AND dst_type = NEW.dst_type AND dst_id = NEW.dst_id
              AND edge_type = NEW.edge_type AND source <> 'user';
            IF FOUND THEN
                RETURN NULL;
            END IF;
            -- What is not committed yet is not seen, but the unique index waits for it.
            INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active)
            VALUES (NEW.src_type, NEW.src_id, NEW.dst_type, NEW.dst_id, NEW.edge_type, NEW.role, 0, 'online', 0)
            ON CONFLICT (src_type, src_id, dst_type, dst_id, edge_type) DO NOTHING RETURNING edge_id INTO placeholder;
            IF FOUND THEN
                DELETE FROM edges WHERE edge_id = placeholder;
                RETURN NEW;
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END $$;

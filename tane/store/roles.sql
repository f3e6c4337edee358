-- name: list_roles
SELECT utterance_role_id, utterance_role_name, description FROM utterance_roles ORDER BY created_at, utterance_role_name;

-- name: put_role
INSERT INTO utterance_roles (utterance_role_name, description) VALUES ($1, $2)
ON CONFLICT (utterance_role_name) DO UPDATE
    SET description = coalesce(excluded.description, utterance_roles.description), updated_at = now()
RETURNING utterance_role_id;

-- name: remove_role
DELETE FROM utterance_roles WHERE utterance_role_name = $1;

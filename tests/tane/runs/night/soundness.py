"""What must hold of all tables after every night, as questions whose answer is no row."""

from tane.store.pool import Pool

VISIBLE = {
    "seed": "SELECT seed_id FROM seeds WHERE review_status <> 'rejected' AND deleted_at IS NULL",
    "utterance": "SELECT utterance_id FROM utterances WHERE deleted_at IS NULL",
    "utterance_split": "SELECT utterance_split_id FROM utterance_splits",
    "cluster": "SELECT cluster_id FROM clusters WHERE is_archived = 0",
}
CLUSTER = "FROM clusters c WHERE c.is_archived = 0 AND"


def _dangling(table: str, kind: str, item: str) -> dict[str, str]:
    return {
        f"{table} without its {name}": f"SELECT {item} FROM {table} WHERE {kind} = '{name}' AND is_active = 1 "
        f"AND {item} NOT IN ({visible})"
        for name, visible in VISIBLE.items()
    }


QUESTIONS = {
    **_dangling("embeddings", "target_type", "target_id"),
    **_dangling("edges", "src_type", "src_id"),
    **_dangling("edges", "dst_type", "dst_id"),
    **_dangling("layout_points", "target_type", "target_id"),
    "an edge to itself": "SELECT src_id FROM edges WHERE src_id = dst_id",
    "a near edge to its own source": """
        SELECT e.src_id FROM edges e JOIN utterance_seeds u ON e.is_active = 1 AND e.edge_type = 'near'
            AND ((e.src_id = u.seed_id AND e.dst_id = u.utterance_id) OR (e.dst_id = u.seed_id AND e.src_id = u.utterance_id))""",
    "a cluster without exactly one centroid": f"""
        SELECT c.cluster_id {CLUSTER} 1 <> (SELECT count(*) FROM embeddings e
            WHERE e.target_type = 'cluster' AND e.target_id = c.cluster_id AND e.is_active = 1)""",
    "a centroid that is not of length one": """
        SELECT target_id FROM embeddings WHERE target_type = 'cluster' AND abs(l2_norm(vector) - 1) > 1e-3""",
    "a cluster without exactly one active map": f"""
        SELECT c.cluster_id {CLUSTER} 1 <> (SELECT count(*) FROM layout_runs r
            WHERE r.scope_cluster_id = c.cluster_id AND r.is_active = 1)""",
    "a cluster that counts other members than it has": f"""
        SELECT c.cluster_id {CLUSTER} c.member_count <> (SELECT count(*) FROM edges e
            WHERE e.dst_id = c.cluster_id AND e.src_type IN ('seed', 'utterance') AND e.is_active = 1 AND e.role IN ('member', 'attached'))""",
    "a cluster without any member": f"SELECT c.cluster_id {CLUSTER} coalesce(c.total_count, 0) < 1",
    "a cluster under one that is gone": f"""
        SELECT c.cluster_id {CLUSTER} c.parent_cluster_id IN (SELECT cluster_id FROM clusters WHERE is_archived = 1)""",
    "a seed or an utterance in two clusters": """
        SELECT src_id FROM edges WHERE src_type IN ('seed', 'utterance') AND edge_type = 'part_of' AND is_active = 1
            AND role IN ('member', 'attached') GROUP BY src_id HAVING count(*) > 1""",
    "an item that is on no atlas": """
        SELECT e.target_id FROM embeddings e WHERE e.target_type IN ('seed', 'utterance', 'cluster') AND e.is_active = 1
            AND NOT EXISTS (SELECT FROM utterances u JOIN sources s USING (source_id)
                WHERE u.utterance_id = e.target_id AND s.kind IN ('feed', 'folder', 'http', 'articles'))
            AND NOT EXISTS (SELECT FROM layout_points p JOIN layout_runs r USING (layout_id)
                WHERE r.scope_type = 'atlas' AND r.is_active = 1 AND p.is_active = 1 AND p.target_id = e.target_id)""",
    "an utterance outside whose seed is inside": """
        SELECT p.target_id FROM layout_points p JOIN layout_runs r USING (layout_id)
        JOIN utterance_seeds u ON u.utterance_id = p.target_id
        JOIN edges e ON e.src_id = u.seed_id AND e.edge_type = 'part_of' AND e.is_active = 1 AND e.role <> 'affinity'
        WHERE r.scope_type = 'global' AND r.is_active = 1 AND p.is_active = 1""",
    "a place that is no number": "SELECT target_id FROM layout_points WHERE is_active = 1 AND (x IN ('NaN', 'Infinity', '-Infinity') OR y IN ('NaN', 'Infinity', '-Infinity'))",
    "two titles alike": "SELECT lower(cluster_title) FROM clusters WHERE is_archived = 0 GROUP BY 1 HAVING count(*) > 1",
    "a line of descent of a cluster that is gone": """
        SELECT cluster_id FROM cluster_lineage WHERE cluster_id NOT IN (SELECT cluster_id FROM clusters)
            OR from_cluster_id NOT IN (SELECT cluster_id FROM clusters)""",
    "a job for what is gone": " UNION ALL ".join(
        f"SELECT target_id FROM worker_jobs WHERE target_table = '{name}' AND status IN ('queued', 'scheduled') "
        f"AND target_id NOT IN ({visible.partition(' WHERE')[0]})"
        for name, visible in VISIBLE.items()
    ),
    "staging left over": "SELECT id FROM night_sources",
}


async def unsound(pool: Pool) -> dict[str, int]:
    """Return the questions that have rows, and how many."""
    found = {name: len(await pool.fetch(question)) for name, question in QUESTIONS.items()}
    return {name: count for name, count in found.items() if count}

"""What must hold after a fault, and after the journey was made again without one."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from tane.store.pool import Connection

State: TypeAlias = "dict[str, list[str]]"

STATUSES = (0, 1, 69)
"""What a command may end with when its surroundings fail: all is well, it could not be done, what it needs is away."""
KILLED = -9
_BUG = re.compile(r"this is a bug in Tane|Traceback|never awaited|never retrieved|_died", re.IGNORECASE)

# What a journey leaves, without ids and times that differ from one making to the next.
_STATE = {
    "utterances": "SELECT contents || did_asked_knowledge::text FROM utterances WHERE deleted_at IS NULL ORDER BY 1",
    "sources": "SELECT name FROM sources ORDER BY 1",
    "pieces": "SELECT contents FROM utterance_splits ORDER BY 1",
    "seeds": "SELECT body FROM seeds WHERE deleted_at IS NULL ORDER BY 1",
    "links": """SELECT body || contents FROM utterance_seeds JOIN seeds USING (seed_id)
        JOIN utterances USING (utterance_id) ORDER BY 1""",
    "vectors": "SELECT target_type || count(*) FROM embeddings WHERE is_active = 1 GROUP BY target_type ORDER BY 1",
    "jobs": "SELECT job_type || status || count(*) FROM worker_jobs GROUP BY job_type, status ORDER BY 1",
    "attempts": "SELECT job_type FROM worker_jobs WHERE attempts > 1 AND status = 'dead' ORDER BY 1",
    "clusters": "SELECT coalesce(cluster_title, '') || member_count FROM clusters WHERE is_archived = 0 ORDER BY 1",
    "generations": "SELECT count(*)::text FROM cluster_generations",
    "maps": "SELECT scope_type || count(*) FROM layout_runs WHERE is_active = 1 GROUP BY scope_type ORDER BY 1",
    "places": """SELECT scope_type || target_type || count(*) FROM layout_points p JOIN layout_runs r USING (layout_id)
        WHERE p.is_active = 1 AND r.is_active = 1 GROUP BY scope_type, target_type ORDER BY 1""",
    "staging": "SELECT id::text FROM night_sources",
}


async def state_of(conn: Connection) -> State:
    """Return what the tables hold."""
    return {name: [str(row[0]) for row in await conn.fetch(question)] for name, question in _STATE.items()}


def differences(found: State, expected: State) -> list[str]:
    """Return in words what is another than it must be. Pure."""
    return [
        f"{name}: {_shown(found[name], expected[name])}" for name in expected if found[name] != expected[name]
    ]


def _shown(found: Sequence[str], expected: Sequence[str]) -> str:
    missing = [row for row in expected if row not in found]
    added = [row for row in found if row not in expected]
    return f"{len(found)} instead of {len(expected)} rows, missing {missing[:2]}, too many {added[:2]}"


def ended_badly(status: int | None, said: str, *, kind: str) -> list[str]:
    """Return what is wrong with how a process ended. Pure."""
    if status is None:
        return ["it hangs"]
    wrong = []
    if kind == "dies":
        return [] if status in (KILLED, *STATUSES) else [f"status {status}"]
    if status not in STATUSES:
        wrong.append(f"status {status}")
    if status != 0 and "tane: " not in said and '"event"' not in said:
        wrong.append("it does not say why it failed")
    if found := _BUG.search(said):
        wrong.append(f"it says {found[0]!r}")
    return wrong


def left_behind(folder: Path) -> list[str]:
    """Return the files that a journey, made again, has not tidied up."""
    names = [path.name for path in folder.rglob("*") if path.name.endswith((".partial", ".part"))]
    return [f"left behind: {re.sub('[0-9]+', 'N', name)}" for name in names]

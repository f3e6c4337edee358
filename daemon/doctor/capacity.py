"""Is there room for what comes, by the last look at what the database takes?"""

from daemon.doctor.finding import Finding, fail, ok, warn
from daemon.memory_look import used_line
from tane.store import memory
from tane.store.memory import StoredSample
from tane.store.pool import Connection

CHECK = "memory"
_STATUS = "`tane memory status` shows where your bytes are, and what would help"


async def examine_memory(conn: Connection, *, is_enabled: bool) -> Finding:
    """Read the last look."""
    return judge_sample(await memory.read_last_sample(conn), is_enabled=is_enabled)


def judge_sample(sample: StoredSample | None, *, is_enabled: bool) -> Finding:
    """Judge the last look. Pure."""
    if not is_enabled:
        return ok(CHECK, "nobody looks (memory.enabled)")
    if sample is None:
        return ok(CHECK, "not looked at yet: `tane run` does every few minutes")
    said = used_line(sample)
    if sample.level == "normal":
        return ok(CHECK, said)
    judged = fail if sample.level == "emergency" else warn
    return judged(CHECK, f"{sample.level}: {said}", _STATUS)

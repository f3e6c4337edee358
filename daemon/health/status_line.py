"""One line for the service manager, as `systemctl status` shows it. Pure."""

from daemon.duration import ago
from daemon.health import public_names
from daemon.health.process import Process
from daemon.health.snapshot import DatabaseState, HealthSnapshot
from daemon.memory_look import used_line


def status_line(snapshot: HealthSnapshot) -> str:
    """Return what an operator wants to know first, in words of ours."""
    parts = [] if snapshot.process is None else [_process(snapshot.process)]
    if snapshot.stored is None:
        return ", ".join([*parts, "the database does not answer"])
    parts.append(_queue(snapshot.stored))
    line = ", ".join(parts)
    asides = [_night(snapshot.stored), _models(snapshot), _memory(snapshot.stored)]
    return "; ".join([line, *(aside for aside in asides if aside)])


def _process(process: Process) -> str:
    busy = f"{sum(process.busy.values())} of {sum(process.slots.values())} slots busy"
    return f"stopping, {busy}" if process.is_stopping else busy


def _queue(stored: DatabaseState) -> str:
    waiting = stored.total("queued", "scheduled")
    if stored.oldest_waiting_s is None:
        return f"{waiting} waiting"
    return f"{waiting} waiting, oldest {ago(stored.oldest_waiting_s)}"


def _night(stored: DatabaseState) -> str:
    night = stored.night
    if night is None or not night.is_open:
        return "last night failed" if night is not None and night.status == "failed" else ""
    if night.step is None:
        return "night: waits" if night.status == "requested" else "night: begins"
    share = next((one.fraction for one in night.steps if one.step == night.step), None) or 0.0
    return f"night: {public_names.step(night.step)} {100 * share:.0f} %"


def _models(snapshot: HealthSnapshot) -> str:
    process = snapshot.process
    if process is not None and process.missing:
        return "a model is missing"
    if process is not None and process.blocked:
        return f"model server down for {ago(process.down_for_s)}"
    return ""


def _memory(stored: DatabaseState) -> str:
    sample = stored.memory
    return "" if sample is None or sample.level == "normal" else f"memory {sample.level}: {used_line(sample)}"

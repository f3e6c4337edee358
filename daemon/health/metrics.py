"""What /metrics shows, out of one snapshot and this process's counters: the age of the oldest waiting job first."""

from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client.metrics_core import Metric

from daemon.health import public_names
from daemon.health.counters import Counters
from daemon.health.process import Process
from daemon.health.snapshot import DatabaseState, HealthSnapshot
from tane.memory.levels import LEVELS
from tane.memory.parts import PARTS
from tane.store.runs import MORNING, RECAP
from tane.web.metrics import counters, gauge, gauges, histograms

NIGHT_STATES = ("requested", "running", "published", "partial", "failed", "skipped", "cancelled")


def families(
    snapshot: HealthSnapshot,
    counted: Counters | None = None,
    *,
    rescued: int = 0,
    claims: dict[str, int] | None = None,
) -> list[Metric]:
    """Return all metrics. Pure. Labels are names of ours, never ids or text."""
    found: list[Metric] = []
    if snapshot.stored is not None:
        found += _queue(snapshot.stored)
    found += _availability(snapshot)
    if snapshot.stored is not None:
        found += [
            *_night(snapshot.stored),
            *_editions(snapshot.stored),
            *_content(snapshot.stored),
            *_memory(snapshot.stored),
        ]
    if counted is not None:
        found += _counted(counted, rescued=rescued, claims=claims or {})
    if snapshot.process is not None:
        found += _process(snapshot.process)
    return found


def _queue(stored: DatabaseState) -> Iterator[Metric]:
    yield gauges(
        "tane_oldest_waiting_seconds", "Age of the oldest job that may be claimed.",
        (({"type": name}, age_s) for name, age_s in public_names.oldest(stored.waiting_s).items()),
    )  # fmt: skip
    yield gauges(
        "tane_jobs", "Jobs by state.",
        (({"type": name, "state": state}, n) for (name, state), n in public_names.jobs(stored.queue).items()),
    )  # fmt: skip
    yield gauges(
        "tane_paused", "Job types that nobody claims; * stands for all.",
        (({"type": name}, 1) for name in public_names.paused(stored.pauses)),
    )  # fmt: skip


def _availability(snapshot: HealthSnapshot) -> Iterator[Metric]:
    yield gauges("tane_build_info", "The version that answers.", [({"version": version("tane")}, 1)])
    yield gauge("tane_database_up", "Whether the database answered.", float(snapshot.stored is not None))
    states = ("ok", "stand-in", "missing", "down")
    yield gauges(
        "tane_model_server", "State of the model server.",
        (({"state": state}, float(snapshot.models.state == state)) for state in states),
    )  # fmt: skip


def _night(stored: DatabaseState) -> Iterator[Metric]:
    night, last = stored.night, stored.last_map
    yield gauges(
        "tane_nightly_status", "State of the night that is open, or of the last.",
        (({"status": one}, float(night is not None and night.status == one)) for one in NIGHT_STATES),
    )  # fmt: skip
    if last is not None:
        yield gauge(
            "tane_nightly_last_success_timestamp_seconds", "When the last night ended well.",
            last.finished_at.timestamp(),
        )  # fmt: skip
        yield gauge(
            "tane_nightly_last_success_age_seconds", "Time since the last night ended well.", last.age_s
        )
        yield gauge("tane_nightly_seconds", "How long that night took.", last.seconds)
        yield gauge("tane_map_clusters", "Clusters of the map in use.", last.clusters)
        yield gauge(
            "tane_map_coverage_ratio",
            "Share of the seeds that are in clusters of the map in use.",
            last.coverage,
        )
    if night is not None:
        yield gauge(
            "tane_nightly_progress_ratio",
            "How far the open night is.",
            night.fraction if night.is_open else None,
        )
        yield gauges(
            "tane_nightly_step_seconds", "How long each step of that night has taken.",
            {public_names.step(one.step): ({"step": public_names.step(one.step)}, one.seconds) for one in night.steps}.values(),
        )  # fmt: skip


def _editions(stored: DatabaseState) -> Iterator[Metric]:
    names = {
        RECAP: ("tane_recap_last_good_age_seconds", "Time since the last recap ended well."),
        MORNING: ("tane_morning_last_good_age_seconds", "Time since the last morning ended well."),
    }
    for last in stored.editions:
        if last.age_s is not None:
            yield gauge(*names[last.kind], last.age_s)


def _content(stored: DatabaseState) -> Iterator[Metric]:
    counts = stored.counts
    if counts is None:
        return
    kinds = ("utterances", "seeds", "embeddings", "edges", "points", "clusters")
    yield gauges(
        "tane_items", "What is stored.",
        (({"kind": kind}, getattr(counts, kind)) for kind in kinds),
    )  # fmt: skip


def _memory(stored: DatabaseState) -> Iterator[Metric]:
    sample = stored.memory
    if sample is None:
        return
    yield gauges(
        "tane_memory_level", "How full it is, by the last look.",
        (({"level": level}, float(sample.level == level)) for level in LEVELS),
    )  # fmt: skip
    yield gauge("tane_memory_sample_age_seconds", "Time since that look.", sample.age_s)
    yield gauges(
        "tane_database_bytes", "What the database takes on disk, by what it holds.",
        (({"part": part}, sample.parts.get(part, 0)) for part in PARTS),
    )  # fmt: skip
    yield gauge(
        "tane_memory_effective_bytes", "The same without what new rows can use.", sample.effective_bytes
    )
    yield gauge("tane_memory_budget_bytes", "What it should not exceed.", sample.budget_bytes)
    yield gauge("tane_disk_free_bytes", "Free on the disk of the embedded database.", sample.disk_free_bytes)


def _counted(counted: Counters, *, rescued: int, claims: dict[str, int]) -> Iterator[Metric]:
    yield counters(
        "tane_jobs_ended_total", "Claims of this process that ended, by how.",
        (({"type": public_names.job_type(name), "outcome": ending}, n) for (name, ending), n in counted.ended.items()),
    )  # fmt: skip
    yield histograms(
        "tane_job_wait_seconds", "From the insertion of a job to its claim.",
        (({"type": public_names.job_type(name)}, seen.read()) for name, seen in counted.waits.items()),
    )  # fmt: skip
    yield histograms(
        "tane_job_run_seconds", "From the claim of a batch to its end.",
        (({"type": public_names.job_type(name)}, seen.read()) for name, seen in counted.runs.items()),
    )  # fmt: skip
    yield counters(
        "tane_claims_total", "Looks at the queue, by what came of them.",
        (({"result": name}, n) for name, n in claims.items()),
    )  # fmt: skip
    yield counters(
        "tane_claims_lost_total", "Jobs that another claimant had taken meanwhile.", [({}, counted.lost)]
    )
    yield counters("tane_claims_rescued_total", "Claims taken back from the silent.", [({}, rescued)])
    yield counters(
        "tane_llm_replies_total", "Replies of the text model, by whether anything in them could be used.",
        [({"usable": "yes"}, counted.replies - counted.unusable), ({"usable": "no"}, counted.unusable)],
    )  # fmt: skip
    yield counters(
        "tane_llm_calls_total", "Calls of a model, by what became of them.",
        (
            ({"model": model, "operation": operation, "outcome": outcome}, n)
            for (model, operation, outcome), n in counted.calls.items()
        ),
    )  # fmt: skip
    yield histograms(
        "tane_llm_call_seconds", "How long a call of a model took.",
        (
            ({"model": model, "operation": operation}, seen.read())
            for (model, operation), seen in counted.call_times.items()
        ),
    )  # fmt: skip
    yield counters(
        "tane_llm_tokens_total", "Tokens to and from a model, as the server counts them.",
        (
            ({"model": model, "direction": way}, n)
            for model, tokens in counted.tokens.items()
            for way, n in (("prompt", tokens.prompt), ("reply", tokens.reply))
        ),
    )  # fmt: skip


def _process(process: Process) -> Iterator[Metric]:
    yield gauge("tane_claiming", "Whether the queue is really being read.", float(process.is_claiming))
    yield gauge("tane_claim_idle_seconds", "Time since the queue was read.", process.idle_s)
    yield gauges(
        "tane_slots", "Batches that may be worked on at once.",
        (({"lane": lane}, n) for lane, n in process.slots.items()),
    )  # fmt: skip
    yield gauges(
        "tane_slots_busy", "Batches that are being worked on.", (({"lane": lane}, n) for lane, n in process.busy.items())
    )  # fmt: skip
    yield gauges(
        "tane_breaker_open", "Lanes that wait for their model.",
        (({"lane": lane}, float(lane in process.blocked)) for lane in process.slots),
    )  # fmt: skip
    yield gauge("tane_breaker_open_seconds", "For how long they wait.", process.down_for_s)
    yield gauge("tane_listening", "Whether the database's notifications arrive.", float(process.is_listening))
    yield gauges(
        "tane_database_connections", "Connections of the pool.",
        [({"state": "open"}, process.connections), ({"state": "busy"}, process.connections_busy)],
    )  # fmt: skip
    yield gauge("tane_loop_lag_seconds", "By how much the event loop was late, at worst in the last minute.", process.loop_lag_s)  # fmt: skip
    yield gauge("tane_resident_memory_bytes", "Memory of this process.", process.resident_bytes)
    yield gauge("tane_uptime_seconds", "Time since this process began to work.", process.uptime_s)

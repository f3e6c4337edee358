"""Which metrics there are, with which labels; read back by the parser of Prometheus's own client."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families as parsed

from daemon.health.counters import Counters, Histogram
from daemon.health.metrics import families
from daemon.health.snapshot import HealthSnapshot
from daemon.queue.batch import Batch
from handlers.contract import Lane
from tane.llm.calls import CallRecord
from tane.store.jobs import Ending, Job, Verdict
from tane.web.metrics import render
from tests.daemon.health.snapshots import NOW, last_map, night, process, sample, snapshot, step, stored
from tests.daemon.queue.workshop import Craft

SECRET = "秘密の一文"


def shown(seen: HealthSnapshot, counters: Counters | None = None, **counts: Any) -> dict[str, Metric]:
    return {family.name: family for family in parsed(render(families(seen, counters, **counts)))}


def values(metric: Metric) -> dict[tuple[str, ...], float]:
    return {tuple(one.labels.values()): one.value for one in metric.samples}


def job(job_type: str, *, waited_s: float) -> Job:
    return Job(
        job_id=uuid4(), job_type=job_type, target_type="seed", target_id=uuid4(), priority=1, attempts=1,
        max_attempts=5, returns=0, claim_token=1, created_at=NOW - timedelta(seconds=waited_s), claimed_at=NOW,
    )  # fmt: skip


def test_the_oldest_waiting_job_comes_first_by_type_and_is_0_where_none_waits():
    found = shown(snapshot(stored=stored(waiting_s={"embedding": 90.0, SECRET: 5.0, "x": 7.0})))

    assert next(iter(found)) == "tane_oldest_waiting_seconds"
    ages = values(found["tane_oldest_waiting_seconds"])
    assert (ages["embedding",], ages["cluster_body",], ages["other",]) == (90.0, 0.0, 7.0)


def test_no_series_is_written_twice_and_no_text_of_others_once():
    everything = stored(
        waiting_s={SECRET: 1.0},
        queue={SECRET: {"queued": 1}, "x": {"queued": 2}},
        dead=[{"job_type": SECRET, "cause": SECRET, "n": 1}],
        pauses=[{"job_type": SECRET, "reason": SECRET}, {"job_type": "x", "reason": None}, {"job_type": "*"}],
        night=night(steps=(step(SECRET), step("x"), step("maps")), host=SECRET),
        last_map=last_map(),
    )
    counters = Counters()
    counters.count_batch(Batch(Craft().handler(SECRET), [job(SECRET, waited_s=1)]), [])

    text = render(families(snapshot(stored=everything), counters, rescued=1, claims={"empty": 2}))

    series = [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert len(series) == len(set(series))
    assert SECRET not in text
    assert 'tane_jobs{state="queued",type="other"} 3.0' in text


def test_the_night_is_told_by_its_state_its_age_and_what_it_made():
    found = shown(snapshot(stored=stored(night=night(), last_map=last_map())))

    assert {label for (label,), value in values(found["tane_nightly_status"]).items() if value} == {"running"}
    assert values(found["tane_nightly_last_success_age_seconds"]) == {(): 3600.0}
    assert values(found["tane_nightly_last_success_timestamp_seconds"]) == {(): NOW.timestamp()}
    assert values(found["tane_nightly_progress_ratio"]) == {(): 0.7}
    assert values(found["tane_map_coverage_ratio"]) == {(): 0.75}
    assert values(found["tane_nightly_step_seconds"])["maps",] == 5.0


def test_what_the_database_takes_is_told_by_the_last_look_and_not_before_one():
    found = shown(snapshot(stored=stored(memory=sample())))

    assert {label for (label,), value in values(found["tane_memory_level"]).items() if value} == {"critical"}
    assert values(found["tane_database_bytes"])["text",] == 30 * 10**9
    assert values(found["tane_database_bytes"])["edges",] == 0
    assert values(found["tane_memory_effective_bytes"]) == {(): 46 * 10**9}
    assert "tane_memory_level" not in shown(snapshot(stored=stored()))
    assert "tane_memory_budget_bytes" not in shown(snapshot(stored=stored(memory=sample(budget_bytes=None))))


def test_without_a_database_the_process_is_still_measured():
    found = shown(snapshot(stored=None, trouble="x", process=process(blocked=("text",), down_for_s=4.0)))

    assert values(found["tane_database_up"]) == {(): 0.0}
    assert values(found["tane_breaker_open"]) == {("text",): 1.0, ("embed",): 0.0}
    assert values(found["tane_breaker_open_seconds"]) == {(): 4.0}
    assert values(found["tane_resident_memory_bytes"]) == {(): 2**20}


def test_the_model_server_is_in_one_state():
    found = shown(snapshot(models=replace(snapshot().models, state="missing")))

    assert {label for (label,), value in values(found["tane_model_server"]).items() if value} == {"missing"}


class TestTheTally:
    def test_counts_jobs_by_how_they_ended_and_those_that_were_lost(self):
        jobs = [job("embedding", waited_s=seconds) for seconds in (0.5, 20.0, 9.0)]
        batch = Batch(Craft().handler("embedding", lane=Lane.EMBED, batch_size=8), jobs)
        counters = Counters()

        counters.count_batch(
            batch, [Verdict(job=jobs[0], ending=Ending.DONE), Verdict(job=jobs[1], ending=Ending.DEAD)]
        )

        found = shown(snapshot(), counters, rescued=4, claims={"jobs": 1, "empty": 2})
        assert values(found["tane_jobs_ended"]) == {("done", "embedding"): 1, ("dead", "embedding"): 1}
        assert values(found["tane_claims_lost"]) == {(): 1}
        assert values(found["tane_claims_rescued"]) == {(): 4}
        assert values(found["tane_claims"]) == {("jobs",): 1, ("empty",): 2}
        waits = {one.labels.get("le", one.name): one.value for one in found["tane_job_wait_seconds"].samples}
        assert (waits["1"], waits["5"], waits["60"], waits["+Inf"]) == (1, 1, 2, 2)
        assert waits["tane_job_wait_seconds_sum"] == 20.5

    def test_counts_calls_of_models_by_outcome_with_their_tokens_and_seconds(self):
        counters = Counters()
        for outcome, seconds in (("ok", 2.0), ("ok", 0.2), ("ModelTimeout", 400.0)):
            counters.count_call(
                CallRecord(
                    model="m",
                    operation="chat",
                    outcome=outcome,
                    seconds=seconds,
                    prompt_tokens=7,
                    reply_tokens=3,
                )
            )

        found = shown(snapshot(), counters)

        assert values(found["tane_llm_calls"]) == {("m", "chat", "ok"): 2, ("m", "chat", "ModelTimeout"): 1}
        assert values(found["tane_llm_tokens"]) == {("prompt", "m"): 21, ("reply", "m"): 9}
        seen = {one.labels.get("le", one.name): one.value for one in found["tane_llm_call_seconds"].samples}
        assert (seen["0.5"], seen["2.5"], seen["300"], seen["+Inf"]) == (1, 2, 2, 3)

    def test_a_bound_belongs_to_the_bucket_below_it(self):
        histogram = Histogram((1.0, 2.0))
        for value in (1.0, 1.5, 2.0, 2.1):
            histogram.observe(value)

        assert histogram.read().counts == (1, 2, 1)

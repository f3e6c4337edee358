import pytest

from daemon.queue.breaker import PROBES, Breaker
from daemon.queue.lanes import MODELS
from handlers.contract import Lane
from tane.llm.model_errors import ModelCrashed, ModelMissing, ModelUnavailable, ModelUnfit, RequestRefused
from tests.daemon.queue.workshop import FakeModels, Workshop


class Switch:
    """A breaker before a fake model server, and how often it said that all is well."""

    def __init__(self) -> None:
        self.models = FakeModels()
        self.recoveries = 0
        self.breaker = Breaker(probe=self.models.probe, on_recovery=self.count)

    def count(self) -> None:
        self.recoveries += 1


@pytest.fixture
def switch() -> Switch:
    return Switch()


class TestTheBreaker:
    def test_lets_everything_pass_at_first(self, switch: Switch):
        assert switch.breaker.blocked == frozenset()

    @pytest.mark.parametrize("error", [ModelUnavailable("refused"), ModelCrashed("runner died")])
    def test_stops_both_models_at_the_first_failure_of_one(self, switch: Switch, error: ModelUnavailable):
        switch.breaker.report(Lane.TEXT, error)

        assert switch.breaker.blocked == MODELS

    def test_lets_the_built_in_encoder_work_while_the_server_is_away(self, switch: Switch):
        switch.breaker.on_server = frozenset({Lane.TEXT})
        switch.breaker.report(Lane.TEXT, ModelUnavailable("refused"))

        assert switch.breaker.blocked == {Lane.TEXT}

        switch.breaker.report(Lane.EMBED, ModelCrashed("its process was killed"))

        assert switch.breaker.blocked == MODELS

    def test_stops_only_the_lane_of_a_missing_model(self, switch: Switch):
        switch.breaker.report(Lane.TEXT, ModelMissing("gpt-oss:20b"))

        assert switch.breaker.blocked == {Lane.TEXT}
        assert switch.breaker.missing == {Lane.TEXT: "gpt-oss:20b"}

    def test_stops_only_the_lane_of_a_model_of_no_use_and_tells_why(self, switch: Switch):
        switch.breaker.report(Lane.EMBED, ModelUnfit("NaN for every text"))

        assert switch.breaker.blocked == {Lane.EMBED}
        assert switch.breaker.reasons == {Lane.EMBED: "NaN for every text"}

    async def test_wants_proof_of_a_model_that_answered_and_nothing_usable(self):
        models, proofs = FakeModels(), list[Lane]()

        async def prove(lane: Lane) -> None:
            proofs.append(lane)
            if len(proofs) < 2:
                raise ModelUnfit("still nothing")

        breaker = Breaker(probe=models.probe, prove=prove, on_recovery=lambda: None)
        breaker.report(Lane.TEXT, ModelUnfit("no words"))

        assert not await breaker.turn()
        assert await breaker.turn()
        assert (proofs, models.probes) == ([Lane.TEXT] * 2, [])

    async def test_closes_when_a_real_call_succeeds(self, switch: Switch):
        switch.breaker.report(Lane.EMBED, ModelUnavailable("refused"))

        assert await switch.breaker.turn()

        assert switch.models.probes == [Lane.EMBED]
        assert switch.breaker.blocked == frozenset()
        assert switch.recoveries == 1

    async def test_stays_open_while_the_probe_fails(self, switch: Switch):
        switch.breaker.report(Lane.TEXT, ModelUnavailable("refused"))
        switch.models.probe_failure = ModelUnavailable("refused")

        assert not await switch.breaker.turn()

        assert switch.breaker.blocked == MODELS
        assert switch.breaker.down_for_s > 0

    async def test_takes_a_refusal_for_a_sign_of_life(self, switch: Switch):
        switch.breaker.report(Lane.TEXT, ModelUnavailable("refused"))
        switch.models.probe_failure = RequestRefused("bad option")

        assert await switch.breaker.turn()

    async def test_learns_from_a_probe_that_the_model_is_missing(self, switch: Switch):
        switch.breaker.report(Lane.TEXT, ModelUnavailable("refused"))
        switch.models.probe_failure = ModelMissing("gpt-oss:20b")

        await switch.breaker.turn()

        assert switch.breaker.blocked == {Lane.TEXT}


def test_probes_come_after_half_a_second_first_and_a_minute_at_most():
    assert PROBES.delay_s(1, jitter=0.0) == 0.5
    assert PROBES.delay_s(1, jitter=0.999) < 1
    assert PROBES.delay_s(1000, jitter=0.999) < 60
    assert PROBES.delay_s(4, jitter=0.5) > PROBES.delay_s(3, jitter=0.5)


class TestJobsBehindAnOpenBreaker:
    async def test_are_not_claimed_and_lose_no_attempt(self, workshop: Workshop):
        await workshop.queue(10)
        workshop.models.failures.append(ModelUnavailable("refused"))
        workshop.worker.breaker.report(Lane.TEXT, ModelUnavailable("refused"))

        assert await workshop.work() == 0
        assert await workshop.statuses("attempts") == {0: 10}

    async def test_that_need_no_model_go_on(self, workshop: Workshop):
        await workshop.queue(10)
        await workshop.queue(3, job_type="sum")
        workshop.worker.breaker.report(Lane.EMBED, ModelUnavailable("refused"))
        workshop.models.probe_failure = ModelUnavailable("refused")

        assert await workshop.work() == 3
        assert await workshop.statuses() == {"queued": 10, "done": 3}

    async def test_are_worked_off_once_it_closes(self, workshop: Workshop):
        await workshop.queue(10)
        workshop.models.failures.append(ModelUnavailable("refused"))
        await workshop.work()

        await workshop.worker.breaker.turn()
        await workshop.work()

        assert await workshop.statuses() == {"done": 10}
        assert await workshop.statuses("attempts") == {1: 10}

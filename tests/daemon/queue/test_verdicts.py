from datetime import UTC, datetime
from uuid import uuid4

import pytest

from daemon.queue.verdicts import (
    CRASHES_FORGIVEN,
    TIMEOUTS_FORGIVEN,
    is_infrastructure,
    judge,
)
from handlers.contract import JobError
from tane.backoff import Backoff
from tane.llm.model_errors import (
    BadReply,
    BadVector,
    ModelCrashed,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    RequestRefused,
    TextTooLong,
)
from tane.store.errors import Conflict, StoreError, StoreUnavailable
from tane.store.jobs import Ending, Job
from tests.tables import every

BACKOFF = Backoff(base_s=2, cap_s=600)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def job(*, attempts: int = 1, max_attempts: int = 5, returns: int = 0) -> Job:
    return Job(
        job_id=uuid4(), job_type="utterance_role", target_type="utterance", target_id=uuid4(), priority=30,
        attempts=attempts, max_attempts=max_attempts, returns=returns, claim_token=1, created_at=NOW, claimed_at=NOW,
    )  # fmt: skip


def ending(error: Exception, **state: int) -> Ending:
    return judge(error, job(**state), backoff=BACKOFF, jitter=0.5).ending


@every(
    ("error", "expected"),
    [
        (StoreUnavailable("gone"), Ending.RELEASE),
        (ModelUnavailable("down"), Ending.RELEASE),
        (ModelMissing("gpt-oss:20b"), Ending.RELEASE),
        (ModelCrashed("runner died"), Ending.RETURN),
        (ModelTimeout("no reply"), Ending.RETURN),
        (BadReply("empty"), Ending.DEAD),
        (BadVector("zeros"), Ending.DEAD),
        (RequestRefused("bad option"), Ending.DEAD),
        (TextTooLong("9000 tokens"), Ending.DEAD),
        (JobError("missing_target"), Ending.DEAD),
        (Conflict("deadlock"), Ending.RETRY),
        (StoreError("undefined column"), Ending.RETRY),
        (ZeroDivisionError(), Ending.RETRY),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_an_error_decides_how_its_claim_ends(error: Exception, expected: Ending):
    assert ending(error) is expected


@pytest.mark.parametrize("error", [StoreUnavailable("gone"), ModelUnavailable("down"), ModelMissing("m")])
def test_an_outage_never_kills_a_job_however_often_it_comes(error: Exception):
    assert ending(error, attempts=5, returns=1000) is Ending.RELEASE
    assert is_infrastructure(error)


class TestAPoisonPrompt:
    def test_is_charged_once_its_crashes_are_no_longer_chance(self):
        assert ending(ModelCrashed("runner died"), returns=CRASHES_FORGIVEN - 1) is Ending.RETURN
        assert ending(ModelCrashed("runner died"), returns=CRASHES_FORGIVEN) is Ending.RETRY

    def test_is_charged_sooner_when_it_costs_a_whole_deadline_each_time(self):
        assert ending(ModelTimeout("no reply"), returns=TIMEOUTS_FORGIVEN - 1) is Ending.RETURN
        assert ending(ModelTimeout("no reply"), returns=TIMEOUTS_FORGIVEN) is Ending.RETRY

    def test_ends_dead(self):
        assert ending(ModelCrashed("runner died"), returns=CRASHES_FORGIVEN, attempts=5) is Ending.DEAD


class TestARetry:
    def test_is_the_last_one_when_the_attempts_are_used_up(self):
        assert ending(ZeroDivisionError(), attempts=4) is Ending.RETRY
        assert ending(ZeroDivisionError(), attempts=5) is Ending.DEAD

    def test_of_one_job_grows_with_its_attempts(self):
        verdict = judge(Conflict("deadlock"), job(attempts=3), backoff=BACKOFF, jitter=0.5)

        assert verdict.delay_s == 4

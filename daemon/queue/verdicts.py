"""What an error means for its job: charged or not, again at once, later or never. Pure."""

from handlers.contract import JobError
from tane.backoff import Backoff
from tane.errors import describe
from tane.llm.model_errors import (
    BadReply,
    ModelCrashed,
    ModelTimeout,
    ModelUnavailable,
    RequestRefused,
)
from tane.store.errors import StoreUnavailable
from tane.store.jobs import Ending, Job, Verdict

# A prompt that brings down the runner looks like an outage, once; these are the benefits of the doubt.
CRASHES_FORGIVEN = 10
TIMEOUTS_FORGIVEN = 2


def is_infrastructure(error: BaseException) -> bool:
    """Tell whether an error blames the database or the model server rather than the job."""
    return isinstance(error, StoreUnavailable | ModelUnavailable)


def judge(error: Exception, job: Job, *, backoff: Backoff, jitter: float) -> Verdict:
    """Decide how a claim ends after an error; `jitter` as in `Backoff.delay_s`."""
    if _is_permanent(error):
        ending = Ending.DEAD
    elif isinstance(error, ModelCrashed | ModelTimeout) and not _is_suspect(error, job):
        ending = Ending.RETURN
    elif is_infrastructure(error) and not isinstance(error, ModelCrashed | ModelTimeout):
        ending = Ending.RELEASE
    else:
        ending = Ending.RETRY if job.attempts < job.max_attempts else Ending.DEAD
    delay_s = backoff.delay_s(job.attempts, jitter=jitter) if ending is Ending.RETRY else 0.0
    return Verdict(job=job, ending=ending, error=describe(error), delay_s=delay_s)


def _is_permanent(error: Exception) -> bool:
    return isinstance(error, BadReply | RequestRefused | JobError)


def _is_suspect(error: ModelUnavailable, job: Job) -> bool:
    return job.returns >= (TIMEOUTS_FORGIVEN if isinstance(error, ModelTimeout) else CRASHES_FORGIVEN)

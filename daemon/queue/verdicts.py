"""What an error means for its job: charged or not, again at once, later or never. Pure."""

from pathlib import Path
from traceback import walk_tb
from typing import Any

from handlers.contract import JobError
from tane.backoff import Backoff
from tane.llm.errors import (
    BadReply,
    BadVector,
    ModelCrashed,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnavailable,
    ModelUnfit,
    RequestRefused,
    TextTooLong,
)
from tane.store.errors import Conflict, StoreError, StoreUnavailable
from tane.store.jobs import Ending, Job, Verdict

# A prompt that brings down the runner looks like an outage, once; these are the benefits of the doubt.
CRASHES_FORGIVEN = 10
TIMEOUTS_FORGIVEN = 2

# The most exact class comes first; the message of all of these is our own and holds no user text.
_CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (StoreUnavailable, "store_unavailable"),
    (Conflict, "conflict"),
    (StoreError, "store_refused"),
    (ModelMissing, "model_missing"),
    (ModelCrashed, "model_crashed"),
    (ModelTimeout, "model_timeout"),
    (ModelUnfit, "model_unfit"),
    (ModelUnavailable, "model_unavailable"),
    (TextTooLong, "text_too_long"),
    (RequestRefused, "request_refused"),
    (BadVector, "bad_vector"),
    (BadReply, "bad_reply"),
    (ModelError, "model_error"),
)
_ROOT = Path(__file__).parents[2]
_OURS = (
    "clustering",
    "daemon",
    "handlers",
    "layout",
    "tane",
    "tests",
)  # installed, other packages stand beside them


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


def describe(error: BaseException) -> dict[str, Any]:
    """Return what is stored and logged of an error.

    An error we do not know gives no message: other people's messages quote what they choke on.
    """
    return {
        "class": type(error).__name__,
        "cause": _cause(error),
        "message": str(error) if _is_ours(error) else "",
        "at": _place(error),
    }


def _is_permanent(error: Exception) -> bool:
    return isinstance(error, BadReply | RequestRefused | JobError)


def _is_suspect(error: ModelUnavailable, job: Job) -> bool:
    return job.returns >= (TIMEOUTS_FORGIVEN if isinstance(error, ModelTimeout) else CRASHES_FORGIVEN)


def _is_ours(error: BaseException) -> bool:
    return isinstance(error, StoreError | ModelError | JobError)


def _cause(error: BaseException) -> str:
    if isinstance(error, JobError):
        return error.cause
    return next((cause for known, cause in _CAUSES if isinstance(error, known)), "unexpected")


def _place(error: BaseException) -> str | None:
    """Return file and line of the innermost frame in our own code, `handlers/model_call.py:40`."""
    place = None
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _OURS:
            place = f"{path.relative_to(_ROOT)}:{line}"
    return place

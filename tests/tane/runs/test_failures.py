import errno

from tane.runs.failures import describe_failure
from tane.runs.pool import WorkerLost
from tests.tables import every


@every(
    ("error", "cause"),
    [
        (WorkerLost("killed"), "worker_lost"),
        (MemoryError(), "out_of_memory"),
        (OSError(errno.ENOSPC, "No space left", "秘密.npy"), "disk_full"),
        (OSError(errno.EACCES, "denied", "秘密.npy"), "unexpected"),
        (ValueError("秘密"), "unexpected"),
    ],
)
def test_a_failure_has_a_cause_and_none_of_the_user_s_words(error: Exception, cause: str):
    described = describe_failure(error)

    assert described["cause"] == cause
    assert described["class"] == type(error).__name__
    assert "秘密" not in str(described)

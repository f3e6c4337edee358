"""Counts what happens in this process, for as long as it lives: jobs that end, and calls of models."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.queue.batch import Batch
from tane.llm.calls import CallRecord
from tane.store.health import Replies
from tane.store.jobs import Verdict
from tane.web.metrics import Distribution

RUN_BOUNDS_S = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
WAIT_BOUNDS_S = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0, 86_400.0)


class Histogram:
    """Observations counted by size; a bound belongs to the bucket below it."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._total = 0.0

    def observe(self, value: float) -> None:
        """Count one."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._total += value

    def read(self) -> Distribution:
        """Return what was counted."""
        return Distribution(bounds=self._bounds, counts=tuple(self._counts), total=self._total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens that went to a model and came from it."""

    prompt: int = 0
    reply: int = 0


class Counters:
    """Hooks for the worker and the driver of the models; hears numbers and names of our own, never text."""

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, str]] = Counter()  # job type, ending
        self.lost = 0
        self.waits: dict[str, Histogram] = {}  # by job type
        self.runs: dict[str, Histogram] = {}
        self.calls: Counter[tuple[str, str, str]] = Counter()  # model, operation, outcome
        self.call_times: dict[tuple[str, str], Histogram] = {}  # model, operation
        self.tokens: dict[str, Tokens] = {}  # by model
        self.replies = 0  # of the text model that were read
        self.unusable = 0  # of these
        self._told = Replies()

    def count_batch(self, batch: Batch, settled: Sequence[Verdict]) -> None:
        """Take note of a batch that is over."""
        kind = batch.handler.job_type
        self.replies += batch.replies
        self.unusable += batch.unusable
        self.lost += len(batch.jobs) - len(settled)
        self.runs.setdefault(kind, Histogram(RUN_BOUNDS_S)).observe(batch.age_s)
        for verdict in settled:
            job = verdict.job
            self.ended[job.job_type, verdict.ending.value] += 1
            waited_s = (job.claimed_at - job.created_at).total_seconds()
            self.waits.setdefault(job.job_type, Histogram(WAIT_BOUNDS_S)).observe(max(0.0, waited_s))

    def untold_replies(self) -> Replies:
        """Return the replies that were not handed to `tell_replies` yet."""
        return Replies(
            replies=self.replies - self._told.replies, unusable=self.unusable - self._told.unusable
        )

    def tell_replies(self, told: Replies) -> None:
        """Take note of replies that are written down."""
        self._told = Replies(
            replies=self._told.replies + told.replies, unusable=self._told.unusable + told.unusable
        )

    def count_call(self, call: CallRecord) -> None:
        """Take note of a call of a model."""
        self.calls[call.model, call.operation, call.outcome] += 1
        self.call_times.setdefault((call.model, call.operation), Histogram(RUN_BOUNDS_S)).observe(
            call.seconds
        )
        before = self.tokens.get(call.model, Tokens())
        self.tokens[call.model] = Tokens(
            prompt=before.prompt + call.prompt_tokens, reply=before.reply + call.reply_tokens
        )

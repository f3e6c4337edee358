"""Tells a model that answers nothing usable from texts that nobody could answer about.

Twenty utterances in a row without one usable reply: the model is not to be trusted, its lane closes, and the jobs wait
instead of dying. What opens it again is an answer to a question that every model can answer. If it passes that, the
texts were to blame, and the count begins anew.
"""

from uuid import UUID

from daemon.queue.batch import Batch
from daemon.queue.breaker import Breaker
from daemon.queue.meter import Meter
from handlers.contract import Lane
from tane.llm.model_errors import BadReply, ModelUnfit

PATIENCE = 20  # utterances


class Usefulness:
    """Counts utterances in a row that got no usable reply."""

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker
        self._in_vain: set[UUID] = set()
        self._was_closed = False

    def note(self, batch: Batch, meter: Meter) -> None:
        """Take note of the replies that a batch got; one without any says nothing."""
        if batch.lane is not Lane.TEXT or not meter.replies:
            return
        if meter.unusable < meter.replies:
            self._in_vain.clear()
            return
        if self.is_over and self._was_closed and Lane.TEXT not in self._breaker.blocked:
            self._in_vain.clear()  # the model has proved itself since
            self._was_closed = False
        self._in_vain.update(job.target_id for job in batch.jobs)
        if self.is_over:
            self._was_closed = True
            self._breaker.report(Lane.TEXT, self._unfit())

    @property
    def is_over(self) -> bool:
        """Whether the patience with the model is."""
        return len(self._in_vain) >= PATIENCE

    def judged(self, lane: Lane, error: BadReply) -> Exception:
        """Return what an unusable reply is to its job: its own fault, or that of a model of no use."""
        if lane is not Lane.TEXT or not self.is_over:
            return error
        return self._unfit()

    @staticmethod
    def _unfit() -> ModelUnfit:
        return ModelUnfit(
            f"the text model gave no usable reply to {PATIENCE} utterances in a row:"
            " look at `tane doctor`, restart it, or name another as llm.text_model"
        )

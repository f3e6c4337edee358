"""What can go wrong with a model server; httpx's errors and HTTP replies are translated here, once."""

from tane.errors import TaneError


class ModelError(TaneError):
    """Root of what a call of a model can raise. Messages never hold prompts or replies."""

    cause = "model_error"


class ModelUnavailable(ModelError):  # noqa: N818 - reads as the state it reports
    """The server is down, overloaded, restarting or cut the connection. Wait; no job is charged."""

    cause = "model_unavailable"


class ModelCrashed(ModelUnavailable):
    """The server answers, but its runner died or failed (5xx). Wait; a job that meets it repeatedly is the cause."""

    cause = "model_crashed"


class ModelTimeout(ModelUnavailable):
    """No reply before the deadline: a hung server or an endless answer. Wait; charge the job if it repeats."""

    cause = "model_timeout"


class ModelMissing(ModelUnavailable):
    """The server runs but does not have the model. The message says what to do: `ollama pull NAME` at an Ollama."""

    cause = "model_missing"

    def __init__(self, model: str, *, remedy: str | None = None) -> None:
        self.model = model
        self.remedy = remedy or f"`ollama pull {model}`"
        super().__init__(f"the model server does not have {model}: {self.remedy}")


class ModelUnfit(ModelUnavailable):
    """The server runs, but its model is of no use: NaN for every text, no words at all, a model of the wrong kind.

    Jobs of its lane wait and are not charged. Restart the server, pull the model again, or name another.
    """

    cause = "model_unfit"


class WrongKind(ModelUnfit):
    """The model is there and does the other thing: it writes where it should embed, or embeds where it should write."""


class RequestRefused(ModelError):  # noqa: N818
    """The server refuses this request for good (4xx, bad options). The job is dead at once."""

    cause = "request_refused"


class ThinkRefused(RequestRefused):
    """The server or the model does not know this way of thinking. Ask without the word."""


class FieldRefused(RequestRefused):
    """The server does not know a field of the request that may be left out. Ask without it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the server does not know the field {field}")
        self.field = field


class TextTooLong(RequestRefused):
    """The text is longer than the model's context. Split it, or shorten the prompt."""

    cause = "text_too_long"

    def __init__(self, message: str, *, tokens: int = 0) -> None:
        super().__init__(message)
        self.tokens = tokens  # that the server counted; 0 where it did not say


class BadReply(ModelError):  # noqa: N818
    """The reply is unusable: cut off, empty, endless, not in the agreed form. Ask again with another seed."""

    cause = "bad_reply"


class EmptyReply(BadReply):
    """Nothing was said, or nothing but thoughts. Ask again, and for JSON, in which nothing can be said."""


class CutReply(BadReply):
    """The reply ended before it was finished. What stands in `text` may hold parts that are whole: never log it."""

    def __init__(self, message: str, *, text: str, model: str, at_limit: bool) -> None:
        super().__init__(message)
        self.text = text
        self.model = model
        self.at_limit = at_limit  # by the number of tokens it might have: more room may help


class BadVector(BadReply):
    """The embedding has a wrong length, zeros, NaN or Inf. It is never stored (D1)."""

    cause = "bad_vector"

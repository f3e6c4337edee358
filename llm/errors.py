"""What can go wrong with a model server; httpx's errors and HTTP replies are translated here, once."""


class ModelError(Exception):
    """Root of what a call of a model can raise. Messages never hold prompts or replies."""


class ModelUnavailable(ModelError):  # noqa: N818 - reads as the state it reports
    """The server is down, overloaded, restarting or cut the connection. Wait; nobody's job is to blame."""


class ModelCrashed(ModelUnavailable):
    """The server answers, but its runner died or failed (5xx). Wait; a job that meets it again and again is to blame."""


class ModelTimeout(ModelUnavailable):
    """No reply before the deadline: a hung server or an endless answer. Wait; charge the job if it repeats."""


class ModelMissing(ModelUnavailable):
    """The server runs but does not have the model. `ollama pull NAME`."""

    def __init__(self, model: str) -> None:
        super().__init__(f"the model server does not have {model}: run `ollama pull {model}`")
        self.model = model


class RequestRefused(ModelError):  # noqa: N818
    """The server refuses this request for good (4xx, bad options). The job is dead at once."""


class TextTooLong(RequestRefused):
    """The text is longer than the model's context. Split it, or shorten the prompt."""


class BadReply(ModelError):  # noqa: N818
    """The reply is unusable: cut off, empty, endless, not in the agreed form. Ask again with another seed."""


class BadVector(BadReply):
    """The embedding has a wrong length, zeros, NaN or Inf. It is never stored (D1)."""

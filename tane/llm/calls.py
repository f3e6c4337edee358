"""Records of calls of a model, for logs and metrics: they never hold text of prompt or reply."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

Operation = Literal["generate", "chat", "embed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One request to the model server, with its outcome."""

    model: str
    operation: Operation
    outcome: str  # ok, cancelled, or the name of the error's class
    seconds: float
    texts: int = 1
    prompt_tokens: int = 0
    reply_tokens: int = 0


OnCall = Callable[[CallRecord], None]
OnText = Callable[[str, str], None]
"""Receives prompt and reply: private text, only for a caller that asked for it explicitly."""


class Call:
    """Times a request and reports it when the block ends, also when it fails."""

    def __init__(self, on_call: OnCall | None, *, model: str, operation: Operation, texts: int = 1) -> None:
        self._on_call = on_call
        self._model = model
        self._operation = operation
        self._texts = texts
        self._started = time.monotonic()
        self.prompt_tokens = 0
        self.reply_tokens = 0

    @property
    def seconds(self) -> float:
        """Time since the request began."""
        return time.monotonic() - self._started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_call is None:
            return
        self._on_call(
            CallRecord(
                model=self._model,
                operation=self._operation,
                outcome=_outcome(kind),
                seconds=self.seconds,
                texts=self._texts,
                prompt_tokens=self.prompt_tokens,
                reply_tokens=self.reply_tokens,
            )
        )


def _outcome(kind: type[BaseException] | None) -> str:
    if kind is None:
        return "ok"
    return kind.__name__ if issubclass(kind, Exception) else "cancelled"

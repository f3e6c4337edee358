"""What handlers must know of the configuration, as plain values: they never read settings."""

from dataclasses import dataclass
from typing import Literal

from llm.prompts import Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The handlers' share of the settings."""

    prompts: Prompts
    enabled: frozenset[str]  # job types an import queues; see handlers.chain.enabled_types
    context_tokens: int  # the text model's num_ctx
    fuse: bool = True  # questions about one utterance that are claimed together become one call
    context_turns: int = 3  # turns before an utterance that are shown with it
    min_chars: int = 8
    speakers_exclude: frozenset[str] = frozenset({"system"})
    roles_exclude: frozenset[str] = frozenset()
    split_max_tokens: int = 110
    number_rule: Literal["last", "minimum"] = "last"
    place_rule: Literal["softmax", "mean"] = "softmax"

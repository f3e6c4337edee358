"""Models for measurements that embed and write nothing."""

from collections.abc import Mapping
from typing import Any

from handlers.contract import Lane
from tane.llm.protocol import ModelReply, Models, Prompt


class EmbeddingOnly(Models):
    """Refuses to write: a measurement that asked for text would measure something else."""

    async def generate(self, prompt: Prompt, *, sample: int = 0) -> ModelReply:  # noqa: ARG002 - the protocol's signature
        """Refuse."""
        raise RuntimeError("this measurement asks for vectors only")

    async def chat(self, prompt: Prompt, *, schema: Mapping[str, Any], sample: int = 0) -> ModelReply:  # noqa: ARG002 - the protocol's signature
        """Refuse."""
        raise RuntimeError("this measurement asks for vectors only")


async def refuse_probe(lane: Lane) -> None:
    """Refuse: a breaker that opens has ended the measurement."""
    raise RuntimeError(f"the {lane.value} lane was closed during a measurement")

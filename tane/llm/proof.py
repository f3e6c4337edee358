"""A question with an answer that is known beforehand: does the model answer at all, and is a schema enforced?

No model would choose these words by itself; one whose server enforces the schema can say nothing else.
"""

import json
from typing import Any, Literal

from tane.llm.protocol import Prompt

WORDS = ("zq-mauve-tapir", "zq-ochre-heron")
QUESTION = Prompt(
    text='今日の天気を一言で、JSONで答えてください。例：{"weather": "晴れ"}',
    reply_tokens=64,
    version="proof",
    options={"temperature": 0},
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"weather": {"type": "string", "enum": list(WORDS)}},
    "required": ["weather"],
    "additionalProperties": False,
}

Proof = Literal["enforced", "json", "words"]


def judge(reply: str) -> Proof:
    """Tell what a reply to the question proves: the schema holds, JSON comes all the same, or only words. Pure."""
    try:
        said = json.loads(reply)
    except (ValueError, RecursionError):
        return "words"
    return "enforced" if isinstance(said, dict) and said.get("weather") in WORDS else "json"

"""Reads the conversations of a DeepSeek export: trees like those of ChatGPT, each message cut into fragments."""

from typing import Any

from tane.importing.conversations import ExportedMessage, branch, part, reader_of
from tane.importing.records import OmittedKind, has_text

_SPEAKERS = {"REQUEST": "user", "RESPONSE": "assistant"}
_KINDS: dict[str, OmittedKind] = {
    "THINK": "thought", "SEARCH": "tool_call", "READ_LINK": "tool_call", "OPEN": "tool_call", "FIND": "tool_call",
    "TOOL_SEARCH": "tool_call", "TOOL_OPEN": "tool_call", "TOOL_FIND": "tool_call", "TIP": "system_note",
}  # fmt: skip


def _messages(conversation: dict[str, Any]) -> list[ExportedMessage | None] | None:
    nodes = branch(conversation)
    if nodes is None:
        return None
    return [
        _message(key, node, conversation, speaker=("user", "assistant")[number % 2])
        for number, (key, node) in enumerate(nodes)
    ]


read_deepseek = reader_of("DeepSeek", _messages)


def _message(
    key: str, node: dict[str, Any], conversation: dict[str, Any], *, speaker: str
) -> ExportedMessage:
    """Return a message; `speaker` is taken where it names none: older exports have no fragments, and turns alternate."""
    message = part(node, "message")
    found = message.get("fragments")
    fragments = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    said = [one for one in fragments if one.get("type") in _SPEAKERS]
    if not fragments:
        said = [{"content": message.get("content")}]
    words = [text for one in said if isinstance(text := one.get("content"), str) and has_text(text)]
    omitted = [_KINDS.get(str(one.get("type")), "unknown_part") for one in fragments if one not in said]
    files = message.get("files")
    omitted += ["file"] * (len(files) if isinstance(files, list) else 0)
    return ExportedMessage(
        row={
            "text": "\n\n".join(words).strip(),
            "speaker": _SPEAKERS.get(said[0].get("type", ""), speaker) if said else speaker,
            "conversation": conversation.get("id"),
            "time": message.get("inserted_at"),
            "id": node.get("id") or key,
            "title": conversation.get("title"),
            "model": message.get("model"),
        },
        omitted=omitted,
    )

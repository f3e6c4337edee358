"""Reads the conversations of a ChatGPT export.

Each is a tree: an edited question or an answer asked for again begins another branch. What counts is the
branch that was open last, from `current_node` up through the parents.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from daemon.importing.conversations import Message, read_conversations
from daemon.importing.records import ReadOptions, Row, has_text

_SPOKEN = ("text", "multimodal_text")
_CITATION = re.compile("\ue200[^\ue200\ue201]*\ue201")  # a mark for the page to draw, no words


def read_chatgpt(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of each conversation in order."""
    return read_conversations(stream, options, product="ChatGPT", messages=_messages)


def _messages(conversation: dict[str, Any]) -> list[Message] | None:
    nodes = conversation.get("mapping")
    if not isinstance(nodes, dict):
        return None
    return [
        {
            "text": spoken(message),
            "speaker": _part(message, "author").get("role"),
            "conversation": conversation.get("conversation_id") or conversation.get("id"),
            "time": message.get("create_time"),
            "id": message.get("id"),
            "title": conversation.get("title"),
            "model": _part(message, "metadata").get("model_slug"),
        }
        for message in branch(nodes, conversation.get("current_node"))
    ]


def branch(nodes: dict[str, Any], leaf: Any) -> list[dict[str, Any]]:
    """Return the messages from the root to the leaf; without a known leaf, to the last node that has no children."""
    if not isinstance(leaf, str) or leaf not in nodes:
        leaf = next((key for key in reversed(nodes) if not _part(nodes, key).get("children")), None)
    messages: list[dict[str, Any]] = []
    seen: set[str] = set()
    while isinstance(leaf, str) and leaf in nodes and leaf not in seen:
        seen.add(leaf)
        node = _part(nodes, leaf)
        if message := _part(node, "message"):
            messages.append(message)
        leaf = node.get("parent")
    return messages[::-1]


def spoken(message: dict[str, Any]) -> str:
    """Return the words of a message: none if it is hidden, addressed to a tool, or of another kind than text."""
    content = _part(message, "content")
    is_hidden = (
        _part(message, "metadata").get("is_visually_hidden_from_conversation") is True
        or message.get("weight") == 0
        or message.get("recipient") not in (None, "all")
    )
    parts = content.get("parts")
    if is_hidden or content.get("content_type", "text") not in _SPOKEN or not isinstance(parts, list):
        return ""
    return _CITATION.sub("", "\n".join(text for part in parts if has_text(text := _words(part)))).strip()


def _words(part: Any) -> str:
    """Return a part that is text, or what was said in one that is a recording."""
    if isinstance(part, dict) and part.get("content_type") == "audio_transcription":
        part = part.get("text")
    return part if isinstance(part, str) else ""


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}

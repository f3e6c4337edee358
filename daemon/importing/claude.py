"""Reads the conversations of a Claude export."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from daemon.importing.conversations import Message, read_conversations
from daemon.importing.records import ReadOptions, Row, has_text

_OWNER = {"human": "user"}  # as in the other export: the owner has one name


def read_claude(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of each conversation in order."""
    return read_conversations(stream, options, product="Claude", messages=_messages)


def _messages(conversation: dict[str, Any]) -> list[Message] | None:
    messages = conversation.get("chat_messages")
    if not isinstance(messages, list):
        return None
    return [_message(message, conversation) if isinstance(message, dict) else None for message in messages]


def _message(message: dict[str, Any], conversation: dict[str, Any]) -> Message:
    sender = message.get("sender")
    return {
        "text": spoken(message),
        "speaker": _OWNER.get(sender, sender) if isinstance(sender, str) else None,
        "conversation": conversation.get("uuid"),
        "time": message.get("created_at"),
        "id": message.get("uuid"),
        "title": conversation.get("name") or None,
    }


def spoken(message: dict[str, Any]) -> str:
    """Return the text blocks of a message, without thoughts and tools; older exports have one text only."""
    content = message.get("content")
    blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    texts = [block.get("text") for block in blocks if block.get("type") == "text"]
    words = [text for text in texts if isinstance(text, str) and has_text(text)]
    if blocks:
        return "\n\n".join(words).strip()
    text = message.get("text")
    return text.strip() if isinstance(text, str) else ""

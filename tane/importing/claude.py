"""Reads the conversations of a Claude export.

An edited question or an answer asked for again begins another branch: what counts is the branch that was open last.
A pasted text, which the export holds as an attachment, is an utterance of its own before the message that it came with.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tane.importing.conversations import ExportedMessage, part, reader_of
from tane.importing.records import OmittedKind, has_text

_SPEAKERS = {
    "human": "user",
    "user": "user",
    "assistant": "assistant",
}  # as in the other exports: the owner has one name
_KINDS: dict[str, OmittedKind | None] = {
    "thinking": "thought", "redacted_thinking": "thought", "tool_use": "tool_call", "server_tool_use": "tool_call",
    "tool_result": "tool_result", "web_search_tool_result": "tool_result", "image": "picture", "document": "file",
    "token_budget": None, "flag": "system_note",
}  # fmt: skip
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp", ".svg", ".tiff")


def _messages(conversation: dict[str, Any]) -> list[ExportedMessage | None] | None:
    found = conversation.get("chat_messages")
    if not isinstance(found, list):
        return None
    messages: list[ExportedMessage | None] = []
    for one in open_branch(found, conversation.get("current_leaf_message_uuid")):
        if isinstance(one, dict):
            pasted = _pasted(one, conversation)
            message = _message(one, conversation)
            messages += pasted
            if has_text(message.row["text"]) or message.omitted or not pasted:
                messages.append(message)
        else:
            messages.append(None)
    return messages


read_claude = reader_of("Claude", _messages)


def open_branch(messages: Sequence[Any], leaf: Any) -> list[Any]:
    """Return the messages of the branch that ends with a leaf, without a known one with the last message.

    What is no message stays where it is. A message that names no parent follows the one before it, as all do in exports
    that know no branches; so does one whose parent is missing, unless others name the same parent: these are branches.
    """
    named = {
        one["uuid"]: one for one in messages if isinstance(one, dict) and isinstance(one.get("uuid"), str)
    }
    children = Counter(
        str(one["parent_message_uuid"]) for one in named.values() if "parent_message_uuid" in one
    )
    parents: dict[str, str | None] = {}
    before: str | None = None
    for key, one in named.items():
        parent = str(one.get("parent_message_uuid"))
        follows = "parent_message_uuid" not in one or (parent not in named and children[parent] == 1)
        parents[key] = before if follows else parent
        before = key
    at: str | None = leaf if isinstance(leaf, str) and leaf in named else before
    open_: set[str] = set()
    while at is not None and at in named and at not in open_:
        open_.add(at)
        at = parents[at]
    return [
        one
        for one in messages
        if not isinstance(one, dict) or one.get("uuid") not in named or one["uuid"] in open_
    ]


def _message(message: dict[str, Any], conversation: dict[str, Any]) -> ExportedMessage:
    speaker = _SPEAKERS.get(str(message.get("sender")))
    text = words_of(message)
    omitted = [*left_out(message), *_files(message)]
    if speaker is None and text:
        text, omitted = "", [*omitted, "system_note"]
    return ExportedMessage(
        row=_row(message, conversation) | {"text": text, "speaker": speaker}, omitted=omitted
    )


def _pasted(message: dict[str, Any], conversation: dict[str, Any]) -> list[ExportedMessage]:
    """Return the texts that were pasted into a message or attached to it, each with an id that stays."""
    attached = message.get("attachments")
    return [
        ExportedMessage(
            row=_row(message, conversation)
            | {"text": text.strip(), "speaker": "user", "file_name": one.get("file_name") or None}
            | {"id": f"{message.get('uuid')}:attachment:{number}" if message.get("uuid") else None}
        )
        for number, one in enumerate(attached if isinstance(attached, list) else [], start=1)
        if isinstance(one, dict) and isinstance(text := one.get("extracted_content"), str) and has_text(text)
    ]


def _row(message: dict[str, Any], conversation: dict[str, Any]) -> dict[str, Any]:
    return {
        "conversation": conversation.get("uuid"),
        "time": message.get("created_at"),
        "id": message.get("uuid"),
        "title": conversation.get("name") or None,
    }


def _blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content")
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def words_of(message: dict[str, Any]) -> str:
    """Return the text blocks of a message, without thoughts and tools; older exports have one text only."""
    blocks = _blocks(message)
    texts = [block.get("text") for block in blocks if block.get("type") in ("text", "voice_note")]
    words = [text for text in texts if isinstance(text, str) and has_text(text)]
    if blocks:
        return "\n\n".join(words).strip()
    text = message.get("text")
    return text.strip() if isinstance(text, str) else ""


def left_out(message: dict[str, Any]) -> list[OmittedKind]:
    """Return the kinds of the blocks of a message that are no words of those who speak."""
    kinds: list[OmittedKind | None] = []
    for block in _blocks(message):
        if block.get("type") == "tool_use" and block.get("name") == "artifacts":
            is_whole = part(block, "input").get("command") in (None, "create", "rewrite")
            kinds.append("document" if is_whole else "document_edit")
        elif block.get("type") not in ("text", "voice_note"):
            kinds.append(_KINDS.get(str(block.get("type")), "unknown_part"))
    return [kind for kind in kinds if kind is not None]


def _files(message: dict[str, Any]) -> list[OmittedKind]:
    """Return the kinds of the files with a message whose words the export does not hold."""
    attached = [one for one in _list(message, "attachments") if isinstance(one, dict)]
    read = {one.get("file_name") for one in attached if has_text(str(one.get("extracted_content") or ""))}
    unread = [one for one in attached if not has_text(str(one.get("extracted_content") or ""))]
    names = {one.get("file_name") for one in unread}
    beside = [one for one in _list(message, "files") or _list(message, "files_v2") if isinstance(one, dict)]
    unread += [one for one in beside if one.get("file_name") not in names | read or not one.get("file_name")]
    return [
        "picture"
        if one.get("file_kind") == "image" or str(one.get("file_name")).lower().endswith(_PICTURES)
        else "file"
        for one in unread
    ]


def _list(message: dict[str, Any], name: str) -> list[Any]:
    found = message.get(name)
    return found if isinstance(found, list) else []

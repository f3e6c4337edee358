"""Reads the conversations of a ChatGPT export.

Each is a tree: an edited question or an answer asked for again begins another branch. What counts is the
branch that was open last, from `current_node` up through the parents. Words are those of the user and of the
assistant; among the latter are the documents of a canvas and the reports of a research, which tools present.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeAlias

from tane.importing.conversations import Message, branch, part, read_conversations
from tane.importing.marks import pictures_in, without_marks
from tane.importing.records import OmittedKind, ReadOptions, Row, has_text

_SPOKEN = ("text", "multimodal_text")
_EVERYTHING = (
    ".*",
    "(?s).*",
    r"^.*$",
    r"[\s\S]*",
    "(.|\n)*",
)  # patterns of an edit that writes a document anew
_KINDS_OF_CONTENT: dict[str, OmittedKind] = {
    "thoughts": "thought", "reasoning_recap": "thought",
    "user_editable_context": "instruction", "model_editable_context": "instruction",
    "code": "tool_call", "tether_browsing_code": "tool_call",
    "execution_output": "tool_result", "tether_browsing_display": "tool_result", "tether_quote": "quotation",
    "sonic_webpage": "quotation", "computer_output": "tool_result", "citable_code_output": "tool_result",
    "system_error": "system_note", "app_pairing_content": "system_note",
}  # fmt: skip
_KINDS_OF_PARTS: dict[str, OmittedKind] = {
    "image_asset_pointer": "picture", "image_url": "picture", "audio_asset_pointer": "recording",
    "real_time_user_audio_video_asset_pointer": "recording", "video_container_asset_pointer": "video",
    "video_asset_pointer": "video", "file_asset_pointer": "file",
}  # fmt: skip

_Told: TypeAlias = tuple[str, list[OmittedKind]]  # the words of a message, and what is left out of it


def read_chatgpt(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    """Yield the messages of each conversation in order."""
    return read_conversations(stream, options, product="ChatGPT", messages=_messages)


def _messages(conversation: dict[str, Any]) -> list[Message | None] | None:
    nodes = conversation.get("mapping")
    if not isinstance(nodes, dict):
        return None
    return [
        _message(part(node, "message"), conversation)
        for _, node in branch(nodes, conversation.get("current_node"))
    ]


def _message(message: dict[str, Any], conversation: dict[str, Any]) -> Message:
    text, omitted = told(message)
    role = part(message, "author").get("role")
    return Message(
        row={
            "text": text,
            "speaker": "user" if role == "user" else "assistant",
            "conversation": conversation.get("conversation_id") or conversation.get("id"),
            "time": message.get("create_time"),
            "id": message.get("id"),
            "title": conversation.get("title"),
            "model": part(message, "metadata").get("model_slug"),
            "document": _canvas(message).get("name") if text else None,
        },
        omitted=omitted,
    )


def told(message: dict[str, Any]) -> _Told:
    """Return the words of a message, and the kinds of what is left out of it."""
    if report := _report(message):
        return without_marks(report), []
    recipient = message.get("recipient")
    if isinstance(recipient, str) and recipient.startswith("canmore."):
        return _document(recipient, _canvas(message))
    role, content = part(message, "author").get("role"), part(message, "content")
    kind = content.get("content_type", "text")
    words, omitted = _parts(content)
    if role not in ("user", "assistant"):
        of_others: list[OmittedKind] = ["tool_result"] if role == "tool" else ["instruction"] if words else []
        return "", omitted or of_others
    if kind not in _SPOKEN:
        return "", [_KINDS_OF_CONTENT.get(kind, "unknown_part")] if content else []
    if recipient not in (None, "all"):
        return "", ["tool_call"]
    return _said(words, omitted, message, is_assistant=role == "assistant")


def _said(words: str, omitted: list[OmittedKind], message: dict[str, Any], *, is_assistant: bool) -> _Told:
    """Return the words that stood on the page; a message may be hidden from it."""
    metadata = part(message, "metadata")
    if metadata.get("is_visually_hidden_from_conversation") is True or message.get("weight") == 0:
        return "", omitted or (["system_note"] if words else [])
    omitted = omitted + _attachments(message)
    if not is_assistant:
        return words, omitted
    pictures: list[OmittedKind] = ["picture"] * pictures_in(words)
    return without_marks(words), omitted + pictures


def spoken(message: dict[str, Any]) -> str:
    """Return the words of a message alone."""
    return told(message)[0]


def _parts(content: dict[str, Any]) -> _Told:
    """Return what is written or was said in the parts of a message, and what else they are."""
    parts = content.get("parts")
    words: list[str] = []
    omitted: list[OmittedKind] = []
    for one in parts if isinstance(parts, list) else []:
        if isinstance(one, str):
            words.append(one)
        elif isinstance(one, dict) and one.get("content_type") in ("audio_transcription", "text"):
            words.append(text if isinstance(text := one.get("text"), str) else "")
        elif isinstance(one, dict):
            omitted.append(_KINDS_OF_PARTS.get(str(one.get("content_type")), "unknown_part"))
    text = "\n".join(filter(has_text, words)).strip()
    if text and any(
        isinstance(one, dict) and one.get("content_type") == "audio_transcription" for one in parts or []
    ):
        omitted = [kind for kind in omitted if kind != "recording"]  # its words are here
    return text, omitted


def _attachments(message: dict[str, Any]) -> list[OmittedKind]:
    """Return the files beside a message; its pictures are parts of it."""
    found = part(message, "metadata").get("attachments")
    return [
        "file"
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict) and not str(one.get("mime_type") or one.get("mimeType")).startswith("image/")
    ]


def _canvas(message: dict[str, Any]) -> dict[str, Any]:
    """Return the order by which the assistant makes or edits the document beside the conversation."""
    content = part(message, "content")
    parts = content.get("parts")
    text = content.get("text") or (parts[0] if isinstance(parts, list) and parts else None)
    if not isinstance(text, str) or not str(message.get("recipient")).startswith("canmore."):
        return {}
    try:
        order = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    return order if isinstance(order, dict) else {}


def _document(recipient: str, order: dict[str, Any]) -> _Told:
    """Return the words of a document that is written or written anew; code, edits of a part and comments are none."""
    if recipient.endswith("create_textdoc"):
        words, kind = order.get("content"), order.get("type", "document")
        if isinstance(words, str) and has_text(words) and kind == "document":
            return words.strip(), []
        return "", ["document"]
    updates = order.get("updates")
    if recipient.endswith("update_textdoc") and isinstance(updates, list) and len(updates) == 1:
        update = updates[0] if isinstance(updates[0], dict) else {}
        words = update.get("replacement")
        if update.get("pattern") in _EVERYTHING and isinstance(words, str) and has_text(words):
            return words.strip(), []
    return "", ["document_edit"]


def _report(message: dict[str, Any]) -> str:
    """Return the report of a research, which a tool shows in the assistant's name, or nothing."""
    metadata = part(message, "metadata")
    if metadata.get("is_async_task_result_message") is True:
        return _parts(part(message, "content"))[0]
    state: Any = part(metadata, "chatgpt_sdk").get("widget_state")
    if isinstance(state, str):
        try:
            state = json.loads(state)
        except (ValueError, RecursionError):
            return ""
    return _parts(part(part(state, "report_message"), "content"))[0] if isinstance(state, dict) else ""

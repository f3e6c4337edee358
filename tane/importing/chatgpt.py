"""Reads the conversations of a ChatGPT export.

Each is a tree: an edited question or an answer asked for again begins another branch. What counts is the
branch that was open last, from `current_node` up through the parents. Words are those of the user and of the
assistant; among the latter are the documents of a canvas and the reports of a research, which tools present.

In the assistant's words stand markers from which the page draws citations, cards and pictures: `U+E200 name U+E202
argument U+E202 argument U+E201`. What a reader saw as words stays: the name of a person or place, the label of a link, a
title, a formula. Citations, pictures and maps go, with the blanks before them.
"""

import json
import re
from typing import Any, TypeAlias

from tane.importing.conversations import ExportedMessage, branch, part, reader_of
from tane.importing.records import OmittedKind, has_text

_REFERENCE = r"(?:turn\d+[a-z_]+\d+,?)+|L\d+(?:-L?\d+)?"
_MARK = r"\ue200(?P<body>[^\ue200\ue201\ue20b]*)[\ue201\ue20b]"
_CUT_OFF = rf"\ue200\w*(?:(?:\ue202[^\ue200\ue201\n]*)?\Z|(?:\ue202(?:{_REFERENCE}))+)"  # the answer was stopped within it
_ANCHOR = rf"(?:\ue202(?:{_REFERENCE}))+[\ue201\ue206]?"
_FOOTNOTES = (
    r"【[^【】†\n]{0,80}†[^【】\n]{0,200}】", r"(?:&#8203;)?`{0,2}【oaicite:\d+】`{0,2}(?:&#8203;)?",
    r":(?:contentReference|cite)\[oaicite:\d+\](?:\{[^{}\n]*\})?", r"\[oai_citation:\d+[†‡][^\]\n]*\]\([^)\s]*\)",
)  # fmt: skip
_DRAWN = re.compile(
    rf"(?P<blanks>(?:(?<![ \t])[ \t]++)?)(?:{'|'.join((_MARK, _CUT_OFF, _ANCHOR, *_FOOTNOTES))})"
)
_LEFT_OVER = re.compile(
    "[\ue200-\ue20f]"
)  # also U+E203 and U+E204 round a sentence with a source: the sentence stays
_MAY_HAVE_MARKS = re.compile("[\ue200-\ue20f†‡]|oaicite:|^:::writing", re.MULTILINE)
_WRITING_BLOCK = re.compile(
    r"^:::writing\{[^\n]*\}[ \t]*\n(.*?)(?:^:::[ \t]*$\n?|\Z)", re.MULTILINE | re.DOTALL
)
_GAP = "\ue20e"  # where something was taken out, until the blanks round it are put right
_GAPS = re.compile(rf"^(?:[ \t]*+{_GAP})+[ \t]*+(?:\n{{1,2}}|\Z)?|{_GAP}", re.MULTILINE)

_NO_LABEL = re.compile(rf"{_REFERENCE}|https?://\S*|file[-_]?\w*\d\w*")
_IDENTIFIER = re.compile(r"[a-z0-9_.:/-]+")
_LABELLED = ("url", "link", "link_title", "navlist", "video")
_WORDLESS = (
    "cite", "filecite", "memcite", "image_group", "i", "image", "images", "map", "businesses_map", "entity_metadata",
    "products", "sources", "sources_footnote", "finance", "stock", "forecast", "schedule", "standing", "standings", "tldr",
)  # fmt: skip


def without_marks(text: str) -> str:
    """Return the words that stood on the page."""
    if not _MAY_HAVE_MARKS.search(text):
        return text
    shown = _GAPS.sub("", _DRAWN.sub(_shown, _WRITING_BLOCK.sub(r"\1", text)))
    return _LEFT_OVER.sub("", shown).strip()


def pictures_in(text: str) -> int:
    """Return how many groups of pictures the page drew."""
    return len(re.findall("\ue200(?:image_group|images?|i)\ue202", text))


def _shown(mark: re.Match[str]) -> str:
    words = _words_of(mark["body"]) if mark["body"] else ""
    return mark["blanks"] + words if words else _GAP


def _words_of(body: str) -> str:
    """Return what a reader saw of a mark."""
    name, *arguments = re.split("[\ue202\ue203]", body)
    if not arguments and (found := re.match(r"\w+(?=[\[{])", name)):  # some exports lack the separator
        name, arguments = found[0], [name[found.end() :]]
    if name in _WORDLESS:
        return ""
    for argument in arguments:
        if argument.lstrip()[:1] in ("[", "{"):
            return _label_in(argument)
    arguments = [stripped for argument in arguments if (stripped := argument.strip())]
    labels = [argument for argument in arguments if not _NO_LABEL.fullmatch(argument)]
    if name in ("entity", "product_entity"):
        return (labels[1:] or labels or [""])[0]
    if name in _LABELLED:
        return (labels or arguments or [""])[0]
    # Of a mark that is not known only what looks like words is taken for words.
    return next((label for label in labels if not _IDENTIFIER.fullmatch(label)), "")


def _label_in(argument: str) -> str:
    """Return the name in a list of kind, name and description, or the formula that a widget shows."""
    try:
        value: Any = json.loads(argument)
    except (ValueError, RecursionError):
        quoted = re.findall(r'["“”]([^"“”]+)["“”]', argument) if argument.lstrip().startswith("[") else []
        return quoted[1] if len(quoted) > 1 else quoted[0] if quoted else ""
    if isinstance(value, list):
        named = [one.strip() for one in value[:2] if isinstance(one, str) and one.strip()]
        return named[-1] if named else ""
    formulas = [
        one["content"]
        for key, one in value.items()
        if "math" in key and isinstance(one, dict) and isinstance(one.get("content"), str)
    ]
    return f"$${formulas[0]}$$" if formulas else ""


_SPOKEN = ("text", "multimodal_text")
_EVERYTHING = (
    ".*",
    "(?s).*",
    r"^.*$",
    r"[\s\S]*",
    "(.|\n)*",
)  # patterns of an edit that replaces a whole document
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

_Content: TypeAlias = tuple[str, list[OmittedKind]]  # the words of a message, and what is left out of it


def _messages(conversation: dict[str, Any]) -> list[ExportedMessage | None] | None:
    nodes = branch(conversation)
    return None if nodes is None else [_message(part(node, "message"), conversation) for _, node in nodes]


read_chatgpt = reader_of("ChatGPT", _messages)


def _message(message: dict[str, Any], conversation: dict[str, Any]) -> ExportedMessage:
    text, omitted = content_of(message)
    role = part(message, "author").get("role")
    return ExportedMessage(
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


def content_of(message: dict[str, Any]) -> _Content:
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
    return _visible_words(words, omitted, message, is_assistant=role == "assistant")


def _visible_words(
    words: str, omitted: list[OmittedKind], message: dict[str, Any], *, is_assistant: bool
) -> _Content:
    """Return the words that stood on the page; a message may be hidden from it."""
    metadata = part(message, "metadata")
    if metadata.get("is_visually_hidden_from_conversation") is True or message.get("weight") == 0:
        return "", omitted or (["system_note"] if words else [])
    omitted = omitted + _attachments(message)
    if not is_assistant:
        return words, omitted
    pictures: list[OmittedKind] = ["picture"] * pictures_in(words)
    return without_marks(words), omitted + pictures


def _parts(content: dict[str, Any]) -> _Content:
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


def _document(recipient: str, order: dict[str, Any]) -> _Content:
    """Return the words of a document that is written or replaced as a whole; code, edits of a part and comments count as none."""
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

"""Tells by its beginning what a text or JSON file holds."""

import itertools
import re

from daemon.importing.line import day_of, is_message, title_of
from daemon.importing.whatsapp import is_head, is_said

HEAD_BYTES = 1024 * 1024
_LOOKED_AT_LINES = 20
# Keys of the first conversation; the same words within a string have a backslash before their quotation marks.
_CONVERSATION = re.compile(r'(?<!\\)"(?:(?P<chatgpt>mapping)"\s*:\s*\{|(?P<claude>chat_messages)"\s*:\s*\[)')


def tell_json(head: str) -> str | None:
    """Return whose list of conversations begins so: ChatGPT's and Claude's files have the same name."""
    found = _CONVERSATION.search(head)
    return found.lastgroup if found else None


def tell_text(head: str) -> str:
    """Return the chat log that begins so; anything else is plain text."""
    lines = [line for line in head.lstrip("\ufeff").splitlines() if line.strip()][:_LOOKED_AT_LINES]
    if lines and is_head(lines[0]) and any(map(is_said, lines)):
        return "whatsapp"
    if lines and title_of(lines[0]):
        return "line"
    for day, message in itertools.pairwise(lines):
        if day_of(day) and is_message(message):
            return "line"
    return "text"

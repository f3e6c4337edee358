"""Tells by its beginning what a text or JSON file holds."""

import itertools
import re
from collections.abc import Iterator

from daemon.importing.foreign import program_of, refusal
from daemon.importing.line import day_of, is_message, title_of
from daemon.importing.records import ImportProblem
from daemon.importing.whatsapp import is_head, is_said

HEAD_BYTES = 1024 * 1024
_LOOKED_AT_LINES = 20
_TOKEN = re.compile(
    r'"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(?:\s*:\s*(?=(?P<begins>.)))?|\\?\Z)|[{}\[\]]', re.DOTALL
)
_DEEPSEEK = {(1, "inserted_at"), (4, "fragments")}  # beside the `mapping` that ChatGPT's trees have, too


def tell_json(head: str) -> str | None:
    """Return whose list of conversations begins so: the files of several programs have the same name.

    Raises:
        ImportProblem: it is the export of a program that Tane does not read.
    """
    keys: set[tuple[int, str]] = set()
    told = None
    for depth, key, begins in _keys(head):
        keys.add((depth, key))
        if depth == 1 and told is None:
            told = {("mapping", "{"): "chatgpt", ("chat_messages", "["): "claude"}.get((key, begins))
        if told == "claude":
            return told
    if told is not None:
        return "deepseek" if keys & _DEEPSEEK else told
    if program := program_of({key for _, key in keys}, head):
        raise ImportProblem(refusal(program))
    return None


def _keys(head: str) -> Iterator[tuple[int, str, str]]:
    """Yield the keys with which a JSON text begins: how many objects hold each, its name, and how its value begins."""
    depth = 0
    for token in _TOKEN.finditer(head):
        mark = token[0][0]
        if mark != '"':
            depth += (mark == "{") - (mark == "}")
        elif token["begins"]:
            yield depth, token["text"], token["begins"]


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

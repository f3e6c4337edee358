"""Reads a data export that is a list of conversations with ids of their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, TypeAlias

from tane.importing.columns import record_of
from tane.importing.json_objects import elements
from tane.importing.records import Columns, Omitted, OmittedKind, Reader, ReadOptions, Reject, Row, has_text

_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time", id="id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedMessage:
    """A message: its parts by the names above, further metadata, and the kinds of what is left out of it."""

    row: Mapping[str, Any]
    omitted: Sequence[OmittedKind] = field(default=())


Messages: TypeAlias = Callable[[dict[str, Any]], Iterable[ExportedMessage | None] | None]
"""Finds the messages of one conversation; None: it is not one."""


def reader_of(product: str, messages: Messages) -> Reader:
    """Return a reader that yields the messages of each conversation in order; `line` is its place in the file."""
    return partial(_read, product=product, messages=messages)


def _read(stream: BinaryIO, options: ReadOptions, *, product: str, messages: Messages) -> Iterator[Row]:
    for element in elements(stream, options.encoding):
        if isinstance(element, Reject):
            yield element
            continue
        place, conversation = element
        found = messages(conversation)
        if found is None:
            yield Reject(line=place, reason=f"no conversation of a {product} export")
            continue
        for number, message in enumerate(found, start=1):
            if message is None:
                yield Reject(line=place, reason="a message that is no object", detail=f"message {number}")
                continue
            if has_text(message.row["text"]):
                kept = {name: value for name, value in message.row.items() if value is not None}
                yield record_of(kept, _COLUMNS, line=place, zone=options.zone)
            elif not message.omitted:
                yield Omitted(line=place, kind="empty_message")
            for kind in message.omitted:
                yield Omitted(line=place, kind=kind)


def branch(conversation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]] | None:
    """Return the nodes with a message from the root of the tree to its current leaf, with their keys; None: it has no tree.

    Without a known leaf it is the last node that has no children.
    """
    nodes, leaf = conversation.get("mapping"), conversation.get("current_node")
    if not isinstance(nodes, dict):
        return None
    if not isinstance(leaf, str) or leaf not in nodes:
        leaf = next((key for key in reversed(nodes) if not part(nodes, key).get("children")), None)
    found: list[tuple[str, dict[str, Any]]] = []
    seen: set[str] = set()
    while isinstance(leaf, str) and leaf in nodes and leaf not in seen:
        seen.add(leaf)
        node = part(nodes, leaf)
        if part(node, "message"):
            found.append((leaf, node))
        leaf = node.get("parent")
    return found[::-1]


def part(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a part that is an object, or an empty one."""
    found = whole.get(name)
    return found if isinstance(found, dict) else {}

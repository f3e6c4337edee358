"""Reads a data export that is a list of conversations with ids of their own."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, TypeAlias

from daemon.importing.columns import record_of
from daemon.importing.jsonlist import elements
from daemon.importing.records import Columns, Omitted, ReadOptions, Reject, Row, has_text

_COLUMNS = Columns(text="text", speaker="speaker", conversation="conversation", time="time", id="id")

# A message by the names above, whatever else is kept of it as metadata; None for one that cannot be read.
Message: TypeAlias = dict[str, Any] | None


def read_conversations(
    stream: BinaryIO,
    options: ReadOptions,
    *,
    product: str,
    messages: Callable[[dict[str, Any]], Iterable[Message] | None],
) -> Iterator[Row]:
    """Yield what `messages` finds in each conversation; None: it is none. `line` is its place in the file."""
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
            elif has_text(message["text"]):
                kept = {name: value for name, value in message.items() if value is not None}
                yield record_of(kept, _COLUMNS, line=place, zone=options.zone)
            else:
                yield Omitted(line=place, kind="empty_message")

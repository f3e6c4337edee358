"""Reads plain text: a paragraph is an utterance."""

from collections.abc import Iterator
from typing import BinaryIO

from daemon.importing.blocks import blocks
from daemon.importing.columns import record_of
from daemon.importing.records import Columns, ReadOptions, Record, Reject, has_text

_COLUMNS = Columns(text="text", conversation="conversation")
_INDENT = "\u3000"  # with which Japanese prose begins a paragraph


def read_text(stream: BinaryIO, options: ReadOptions) -> Iterator[Record | Reject]:
    """Yield a record for each paragraph; all are one conversation, for each leans on those before it.

    Blank lines part paragraphs, and so does an indent; in a text that has neither, each line is one.
    """
    texts = sum(has_text("".join(block.lines)) for block in blocks(stream, options, begins=_is_parting))
    stream.seek(0)
    for block in blocks(stream, options, begins=_is_parting if texts > 1 else _always):
        if block.problem:
            yield block.problem
            continue
        first = next((at for at, line in enumerate(block.lines) if has_text(line)), None)
        if first is not None:
            row = {"text": "\n".join(block.lines).strip(), "conversation": options.title}
            yield record_of(row, _COLUMNS, line=block.line + first, zone=options.zone)


def _is_parting(line: str) -> bool:
    return line.startswith(_INDENT) or not line.strip()


def _always(_: str) -> bool:
    return True

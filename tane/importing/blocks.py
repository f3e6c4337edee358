"""The lines of a text in blocks: a paragraph, or a message of a chat log with its later lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tane.decoding.lines import MAX_LINE_CHARS, BadLine, Lines
from tane.importing.records import ReadOptions, Reject


@dataclass(slots=True, kw_only=True)
class Block:
    """Lines that belong together, without their ends; `line` is the number of the first."""

    line: int
    lines: list[str] = field(default_factory=list)
    problem: Reject | None = None  # one of its lines cannot be used: the others are not the whole


def blocks(stream: BinaryIO, options: ReadOptions, *, begins: Callable[[str], bool]) -> Iterator[Block]:
    """Yield the blocks of a text; what stands before the first beginning is a block, too.

    A block holds as much text as a line may; the rest of a longer one is passed over.
    """
    block, chars = Block(line=1), 0
    for number, written in Lines(stream, options.encoding).numbered():
        if isinstance(written, BadLine):
            block.problem = block.problem or Reject(line=number, reason=str(written))
            continue
        line = written.rstrip("\r\n")
        if begins(line):
            yield block
            block, chars = Block(line=number), 0
        chars += len(line) + 1
        if options.encoding.is_broken(line):
            reason = f"not valid {options.encoding.name}"
            block.problem = block.problem or Reject(line=number, reason=reason)
        elif chars <= MAX_LINE_CHARS:
            block.lines.append(line)
        else:
            block.problem = Reject(line=block.line, reason=f"longer than {MAX_LINE_CHARS:,} characters")
    yield block

"""Gathers the lines of a text into blocks: a paragraph, or a message of a chat log with its later lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from tane.importing.encodings import MAX_LINE_CHARS, BadLine, Lines
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
    lines = Lines(stream, options.encoding)
    block, chars = Block(line=1), 0
    while True:
        try:
            line = next(lines).rstrip("\r\n")
        except StopIteration:
            break
        except BadLine as bad:
            block.problem = block.problem or Reject(line=lines.number, reason=str(bad))
            continue
        if begins(line):
            yield block
            block, chars = Block(line=lines.number), 0
        chars += len(line) + 1
        if options.encoding.is_broken(line):
            reason = f"not valid {options.encoding.name}"
            block.problem = block.problem or Reject(line=lines.number, reason=reason)
        elif chars <= MAX_LINE_CHARS:
            block.lines.append(line)
        else:
            block.problem = Reject(line=block.line, reason=f"longer than {MAX_LINE_CHARS:,} characters")
    yield block

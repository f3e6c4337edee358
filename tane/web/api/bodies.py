"""Bounds what a body of JSON may cost before anything reads it. Pure, and linear in its length.

Reading JSON takes one call that nothing else interrupts, and its cost lies in the number of values: 20 MiB of empty
lists take it twenty seconds. So brackets and commas are counted first, which costs next to nothing.
"""

import json
import re
from collections.abc import Iterator

LARGEST_BYTES = 64 * 1024 * 1024
MOST_MARKS = 6_000_000
"""Brackets, braces and commas of a whole body, those within texts included."""
MOST_MARKS_OF_ONE = 400_000
"""Those of one line, or of one element of a list."""
MOST_LINES = 500_000
"""Lines, or elements of a list."""
DEEPEST = 64
_MARKS = (b"[", b"{", b",")
# A string whose end is missing has no group 1.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(")?|[{}\[\],]', re.DOTALL)


class TooMuch(ValueError):  # noqa: N818 - reads as the state it reports
    """A limit is passed; the message names it, without a word of the body."""


class NotAList(ValueError):  # noqa: N818 - reads as the state it reports
    """The body begins like a list, and is none."""


def marks(chunk: bytes) -> int:
    """Return how many brackets, braces and commas there are."""
    return sum(chunk.count(mark) for mark in _MARKS)


def check_size(size: int, marked: int) -> None:
    """Tell whether a body of which so much has come may go on.

    Raises:
        TooMuch: it may not.
    """
    if size > LARGEST_BYTES:
        raise TooMuch(f"at most {LARGEST_BYTES >> 20} MiB at once; send the rest in another request")
    if marked > MOST_MARKS:
        raise TooMuch(f"at most {MOST_MARKS:,} brackets and commas at once; send the rest in another request")


def check_one(text: bytes | str, number: int) -> None:
    """Tell whether one line, or one element, may be read; they are counted from 1.

    Raises:
        TooMuch: it may not.
    """
    if number > MOST_LINES:
        raise TooMuch(f"at most {MOST_LINES:,} utterances at once; send the rest in another request")
    if len(text) <= MOST_MARKS_OF_ONE:
        return
    if marks(text.encode(errors="surrogatepass") if isinstance(text, str) else text) > MOST_MARKS_OF_ONE:
        raise TooMuch(f"at most {MOST_MARKS_OF_ONE:,} brackets and commas in one utterance")


def lines_of(body: bytes) -> Iterator[str]:
    """Yield each element of a JSON list as a line of JSON.

    Raises:
        NotAList: it is none.
        TooMuch: an element passes a limit.
    """
    try:
        text = body.decode(json.detect_encoding(body)).strip(" \t\r\n")
        for number, element in enumerate(_elements(text), start=1):
            check_one(element, number)
            yield json.dumps(json.loads(element)) + "\n"
    except TooMuch:
        raise
    except (ValueError, RecursionError):
        raise NotAList from None


def _elements(text: str) -> Iterator[str]:
    """Cut a list at the commas between its elements; what else is wrong shows when they are read."""
    start, depth = 1, 0
    tokens = _TOKEN.finditer(text, 1)
    for token in tokens:
        mark = token[0]
        if mark[0] == '"':
            continue  # one without an end swallows all, and the list has none then
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                raise TooMuch(f"at most {DEEPEST} levels of lists and objects in one utterance")
        elif mark == "," and depth == 0:
            yield text[start : token.start()]
            start = token.end()
        elif mark in "]}":
            depth -= 1
            if depth < 0:
                last = text[start : token.start()]
                if mark != "]" or token.end() != len(text):
                    raise NotAList
                if start > 1 or last.strip():
                    yield last
                return
    raise NotAList

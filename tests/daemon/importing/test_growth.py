"""A file twice as wide or twice as long takes about twice the work, whatever is in it."""

import json
import time
from collections.abc import Callable

import pytest

from tests.daemon.importing.reading import read_rows

SIZE = 3_000
MOST = 3.0  # four for what is quadratic


def cells(names: list[str]) -> bytes:
    return f"text,{','.join(names)}\nhello,{','.join(['1'] * len(names))}\n".encode()


SHAPES: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "columns of one name": ("csv", lambda n: cells(["a"] * n)),
    "columns without a name": ("csv", lambda n: cells([""] * n)),
    "columns of all names": ("csv", lambda n: cells([f"c{i}" for i in range(n)])),
    "columns named like the others' second": ("csv", lambda n: cells(["a", "a (2)", "a (2) (2)"] * (n // 3))),
    "keys": ("jsonl", lambda n: json.dumps({"text": "a"} | {f"k{i}": 1 for i in range(n)}).encode()),
    "keys of a list": (
        "json",
        lambda n: json.dumps([{"text": "a"} | {f"k{i}": 1 for i in range(n)}]).encode(),
    ),
    "lists within an object": (
        "json",
        lambda n: json.dumps({"rows": [{"text": "a"}]} | {f"k{i}": [{"a": 1}] for i in range(n)}).encode(),
    ),
    "quotes that are never closed": ("csv", lambda n: b"id,text\n" + b'1,"a\n' * n),
    "backslashes before quotes": ("csv", lambda n: b"id,text\n" + b'1,"\\"a\n2,\\"\n' * n),
    "backslashes before a quote that closes nothing": ("csv", lambda n: b"id,text\n" + b'a,"\\"\n' * n),
    "one quote and backslashes": ("csv", lambda n: b'id,text\n1,"a\n' + b'b,c,\\"\n' * n),
    "rows of blanks": ("csv", lambda n: b"id,text\n" + b",,,,\n" * n),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_much_takes_less_than_three_times_as_long(shape: str):
    format_name, data_of = SHAPES[shape]

    def took_s(size: int) -> float:
        data = data_of(size)
        began_s = time.process_time()
        read_rows(data, format_name, encoding="utf-8")
        return time.process_time() - began_s

    # The best of several: the machine has other work. Once more before it is called quadratic.
    ratios = (min(took_s(2 * SIZE) for _ in range(3)) / min(took_s(SIZE) for _ in range(3)) for _ in range(3))
    assert any(ratio < MOST for ratio in ratios)

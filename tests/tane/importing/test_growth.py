"""A file twice as wide or twice as long takes about twice the work, whatever is in it."""

import json
from collections.abc import Callable

from tests.growing import LIMIT, growth
from tests.tables import every
from tests.tane.importing.reading import read_rows

SIZE = 1_000


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


@every("shape", SHAPES)
def test_twice_as_much_takes_less_than_three_times_as_long(shape: str):
    format_name, data_of = SHAPES[shape]

    assert growth(lambda data: read_rows(data, format_name, encoding="utf-8"), data_of, SIZE) < LIMIT

"""Ids as rows of bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tane.runs.night.ids import keys_of, raw_of, rows_of

# Few values and zeros at the end: what strings of bytes would lose.
ID = st.lists(st.sampled_from([0, 1, 255]), min_size=16, max_size=16).map(bytes)


def ids(values: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(values), dtype=np.uint8).reshape(-1, 16)


@given(st.sets(ID, max_size=12), st.lists(ID, max_size=12))
def test_the_row_of_an_id_is_its_place_in_the_order_of_bytes(among: set[bytes], wanted: list[bytes]):
    ordered = sorted(among)

    found = rows_of(ids(wanted), ids(ordered))

    assert found.tolist() == [ordered.index(value) if value in among else -1 for value in wanted]


@given(st.lists(ID, max_size=12))
def test_keys_order_as_the_database_does(values: list[bytes]):
    order = np.argsort(keys_of(ids(values)), kind="stable")

    assert [values[place] for place in order] == sorted(values)


@given(st.lists(ID, max_size=12))
def test_staged_ids_are_the_same_bytes(values: list[bytes]):
    assert raw_of(ids(values)).tobytes() == b"".join(values)

"""Smaller vectors, judged on what a real model makes of the demo's dialogues."""

import numpy as np
import pytest

from tane.memory.precision import (
    FEWEST_VECTORS,
    Precision,
    measure_precision,
    smallest_good,
)
from tests.make_real_vectors import real_vectors

QUERIES = np.arange(0, 100, dtype=np.int64)


@pytest.fixture(scope="module")
def measured() -> dict[tuple[str, int], Precision]:
    vectors = real_vectors()[1]
    return {(one.kind, one.reranked): one for one in measure_precision(vectors, QUERIES)}


def test_halfvec_finds_what_float32_finds(measured: dict[tuple[str, int], Precision]):
    assert measured["halfvec", 0].recall > 0.99
    assert (measured["halfvec", 0].index_bytes, measured["halfvec", 0].bytes) == (768, 1536)


def test_candidates_that_are_compared_again_find_more_and_cost_no_bytes(
    measured: dict[tuple[str, int], Precision],
):
    for kind in ("centred sign bits", "PCA to half", "PCA to a quarter"):
        alone, few, many = (measured[kind, count] for count in (0, 40, 80))
        assert alone.recall < few.recall <= many.recall
        assert alone.index_bytes == few.index_bytes == many.index_bytes < 768


def test_signs_are_a_bit_each_and_alone_lose_much(measured: dict[tuple[str, int], Precision]):
    assert measured["centred sign bits", 0].index_bytes == 48
    assert measured["centred sign bits", 0].recall < 0.95


def test_the_smallest_that_finds_enough_is_recommended_with_the_fewest_candidates(
    measured: dict[tuple[str, int], Precision],
):
    best = smallest_good(list(measured.values()))

    assert best is not None
    assert best.recall >= 0.95
    assert all(one.bytes >= best.bytes for one in measured.values() if one.recall >= 0.95)
    assert smallest_good([]) is None


def test_what_says_the_same_is_as_good_an_answer():
    draw = np.random.default_rng(0)
    once = draw.normal(size=(20, 32)).astype(np.float32)
    same = np.repeat(once / np.linalg.norm(once, axis=1, keepdims=True), 20, axis=0)

    assert {one.recall for one in measure_precision(same, QUERIES)} == {1.0}


def test_too_few_vectors_are_refused():
    with pytest.raises(ValueError, match="too few"):
        measure_precision(np.eye(FEWEST_VECTORS - 1, dtype=np.float32), QUERIES[:5])

"""A scale tells what a cosine means for a model."""

import numpy as np
import pytest

from tane.vectors.scale import FEWEST, LEVELS, SimilarityScale, measure


def themes(*, common: float, count: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Four themes of unequal size, with a component that all share."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(4, 32))
    groups = random.choice(4, size=count, p=[0.85, 0.05, 0.05, 0.05])
    vectors = centres[groups] + random.normal(size=(count, 32))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[:, 0] += common
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), groups


def test_tells_the_cosines_of_unlike_pairs_whatever_the_largest_theme_is() -> None:
    found = measure(*themes(common=0.0))

    assert found is not None
    assert list(found.unlike) == sorted(found.unlike)
    assert abs(found.above(0.5)) < 0.15
    assert found.above(0.99) < 0.6


def test_moves_with_what_all_vectors_share() -> None:
    plain, shifted = measure(*themes(common=0.0)), measure(*themes(common=3.0))

    assert plain is not None
    assert shifted is not None
    assert shifted.above(0.5) > 0.8 > plain.above(0.999)


def test_is_unknown_for_few_statements_and_for_few_themes() -> None:
    assert measure(*themes(common=0.0, count=FEWEST - 1)) is None
    vectors, _ = themes(common=0.0)
    assert measure(vectors, np.zeros(len(vectors), dtype=np.int64)) is None


def test_ranks_and_cosines_are_two_ways_to_say_the_same() -> None:
    scale = SimilarityScale(tuple(np.linspace(0.1, 0.7, len(LEVELS)).tolist()))

    assert scale.share_below(scale.above(0.97)) == pytest.approx(0.97)

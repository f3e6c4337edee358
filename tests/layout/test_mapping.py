"""Laying out whole sets: sizes, degenerate sets, staying put from night to night. UMAP is compiled here, once."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from layout.descent import descend, warm_up
from layout.mapping import DOCUMENTED, LEASH, Map, Parameters, PreviousMap, lay_out
from layout.quality import trustworthiness
from tane.vectors.fuzzy_graph import fuzzy_graph
from tane.vectors.neighbours import nearest
from tests.layout.planted import blobs, ids
from tests.tables import every

ROOT = Path(__file__).parents[2]
OLD, NEW = 600, 30  # 5 % newcomers
DIGEST = """
import hashlib
from layout.mapping import lay_out
from tests.layout.planted import blobs, ids
print(hashlib.sha256(lay_out(ids(200), blobs(200)).coordinates.tobytes()).hexdigest())
"""


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    warm_up()


def yesterday(last: Map, total: int) -> PreviousMap:
    """The last map's points come first among tonight's."""
    coordinates = np.full((total, 2), np.nan)
    kept = min(len(last.coordinates), total)
    coordinates[:kept] = last.coordinates[:kept]
    return PreviousMap(coordinates=coordinates, known=np.arange(total) < kept, fingerprint=last.fingerprint)


def purity(coordinates: NDArray[np.float32], topics: int) -> float:
    """Return the share of points whose nearest other on the map is of their topic (row % topics)."""
    apart = np.linalg.norm(coordinates[:, None] - coordinates[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(np.mean(apart.argmin(axis=1) % topics == np.arange(len(coordinates)) % topics))


@every("count", [0, 1, 2, 3, 8, 9, 15, 16, 17, 40])
@every("kind", ["topics", "identical", "orthogonal", "pairs"])
def test_any_set_has_finite_places_of_its_own_in_a_frame(count: int, kind: str):
    vectors = {
        "topics": blobs(count, topics=3),
        "identical": np.tile(blobs(1), (count, 1)),
        "orthogonal": np.eye(count, max(count, 1), dtype=np.float32),
        "pairs": np.repeat(blobs(count), 2, axis=0)[:count],
    }[kind]

    made = lay_out(ids(count), vectors)

    assert made.coordinates.shape == (count, 2)
    assert made.coordinates.dtype == np.float32
    assert np.isfinite(made.coordinates).all()
    assert len(np.unique(made.coordinates, axis=0)) == count
    assert made.method == ("closed" if count <= 15 else "fresh")
    if count > 1:
        assert 0.95 < np.ptp(made.coordinates, axis=0).max() < 1.05


def test_topics_are_told_apart():
    made = lay_out(ids(OLD), blobs(OLD))

    assert purity(made.coordinates, 12) > 0.95
    assert trustworthiness(blobs(OLD), made.coordinates) > 0.9


def test_a_given_table_is_used_and_its_spare_columns_are_not():
    vectors = blobs(100)

    wide, narrow = (
        lay_out(ids(100), vectors, neighbours=nearest(vectors, k=k)) for k in (32, DOCUMENTED.others)
    )

    assert wide.coordinates.tobytes() == narrow.coordinates.tobytes()
    assert wide.coordinates.tobytes() == lay_out(ids(100), vectors).coordinates.tobytes()
    other = lay_out(ids(100), vectors, neighbours=nearest(vectors[::-1], k=DOCUMENTED.others))
    assert other.coordinates.tobytes() != wide.coordinates.tobytes()


class TestParameters:
    def test_tell_what_made_a_map_its_epochs_and_start_among_it(self):
        first = lay_out(ids(100), blobs(100))
        again = lay_out(ids(100), blobs(100), yesterday=yesterday(first, 100))
        later = lay_out(ids(110), blobs(110), yesterday=yesterday(first, 110))
        small = lay_out(ids(8), blobs(8))

        documented = {
            "n_components": 2,
            "n_neighbors": 15,
            "min_dist": 0.1,
            "random_state": 42,
            "metric": "cosine",
        }
        drawn = documented | {
            "init": "pca",
            "n_epochs": 200,
            "learning_rate": 0.25,
            "negative_sample_rate": 5,
        }
        assert first.params == drawn
        assert again.params is None, "a kept map was made by what its row says already"
        assert later.params is not None
        assert (later.params["init"], later.params["n_epochs"][:2]) == ("yesterday", [50, 200])
        assert small.params == {"n_components": 2, "metric": "cosine"}

    @pytest.mark.parametrize(
        "other", [Parameters(n_neighbors=5), Parameters(min_dist=0.5), Parameters(random_state=43)], ids=repr
    )
    def test_of_another_value_make_another_map_of_the_same_set(self, other: Parameters):
        first = lay_out(ids(100), blobs(100))

        made = lay_out(ids(100), blobs(100), yesterday=yesterday(first, 100), parameters=other)

        assert made.method != "kept"
        assert made.fingerprint != first.fingerprint
        fresh = lay_out(ids(100), blobs(100), parameters=other)
        assert fresh.coordinates.tobytes() != first.coordinates.tobytes()

    @pytest.mark.parametrize(
        "other", [Parameters(n_neighbors=5), Parameters(min_dist=0.5), Parameters(random_state=43)], ids=repr
    )
    def test_of_another_value_make_maps_as_faithful(self, other: Parameters):
        def faithful(parameters: Parameters) -> float:
            sets = [blobs(100, seed=seed) for seed in range(4)]
            return float(
                np.mean(
                    [
                        trustworthiness(one, lay_out(ids(100), one, parameters=parameters).coordinates)
                        for one in sets
                    ]
                )
            )

        assert faithful(other) > faithful(DOCUMENTED) - 0.05

    def test_a_larger_least_distance_spreads_what_belongs_together(self):
        def nearest(min_dist: float) -> float:
            places = lay_out(ids(200), blobs(200), parameters=Parameters(min_dist=min_dist)).coordinates
            apart = np.linalg.norm(places[:, None] - places[None], axis=2)
            np.fill_diagonal(apart, np.inf)
            return float(np.median(apart.min(axis=1)) / np.ptp(places, axis=0).max())

        assert nearest(0.9) > 1.5 * nearest(0.01)


def test_only_those_who_may_move_do():
    graph = fuzzy_graph(nearest(blobs(60), k=DOCUMENTED.others))
    start = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    moving = np.arange(60) < 10

    places = descend(graph, start, epochs=20, step=1.0, moving=moving)

    np.testing.assert_array_equal(places[10:], start[10:])
    assert (places[:10] != start[:10]).any(axis=1).all()
    np.testing.assert_array_equal(descend(graph, start, epochs=20, step=1.0, moving=moving & False), start)


def test_another_process_gives_the_same_bytes():
    here = hashlib.sha256(lay_out(ids(200), blobs(200)).coordinates.tobytes()).hexdigest()

    there = subprocess.run(
        [sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert there.stdout.strip() == here


@pytest.mark.parametrize("count", [1, 9, 100])
def test_an_unchanged_set_keeps_its_bytes(count: int):
    first = lay_out(ids(count), blobs(count))

    again = lay_out(ids(count), blobs(count), yesterday=yesterday(first, count))

    assert (again.method, again.displacement) == ("kept", 0.0)
    assert again.coordinates.tobytes() == first.coordinates.tobytes()


@pytest.mark.parametrize("count", [9, 100])
def test_other_ids_or_other_neighbours_do_not_count_as_unchanged(count: int):
    first = lay_out(ids(count), blobs(count))

    renamed = lay_out(ids(count, first=1), blobs(count), yesterday=yesterday(first, count))
    changed = lay_out(ids(count), blobs(count, seed=1), yesterday=yesterday(first, count))

    assert renamed.method != "kept"
    assert changed.method != "kept"
    assert len({first.fingerprint, renamed.fingerprint, changed.fingerprint}) == 3


@pytest.fixture(scope="module")
def nights() -> list[tuple[NDArray[np.float32], Map, Map, Map]]:
    """For three stores: tonight's vectors, yesterday's map, tonight's from it, and tonight's without it."""
    found = []
    for seed in range(3):
        vectors = blobs(OLD + NEW, seed=seed)
        before = lay_out(ids(OLD), vectors[:OLD])
        after = lay_out(ids(OLD + NEW), vectors, yesterday=yesterday(before, OLD + NEW))
        found.append((vectors, before, after, lay_out(ids(OLD + NEW), vectors)))
    return found


def test_old_points_stay_where_they_are(nights: list[tuple[NDArray[np.float32], Map, Map, Map]]):
    for _, before, after, _ in nights:
        assert (after.method, after.newcomers) == ("continued", NEW)
        assert 0 < after.displacement <= LEASH + 1e-6
        way = np.linalg.norm(after.coordinates[:OLD] - before.coordinates, axis=1)
        assert np.median(way) / np.ptp(before.coordinates, axis=0).max() == pytest.approx(after.displacement)


def test_where_old_points_would_go_far_they_go_but_two_hundredths():
    ways = []
    for seed in range(6):
        vectors = blobs(40, topics=3, seed=seed)
        first = lay_out(ids(24), vectors[:24])
        made = lay_out(ids(40), vectors, yesterday=yesterday(first, 40))
        assert made.method == "continued"
        ways.append(made.displacement)

    # The leash is reached, so it is what holds them.
    assert max(ways) == pytest.approx(LEASH, rel=1e-3)


def test_a_continued_map_is_as_faithful_as_a_fresh_one(
    nights: list[tuple[NDArray[np.float32], Map, Map, Map]],
):
    continued = [trustworthiness(vectors, after.coordinates) for vectors, _, after, _ in nights]
    fresh = [trustworthiness(vectors, anew.coordinates) for vectors, _, _, anew in nights]

    # Two fresh maps of one store differ by about 0.005 themselves.
    assert np.mean(continued) > np.mean(fresh) - 0.005


def test_newcomers_stand_among_their_topic(nights: list[tuple[NDArray[np.float32], Map, Map, Map]]):
    for _, _, after, _ in nights:
        apart = np.linalg.norm(after.coordinates[OLD:, None] - after.coordinates[None, :OLD], axis=2)
        assert np.mean(apart.argmin(axis=1) % 12 == np.arange(OLD, OLD + NEW) % 12) > 0.9


def test_a_new_topic_that_knows_nobody_is_placed_too():
    width = 48
    old = np.concatenate([blobs(100, width=width), np.zeros((100, width))], axis=1).astype(np.float32)
    strange = np.concatenate([np.zeros((20, width)), blobs(20, topics=1, width=width)], axis=1).astype(
        np.float32
    )
    first = lay_out(ids(100), old)

    made = lay_out(ids(120), np.concatenate([old, strange]), yesterday=yesterday(first, 120))

    assert np.isfinite(made.coordinates).all()
    apart = np.linalg.norm(made.coordinates[100:, None] - made.coordinates[None], axis=2)
    apart[np.arange(20), np.arange(100, 120)] = np.inf
    assert np.mean(apart.argmin(axis=1) >= 100) > 0.9


def test_points_that_left_do_not_stir_the_others():
    vectors = blobs(OLD)
    first = lay_out(ids(OLD), vectors)

    made = lay_out(ids(OLD - 12), vectors[:-12], yesterday=yesterday(first, OLD - 12))

    assert (made.method, made.newcomers) == ("continued", 0)
    assert made.displacement <= LEASH + 1e-6


def test_a_store_that_doubled_is_laid_out_anew_and_turned_as_before():
    vectors = blobs(300)
    first = lay_out(ids(100), vectors[:100])

    made = lay_out(ids(300), vectors, yesterday=yesterday(first, 300))

    assert made.method == "fresh"
    assert made.displacement < 0.25
    assert purity(made.coordinates, 12) > 0.9


def test_with_few_old_points_the_map_is_new_but_lies_on_them():
    vectors = blobs(300)
    first = lay_out(ids(30), vectors[:30])

    made = lay_out(ids(300), vectors, yesterday=yesterday(first, 300))

    assert made.method == "fresh"
    assert purity(made.coordinates, 12) > 0.9
    middle = np.median(made.coordinates[:30], axis=0) - np.median(first.coordinates, axis=0)
    assert np.linalg.norm(middle) < 0.25


def test_a_set_that_outgrows_the_closed_forms_keeps_its_turn():
    vectors = blobs(20, topics=2, noise=0.3)
    first = lay_out(ids(15), vectors[:15])

    made = lay_out(ids(20), vectors, yesterday=yesterday(first, 20))

    assert made.displacement < 0.25


@every(("count", "old"), [(10, 2), (10, 10), (40, 2), (40, 12), (40, 40)])
def test_old_points_on_one_spot_do_not_shrink_the_map(count: int, old: int):
    spot = PreviousMap(coordinates=np.full((count, 2), 0.3), known=np.arange(count) < old)

    made = lay_out(ids(count), blobs(count, topics=2, noise=0.5), yesterday=spot)

    assert np.ptp(made.coordinates, axis=0).max() > 0.5
    assert purity(made.coordinates, 2) > 0.9


@pytest.mark.parametrize("count", [3, 30])
def test_what_is_not_finite_or_no_unit_vector_is_refused(count: int):
    for value, complaint in ((np.nan, "hold NaN"), (np.inf, "or infinity"), (7.0, "not of length one")):
        vectors = blobs(count)
        vectors[1, 2] = value
        with pytest.raises(ValueError, match=complaint):
            lay_out(ids(count), vectors)
    with pytest.raises(ValueError, match="are zero"):
        lay_out(ids(count), np.zeros((count, 4), dtype=np.float32))
    nowhere = PreviousMap(coordinates=np.full((count, 2), np.inf), known=np.ones(count, dtype=bool))
    with pytest.raises(ValueError, match="coordinates must be finite"):
        lay_out(ids(count), blobs(count), yesterday=nowhere)


def test_what_does_not_fit_is_refused():
    short = PreviousMap(coordinates=np.zeros((19, 2)), known=np.ones(19, dtype=bool))
    with pytest.raises(ValueError, match="one row for each"):
        lay_out(ids(21), blobs(20))
    with pytest.raises(ValueError, match="one row for each"):
        lay_out(ids(20), blobs(20), neighbours=nearest(blobs(19), k=DOCUMENTED.others))
    with pytest.raises(ValueError, match="14 columns"):
        lay_out(ids(20), blobs(20), neighbours=nearest(blobs(20), k=5))
    with pytest.raises(ValueError, match="shapes"):
        lay_out(ids(20), blobs(20), yesterday=short)

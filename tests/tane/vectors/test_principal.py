"""Principal components, by rows or by columns."""

import numpy as np

from tane.vectors.principal import principal_components
from tests.clustering.blobs import blobs
from tests.tables import every


@every(("rows", "width", "dims"), [(40, 48, 2), (40, 30, 2), (300, 80, 5), (90, 200, 3)])
def test_they_are_those_of_the_singular_values(rows: int, width: int, dims: int):
    vectors, _ = blobs([rows // 5] * 5, dims=width)
    left, strengths, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)

    places = principal_components(vectors, dims)

    wanted = left[:, :dims] * strengths[:dims]
    wanted *= np.sign(wanted[np.abs(wanted).argmax(axis=0), np.arange(dims)])
    np.testing.assert_allclose(places[:, :2], wanted[:, :2], atol=1e-3)
    np.testing.assert_allclose((places**2).sum(axis=0), strengths[:dims] ** 2, rtol=0.02)
    assert (places.max(axis=0) >= -places.min(axis=0)).all()


def test_those_that_the_vectors_do_not_have_are_zero():
    places = principal_components(np.linspace(0.0, 1.0, 50)[:, None], 2)

    assert np.ptp(places[:, 0]) > 0.9
    assert (places[:, 1] == 0.0).all()

"""Lanczos against LAPACK's whole spectra."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.lens import spectrum


def matrix(n: int, seed: int, values: np.ndarray | None = None) -> np.ndarray:
    random = np.random.default_rng(seed)
    q, _ = np.linalg.qr(random.normal(size=(n, n)))
    return (q * (random.normal(size=n) if values is None else values)) @ q.T


@pytest.mark.parametrize("n", [1, 2, 3, 10, 60])
@pytest.mark.parametrize("seed", range(4))
def test_the_largest_eigenvalue_is_that_of_lapack(n: int, seed: int) -> None:
    a = matrix(n, seed)
    found = spectrum(lambda v: a @ v, n, tolerance=1e-9)
    values = np.linalg.eigvalsh(a)
    assert found.largest == pytest.approx(values[-1], abs=1e-9 * np.abs(values).max())
    assert found.converged and found.products <= n and found.smallest >= values[0] - 1e-9
    q = found.direction
    assert np.linalg.norm(q) == pytest.approx(1, abs=1e-12)
    assert np.linalg.norm(a @ q - found.largest * q) == pytest.approx(found.residual, abs=1e-10)


def test_some_eigenvalue_lies_within_the_residual() -> None:
    a = matrix(300, 1)
    values = np.linalg.eigvalsh(a)
    for tolerance in (0.3, 0.1, 0.01):
        found = spectrum(lambda v: a @ v, 300, tolerance=tolerance)
        assert np.abs(values - found.largest).min() <= found.residual <= tolerance * np.abs(values).max()


def test_close_and_equal_eigenvalues() -> None:
    a = matrix(80, 2, np.array([5.0, 5.0, 5.0 - 1e-5, *np.linspace(-1, 4.9, 77)]))
    assert spectrum(lambda v: a @ v, 80, tolerance=1e-8).largest == pytest.approx(5.0, abs=1e-8)


def test_a_matrix_that_is_nothing_or_one_number() -> None:
    assert spectrum(lambda v: 0 * v, 7).largest == 0
    same = spectrum(lambda v: 3 * v, 7)
    assert same.largest == pytest.approx(3, rel=1e-14) and same.products == 1 and same.residual == 0


def test_no_copies_come_back_and_giving_up_is_said() -> None:
    a = matrix(200, 3, np.concatenate([[1e6], np.linspace(0, 1, 199)]))
    found = spectrum(lambda v: a @ v, 200, tolerance=1e-15, most=120)
    assert found.largest == pytest.approx(1e6, rel=1e-12)
    early = spectrum(lambda v: matrix(200, 4) @ v, 200, tolerance=1e-12, most=3)
    assert early.products == 3 and not early.converged


def test_the_same_seed_gives_the_same_bits() -> None:
    a = matrix(50, 5)
    one, two, other = (spectrum(lambda v: a @ v, 50, seed=s) for s in (0, 0, 1))
    assert (one.largest, one.residual) == (two.largest, two.residual) and one.residual != other.residual


def test_moved() -> None:
    found = spectrum(lambda v: np.array([1.0, -2.0]) * v, 2).moved(0.5)
    assert (round(found.largest, 12), round(found.smallest, 12)) == (1.5, -1.5)

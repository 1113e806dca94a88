"""The two paired tests: numbers of the literature, numbers worked by hand, and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engineroom.run._paired import mcnemar, sign_flip

SEED = 12


def test_mcnemar_of_the_literature_and_by_hand() -> None:
    # Agresti, Categorical Data Analysis, 2nd edition, section 10.1: 86 and 150 changed their minds about a minister.
    assert mcnemar(86, 150) == pytest.approx(3.716e-5, rel=1e-3)
    assert mcnemar(1, 8) == 2 * (1 + 9) / 512 and mcnemar(8, 1) == mcnemar(1, 8)
    assert (mcnemar(0, 0), mcnemar(3, 3), mcnemar(1, 0), mcnemar(0, 6)) == (1, 1, 1, 2 / 64)


def test_mcnemar_of_many_rows_is_the_sum_of_whole_numbers() -> None:
    for first, second in ((29, 30), (30, 30), (31, 30), (20, 45), (300, 370), (0, 200), (3, 900)):
        n, few = first + second, min(first, second)
        wanted = min(1.0, 2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n)
        assert mcnemar(first, second) == pytest.approx(wanted, rel=1e-11), (first, second)


def test_sign_flip_of_darwins_maize() -> None:
    # Fisher, The Design of Experiments, section 21: of 32,768 patterns 863 reach a sum of 314, as many -314.
    maize = np.array([49.0, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    assert np.sum(maize) == 314
    assert sign_flip(maize) == sign_flip(-maize) == sign_flip(maize[::-1] / 7) == 2 * 863 / 32768
    # Rows in which both miss alike say nothing.
    assert sign_flip(np.concatenate([maize, np.zeros(40)])) == 2 * 863 / 32768


def test_sign_flip_of_ones_is_mcnemar() -> None:
    for first, second in ((0, 0), (0, 1), (2, 9), (8, 8), (1, 15)):
        assert sign_flip(np.array([1.0] * first + [-1.0] * second)) == mcnemar(first, second)
    # Beyond 16 rows the small ones are taken as normal.
    for first, second in ((5, 15), (4, 13), (20, 40), (150, 190), (30, 31)):
        assert sign_flip(np.array([0.1] * first + [-0.1] * second)) == pytest.approx(mcnemar(first, second), rel=0.06)


@pytest.mark.parametrize("rows", [9, 16, 17, 25, 90])
@pytest.mark.parametrize("tails", ["normal", "heavy"])
def test_sign_flip_is_that_of_scipy(rows: int, tails: str) -> None:
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(SEED)
    draw = generator.standard_normal if tails == "normal" else generator.standard_cauchy
    differences = np.square(draw(rows)) - 0.4 * np.square(draw(rows))
    resamples = np.inf if rows <= 16 else 100_000
    wanted = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=resamples, vectorized=True, batch=5000, rng=SEED
    ).pvalue
    assert sign_flip(differences) == pytest.approx(
        wanted, rel=1e-12 if rows <= 16 else 0, abs=0 if rows <= 16 else 0.012
    )


def test_sign_flip_keeps_its_promise_on_heavy_tails() -> None:
    """Two equally good answers: they are called different in 1 of 20 cases, whatever the tails."""
    generator = np.random.default_rng(SEED)
    for draw in (generator.standard_normal, generator.standard_cauchy):
        for rows, times in ((10, 300), (30, 40)):
            pairs = (np.square(draw((2, rows))) for _ in range(times))
            alarms = sum(sign_flip(ours - theirs) < 0.05 for ours, theirs in pairs)
            assert alarms < 0.1 * times, (SEED, rows, alarms)


def test_sign_flip_of_numbers_without_measure() -> None:
    assert sign_flip(np.zeros(4)) == sign_flip(np.array([])) == 1
    assert sign_flip(np.full(6, 5e-324)) == sign_flip(np.full(6, 1e308)) == 2 / 64
    # One row that outweighs all others tells nothing, and none of them alone.
    assert sign_flip(np.concatenate([[1e3], -np.ones(30)])) > 0.99
    assert sign_flip(np.concatenate([[1e308], np.ones(15), -np.ones(15)])) > 0.4
    assert sign_flip(np.full(500, 1.0)) < 1e-20

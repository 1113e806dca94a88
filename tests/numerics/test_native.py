"""The native primitives and the NumPy ones agree bit for bit, on every instruction set that runs here."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom import numerics

from ._samples import edges, numbers, same_bits
from .conftest import Native

UNARY = ["exp", "expm1", "log", "log1p", "tanh", "sigmoid", "erf", "sin", "cos"]
DTYPES = [np.float32, np.float64]


def check(expected: np.ndarray, got: np.ndarray, *arguments: np.ndarray) -> None:
    assert expected.dtype == got.dtype and expected.shape == got.shape
    wrong = np.flatnonzero(~same_bits(expected, got))
    shown = [([a[i].item().hex() for a in arguments], expected[i].item().hex(), got[i].item().hex()) for i in wrong[:5]]
    assert wrong.size == 0, f"{wrong.size} of {expected.size} differ, such as (arguments, NumPy, native) {shown}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", UNARY)
def test_elementary(native: Native, name: str, dtype: type) -> None:
    x = np.concatenate([edges(dtype), numbers(dtype, 300, seed=1)])
    check(getattr(numerics, name)(x), native(name, x), x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_pow(native: Native, dtype: type) -> None:
    special = edges(dtype)[::3]
    x, y = (a.ravel() for a in np.meshgrid(special, special))
    rng = np.random.default_rng(2)
    x = np.concatenate([x, numbers(dtype, 300, seed=2)])
    y = np.concatenate([y, rng.permutation(numbers(dtype, 300, seed=3))])
    check(numerics.pow(x, y), native("pow", x, y), x, y)


@pytest.mark.parametrize("name", ["fma", "fma_software"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_fma(native: Native, dtype: type, name: str) -> None:
    special = edges(dtype)[::7]
    a, b, c = (v.ravel() for v in np.meshgrid(special, special, special))
    rng = np.random.default_rng(4)
    parts = [(a, b, c)]
    x, y, z = (rng.permutation(numbers(dtype, 800, seed=s)) for s in (5, 6, 7))
    parts.append((x, y, z))
    with np.errstate(all="ignore"):
        parts.append((x, y, -x * y))  # cancellation down to the rounding of the product
        parts.append((x, y, np.nextafter(-x * y, dtype(0))))
    a, b, c = (np.concatenate(v) for v in zip(*parts, strict=True))
    check(numerics.fma(a, b, c), native(name, a, b, c), a, b, c)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [1, 15, 16, 17, 4095, 4096, 4097, 12300])
def test_reductions(native: Native, dtype: type, n: int) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(2, n)).astype(dtype)
    assert numerics.reduce(a) == native("reduce", a, dtype=np.float64)[0]
    assert numerics.reduce_dot(a, b) == native("reduce_dot", a, b, dtype=np.float64)[0]


PLACES = [(0, 0, 0), (2**64 - 1, 3, 2**48 - 1), (12345678901234567890, 1, 2**40 + 7)]


@pytest.mark.parametrize("place", PLACES)
def test_random(native: Native, place: tuple[int, int, int]) -> None:
    n = 1000
    words = native("random", "words", *place, n, dtype=np.uint32).reshape(n, 4)
    np.testing.assert_array_equal(words, numerics.random_words(*place, n))
    for kind in ("uniform", "normal"):
        check(getattr(numerics, kind)(*place, n), native("random", kind, *place, n, dtype=np.float64))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 1000, 70_000, 400_000])
def test_permutation(native: Native, n: int) -> None:
    np.testing.assert_array_equal(
        native("random", "permutation", 7, 1, n, n, dtype=np.int64), numerics.permutation(7, 1, n, n)
    )

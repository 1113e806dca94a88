"""Print the greatest errors of the float64 functions that a sample finds, in units of the last place.

    python native/numerics/errors.py 20000

The oracle is mpmath. The float32 functions need no sample: `check exhaustive NAME` (check.cpp) tries every float.
"""

import sys
from collections.abc import Callable

import numpy as np
from mpmath import mp, mpf

from engineroom import numerics

mp.prec = 200
Oracle = Callable[..., mpf]

# name: the exact function, the interval in which it does something
FUNCTIONS: dict[str, tuple[Oracle, float, float]] = {
    "exp": (mp.exp, -745, 709.7),
    "expm1": (mp.expm1, -40, 709.7),
    "log": (mp.log, 0, 3),
    "log1p": (mp.log1p, -1, 3),
    "tanh": (mp.tanh, -20, 20),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), -740, 40),
    "erf": (mp.erf, -6, 6),
    "sin": (mp.sin, -8e307, 8e307),
    "cos": (mp.cos, -8e307, 8e307),
}


def ulps(got: float, exact: mpf) -> float:
    """Return the distance of a finite result from the exact one in units of the last place of the exact one."""
    place = -1074 if exact == 0 else max(int(mp.floor(mp.log(abs(exact), 2))) - 52, -1074)
    return float(mp.ldexp(abs(mpf(got) - exact), -place))


def sample(low: float, high: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return numbers of the interval: spread evenly, evenly in the logarithm, around 1, near multiples of pi/2."""
    size = np.exp(rng.uniform(np.log(1e-12), np.log(high), n)) * rng.choice([-1.0, 1.0], n)
    multiples = rng.integers(1, 10**6, n) * (np.pi / 2)
    x = np.concatenate(
        [low + (high - low) * rng.random(n), size, 1 + rng.uniform(-0.5, 0.5, n), multiples, rng.uniform(-1, 1, n)]
    )
    return x[(x > low) & (x < high)]


def report(name: str, oracle: Oracle, *arguments: np.ndarray) -> None:
    """Print the greatest error of one function and where it is."""
    got = getattr(numerics, name)(*arguments).tolist()
    rows = zip(*(a.tolist() for a in arguments), strict=True)
    errors = [ulps(y, oracle(*map(mpf, row))) for row, y in zip(rows, got, strict=True)]
    worst = int(np.argmax(errors))
    place = ", ".join(float(a[worst]).hex() for a in arguments)
    print(f"{name:8} greatest error {errors[worst]:.3f} ulp in {len(got)}, at {place}")  # noqa: T201


def main() -> None:
    """Report every function."""
    n = int(sys.argv[1]) // 5 if len(sys.argv) > 1 else 2000
    rng = np.random.default_rng(1)
    for name, (oracle, low, high) in FUNCTIONS.items():
        report(name, oracle, sample(low, high, n, rng))
    x = np.exp(rng.uniform(-700, 700, 5 * n))
    x[: 2 * n] = 1 + rng.uniform(-1e-2, 1e-2, 2 * n)
    report("pow", lambda a, b: a**b, x, rng.uniform(-740, 709, 5 * n) / np.log(x))


if __name__ == "__main__":
    main()

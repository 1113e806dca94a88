"""Derive the polynomials of the elementary functions and write them for both engines.

    python native/numerics/coefficients.py

Each polynomial interpolates its function at the Chebyshev nodes of the interval, with 60 digits, and each of its
coefficients is then rounded to float64. The degree is the smallest whose greatest error, of the rounded coefficients
evaluated exactly, stays below the bound given. Written are `coefficients.hpp` beside this file and
`src/engineroom/numerics/_coefficients.py`; the greatest errors are printed.
"""

from collections.abc import Callable
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.dps = 60
Function = Callable[[mpf], mpf]

LN2, HALF_PI = mp.log(2), mp.pi / 2
ATANH_MAX = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2  # the greatest s^2 of the logarithm
ERF_CENTRE = mpf("2.5")


def series(f: Function, taylor: Callable[[int], mpf]) -> Function:
    """Return f away from 0 and its Taylor series near 0, where the formula of f cancels."""
    return lambda x: sum(taylor(k) * x**k for k in range(30)) if abs(x) < mpf("1e-2") else f(x)


def erfcx(x: mpf) -> mpf:
    """Return exp(x^2) erfc(x)."""
    return mp.exp(x * x) * mp.erfc(x)


exp_rest = series(lambda r: (mp.exp(r) - 1 - r) / r**2, lambda k: 1 / mp.factorial(k + 2))
atanh_rest = series(
    lambda z: (2 * mp.atanh(mp.sqrt(z)) - 2 * mp.sqrt(z)) / mp.sqrt(z) ** 3, lambda k: mpf(2) / (2 * k + 3)
)
atanh_second_rest = series(lambda z: (atanh_rest(z) - mpf(2) / 3) / z, lambda k: mpf(2) / (2 * k + 5))
sin_rest = series(
    lambda z: (mp.sin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3, lambda k: (-1) ** (k + 1) / mp.factorial(2 * k + 3)
)
cos_rest = series(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, lambda k: (-1) ** k / mp.factorial(2 * k + 4))
erf_ratio = series(
    lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z),
    lambda k: 2 / mp.sqrt(mp.pi) * (-1) ** k / (mp.factorial(k) * (2 * k + 1)),
)

# name: what it is, the function, the interval of its argument, the greatest error allowed
POLYNOMIALS: dict[str, tuple[str, Function, mpf, mpf, mpf]] = {
    "EXP": ("(exp(r) - 1 - r) / r^2 of r", exp_rest, -LN2 / 2, LN2 / 2, mpf(2) ** -54),
    "EXP_SHORT": ("the same for float32", exp_rest, -LN2 / 2, LN2 / 2, mpf(2) ** -28),
    "LOG": ("(2 atanh(s) - 2 s) / s^3 of s^2", atanh_rest, mpf(0), ATANH_MAX, mpf(2) ** -51),
    "LOG_SHORT": ("the same for float32", atanh_rest, mpf(0), ATANH_MAX, mpf(2) ** -28),
    "LOG_POW": ("(2 atanh(s) - 2 s - 2/3 s^3) / s^5 of s^2", atanh_second_rest, mpf(0), ATANH_MAX, mpf(2) ** -53),
    "SIN": ("(sin(r) - r) / r^3 of r^2", sin_rest, mpf(0), (HALF_PI / 2) ** 2, mpf(2) ** -56),
    "SIN_SHORT": ("the same for float32", sin_rest, mpf(0), (HALF_PI / 2) ** 2, mpf(2) ** -31),
    "COS": ("(cos(r) - 1 + r^2/2) / r^4 of r^2", cos_rest, mpf(0), (HALF_PI / 2) ** 2, mpf(2) ** -56),
    "COS_SHORT": ("the same for float32", cos_rest, mpf(0), (HALF_PI / 2) ** 2, mpf(2) ** -31),
    "ERF": ("erf(x)/x - 1 of x^2, x <= 1", lambda z: erf_ratio(z) - 1, mpf(0), mpf(1), mpf(2) ** -56),
    "ERFC": (
        "exp(x^2) erfc(x) of t = (x - 2.5) / (x + 2.5), 1 <= x <= 6",
        lambda t: erfcx(ERF_CENTRE * (1 + t) / (1 - t)),
        (1 - ERF_CENTRE) / (1 + ERF_CENTRE),
        (6 - ERF_CENTRE) / (6 + ERF_CENTRE),
        mpf(2) ** -55,
    ),
    "ERF_SHORT": (
        "erf(x)/x of x^2 - 8, x <= 4, for float32",
        lambda u: erf_ratio(u + 8),
        mpf(-8),
        mpf(8),
        mpf(2) ** -32,
    ),
}


def rounded(x: mpf) -> float:
    """Return the float64 nearest to x."""
    return float(mpmath.nstr(x, 40))


def parts(x: mpf, *bits: int) -> list[float]:
    """Return x as a sum of floats of the given numbers of bits, the last one of 53."""
    out: list[float] = []
    for width in (*bits, 53):
        exponent = int(mp.floor(mp.log(abs(x), 2))) + 1 - width
        part = float(mp.nint(mp.ldexp(x, -exponent))) * 2.0**exponent
        out.append(part)
        x -= mpf(part)
    return out


# name: what it is, the value
CONSTANTS: dict[str, tuple[str, float]] = {
    "LOG2_E": ("1 / ln 2", rounded(1 / LN2)),
    **{f"LN2_{i}": ("ln 2, part " + str(i), v) for i, v in enumerate(parts(LN2, 40), 1)},
    "TWO_OVER_PI": ("2 / pi", rounded(1 / HALF_PI)),
    **{f"HALF_PI_{i}": ("pi / 2, part " + str(i), v) for i, v in enumerate(parts(HALF_PI, 33, 53), 1)},
    **{f"HALF_PI_{n}": ("pi / 2, " + n.lower(), v) for n, v in zip(("HIGH", "LOW"), parts(HALF_PI, 53), strict=True)},
    **{
        f"TWO_THIRDS_{n}": ("2 / 3, " + n.lower(), v)
        for n, v in zip(("HIGH", "LOW"), parts(mpf(2) / 3, 53), strict=True)
    },
}


def two_over_pi_words() -> list[int]:
    """Return 64 zero bits and the first 1216 bits of 2 / pi after the point, as twenty words."""
    with mp.workdps(500):
        bits = int(mp.floor(mp.ldexp(2 / mp.pi, 1216)))
    return [(bits >> (1280 - 64 * (i + 1))) & (2**64 - 1) for i in range(20)]


def fit(f: Function, low: mpf, high: mpf, degree: int) -> tuple[list[float], mpf]:
    """Coefficients, lowest first, and the greatest error met on a fine grid."""
    middle, radius = (low + high) / 2, (high - low) / 2
    nodes = [mp.cos(mp.pi * (2 * j + 1) / (2 * degree + 2)) for j in range(degree + 1)]
    values = [f(middle + radius * x) for x in nodes]
    chebyshev = [
        mpf(2 if k else 1)
        / (degree + 1)
        * sum(v * mp.cos(k * mp.pi * (2 * j + 1) / (2 * degree + 2)) for j, v in enumerate(values))
        for k in range(degree + 1)
    ]
    # Clenshaw's recurrence on polynomials in the original variable x, where the node is (x - middle) / radius.
    one, two = [mpf(0)] * (degree + 2), [mpf(0)] * (degree + 2)
    for c in reversed(chebyshev[1:]):
        new = [2 * ((one[i - 1] if i else 0) - middle * one[i]) / radius - two[i] for i in range(degree + 2)]
        new[0] += c
        one, two = new, one
    result = [((one[i - 1] if i else 0) - middle * one[i]) / radius - two[i] for i in range(degree + 1)]
    result[0] += chebyshev[0]
    coefficients = [rounded(c) for c in result]
    grid = [middle + radius * mpf(i) / 150 for i in range(-150, 151)]
    exact = [mpf(c) for c in reversed(coefficients)]
    return coefficients, max(abs(mp.polyval(exact, x) - f(x)) for x in grid)


def main() -> None:
    """Write both files and print the errors."""
    here = Path(__file__).resolve()
    source = "Derived by native/numerics/coefficients.py; section 11 of docs/numerics.md says how they are used."
    cpp = [f"// {source}", "#pragma once", "", "#include <cstdint>", "", '#include "isa.hpp"', ""]
    cpp += ["namespace engineroom::numerics {", "inline namespace ENGINEROOM_ISA {", "namespace coefficients {", ""]
    python = [f'"""{source}"""', ""]
    for name, (text, value) in CONSTANTS.items():
        cpp.append(f"inline constexpr double {name} = {value.hex()};  // {text}")
        python.append(f'{name} = float.fromhex("{value.hex()}")  # {text}')
    words = two_over_pi_words()
    cpp += [
        "",
        "// 64 zero bits, then the first 1216 bits of 2 / pi after the point.",
        "inline constexpr std::uint64_t TWO_OVER_PI_WORDS[20] = {",
    ]
    cpp += [f"    0x{a:016x}u, 0x{b:016x}u," for a, b in zip(words[::2], words[1::2], strict=True)] + ["};"]
    digits = "".join(f"{w:016x}" for w in words)
    python += ["", "# The first 1216 bits of 2 / pi after the point.", "TWO_OVER_PI_BITS = int("]
    python += [f'    "{digits[i : i + 80]}"' for i in range(0, 320, 80)] + ["    ,", "    16,", ")"]
    for name, (text, f, low, high, bound) in POLYNOMIALS.items():
        degree, best = 2, (list[float](), mpf(1))
        while best[1] > bound:
            degree += 1
            best = fit(f, low, high, degree)
        print(f"{name:10} degree {degree:2}  2^{float(mp.log(best[1], 2)):.1f}")  # noqa: T201
        cpp += ["", f"// {text}; lowest first.", f"inline constexpr double {name}[] = {{"]
        cpp += [f"    {c.hex()}," for c in best[0]] + ["};"]
        python += ["", f"# {text}; lowest first.", f"{name} = ("]
        python += [f'    float.fromhex("{c.hex()}"),' for c in best[0]] + [")"]
    cpp += [
        "",
        "}  // namespace coefficients",
        "}  // namespace ENGINEROOM_ISA",
        "}  // namespace engineroom::numerics",
    ]
    (here.parent / "coefficients.hpp").write_text("\n".join(cpp) + "\n")
    room = here.parents[2] / "src" / "engineroom" / "numerics"
    room.mkdir(parents=True, exist_ok=True)
    (room / "_coefficients.py").write_text("\n".join(python) + "\n")


if __name__ == "__main__":
    main()

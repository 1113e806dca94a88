// exp, expm1, tanh and sigmoid. Section 11 of docs/numerics.md is the definition; the steps here are its steps.
//
// All are written once, on doubles. `For` is the type the result is rounded to: float arguments are widened, take the
// shorter polynomial and no path for results that double cannot hold as normal numbers.
#pragma once

#include <cstdint>
#include <type_traits>

#include "coefficients.hpp"
#include "vec.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

inline constexpr double infinity = __builtin_inf();
inline constexpr double not_a_number = __builtin_nan("");

// Adding and subtracting it rounds to an integer; the sum holds that integer in its low bits.
inline constexpr double rounder = 0x1.8p52;

template <class For>
inline constexpr bool full = std::is_same_v<For, double>;

// c[0] + x*(c[1] + x*(c[2] + ...)), one fma a coefficient.
template <int N, int K>
ENGINEROOM_INLINE Vec<double, N> polynomial(const double (&c)[K], Vec<double, N> x) {
    Vec<double, N> p = c[K - 1];
#pragma GCC unroll 32
    for (int i = K - 2; i >= 0; --i) p = fma(p, x, c[i]);
    return p;
}

// 2^k * 2^(bias - 1023) for rounded = rounder + k; exact while the exponent field does not leave 1..2046.
template <int N>
ENGINEROOM_INLINE Vec<double, N> power_of_two(Vec<double, N> rounded, std::uint64_t bias = 1023) {
    return Vec<double, N>::from_bits((bits(rounded) + bias) << 52);
}

template <int N>
ENGINEROOM_INLINE Vec<double, N> clamp(Vec<double, N> x, double low, double high) {
    x = select(x < low, low, x);
    return select(x > high, high, x);
}

// exp(x + low) = 2^k (1 + p), with k = rounded - rounder.
template <int N>
struct Exponential {
    Vec<double, N> rounded, p;
};

template <class For, int N>
ENGINEROOM_INLINE Exponential<N> exponential(Vec<double, N> x) {
    namespace c = coefficients;
    const Vec<double, N> rounded = fma(x, c::LOG2_E, rounder);
    const Vec<double, N> k = rounded - rounder;
    const Vec<double, N> r = fma(-k, c::LN2_2, fma(-k, c::LN2_1, x));
    if constexpr (full<For>) {
        return {rounded, fma(r * r, polynomial(c::EXP, r), r)};
    } else {
        return {rounded, fma(r * r, polynomial(c::EXP_SHORT, r), r)};
    }
}

// 2^k (1 + p) for k from -1077 to 1025: two factors, so that neither leaves the range of normal numbers.
template <int N>
ENGINEROOM_INLINE Vec<double, N> scale(Exponential<N> e) {
    const Vec<double, N> half = fma(e.rounded - rounder, 0.5, rounder);
    const Vec<double, N> rest = e.rounded - (half - rounder);
    const Vec<double, N> first = power_of_two(half);
    return fma(first, e.p, first) * power_of_two(rest);
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> exp_for(Vec<double, N> x) {
    if constexpr (full<For>) {
        return scale(exponential<For>(clamp(x, -746.0, 710.0)));
    } else {
        const Exponential<N> e = exponential<For>(clamp(x, -150.0, 150.0));
        const Vec<double, N> s = power_of_two(e.rounded);
        return fma(s, e.p, s);
    }
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> expm1_for(Vec<double, N> x) {
    const Exponential<N> e = exponential<For>(clamp(x, -40.0, 710.0));
    const Vec<double, N> s = power_of_two(e.rounded, 1022);  // half of 2^k, which may be 2^1024
    const Vec<double, N> h = fma(s, e.p, s - 0.5);
    return select(abs(x) < 0x1p-54, x, h + h);  // tiny arguments: the sign of 0, and subnormals unharmed by the halving
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> tanh_for(Vec<double, N> x) {
    const Vec<double, N> y = abs(x);
    const Vec<double, N> t = expm1_for<For>(select(y > 50.0, 100.0, y + y));
    return copy_sign(t / (t + 2.0), x);
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> sigmoid_for(Vec<double, N> x) {
    const Vec<double, N> e = exp_for<For>(-abs(x));
    return select(x < 0.0, e, 1.0) / (1.0 + e);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

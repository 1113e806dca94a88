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

// high + low, low at most half a last place of high unless said otherwise.
template <int N>
struct Pair {
    Vec<double, N> high, low;
};

// a + b exactly; |a| >= |b|, or a is 0.
template <int N>
ENGINEROOM_INLINE Pair<N> fast_two_sum(Vec<double, N> a, Vec<double, N> b) {
    const Vec<double, N> s = a + b;
    return {s, b - (s - a)};
}

// exp(x) = 2^k (1 + r + u) to about 60 bits, with k = rounded - rounder, |r| <= ln(2)/2 and u below r^2.
template <int N>
struct Exponential {
    Vec<double, N> rounded, r, u;
};

// exp(x + more), |more| being far below 1.
template <int N>
ENGINEROOM_INLINE Exponential<N> exponential(Vec<double, N> x, Vec<double, N> more) {
    namespace c = coefficients;
    using V = Vec<double, N>;
    const V rounded = fma(x, c::LOG2_E, rounder);
    const V k = rounded - rounder;
    const V a = fma(-k, c::LN2_1, x);
    const V b = fma(-k, c::LN2_2, a);
    const Pair<N> sum = fast_two_sum(b, more);
    const V r = sum.high;
    const V lost = fma(-k, c::LN2_2, a - b) + sum.low;
    return {rounded, r, fma(r * r, polynomial(c::EXP, r), fma(lost, r, lost))};
}

// 2^k (1 + r + u) for k from -1077 to 1025: two factors, so that neither leaves the range of normal numbers.
template <int N>
ENGINEROOM_INLINE Vec<double, N> scale(Exponential<N> e) {
    const Vec<double, N> half = fma(e.rounded - rounder, 0.5, rounder);
    const Vec<double, N> rest = e.rounded - (half - rounder);
    const Pair<N> sum = fast_two_sum(Vec<double, N>(1.0), e.r);
    return ((sum.high + (sum.low + e.u)) * power_of_two(half)) * power_of_two(rest);
}

// exp(x) = 2^k (1 + p) to about 33 bits, with k = rounded - rounder.
template <int N>
struct ShortExponential {
    Vec<double, N> rounded, p;
};

template <int N>
ENGINEROOM_INLINE ShortExponential<N> short_exponential(Vec<double, N> x) {
    namespace c = coefficients;
    const Vec<double, N> rounded = fma(x, c::LOG2_E, rounder);
    const Vec<double, N> k = rounded - rounder;
    const Vec<double, N> r = fma(-k, c::LN2_2, fma(-k, c::LN2_1, x));
    return {rounded, fma(r * r, polynomial(c::EXP_SHORT, r), r)};
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> exp_for(Vec<double, N> x) {
    if constexpr (full<For>) {
        return scale(exponential(clamp(x, -746.0, 710.0), Vec<double, N>(0.0)));
    } else {
        const ShortExponential<N> e = short_exponential(clamp(x, -150.0, 150.0));
        const Vec<double, N> s = power_of_two(e.rounded);
        return fma(s, e.p, s);
    }
}

// Half of exp(x) - 1, x at most 710. Half, because 2^k may be 2^1024.
template <class For, int N>
ENGINEROOM_INLINE Pair<N> half_expm1(Vec<double, N> x) {
    using V = Vec<double, N>;
    if constexpr (full<For>) {
        const Exponential<N> e = exponential(x, V(0.0));
        const V s = power_of_two(e.rounded, 1022);
        const Pair<N> sum = fast_two_sum(s - 0.5, s * e.r);
        return fast_two_sum(sum.high, fma(s, e.u, sum.low));
    } else {
        const ShortExponential<N> e = short_exponential(x);
        const V s = power_of_two(e.rounded, 1022);
        return {fma(s, e.p, s - 0.5), V(0.0)};
    }
}

// (n + nl) / (d + dl), nl and dl being small corrections.
template <int N>
ENGINEROOM_INLINE Vec<double, N> quotient(Pair<N> n, Pair<N> d) {
    const Vec<double, N> inverse = 1.0 / d.high;
    const Vec<double, N> q = n.high * inverse;
    const Vec<double, N> rest = fma(-q, d.high, n.high) + fma(-q, d.low, n.low);
    return fma(rest, inverse, q);
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> expm1_for(Vec<double, N> x) {
    const Pair<N> h = half_expm1<For>(clamp(x, -40.0, 710.0));
    return select(abs(x) < 0x1p-54, x, h.high + h.high);  // tiny arguments: the sign of 0, and subnormals kept whole
}

// t / (t + 2) of t = exp(2|x|) - 1; with h = t/2, h / (h + 1).
template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> tanh_for(Vec<double, N> x) {
    const Vec<double, N> y = abs(x);
    const Pair<N> h = half_expm1<For>(select(y > 25.0, 50.0, y + y));
    if constexpr (full<For>) {
        const Vec<double, N> d = h.high + 1.0;
        const Vec<double, N> t = d - h.high;
        const Vec<double, N> lost = (h.high - (d - t)) + (1.0 - t);
        return copy_sign(select(y < 0x1p-30, y, quotient(h, {d, lost + h.low})), x);
    } else {
        return copy_sign(select(y < 0x1p-30, y, h.high / (h.high + 1.0)), x);
    }
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> sigmoid_for(Vec<double, N> x) {
    const Vec<double, N> e = exp_for<For>(-abs(x));
    const Vec<double, N> n = select(x < 0.0, e, 1.0);
    if constexpr (full<For>) {
        const Pair<N> d = fast_two_sum(Vec<double, N>(1.0), e);
        return quotient({n, Vec<double, N>(0.0)}, d);
    } else {
        return n / (1.0 + e);
    }
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

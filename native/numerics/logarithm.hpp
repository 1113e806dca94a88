// log, log1p and pow. Section 11 of docs/numerics.md is the definition; the steps here are its steps.
#pragma once

#include "exponential.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

// A positive normal x = 2^exponent (1 + fraction), with 1 + fraction between sqrt(1/2) and sqrt(2).
template <int N>
struct Logarithm {
    Vec<double, N> exponent, fraction;
    Bits<double, N> biased;  // exponent + 1023
};

template <int N>
ENGINEROOM_INLINE Logarithm<N> split_logarithm(Vec<double, N> x) {
    constexpr std::uint64_t one = 0x3ff0000000000000u, root_half = 0x3fe6a09e667f3bcdu, exponent_field = 0xfff0000000000000u;
    const Bits<double, N> moved = bits(x) + (one - root_half);
    const Bits<double, N> biased = moved >> 52;
    const Vec<double, N> m = Vec<double, N>::from_bits(bits(x) - (moved & exponent_field) + one);
    const Vec<double, N> e = Vec<double, N>::from_bits(biased | bits(Vec<double, N>(0x1p52))) - (0x1p52 + 1023.0);
    return {e, m - 1.0, biased};
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> join_logarithm(Vec<double, N> e, Vec<double, N> f) {
    namespace c = coefficients;
    const Vec<double, N> s = f / (f + 2.0);
    const Vec<double, N> z = s * s;
    Vec<double, N> rest;
    if constexpr (full<For>) {
        rest = polynomial(c::LOG, z);
    } else {
        rest = polynomial(c::LOG_SHORT, z);
    }
    const Vec<double, N> bend = s * fma(-z, rest, f);  // f - log(1 + f)
    return fma(e, c::LN2_1, f - fma(-e, c::LN2_2, bend));
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> log_for(Vec<double, N> x) {
    const Vec<double, N> none = 0.0;
    Vec<double, N> y = x, lifted = none;
    if constexpr (full<For>) {
        const auto subnormal = x < 0x1p-1022;
        y = select(subnormal, x * 0x1p54, x);
        lifted = select(subnormal, -54.0, none);
    }
    const Logarithm<N> l = split_logarithm(y);
    Vec<double, N> r = join_logarithm<For>(l.exponent + lifted, l.fraction);
    r = select(x < infinity, r, x);
    return select(x > 0.0, r, select(x == 0.0, -infinity, Vec<double, N>(not_a_number)));
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> log1p_for(Vec<double, N> x) {
    const Vec<double, N> u = 1.0 + x;
    const Vec<double, N> t = u - x;
    const Vec<double, N> lost = (1.0 - t) + (x - (u - t));  // 1 + x = u + lost exactly
    const Logarithm<N> l = split_logarithm(u);
    Vec<double, N> shrink = Vec<double, N>::from_bits((Bits<double, N>(2046) - l.biased) << 52);
    shrink = select(u < 0x1p60, shrink, 0.0);
    Vec<double, N> r = join_logarithm<For>(l.exponent, fma(lost, shrink, l.fraction));
    r = select(x < infinity, r, x);
    r = select(abs(x) < 0x1p-54, x, r);
    return select(x > -1.0, r, select(x == -1.0, -infinity, Vec<double, N>(not_a_number)));
}

// log(x) of a positive finite x to about 64 bits.
template <int N>
ENGINEROOM_INLINE Pair<N> log_pair(Vec<double, N> x) {
    namespace c = coefficients;
    using V = Vec<double, N>;
    const auto subnormal = x < 0x1p-1022;
    const Logarithm<N> l = split_logarithm(select(subnormal, x * 0x1p54, x));
    const V e = l.exponent + select(subnormal, -54.0, V(0.0));
    const V f = l.fraction;
    // s = f / (f + 2) = s + sl
    const V d = f + 2.0;
    const V dl = f - (d - 2.0);
    const V s = f / d;
    const V sl = fma(-s, dl, fma(-s, d, f)) / d;
    // z = s^2 = z + zl
    const V z = s * s;
    const V zl = fma(s + s, sl, fma(s, s, -z));
    // 2/3 + z R(z) = w + wl
    const V a = z * polynomial(c::LOG_POW, z);
    const V w = c::TWO_THIRDS_HIGH + a;
    const V wl = (a - (w - c::TWO_THIRDS_HIGH)) + c::TWO_THIRDS_LOW;
    // s^2 (2/3 + ...) = q + ql; then times s
    const V q = z * w;
    const V ql = fma(zl, w, fma(z, wl, fma(z, w, -q)));
    const V g = s * q;
    const V gl = fma(sl, q, fma(s, ql, fma(s, q, -g)));
    // e ln 2 + 2 s + g, from the largest to the smallest
    const Pair<N> m = fast_two_sum(s + s, g);
    const V ml = m.low + (gl + (sl + sl));
    const Pair<N> t = fast_two_sum(e * c::LN2_1, m.high);
    const V tl = fma(e, c::LN2_2, t.low + ml);
    return fast_two_sum(t.high, tl);
}

template <int N>
ENGINEROOM_INLINE Mask<double, N> is_integer(Vec<double, N> x) {
    const Vec<double, N> a = abs(x);
    return (a >= 0x1p52) | (((a + 0x1p52) - 0x1p52) == a);
}

template <int N>
ENGINEROOM_INLINE Vec<double, N> pow_double(Vec<double, N> x, Vec<double, N> y) {
    using V = Vec<double, N>;
    const V a = abs(x);
    Pair<N> l = log_pair(a);
    l.high = select(a == 0.0, -infinity, select(a < infinity, l.high, a));
    // y log|x| = p + pl; pl only where p is in the range of exp
    const V p = y * l.high;
    const V pl = fma(y, l.low, fma(y, l.high, -p));
    const V inside = clamp(p, -746.0, 710.0);
    V result = scale(exponential(inside, select(inside == p, pl, V(0.0))));
    const auto whole = is_integer(y);
    const auto odd = whole & !is_integer(0.5 * y);
    const auto negative = x < 0.0;
    result = select(negative & !whole & (a < infinity), not_a_number, result);
    result = select(odd, copy_sign(result, x), result);
    // 1 to any power is 1, even to NaN; -1 to an infinite power too; anything to the power 0 as well.
    return select((y == 0.0) | (x == 1.0) | ((a == 1.0) & (abs(y) == infinity)), 1.0, result);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

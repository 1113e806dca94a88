// sin and cos of any argument. Section 11 of docs/numerics.md is the definition; the steps here are its steps.
#pragma once

#include "exponential.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

// x = quadrants * pi/2 + angle + low, with |angle| <= pi/4 (a little more by rounding).
// `quadrants` holds the number of quadrants modulo 4 in its low bits.
template <int N>
struct Angle {
    Vec<double, N> quadrants, angle, low;
};

inline constexpr double largest_near_angle = 0x1p20;

// |x| <= largest_near_angle: pi/2 in three parts, 139 bits.
template <int N>
ENGINEROOM_INLINE Angle<N> near_angle(Vec<double, N> x) {
    namespace c = coefficients;
    using V = Vec<double, N>;
    const V rounded = fma(x, c::TWO_OVER_PI, rounder);
    const V n = rounded - rounder;
    const V a = fma(-n, c::HALF_PI_1, x);  // exact: n has at most 20 bits, the first part 33
    const V w = n * c::HALF_PI_2;
    const V wl = fma(n, c::HALF_PI_2, -w);
    const V b = a - w;
    const V t = b - a;
    const V lost = (a - (b - t)) - (w + t);  // a - w = b + lost exactly
    const V rest = fma(-n, c::HALF_PI_3, lost - wl);
    const V angle = b + rest;
    return {rounded, angle, (b - angle) + rest};
}

// Any |x| >= 1: the bits of 2/pi that matter to x times its mantissa, modulo 4 (Payne and Hanek 1983).
inline Angle<1> far_angle(double x) {
    namespace c = coefficients;
    if (!(__builtin_fabs(x) < infinity)) return {rounder, not_a_number, not_a_number};
    // |x| = mantissa * 2^(exponent): the bits of 2/pi above 4 / 2^exponent only make whole turns. The table begins with 64
    // zeros, and `first` is the index of the first bit used; 192 of them are used.
    const std::uint64_t mantissa = software::integer_mantissa(x);
    const int first = software::integer_exponent(x) - 2 + 64;
    const int word = first / 64, shift = first % 64;
    std::uint64_t window[3];
    for (int i = 0; i < 3; ++i) {
        window[i] = c::TWO_OVER_PI_WORDS[word + i] << shift;
        if (shift != 0) window[i] |= c::TWO_OVER_PI_WORDS[word + i + 1] >> (64 - shift);
    }
    // The highest 128 of the 192 bits of mantissa * window modulo 2^192: quadrants in 2 bits, then their fraction.
    using Wide = unsigned __int128;
    const Wide low = static_cast<Wide>(mantissa) * window[2];
    const Wide product = ((static_cast<Wide>(mantissa * window[0])) << 64) + static_cast<Wide>(mantissa) * window[1] + (low >> 64);
    auto quadrants = static_cast<std::uint64_t>((product >> 126) + ((product >> 125) & 1));
    // The fraction above or below the nearest quadrant as sign and magnitude, then as two doubles of 53 bits each.
    const Wide fraction = product << 2;
    const bool below = (fraction >> 127) != 0;
    Wide magnitude = below ? -fraction : fraction;
    const int zeros = 127 - software::top_bit(magnitude);
    magnitude <<= zeros;
    const auto power = [&](int e) { return bit_cast<double>(static_cast<std::uint64_t>(1023 + e - zeros) << 52); };
    const double h = static_cast<double>(static_cast<std::uint64_t>(magnitude >> 75)) * power(-53);
    const double l = static_cast<double>(static_cast<std::uint64_t>(magnitude >> 22) & 0x1fffffffffffffu) * power(-106);
    const double p = h * c::HALF_PI_HIGH;
    const double pl = numerics::fma(h, c::HALF_PI_HIGH, -p) + numerics::fma(h, c::HALF_PI_LOW, l * c::HALF_PI_HIGH);
    const double angle = p + pl;
    const double rest = (p - angle) + pl;
    const bool negative = x < 0;
    if (negative) quadrants = 4 - (quadrants & 3);
    const bool flip = below != negative;
    return {rounder + static_cast<double>(quadrants & 3), flip ? -angle : angle, flip ? -rest : rest};
}

template <int N>
ENGINEROOM_INLINE Angle<N> reduce_angle(Vec<double, N> x) {
    Angle<N> r = near_angle(x);
    if (!all(abs(x) <= largest_near_angle)) [[unlikely]] {
        double from[N], quadrants[N], angle[N], low[N];
        x.store(from);
        r.quadrants.store(quadrants);
        r.angle.store(angle);
        r.low.store(low);
        for (int i = 0; i < N; ++i) {
            if (__builtin_fabs(from[i]) <= largest_near_angle) continue;
            const Angle<1> far = far_angle(from[i]);
            quadrants[i] = far.quadrants.raw;
            angle[i] = far.angle.raw;
            low[i] = far.low.raw;
        }
        r = {Vec<double, N>::load(quadrants), Vec<double, N>::load(angle), Vec<double, N>::load(low)};
    }
    return r;
}

// sin(angle + low + quadrants * pi/2), the number of quadrants being in the low bits of q.
template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> sine_of(Vec<double, N> r, Vec<double, N> low, Bits<double, N> q) {
    namespace c = coefficients;
    using V = Vec<double, N>;
    const V z = r * r;
    const V half = 0.5 * z;
    V sine, cosine;
    if constexpr (full<For>) {
        sine = r + fma(z * r, polynomial(c::SIN, z), fma(-half, low, low));
        const V w = 1.0 - half;
        cosine = w + (((1.0 - w) - half) + fma(z * z, polynomial(c::COS, z), -(r * low)));
    } else {
        sine = fma(z * r, polynomial(c::SIN_SHORT, z), r);
        cosine = fma(z * z, polynomial(c::COS_SHORT, z), 1.0 - half);
    }
    const V value = select(nonzero(q & 1), cosine, sine);
    return V::from_bits(bits(value) ^ ((q & 2) << 62));
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> sin_for(Vec<double, N> x) {
    const Angle<N> a = reduce_angle(x);
    return select(abs(x) < 0x1p-27, x, sine_of<For>(a.angle, a.low, bits(a.quadrants)));
}

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> cos_for(Vec<double, N> x) {
    const Angle<N> a = reduce_angle(x);
    return sine_of<For>(a.angle, a.low, bits(a.quadrants) + 1);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

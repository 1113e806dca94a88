// fma(a, b, c) = a*b + c rounded once, on any processor.
//
// Where the compiler has the instruction it is used; elsewhere the software forms below give the same bits.
// They assume round-to-nearest and no flushing of subnormals (environment.hpp).
#pragma once

#include <cstdint>

#include "isa.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

template <class To, class From>
ENGINEROOM_INLINE To bit_cast(From value) {
    static_assert(sizeof(To) == sizeof(From));
    return __builtin_bit_cast(To, value);
}

namespace software {

struct Twofold {
    double high, low;
};

// a + b = high + low exactly (Knuth 1969, 4.2.2).
ENGINEROOM_INLINE Twofold two_sum(double a, double b) {
    const double s = a + b;
    const double t = s - a;
    return {s, (a - (s - t)) + (b - t)};
}

// a * b = high + low exactly while nothing over- or underflows (Dekker 1971, with Veltkamp's split).
ENGINEROOM_INLINE Twofold two_product(double a, double b) {
    constexpr double splitter = 134217729.0;  // 2^27 + 1
    const double ta = splitter * a, tb = splitter * b;
    const double ah = ta - (ta - a), bh = tb - (tb - b);
    const double al = a - ah, bl = b - bh;
    const double p = a * b;
    return {p, al * bl - (((p - ah * bh) - al * bh) - ah * bl)};
}

// high + low rounded to odd: truncated, with the last bit set where anything was lost. Rounding such a number to fewer
// bits once more gives what one rounding of the exact value would.
ENGINEROOM_INLINE double odd_sum(double a, double b) {
    const Twofold s = two_sum(a, b);
    std::int64_t bits = bit_cast<std::int64_t>(s.high);
    // A NaN in s.low (infinite or NaN arguments) fails both comparisons.
    if ((s.low > 0 || s.low < 0) && (bits & 1) == 0) bits += ((s.low > 0) == (s.high > 0)) ? 1 : -1;
    return bit_cast<double>(bits);
}

// The product of two floats is exact in double, so one sum rounded to odd is enough.
ENGINEROOM_INLINE float fma(float a, float b, float c) {
    return static_cast<float>(odd_sum(static_cast<double>(a) * static_cast<double>(b), static_cast<double>(c)));
}

// A finite nonzero double as mantissa * 2^exponent, with the mantissa's top bit at bit 125.
struct Scaled {
    unsigned __int128 mantissa;
    int exponent;
    bool negative;
};

inline int top_bit(unsigned __int128 m) {
    const auto high = static_cast<std::uint64_t>(m >> 64);
    return high != 0 ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll(static_cast<std::uint64_t>(m));
}

inline Scaled scaled(unsigned __int128 mantissa, int exponent, bool negative) {
    const int up = 125 - top_bit(mantissa);
    return {mantissa << up, exponent - up, negative};
}

inline std::uint64_t integer_mantissa(double x) {
    const auto bits = bit_cast<std::uint64_t>(x);
    const std::uint64_t fraction = bits & 0xfffffffffffffu;
    return (bits >> 52 & 0x7ff) == 0 ? fraction : fraction | (std::uint64_t{1} << 52);
}

inline int integer_exponent(double x) {
    const auto biased = static_cast<int>(bit_cast<std::uint64_t>(x) >> 52 & 0x7ff);
    return (biased == 0 ? 1 : biased) - 1075;
}

// Exact for all finite nonzero a, b, c, in integers.
inline double integer_fma(double a, double b, double c) {
    Scaled p = scaled(static_cast<unsigned __int128>(integer_mantissa(a)) * integer_mantissa(b),
                      integer_exponent(a) + integer_exponent(b), (a < 0) != (b < 0));
    Scaled q = scaled(integer_mantissa(c), integer_exponent(c), c < 0);
    if (p.exponent < q.exponent) {
        const Scaled swapped = p;
        p = q;
        q = swapped;
    }
    // The 106 bits of a product leave 20 bits below them, so bits are lost only at distances where at most one leading
    // bit can cancel; the last bit then remembers that something was lost.
    const int distance = p.exponent - q.exponent;
    unsigned __int128 small = 1;
    if (distance < 127) {
        small = q.mantissa >> distance;
        if ((small << distance) != q.mantissa) small |= 1;
    }
    bool negative = p.negative;
    unsigned __int128 sum;
    if (p.negative == q.negative) {
        sum = p.mantissa + small;
    } else if (p.mantissa >= small) {
        sum = p.mantissa - small;
    } else {
        sum = small - p.mantissa;
        negative = q.negative;
    }
    if (sum == 0) return 0.0;
    const int top = top_bit(sum) + p.exponent;
    const int last = top - 52 > -1074 ? top - 52 : -1074;  // exponent of the result's last place
    const int shift = last - p.exponent;
    std::uint64_t mantissa = 0;
    if (shift <= 0) {
        mantissa = static_cast<std::uint64_t>(sum << -shift);
    } else if (shift <= 127) {
        mantissa = static_cast<std::uint64_t>(sum >> shift);
        const unsigned __int128 rest = sum - (static_cast<unsigned __int128>(mantissa) << shift);
        const unsigned __int128 half = static_cast<unsigned __int128>(1) << (shift - 1);
        if (rest > half || (rest == half && (mantissa & 1) != 0)) mantissa += 1;
    }
    // The hidden bit of the mantissa adds the missing 1 to the exponent field; a subnormal has none.
    const std::uint64_t magnitude =
        last > 971 ? 0x7ff0000000000000u : (static_cast<std::uint64_t>(last + 1074) << 52) + mantissa;
    return bit_cast<double>(magnitude | (static_cast<std::uint64_t>(negative) << 63));
}

inline double rare_fma(double a, double b, double c) {
    constexpr double infinity = __builtin_inf();
    const bool finite_product = __builtin_fabs(a) < infinity && __builtin_fabs(b) < infinity;
    if (!finite_product || a == 0 || b == 0) return a * b + c;
    if (!(__builtin_fabs(c) < infinity)) return c;  // a*b may overflow on its own, so it is left out
    if (c == 0) return a * b;                       // keeps the sign of a product that underflows
    return integer_fma(a, b, c);
}

// Boldo and Melquiond 2008, figure 4: both error terms are summed to odd before the last rounding. Called, not inlined:
// some fifty operations at every place that multiplies and adds would swell the scalar engine.
__attribute__((noinline)) inline double fma(double a, double b, double c) {
    const auto magnitude = [](double x) { return __builtin_fabs(x); };
    const bool safe = magnitude(a) < 0x1p480 && magnitude(b) < 0x1p480 && magnitude(c) < 0x1p960 &&
                      magnitude(a) > 0x1p-450 && magnitude(b) > 0x1p-450;
    if (!safe) return rare_fma(a, b, c);
    const Twofold p = two_product(a, b);
    const Twofold u = two_sum(c, p.low);
    const Twofold t = two_sum(p.high, u.high);
    return t.high + odd_sum(t.low, u.low);
}

}  // namespace software

ENGINEROOM_INLINE float fma(float a, float b, float c) {
#if defined(__FMA__) || defined(__FP_FAST_FMAF) || defined(__aarch64__)
    return __builtin_fmaf(a, b, c);
#else
    return software::fma(a, b, c);
#endif
}

ENGINEROOM_INLINE double fma(double a, double b, double c) {
#if defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__)
    return __builtin_fma(a, b, c);
#else
    return software::fma(a, b, c);
#endif
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

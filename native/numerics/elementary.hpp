// exp, expm1, log, log1p, pow, tanh, sigmoid, erf, sin, cos of Vec<float, N>, Vec<double, N>, float and double.
//
// At most 1 ulp from the exact value in float and 2 in double, over all arguments, and the same bits on every processor:
// nothing but the contract's operations in a fixed order. Errors found: the table in section 11 of docs/numerics.md.
#pragma once

#include "exponential.hpp"
#include "logarithm.hpp"
#include "trigonometric.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

template <class For, int N>
ENGINEROOM_INLINE Vec<double, N> erf_for(Vec<double, N> x) {
    namespace c = coefficients;
    using V = Vec<double, N>;
    if constexpr (!full<For>) {
        // One polynomial: at 4 the float nearest to erf is 1 already.
        const V y = clamp(x, -4.0, 4.0);
        return y * polynomial(c::ERF_SHORT, fma(y, y, -8.0));
    } else {
        const V a = select(abs(x) > 6.0, 6.0, abs(x));
        const V z = a * a;
        const V inner = fma(a, polynomial(c::ERF, z), a);
        // 1 - exp(-a^2) (exp(a^2) erfc(a)); a^2 = z + lost exactly
        const V lost = fma(a, a, -z);
        const V t = (a - 2.5) / (a + 2.5);
        const V e = exp_for<double>(-z);
        const V outer = 1.0 - fma(-lost, e, e) * polynomial(c::ERFC, t);
        return copy_sign(select(a < 1.0, inner, outer), x);
    }
}

#define ENGINEROOM_ELEMENTARY(name)                                                                 \
    template <int N>                                                                                \
    ENGINEROOM_INLINE Vec<double, N> name(Vec<double, N> x) {                                       \
        return name##_for<double>(x);                                                               \
    }                                                                                               \
    template <int N>                                                                                \
    ENGINEROOM_INLINE Vec<float, N> name(Vec<float, N> x) {                                         \
        return in_double(x, [](auto wide) __attribute__((always_inline)) { return name##_for<float>(wide); }); \
    }                                                                                               \
    inline double name(double x) { return name(Vec<double, 1>(x)).raw; }                            \
    inline float name(float x) { return name(Vec<float, 1>(x)).raw; }

ENGINEROOM_ELEMENTARY(exp)
ENGINEROOM_ELEMENTARY(expm1)
ENGINEROOM_ELEMENTARY(log)
ENGINEROOM_ELEMENTARY(log1p)
ENGINEROOM_ELEMENTARY(tanh)
ENGINEROOM_ELEMENTARY(sigmoid)
ENGINEROOM_ELEMENTARY(erf)
ENGINEROOM_ELEMENTARY(sin)
ENGINEROOM_ELEMENTARY(cos)
#undef ENGINEROOM_ELEMENTARY

template <int N>
ENGINEROOM_INLINE Vec<double, N> pow(Vec<double, N> x, Vec<double, N> y) {
    return pow_double(x, y);
}
template <int N>
ENGINEROOM_INLINE Vec<float, N> pow(Vec<float, N> x, Vec<float, N> y) {
    return in_double(x, y, [](auto a, auto b) __attribute__((always_inline)) { return pow_double(a, b); });
}
inline double pow(double x, double y) { return pow(Vec<double, 1>(x), Vec<double, 1>(y)).raw; }
inline float pow(float x, float y) { return pow(Vec<float, 1>(x), Vec<float, 1>(y)).raw; }

inline double sqrt(double x) { return __builtin_sqrt(x); }
inline float sqrt(float x) { return __builtin_sqrtf(x); }

// b^t by squaring, as section 6 of docs/numerics.md writes it.
inline double powi(double b, std::uint64_t t) {
    double r = 1.0;
    for (; t != 0; t >>= 1) {
        if ((t & 1) != 0) r = r * b;
        b = b * b;
    }
    return r;
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

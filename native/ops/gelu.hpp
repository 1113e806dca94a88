// gelu: a = z P(N(0, 1) <= z) = z/2 (1 + erf(z / sqrt 2)).
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Gelu {
    using V = numerics::Vec<T>;
    static constexpr double cost = 60;
    static constexpr double pi = 3.141592653589793;
    static inline const T inverse_root_2 = static_cast<T>(1 / __builtin_sqrt(2.0));
    static inline const T inverse_root_2_pi = static_cast<T>(1 / __builtin_sqrt(2 * pi));

    static ENGINEROOM_INLINE V forward(const T*, V z) {
        const V h = V(T(0.5)) * z;
        const V u = erf(z * V(inverse_root_2));
        return fma(h, u, h);
    }
    static ENGINEROOM_INLINE V backward(const T*, V z, V da) {
        const V half(T(0.5));
        const V u = erf(z * V(inverse_root_2));
        const V p = fma(half, u, half);
        const V q = V(inverse_root_2_pi) * exp((-half * z) * z);
        return da * fma(z, q, p);
    }
};

template <class T>
void gelu_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, Gelu<T>>(laws, "gelu_forward", "gelu_backward");
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

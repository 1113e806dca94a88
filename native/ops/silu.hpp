// silu: a = z sigmoid(z).
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Silu {
    using V = numerics::Vec<T>;
    static constexpr double cost = 30;
    static ENGINEROOM_INLINE V forward(const T*, V z) { return z * sigmoid(z); }
    static ENGINEROOM_INLINE V backward(const T*, V z, V da) {
        const V s = sigmoid(z);
        return da * (s * fma(z, V(T(1)) - s, V(T(1))));
    }
};

template <class T>
void silu_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, Silu<T>>(laws, "silu_forward", "silu_backward");
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

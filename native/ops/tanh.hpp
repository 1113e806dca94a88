// tanh: a = tanh(z), dz = da (1 - a^2).
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Tanh {
    using V = numerics::Vec<T>;
    static constexpr double cost = 30;
    static ENGINEROOM_INLINE V forward(const T*, V z) { return tanh(z); }
    static ENGINEROOM_INLINE V backward(const T*, V a, V da) { return da * fma(-a, a, V(T(1))); }
};

template <class T>
void tanh_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, Tanh<T>>(laws, "tanh_forward", "tanh_backward");
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

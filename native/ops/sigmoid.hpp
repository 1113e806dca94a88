// sigmoid: a = 1 / (1 + exp(-z)), dz = da a (1 - a).
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Sigmoid {
    using V = numerics::Vec<T>;
    static constexpr double cost = 30;
    static ENGINEROOM_INLINE V forward(const T*, V z) { return sigmoid(z); }
    static ENGINEROOM_INLINE V backward(const T*, V a, V da) { return da * (a * (V(T(1)) - a)); }
};

template <class T>
void sigmoid_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, Sigmoid<T>>(laws, "sigmoid_forward", "sigmoid_backward");
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

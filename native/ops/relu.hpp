// relu: a = z <= 0 ? +0 : z. A NaN is not <= 0 and passes on.
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Relu {
    using V = numerics::Vec<T>;
    static constexpr double cost = 1;
    static ENGINEROOM_INLINE V forward(const T*, V z) { return select(z <= V(T(0)), V(T(0)), z); }
    static ENGINEROOM_INLINE V backward(const T*, V z, V da) { return select(z <= V(T(0)), V(T(0)), da); }
};

template <class T>
void relu_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, Relu<T>>(laws, "relu_forward", "relu_backward");
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

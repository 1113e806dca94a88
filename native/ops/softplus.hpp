// softplus: a = log(1 + exp(z)), written so that exp never overflows; dz = da sigmoid(z).
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Softplus {
    using V = numerics::Vec<T>;
    static constexpr double cost = 60;
    static ENGINEROOM_INLINE V forward(const T*, V z) {
        return select(z <= V(T(0)), V(T(0)), z) + log1p(exp(-abs(z)));
    }
    static ENGINEROOM_INLINE V backward(const T*, V z, V da) { return da * sigmoid(z); }
};

template <class T>
void softplus_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, Softplus<T>>(laws, "softplus_forward", "softplus_backward");
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

// leaky_relu: a = z <= 0 ? alpha z : z.
#pragma once

#include "../engine/elementwise.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct LeakyRelu {
    using V = numerics::Vec<T>;
    static constexpr double cost = 1;
    static void prepare(engine::Operation<T>& op) {
        engine::prepare_activation(op);
        op.c[0] = static_cast<T>(op.attribute("alpha"));
    }
    static ENGINEROOM_INLINE V forward(const T* c, V z) { return select(z <= V(T(0)), V(c[0]) * z, z); }
    static ENGINEROOM_INLINE V backward(const T* c, V z, V da) { return select(z <= V(T(0)), V(c[0]) * da, da); }
};

template <class T>
void leaky_relu_laws(engine::Laws<T>& laws) {
    engine::add_activation<T, LeakyRelu<T>>(laws, "leaky_relu_forward", "leaky_relu_backward", LeakyRelu<T>::prepare);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

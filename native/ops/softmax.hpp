// softmax of each row: a = exp(z - max z) / sum; dz = a (da - sum over k of da a).
#pragma once

#include "../engine/rows.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Softmax {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static void prepare_forward(Op& op) {
        engine::prepare_activation(op);
        op.scratch = 2 * op.in[0]->capacity;
    }
    static void forward(const Op& op, engine::Step<T>& step) {
        engine::softmax_rows(step.rows, op.in[0]->columns, op.in[0]->data, op.out[0]->data, step.scratch,
                             step.scratch + step.rows);
    }
    static void backward(const Op& op, engine::Step<T>& step) {
        const Index K = op.in[0]->columns;
        for (Index b = 0; b < step.rows; ++b) {
            const T* a = op.in[0]->data + b * K;
            const T* da = op.in[1]->data + b * K;
            T t(0);
            for (Index k = 0; k < K; ++k) t = numerics::fma(da[k], a[k], t);
            engine::map(K, a, da, op.out[0]->data + b * K, [&](V p, V d) { return p * (d - V(t)); });
        }
    }
};

template <class T>
void softmax_laws(engine::Laws<T>& laws) {
    laws.add({"softmax_forward", 1, 1, 1, 1, Softmax<T>::prepare_forward, Softmax<T>::forward});
    laws.add({"softmax_backward", 2, 2, 1, 1, engine::prepare_activation<T>, Softmax<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

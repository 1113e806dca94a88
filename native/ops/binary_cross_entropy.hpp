// binary_cross_entropy from logits: the mean over the outputs of log(1 + exp(z)) - z y, written so that exp never overflows.
#pragma once

#include "../engine/loss.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct BinaryCrossEntropy {
    using V = numerics::Vec<T>;
    static void forward(const engine::Operation<T>& op, engine::Step<T>& step) {
        engine::mean_over_outputs(op, step, [](auto z, auto y, auto sum) __attribute__((always_inline)) {
            using W = decltype(sum);
            return sum + (fma(-z, y, select(z <= W(T(0)), W(T(0)), z)) + log1p(exp(-abs(z))));
        });
    }
    static void backward(const engine::Operation<T>& op, engine::Step<T>& step) {
        engine::gradient_of_mean(op, step, 1, [](V z, V y, V scale) { return (sigmoid(z) - y) * scale; });
    }
};

template <class T>
void binary_cross_entropy_laws(engine::Laws<T>& laws) {
    laws.add({"binary_cross_entropy_forward", 2, 2, 1, 1, engine::prepare_loss_forward<T>, BinaryCrossEntropy<T>::forward});
    laws.add({"binary_cross_entropy_backward", 2, 2, 1, 1, engine::prepare_loss_backward<T>, BinaryCrossEntropy<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

// binary_cross_entropy from probabilities: the mean over the outputs of -(y log p + (1 - y) log(1 - p)), p clipped.
#pragma once

#include "../engine/loss.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct BinaryCrossEntropyProbabilities {
    using V = numerics::Vec<T>;

    static void constants(engine::Operation<T>& op) {
        const double clip = op.attribute("clip");
        op.c[0] = static_cast<T>(clip);
        op.c[1] = static_cast<T>(1 - clip);
    }
    static void prepare_forward(engine::Operation<T>& op) {
        engine::prepare_loss_forward(op);
        constants(op);
    }
    static void prepare_backward(engine::Operation<T>& op) {
        engine::prepare_loss_backward(op);
        constants(op);
    }

    static void forward(const engine::Operation<T>& op, engine::Step<T>& step) {
        const T low = op.c[0], high = op.c[1];
        engine::mean_over_outputs(op, step, [=](auto p, auto y, auto sum) __attribute__((always_inline)) {
            using W = decltype(sum);
            const W q = select(p < W(low), W(low), select(p > W(high), W(high), p));
            return sum + -fma(y, log(q), (W(T(1)) - y) * log1p(-q));
        });
    }
    static void backward(const engine::Operation<T>& op, engine::Step<T>& step) {
        const V low(op.c[0]), high(op.c[1]);
        engine::gradient_of_mean(op, step, 1, [=](V p, V y, V scale) {
            const V slope = ((p - y) / (p * (V(T(1)) - p))) * scale;
            return select((p < low) | (p > high), V(T(0)), slope);
        });
    }
};

template <class T>
void binary_cross_entropy_probabilities_laws(engine::Laws<T>& laws) {
    laws.add({"binary_cross_entropy_probabilities_forward", 2, 2, 1, 1, BinaryCrossEntropyProbabilities<T>::prepare_forward, BinaryCrossEntropyProbabilities<T>::forward});
    laws.add({"binary_cross_entropy_probabilities_backward", 2, 2, 1, 1, BinaryCrossEntropyProbabilities<T>::prepare_backward, BinaryCrossEntropyProbabilities<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

// huber: the mean over the outputs of r^2/2 where |r| <= delta, else delta (|r| - delta/2), with r = out - y.
#pragma once

#include "../engine/loss.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Huber {
    using V = numerics::Vec<T>;

    static void constants(engine::Operation<T>& op) {
        const double delta = op.attribute("delta");
        op.c[0] = static_cast<T>(delta);
        op.c[1] = static_cast<T>(0.5 * delta);
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
        const T delta = op.c[0], half_delta = op.c[1];
        engine::mean_over_outputs(op, step, [=](auto out, auto y, auto sum) __attribute__((always_inline)) {
            using W = decltype(sum);
            const W r = out - y, size = abs(r);
            return sum + select(size <= W(delta), (W(T(0.5)) * r) * r, W(delta) * (size - W(half_delta)));
        });
    }
    static void backward(const engine::Operation<T>& op, engine::Step<T>& step) {
        const V delta(op.c[0]);
        engine::gradient_of_mean(op, step, 1, [=](V out, V y, V scale) {
            const V r = out - y;
            return select(r > delta, delta, select(r < -delta, -delta, r)) * scale;
        });
    }
};

template <class T>
void huber_laws(engine::Laws<T>& laws) {
    laws.add({"huber_forward", 2, 2, 1, 1, Huber<T>::prepare_forward, Huber<T>::forward});
    laws.add({"huber_backward", 2, 2, 1, 1, Huber<T>::prepare_backward, Huber<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

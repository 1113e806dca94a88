// mae: the mean over the outputs of |out - y|.
#pragma once

#include "../engine/loss.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Mae {
    using V = numerics::Vec<T>;
    static void forward(const engine::Operation<T>& op, engine::Step<T>& step) {
        engine::mean_over_outputs(op, step, [](auto out, auto y, auto sum) __attribute__((always_inline)) {
            return sum + abs(out - y);
        });
    }
    static void backward(const engine::Operation<T>& op, engine::Step<T>& step) {
        engine::gradient_of_mean(op, step, 1, [](V out, V y, V scale) {
            const V r = out - y, zero(T(0));
            return select(r > zero, scale, select(r < zero, -scale, r * zero));
        });
    }
};

template <class T>
void mae_laws(engine::Laws<T>& laws) {
    laws.add({"mae_forward", 2, 2, 1, 1, engine::prepare_loss_forward<T>, Mae<T>::forward});
    laws.add({"mae_backward", 2, 2, 1, 1, engine::prepare_loss_backward<T>, Mae<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

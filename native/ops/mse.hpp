// mse: the mean over the outputs of (out - y)^2.
#pragma once

#include "../engine/loss.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Mse {
    using V = numerics::Vec<T>;
    static void forward(const engine::Operation<T>& op, engine::Step<T>& step) {
        engine::mean_over_outputs(op, step, [](auto out, auto y, auto sum) __attribute__((always_inline)) {
            const auto r = out - y;
            return fma(r, r, sum);
        });
    }
    static void backward(const engine::Operation<T>& op, engine::Step<T>& step) {
        engine::gradient_of_mean(op, step, 2, [](V out, V y, V scale) { return (out - y) * scale; });
    }
};

template <class T>
void mse_laws(engine::Laws<T>& laws) {
    laws.add({"mse_forward", 2, 2, 1, 1, engine::prepare_loss_forward<T>, Mse<T>::forward});
    laws.add({"mse_backward", 2, 2, 1, 1, engine::prepare_loss_backward<T>, Mse<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

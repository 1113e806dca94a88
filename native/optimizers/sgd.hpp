// sgd: w -= lr g; with momentum v = mu v + g and w -= lr v; Nesterov looks one step ahead: w -= lr (mu v + g).
#pragma once

#include "../engine/update.hpp"

namespace engineroom::optimizers {
inline namespace ENGINEROOM_ISA {

// in: w g velocity|-
template <class T>
struct Sgd {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static void prepare(Op& op) {
        engine::prepare_update(op);
        op.c[0] = static_cast<T>(op.attribute("momentum"));
        op.c[1] = static_cast<T>(op.attribute("weight_decay"));
        op.nesterov = op.attribute("nesterov") != 0;
        op.decays = op.attribute("weight_decay") != 0;
        op.require((op.in[2] != nullptr) == (op.attribute("momentum") != 0), "momentum needs a velocity, and only momentum");
    }
    static void update(const Op& op, engine::Step<T>& step) {
        const V rate(static_cast<T>(-step.lr)), mu(op.c[0]), wd(op.c[1]);
        const bool decays = op.decays, nesterov = op.nesterov;
        if (op.in[2] == nullptr) {
            engine::update_elements<T>(op, step, 2, [=](V& w, V g, V*) {
                if (decays) g = fma(wd, w, g);
                w = fma(rate, g, w);
            });
        } else {
            engine::update_elements<T, 2>(op, step, 3, [=](V& w, V g, V* slot) {
                if (decays) g = fma(wd, w, g);
                V& v = slot[0];
                v = fma(mu, v, g);
                w = fma(rate, nesterov ? fma(mu, v, g) : v, w);
            });
        }
    }
};

template <class T>
void sgd_laws(engine::Laws<T>& laws) {
    laws.add({"sgd", 3, 2, 2, 1, Sgd<T>::prepare, Sgd<T>::update});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::optimizers

// adam: m and v are running means of g and g^2, corrected for their start at zero; w -= lr m / (sqrt v + eps).
// adamw: the same, with the weight decay taken off the weight itself instead of added to the gradient.
#pragma once

#include "../engine/update.hpp"

namespace engineroom::optimizers {
inline namespace ENGINEROOM_ISA {

// in: w g m v
template <class T>
struct Adam {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static void prepare(Op& op) {
        engine::prepare_update(op);
        const double beta1 = op.attribute("beta1"), beta2 = op.attribute("beta2"), decay = op.attribute("weight_decay");
        op.c[0] = static_cast<T>(beta1);
        op.c[1] = static_cast<T>(1 - beta1);
        op.c[2] = static_cast<T>(beta2);
        op.c[3] = static_cast<T>(1 - beta2);
        op.c[4] = static_cast<T>(op.attribute("eps"));
        op.c[5] = static_cast<T>(decay);
        op.decay = decay;
        op.decays = decay != 0;
        op.moment->first = engine::Powers(beta1);
        op.moment->second = engine::Powers(beta2);
    }

    template <bool Decoupled>
    static void update(const Op& op, engine::Step<T>& step) {
        engine::Moment<T>& now = *op.moment;
        if (now.t != step.t) {
            now.t = step.t;
            now.c[0] = static_cast<T>(1 / __builtin_sqrt(1 - now.second(step.t)));
            now.c[1] = static_cast<T>(-(step.lr / (1 - now.first(step.t))));
        }
        const V root(now.c[0]), rate(now.c[1]);
        const V beta1(op.c[0]), rest1(op.c[1]), beta2(op.c[2]), rest2(op.c[3]), eps(op.c[4]), wd(op.c[5]);
        const V shrink(static_cast<T>(-(step.lr * op.decay)));
        const bool decays = op.decays;
        engine::update_elements<T, 2, 3>(op, step, 20, [=](V& w, V g, V* slot) {
            if (decays) {
                if constexpr (Decoupled) {
                    w = fma(shrink, w, w);
                } else {
                    g = fma(wd, w, g);
                }
            }
            V &m = slot[0], &v = slot[1];
            m = fma(beta1, m, rest1 * g);
            v = fma(beta2, v, (rest2 * g) * g);
            const V d = fma(sqrt(v), root, eps);
            w = fma(rate, m / d, w);
        });
    }
};

template <class T>
void adam_laws(engine::Laws<T>& laws) {
    laws.add({"adam", 4, 4, 3, 3, Adam<T>::prepare, Adam<T>::template update<false>});
    laws.add({"adamw", 4, 4, 3, 3, Adam<T>::prepare, Adam<T>::template update<true>});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::optimizers

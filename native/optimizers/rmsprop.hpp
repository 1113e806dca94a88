// rmsprop: g divided by the root of a running mean of g^2; centered subtracts the square of the running mean of g.
#pragma once

#include "../engine/update.hpp"

namespace engineroom::optimizers {
inline namespace ENGINEROOM_ISA {

// in: w g square mean|- velocity|-
template <class T>
struct Rmsprop {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static void prepare(Op& op) {
        engine::prepare_update(op);
        const double rho = op.attribute("rho");
        op.c[0] = static_cast<T>(rho);
        op.c[1] = static_cast<T>(1 - rho);
        op.c[2] = static_cast<T>(op.attribute("eps"));
        op.c[3] = static_cast<T>(op.attribute("momentum"));
        op.c[4] = static_cast<T>(op.attribute("weight_decay"));
        op.decays = op.attribute("weight_decay") != 0;
        op.require((op.in[3] != nullptr) == (op.attribute("centered") != 0), "centered needs a mean, and only centered");
        op.require((op.in[4] != nullptr) == (op.attribute("momentum") != 0), "momentum needs a velocity, and only momentum");
    }
    static void update(const Op& op, engine::Step<T>& step) {
        const bool centered = op.in[3] != nullptr, momentum = op.in[4] != nullptr;
        if (centered && momentum) return with<true, true, 2, 3, 4>(op, step);
        if (centered) return with<true, false, 2, 3>(op, step);
        if (momentum) return with<false, true, 2, 4>(op, step);
        with<false, false, 2>(op, step);
    }

  private:
    template <bool Centered, bool Momentum, int... Slot>
    static void with(const Op& op, engine::Step<T>& step) {
        const V rate(static_cast<T>(-step.lr)), rho(op.c[0]), rest(op.c[1]), eps(op.c[2]), mu(op.c[3]), wd(op.c[4]);
        const bool decays = op.decays;
        engine::update_elements<T, Slot...>(op, step, 20, [=](V& w, V g, V* slot) {
            if (decays) g = fma(wd, w, g);
            V& s = slot[0];
            s = fma(rho, s, (rest * g) * g);
            V q = s;
            if constexpr (Centered) {
                V& a = slot[1];
                a = fma(rho, a, rest * g);
                q = fma(-a, a, s);
                q = select(q <= V(T(0)), V(T(0)), q);
            }
            const V r = g / (sqrt(q) + eps);
            if constexpr (Momentum) {
                V& v = slot[Centered ? 2 : 1];
                v = fma(mu, v, r);
                w = fma(rate, v, w);
            } else {
                w = fma(rate, r, w);
            }
        });
    }
};

template <class T>
void rmsprop_laws(engine::Laws<T>& laws) {
    laws.add({"rmsprop", 5, 3, 4, 2, Rmsprop<T>::prepare, Rmsprop<T>::update});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::optimizers

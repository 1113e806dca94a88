// cross_entropy from probabilities: -log(p[y]), p clipped to [clip, 1 - clip]; no gradient where it was clipped.
#pragma once

#include "../engine/loss.hpp"
#include "../numerics/elementary.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct CrossEntropyProbabilities {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static void prepare(Op& op) {
        engine::require_classes(op, *op.in[0], *op.in[1]);
        const double clip = op.attribute("clip");
        op.c[0] = static_cast<T>(clip);
        op.c[1] = static_cast<T>(1 - clip);
    }
    static void prepare_forward(Op& op) {
        prepare(op);
        engine::require_examples(op);
    }
    static void forward(const Op& op, engine::Step<T>& step) {
        const Index K = op.in[0]->columns;
        const T *p = op.in[0]->data, low = op.c[0], high = op.c[1];
        T* examples = op.out[0]->data;
        for (Index b = 0; b < step.rows; ++b) {
            const T q = p[b * K + op.in[1]->classes[b]];
            examples[b] = q < low ? low : (q > high ? high : q);
        }
        engine::map(step.rows, examples, examples, [](V q) { return -log(q); });
    }
    static void prepare_backward(Op& op) {
        prepare(op);
        op.require(op.out[0]->columns == op.in[0]->columns, "the gradient needs the output's shape");
    }
    static void backward(const Op& op, engine::Step<T>& step) {
        const Index B = step.rows, K = op.in[0]->columns;
        const T *p = op.in[0]->data, low = op.c[0], high = op.c[1];
        T* dp = op.out[0]->data;
        const T scale = static_cast<T>(1 / static_cast<double>(B));
        for (Index i = 0; i < B * K; ++i) dp[i] = T(0);
        for (Index b = 0; b < B; ++b) {
            const Index at = b * K + op.in[1]->classes[b];
            if (!(p[at] < low || p[at] > high)) dp[at] = -(scale / p[at]);
        }
    }
};

template <class T>
void cross_entropy_probabilities_laws(engine::Laws<T>& laws) {
    using Law = CrossEntropyProbabilities<T>;
    laws.add({"cross_entropy_probabilities_forward", 2, 2, 1, 1, Law::prepare_forward, Law::forward});
    laws.add({"cross_entropy_probabilities_backward", 2, 2, 1, 1, Law::prepare_backward, Law::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

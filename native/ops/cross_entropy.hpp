// cross_entropy from logits: log(sum of exp(z - m)) - (z[y] - m), with m the largest logit; the gradient is (p - 1[k = y]) / B.
#pragma once

#include "../engine/loss.hpp"
#include "../engine/rows.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct CrossEntropy {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static void prepare_forward(Op& op) {
        engine::require_classes(op, *op.in[0], *op.in[1]);
        engine::require_examples(op);
        op.require(op.out[1]->columns == op.in[0]->columns, "loss.p needs the output's shape");
        op.scratch = 2 * op.in[0]->capacity;
    }
    static void forward(const Op& op, engine::Step<T>& step) {
        const Index B = step.rows, K = op.in[0]->columns;
        const T* z = op.in[0]->data;
        const std::int32_t* y = op.in[1]->classes;
        T *max = step.scratch, *sum = max + B, *examples = op.out[0]->data;
        engine::softmax_rows(B, K, z, op.out[1]->data, max, sum);
        engine::map(B, sum, examples, [](V s) { return log(s); });
        for (Index b = 0; b < B; ++b) examples[b] = examples[b] - (z[b * K + y[b]] - max[b]);
    }

    static void prepare_backward(Op& op) {
        engine::require_classes(op, *op.in[0], *op.in[1]);
        op.require(op.out[0]->columns == op.in[0]->columns, "the gradient needs the output's shape");
    }
    static void backward(const Op& op, engine::Step<T>& step) {
        const Index B = step.rows, K = op.in[0]->columns;
        const T* p = op.in[0]->data;
        const std::int32_t* y = op.in[1]->classes;
        T* dz = op.out[0]->data;
        const T scale = static_cast<T>(1 / static_cast<double>(B));
        engine::map(B * K, p, dz, [&](V v) { return v * V(scale); });
        for (Index b = 0; b < B; ++b) dz[b * K + y[b]] = (p[b * K + y[b]] - T(1)) * scale;
    }
};

template <class T>
void cross_entropy_laws(engine::Laws<T>& laws) {
    laws.add({"cross_entropy_forward", 2, 2, 2, 2, CrossEntropy<T>::prepare_forward, CrossEntropy<T>::forward});
    laws.add({"cross_entropy_backward", 2, 2, 1, 1, CrossEntropy<T>::prepare_backward, CrossEntropy<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

// What losses share: their operands, and the loops over examples that sum in the order of the outputs.
#pragma once

#include "elementwise.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

template <class T>
void require_target(Operation<T>& op, const Buffer<T>& out, const Buffer<T>& y) {
    op.require(out.line->batched && y.line->role == Role::target && out.columns == y.columns,
               "the loss needs a target of the output's shape");
}

template <class T>
void require_classes(Operation<T>& op, const Buffer<T>& out, Buffer<T>& y) {
    op.require(out.line->batched && y.line->role == Role::classes, "the loss needs classes as its target");
    y.class_limit = out.columns;
}

template <class T>
void require_examples(Operation<T>& op) {
    op.require(op.out[0]->line->batched && op.out[0]->columns == 1, "loss.examples holds one number an example");
}

// in: out y, writes: loss.examples
template <class T>
void prepare_loss_forward(Operation<T>& op) {
    require_target(op, *op.in[0], *op.in[1]);
    require_examples(op);
}

// in: out y, writes: out.grad
template <class T>
void prepare_loss_backward(Operation<T>& op) {
    require_target(op, *op.in[0], *op.in[1]);
    op.require(op.out[0]->columns == op.in[0]->columns, "the gradient needs the output's shape");
}

// examples[b] = sum over o of f(out[b, o], y[b, o], sum), divided by O. The sums of different examples run side by side:
// with one output they are elements of one vector.
template <class T, class F>
ENGINEROOM_INLINE void mean_over_outputs(const Operation<T>& op, Step<T>& step, const F& f) {
    using V = numerics::Vec<T>;
    using S = numerics::Vec<T, 1>;
    const Index O = op.in[0]->columns;
    const T *out = op.in[0]->data, *y = op.in[1]->data;
    T* examples = op.out[0]->data;
    if (O == 1) {
        const V zero(T(0));
        map(step.rows, out, y, examples, [&](V a, V b) { return f(a, b, zero); });
        return;  // divided by 1
    }
    const T divisor = static_cast<T>(O);
    for (Index b = 0; b < step.rows; ++b) {
        S sum(T(0));
        for (Index o = 0; o < O; ++o) sum = f(S(out[b * O + o]), S(y[b * O + o]), sum);
        examples[b] = sum.raw / divisor;
    }
}

// grad[b, o] = f(out[b, o], y[b, o], T(factor / (B O)))
template <class T, class F>
ENGINEROOM_INLINE void gradient_of_mean(const Operation<T>& op, Step<T>& step, double factor, const F& f) {
    using V = numerics::Vec<T>;
    const Index n = step.rows * op.in[0]->columns;
    const V scale(static_cast<T>(factor / static_cast<double>(n)));
    map(n, op.in[0]->data, op.in[1]->data, op.out[0]->data, [&](V out, V y) { return f(out, y, scale); });
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

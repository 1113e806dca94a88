// affine: z = x @ w + bias, with x (B, I), w (I, O), bias (O).
#pragma once

#include "../engine/operation.hpp"
#include "../products/product.hpp"

namespace engineroom::ops {
inline namespace ENGINEROOM_ISA {

template <class T>
struct Affine {
    using V = numerics::Vec<T>;
    using Op = engine::Operation<T>;

    static Index inputs(const Op& op) { return op.in[1]->line->shape[0]; }
    static Index outputs(const Op& op) { return op.in[1]->line->shape[1]; }

    // in: x, weight, bias or z.grad
    static void prepare(Op& op) {
        op.require(op.in[1]->line->shape.size() == 2, "a weight has two dimensions, inputs x outputs");
        op.require(op.in[0]->columns == inputs(op) && op.in[0]->line->batched, "x does not have the weight's inputs");
    }
    static void prepare_forward(Op& op) {
        prepare(op);
        op.require(op.in[2] == nullptr || op.in[2]->columns == outputs(op), "the bias does not have the weight's outputs");
        op.require(op.out[0]->columns == outputs(op) && op.out[0]->line->batched, "z does not have the weight's outputs");
        op.scratch = products::scratch_size<T>(op.in[0]->capacity, inputs(op));
    }
    static void prepare_backward(Op& op) {
        prepare(op);
        op.require(op.in[2]->columns == outputs(op) && op.in[2]->line->batched, "z.grad does not have the weight's outputs");
        op.require(op.out[0]->columns == op.in[1]->columns, "weight.grad does not have the weight's shape");
        op.require(op.out[1] == nullptr || op.out[1]->columns == outputs(op), "bias.grad does not have the weight's outputs");
        op.require(op.out[2] == nullptr || op.out[2]->columns == inputs(op), "x.grad does not have the weight's inputs");
        const Index capacity = op.in[0]->capacity;
        const Index weight = products::scratch_size<T>(inputs(op), capacity);
        const Index input = products::scratch_size<T>(capacity, outputs(op));
        op.scratch = weight > input ? weight : input;
    }

    static void forward(const Op& op, engine::Step<T>& step) {
        const Index I = inputs(op), O = outputs(op);
        const T* bias = op.in[2] == nullptr ? nullptr : op.in[2]->data;
        products::multiply<T>({step.rows, O, I, op.in[0]->data, I, 1, op.in[1]->data, O, 1, op.out[0]->data, O, bias},
                              step.pool, step.scratch, step.scratch_stride);
    }

    static void backward(const Op& op, engine::Step<T>& step) {
        const Index B = step.rows, I = inputs(op), O = outputs(op);
        const T *x = op.in[0]->data, *w = op.in[1]->data, *dz = op.in[2]->data;
        // A single output would fill one lane, so there the column of dw is made as a row.
        const products::Product<T> dw = O == 1
                                            ? products::Product<T>{1, I, B, dz, 1, 1, x, I, 1, op.out[0]->data, I, nullptr}
                                            : products::Product<T>{I, O, B, x, 1, I, dz, O, 1, op.out[0]->data, O, nullptr};
        products::multiply(dw, step.pool, step.scratch, step.scratch_stride);
        if (op.out[1] != nullptr) sum_rows(B, O, dz, op.out[1]->data);
        if (op.out[2] != nullptr) {
            products::multiply<T>({B, I, O, dz, O, 1, w, 1, O, op.out[2]->data, I, nullptr}, step.pool, step.scratch,
                                  step.scratch_stride);
        }
    }

  private:
    // db[o]: from +0, dz[b, o] in the order of b.
    static void sum_rows(Index B, Index O, const T* dz, T* db) {
        Index o = 0;
        for (; o + 4 * V::size <= O; o += 4 * V::size) sum_columns<4>(B, O, dz + o, db + o, V::size);
        for (; o + V::size <= O; o += V::size) sum_columns<1>(B, O, dz + o, db + o, V::size);
        if (o < O) sum_columns<1>(B, O, dz + o, db + o, static_cast<int>(O - o));
    }

    template <int Vectors>
    static ENGINEROOM_INLINE void sum_columns(Index B, Index O, const T* dz, T* db, int last) {
        V sum[Vectors];
        for (int v = 0; v < Vectors; ++v) sum[v] = V(T(0));
        for (Index b = 0; b < B; ++b) {
            for (int v = 0; v < Vectors; ++v) sum[v] = sum[v] + V::load(dz + b * O + v * V::size);
        }
        for (int v = 0; v < Vectors - 1; ++v) sum[v].store(db + v * V::size);
        sum[Vectors - 1].store_first(db + (Vectors - 1) * V::size, last);
    }
};

template <class T>
void affine_laws(engine::Laws<T>& laws) {
    laws.add({"affine_forward", 3, 2, 1, 1, Affine<T>::prepare_forward, Affine<T>::forward});
    laws.add({"affine_backward", 3, 3, 3, 1, Affine<T>::prepare_backward, Affine<T>::backward});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::ops

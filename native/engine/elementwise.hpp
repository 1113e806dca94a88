// Loops over whole buffers for laws that treat each element alone.
#pragma once

#include "operation.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// out[i] = f(a[i]) over n elements; f takes and returns a Vec.
template <class T, class F>
ENGINEROOM_INLINE void map(Index n, const T* a, T* out, const F& f) {
    using V = numerics::Vec<T>;
    Index i = 0;
    for (; i + V::size <= n; i += V::size) f(V::load(a + i)).store(out + i);
    if (i < n) f(V::load_first(a + i, static_cast<int>(n - i))).store_first(out + i, static_cast<int>(n - i));
}

// out[i] = f(a[i], b[i]).
template <class T, class F>
ENGINEROOM_INLINE void map(Index n, const T* a, const T* b, T* out, const F& f) {
    using V = numerics::Vec<T>;
    Index i = 0;
    for (; i + V::size <= n; i += V::size) f(V::load(a + i), V::load(b + i)).store(out + i);
    if (i < n) {
        const int rest = static_cast<int>(n - i);
        f(V::load_first(a + i, rest), V::load_first(b + i, rest)).store_first(out + i, rest);
    }
}

template <class T>
void prepare_activation(Operation<T>& op) {
    for (int i = 0; i < 2 && op.in[i] != nullptr; ++i) {
        op.require(op.in[i]->columns == op.out[0]->columns && op.in[i]->line->batched && op.out[0]->line->batched,
                   "an activation needs buffers of one shape");
    }
}

// `Law::cost` is the price of an element in multiply-adds, for the choice of threads.
template <class T, class L>
void run_forward(const Operation<T>& op, Step<T>& step) {
    const T* z = op.in[0]->data;
    T* a = op.out[0]->data;
    const Index n = step.rows * op.in[0]->columns;
    split(step.pool, n, 256, static_cast<double>(n) * L::cost, [&](Index begin, Index end) {
        map(end - begin, z + begin, a + begin, [&](numerics::Vec<T> v) { return L::forward(op.c, v); });
    });
}

template <class T, class L>
void run_backward(const Operation<T>& op, Step<T>& step) {
    const T* kept = op.in[0]->data;
    const T* da = op.in[1]->data;
    T* dz = op.out[0]->data;
    const Index n = step.rows * op.in[0]->columns;
    split(step.pool, n, 256, static_cast<double>(n) * L::cost, [&](Index begin, Index end) {
        map(end - begin, kept + begin, da + begin, dz + begin,
            [&](numerics::Vec<T> v, numerics::Vec<T> d) { return L::backward(op.c, v, d); });
    });
}

// Adds `<name>_forward` (z -> a) and `<name>_backward` (z or a, a.grad -> z.grad) of an elementwise activation.
template <class T, class L>
void add_activation(Laws<T>& laws, const char* forward, const char* backward,
                    void (*prepare)(Operation<T>&) = prepare_activation<T>) {
    laws.add({forward, 1, 1, 1, 1, prepare, run_forward<T, L>});
    laws.add({backward, 2, 2, 1, 1, prepare, run_backward<T, L>});
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

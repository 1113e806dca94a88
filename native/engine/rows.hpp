// Softmax of rows: the part that softmax and cross-entropy share.
#pragma once

#include "../numerics/elementary.hpp"
#include "elementwise.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// The running maximum from z[0]; a NaN is taken only when it is the first.
template <class T>
ENGINEROOM_INLINE T running_maximum(Index K, const T* z) {
    T m = z[0];
    for (Index k = 1; k < K; ++k) m = z[k] > m ? z[k] : m;
    return m;
}

// e[b, k] = exp(z[b, k] - max[b]), sum[b] = sum of e[b, :], p = e / sum. max and sum have room for `rows`.
template <class T>
void softmax_rows(Index rows, Index K, const T* z, T* p, T* max, T* sum) {
    using V = numerics::Vec<T>;
    for (Index b = 0; b < rows; ++b) {
        max[b] = running_maximum(K, z + b * K);
        const V m(max[b]);
        map(K, z + b * K, p + b * K, [&](V v) { return v - m; });
    }
    map(rows * K, p, p, [](V v) { return exp(v); });
    for (Index b = 0; b < rows; ++b) {
        T s(0);
        for (Index k = 0; k < K; ++k) s = s + p[b * K + k];
        sum[b] = s;
    }
    for (Index b = 0; b < rows; ++b) {
        const V s(sum[b]);
        map(K, p + b * K, p + b * K, [&](V e) { return e / s; });
    }
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

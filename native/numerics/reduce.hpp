// The sum of a whole array to one number: section 2 of docs/numerics.md.
//
// Blocks of 4,096 elements do not depend on each other, so threads may take a range of blocks each, keep the block sums
// (block_sum, block_dot) and add them up in order at the end; reduce and reduce_dot do it on one thread.
#pragma once

#include <cstddef>

#include "vec.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

inline constexpr std::size_t reduce_block = 4096;

ENGINEROOM_INLINE double fold_sixteen(double (&a)[16]) {
#pragma GCC unroll 4
    for (int step = 8; step > 0; step /= 2) {
#pragma GCC unroll 8
        for (int j = 0; j < step; ++j) a[j] += a[j + step];
    }
    return a[0];
}

// Sixteen sums in double: element i of a block goes to number i mod 16.
class Accumulators {
    static constexpr int width = lanes<double>, count = 16 / width;
    Vec<double> sums[count];

  public:
    ENGINEROOM_INLINE Accumulators() {
        for (auto& s : sums) s = Vec<double>(0.0);
    }
    template <class T>
    ENGINEROOM_INLINE void add(const T* a) {
#pragma GCC unroll 16
        for (int v = 0; v < count; ++v) sums[v] = sums[v] + load_double(a + v * width);
    }
    template <class T>
    ENGINEROOM_INLINE void add_products(const T* a, const T* b) {
#pragma GCC unroll 16
        for (int v = 0; v < count; ++v) sums[v] = fma(load_double(a + v * width), load_double(b + v * width), sums[v]);
    }
    ENGINEROOM_INLINE double fold() const {
        double a[16];
        for (int v = 0; v < count; ++v) sums[v].store(a + v * width);
        return fold_sixteen(a);
    }
};

// The last few elements behind zeros: a sum begun at +0 is never -0, so adding +0 to it changes nothing.
template <class T>
struct Tail {
    T values[16] = {};
    ENGINEROOM_INLINE Tail(const T* from, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) values[i] = from[i];
    }
};

// The sum of one block of at most 4,096 elements.
template <class T>
inline double block_sum(const T* a, std::size_t n) {
    if (n < 16) {  // each is a sum of its own
        double few[16] = {};
        for (std::size_t i = 0; i < n; ++i) few[i] += static_cast<double>(a[i]);
        return fold_sixteen(few);
    }
    Accumulators sums;
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) sums.add(a + i);
    if (i < n) sums.add(Tail<T>(a + i, n - i).values);
    return sums.fold();
}

template <class T>
inline double block_dot(const T* a, const T* b, std::size_t n) {
    Accumulators sums;
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) sums.add_products(a + i, b + i);
    if (i < n) sums.add_products(Tail<T>(a + i, n - i).values, Tail<T>(b + i, n - i).values);
    return sums.fold();
}

template <class T>
inline double reduce(const T* a, std::size_t n) {
    double total = 0.0;
    for (std::size_t i = 0; i < n; i += reduce_block) total += block_sum(a + i, n - i < reduce_block ? n - i : reduce_block);
    return total;
}

template <class T>
inline double reduce_dot(const T* a, const T* b, std::size_t n) {
    double total = 0.0;
    for (std::size_t i = 0; i < n; i += reduce_block) {
        total += block_dot(a + i, b + i, n - i < reduce_block ? n - i : reduce_block);
    }
    return total;
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

// The innermost loop of every matrix product: a small tile of outputs held in registers.
#pragma once

#include "../core.hpp"
#include "../numerics/vec.hpp"

namespace engineroom::products {
inline namespace ENGINEROOM_ISA {

// How many rows and vectors of outputs fill the registers: 32 of them on AVX-512 and NEON, 16 on AVX2.
#if defined(ENGINEROOM_ISA_AVX512) || defined(ENGINEROOM_ISA_NEON)
inline constexpr int tile_rows = 8, tile_vectors = 3;
#elif defined(ENGINEROOM_ISA_AVX2)
inline constexpr int tile_rows = 6, tile_vectors = 2;
#else
inline constexpr int tile_rows = 4, tile_vectors = 2;
#endif

// One tile: a[r][k] lies at a[r*a_row + k*a_step], b[k] begins at b + k*b_step, c[r] at c + r*c_row.
template <class T>
struct Tile {
    Index k;
    const T* a;
    Index a_row, a_step;
    const T* b;
    Index b_step;
    T* c;
    Index c_row;
    const T* start;  // what the sums begin with, one row for all; null for +0
    bool resume;     // the sums go on from what c holds
    int last;        // columns of the last vector that exist; what is computed beside them is thrown away
};

// Each output is one accumulator, fed in the order of k by one fma a term (docs/numerics.md, 3).
template <class T, int Rows, int Vectors>
void tile(const Tile<T>& t) {
    using V = numerics::Vec<T>;
    V sum[Rows][Vectors];
    if (t.resume) {
        for (int r = 0; r < Rows; ++r) {
            for (int v = 0; v < Vectors; ++v) {
                const T* from = t.c + r * t.c_row + v * V::size;
                sum[r][v] = v == Vectors - 1 ? V::load_first(from, t.last) : V::load(from);
            }
        }
    } else if (t.start != nullptr) {
        for (int v = 0; v < Vectors; ++v) {
            const V first = V::load(t.start + v * V::size);
            for (int r = 0; r < Rows; ++r) sum[r][v] = first;
        }
    } else {
        for (int r = 0; r < Rows; ++r) {
            for (int v = 0; v < Vectors; ++v) sum[r][v] = V(T(0));
        }
    }
    const T* a = t.a;
    const T* b = t.b;
    for (Index k = 0; k < t.k; ++k, a += t.a_step, b += t.b_step) {
        V right[Vectors];
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) right[v] = V::load(b + v * V::size);
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const V left(a[r * t.a_row]);
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v) sum[r][v] = fma(left, right[v], sum[r][v]);
        }
    }
    for (int r = 0; r < Rows; ++r) {
        for (int v = 0; v < Vectors - 1; ++v) sum[r][v].store(t.c + r * t.c_row + v * V::size);
        T* to = t.c + r * t.c_row + (Vectors - 1) * V::size;
        if (t.last == V::size) {
            sum[r][Vectors - 1].store(to);
        } else {
            sum[r][Vectors - 1].store_first(to, t.last);
        }
    }
}

template <class T>
using TileKernel = void (*)(const Tile<T>&);

// kernels<T>[vectors - 1][rows - 1]
template <class T, int Vectors>
struct TileRow {
    template <int... R>
    struct Of {
        static constexpr TileKernel<T> kernels[] = {tile<T, R, Vectors>...};
    };
#if defined(ENGINEROOM_ISA_AVX512) || defined(ENGINEROOM_ISA_NEON)
    using All = Of<1, 2, 3, 4, 5, 6, 7, 8>;
#elif defined(ENGINEROOM_ISA_AVX2)
    using All = Of<1, 2, 3, 4, 5, 6>;
#else
    using All = Of<1, 2, 3, 4>;
#endif
    static_assert(sizeof All::kernels / sizeof All::kernels[0] == tile_rows);
};

template <class T>
ENGINEROOM_INLINE TileKernel<T> tile_kernel(int rows, int vectors) {
    if constexpr (tile_vectors == 3) {
        if (vectors == 3) return TileRow<T, 3>::All::kernels[rows - 1];
    }
    return vectors == 2 ? TileRow<T, 2>::All::kernels[rows - 1] : TileRow<T, 1>::All::kernels[rows - 1];
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::products

// Matrix products in which each output is summed in the order of k, one fma a term: fast because outputs are independent.
#pragma once

#include "../engine/threads.hpp"
#include "tile.hpp"

namespace engineroom::products {
inline namespace ENGINEROOM_ISA {

// c[m][n] = start[n] (or +0), then for k = 0, 1, ...: c[m][n] = fma(a[m][k], b[k][n], c[m][n]).
// a[m][k] lies at a[m*a_row + k*a_step], b[k][n] at b[k*b_step + n*b_column], c[m][n] at c[m*c_row + n].
template <class T>
struct Product {
    Index m, n, k;
    const T* a;
    Index a_row, a_step;
    const T* b;
    Index b_step, b_column;
    T* c;
    Index c_row;
    const T* start;
};

inline constexpr Index block_k = 256;       // terms of a sum between two visits: a panel of b stays in the first cache
inline constexpr Index block_m = 48 * 8;    // rows of a packed at once: they stay in the second cache
inline constexpr Index direct_bytes = 12288;  // a right operand this small is used where it lies

inline constexpr Index rounded_up(Index n, Index to) { return (n + to - 1) / to * to; }

template <class T>
constexpr Index panel_columns() {
    return tile_vectors * numerics::lanes<T>;
}

// Elements of scratch that `multiply` may use on one thread.
template <class T>
constexpr Index scratch_size(Index m, Index k) {
    const Index depth = k < block_k ? k : block_k;
    const Index height = rounded_up(m < block_m ? m : block_m, tile_rows);
    return depth * (height + panel_columns<T>());
}

// Copies k rows of `count` columns of b behind one another, each filled up to `width` with zeros.
template <class T>
void pack_columns(Index k, Index count, Index width, const T* b, Index b_step, Index b_column, T* to) {
    using V = numerics::Vec<T>;
    if (b_column == 1) {
        for (Index i = 0; i < k; ++i, to += width) {
            const T* from = b + i * b_step;
            Index j = 0;
            for (; j + V::size <= count; j += V::size) V::load(from + j).store(to + j);
            if (j < count) V::load_first(from + j, static_cast<int>(count - j)).store(to + j);
        }
        return;
    }
    // b is transposed: its columns lie contiguous, so read each along k, a few at a time to fill whole lines of `to`.
    Index j = 0;
    for (; j + 8 <= count; j += 8) {
        const T* from = b + j * b_column;
        for (Index i = 0; i < k; ++i) {
            T* line = to + i * width + j;
            for (int q = 0; q < 8; ++q) line[q] = from[q * b_column + i * b_step];
        }
    }
    for (; j < count; ++j) {
        for (Index i = 0; i < k; ++i) to[i * width + j] = b[j * b_column + i * b_step];
    }
    for (; j < width; ++j) {
        for (Index i = 0; i < k; ++i) to[i * width + j] = T(0);
    }
}

// Copies m rows of k terms of a, `tile_rows` rows side by side: to[(i * k + t) * tile_rows + r].
template <class T>
void pack_rows(Index m, Index k, const T* a, Index a_row, Index a_step, T* to) {
    for (Index i = 0; i < m; i += tile_rows, to += k * tile_rows) {
        const T* from = a + i * a_row;
        if (m - i >= tile_rows) {
            for (Index t = 0; t < k; ++t) {
                for (int r = 0; r < tile_rows; ++r) to[t * tile_rows + r] = from[r * a_row + t * a_step];
            }
        } else {
            for (Index t = 0; t < k; ++t) {
                for (int r = 0; r < m - i; ++r) to[t * tile_rows + r] = from[r * a_row + t * a_step];
            }
        }
    }
}

// How many vectors of a row to take next when `left` remain: full tiles, but never a lone vector after one.
inline int next_vectors(Index left) {
    if (left == tile_vectors + 1 && tile_vectors > 2) return 2;
    return left < tile_vectors ? static_cast<int>(left) : tile_vectors;
}

// One panel: `width` vectors of columns from n0 on, for all rows. t holds k, b, b_step, start and resume.
template <class T>
ENGINEROOM_INLINE void multiply_panel(Tile<T>& t, Index rows, int width, const T* a, Index a_next, T* c) {
    const TileKernel<T> full = tile_kernel<T>(tile_rows, width);
    t.a = a;
    t.c = c;
    Index m = 0;
    for (; m + tile_rows <= rows; m += tile_rows) {
        full(t);
        t.a += a_next;
        t.c += tile_rows * t.c_row;
    }
    if (m < rows) tile_kernel<T>(static_cast<int>(rows - m), width)(t);
}

// Operands used where they lie.
template <class T>
ENGINEROOM_INLINE void multiply_direct(const Product<T>& p) {
    constexpr int lanes = numerics::lanes<T>;
    Tile<T> t{p.k, p.a, p.a_row, p.a_step, p.b, p.b_step, p.c, p.c_row, p.start, false, lanes};
    for (Index left = p.n, n0 = 0; left > 0;) {
        const int width = next_vectors((left + lanes - 1) / lanes);
        if (left < width * lanes) t.last = static_cast<int>(left) - (width - 1) * lanes;
        t.b = p.b + n0;
        if (p.start != nullptr) t.start = p.start + n0;
        multiply_panel(t, p.m, width, p.a, tile_rows * p.a_row, p.c + n0);
        left -= width * lanes;
        n0 += width * lanes;
    }
}

// Operands copied into the order in which the tiles read them, block by block.
template <class T>
void multiply_packed(const Product<T>& p, T* scratch) {
    constexpr Index lanes = numerics::lanes<T>;
    const Index vectors = (p.n + lanes - 1) / lanes;
    // Packing a pays when many panels read it, or when its terms are so far apart that each begins a new line.
    const bool pack_a = vectors > (p.a_step == 1 ? 3 : 1) * tile_vectors;
    Tile<T> t{};
    t.c_row = p.c_row;
    t.a_row = pack_a ? 1 : p.a_row;
    t.a_step = pack_a ? tile_rows : p.a_step;
    const Index height = pack_a ? block_m : p.m;
    for (Index k0 = 0; k0 < p.k; k0 += block_k) {
        t.k = p.k - k0 < block_k ? p.k - k0 : block_k;
        t.resume = k0 > 0;
        T* packed_a = scratch + t.k * panel_columns<T>();
        for (Index m0 = 0; m0 < p.m; m0 += height) {
            const Index rows = p.m - m0 < height ? p.m - m0 : height;
            const T* a = p.a + m0 * p.a_row + k0 * p.a_step;
            if (pack_a) pack_rows(rows, t.k, a, p.a_row, p.a_step, packed_a);
            for (Index v = 0; v < vectors;) {
                const int width = next_vectors(vectors - v);
                const Index n0 = v * lanes;
                const Index columns = p.n - n0 < width * lanes ? p.n - n0 : width * lanes;
                t.last = static_cast<int>(columns - (width - 1) * lanes);
                t.b_step = width * lanes;
                t.b = scratch;
                t.start = p.start == nullptr ? nullptr : p.start + n0;
                pack_columns(t.k, columns, t.b_step, p.b + k0 * p.b_step + n0 * p.b_column, p.b_step, p.b_column, scratch);
                multiply_panel(t, rows, width, pack_a ? packed_a : a, pack_a ? t.k * tile_rows : tile_rows * p.a_row,
                               p.c + m0 * p.c_row + n0);
                v += width;
            }
        }
    }
}

template <class T>
void multiply_here(const Product<T>& p, T* scratch) {
    if (p.b_column == 1 && (p.m <= tile_rows || p.k * p.n * static_cast<Index>(sizeof(T)) <= direct_bytes)) {
        multiply_direct(p);
    } else {
        multiply_packed(p, scratch);
    }
}

// `scratch` holds scratch_size(m, k) elements for each thread, `scratch_stride` apart. Threads share out the outputs: the
// columns where there are more of them, because each thread packs its own copy of the other operand.
template <class T>
void multiply(const Product<T>& p, engine::Pool* pool, T* scratch, Index scratch_stride) {
    if (pool == nullptr) return multiply_here(p, scratch);
    constexpr Index lanes = numerics::lanes<T>;
    const bool by_columns = p.n > p.m && p.n >= 2 * lanes * pool->threads();
    const double cost = static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k);
    engine::split_by_thread(pool, by_columns ? p.n : p.m, by_columns ? lanes : tile_rows, cost,
                            [&](Index begin, Index end, int thread) {
                                Product<T> part = p;
                                if (by_columns) {
                                    part.n = end - begin;
                                    part.b += begin * p.b_column;
                                    part.c += begin;
                                    if (p.start != nullptr) part.start += begin;
                                } else {
                                    part.m = end - begin;
                                    part.a += begin * p.a_row;
                                    part.c += begin * p.c_row;
                                }
                                multiply_here(part, scratch + thread * scratch_stride);
                            });
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::products

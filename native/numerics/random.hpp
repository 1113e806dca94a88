// Random numbers as a pure function of (seed, stream, step, index): section 8 of docs/numerics.md.
#pragma once

#include <cstddef>
#include <cstdint>

#include "elementary.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

// What the numbers are for; the last word of the counter.
enum class Stream : std::uint32_t { initial = 0, order = 1, dropout = 2, split = 3 };

struct Words {
    std::uint32_t w[4];
    std::uint64_t first() const { return w[0] | static_cast<std::uint64_t>(w[1]) << 32; }
    std::uint64_t second() const { return w[2] | static_cast<std::uint64_t>(w[3]) << 32; }
};

inline constexpr int philox_group = 16;

// Philox-4x32-10 (Salmon, Moraes, Dror and Shaw 2011) of 16 counters under one key, in place; c[i][j] is word i of counter j.
// Sixteen side by side, so that the compiler makes vectors of them.
ENGINEROOM_INLINE void philox(std::uint32_t (&c)[4][philox_group], std::uint32_t k0, std::uint32_t k1) {
    for (int round = 0; round < 10; ++round) {
        for (int j = 0; j < philox_group; ++j) {
            const std::uint64_t p = static_cast<std::uint64_t>(c[0][j]) * 0xD2511F53u;
            const std::uint64_t q = static_cast<std::uint64_t>(c[2][j]) * 0xCD9E8D57u;
            const std::uint32_t a = static_cast<std::uint32_t>(q >> 32) ^ c[1][j] ^ k0;
            const std::uint32_t b = static_cast<std::uint32_t>(p >> 32) ^ c[3][j] ^ k1;
            c[0][j] = a;
            c[1][j] = static_cast<std::uint32_t>(q);
            c[2][j] = b;
            c[3][j] = static_cast<std::uint32_t>(p);
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

// The four words of each of the indices index .. index + 15.
ENGINEROOM_INLINE void random_group(std::uint64_t seed, Stream stream, std::uint64_t step, std::uint64_t index,
                                    std::uint32_t (&c)[4][philox_group]) {
    for (int j = 0; j < philox_group; ++j) {
        const std::uint64_t i = index + static_cast<std::uint64_t>(j);
        c[0][j] = static_cast<std::uint32_t>(i);
        c[1][j] = static_cast<std::uint32_t>(step);
        c[2][j] = static_cast<std::uint32_t>(step >> 32) + (static_cast<std::uint32_t>(i >> 32) << 16);
        c[3][j] = static_cast<std::uint32_t>(stream);
    }
    philox(c, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
}

// f(index, Words) for the indices 0 .. n-1, in order.
template <class F>
ENGINEROOM_INLINE void for_random(std::uint64_t seed, Stream stream, std::uint64_t step, std::size_t n, F f) {
    std::uint32_t c[4][philox_group];
    for (std::size_t i = 0; i < n; i += philox_group) {
        random_group(seed, stream, step, i, c);
        const std::size_t end = n - i < philox_group ? n - i : philox_group;
        for (std::size_t j = 0; j < end; ++j) f(i + j, Words{{c[0][j], c[1][j], c[2][j], c[3][j]}});
    }
}

inline Words random_words(std::uint64_t seed, Stream stream, std::uint64_t step, std::uint64_t index) {
    std::uint32_t c[4][philox_group];
    random_group(seed, stream, step, index, c);
    return {{c[0][0], c[1][0], c[2][0], c[3][0]}};
}

inline double uniform(Words words) { return static_cast<double>(words.first() >> 11) * 0x1p-53; }
inline double uniform(Words words, double low, double high) { return fma(high - low, uniform(words), low); }

inline double normal(Words words) {
    const double u1 = static_cast<double>((words.first() >> 11) + 1) * 0x1p-53;
    const double u2 = static_cast<double>(words.second() >> 11) * 0x1p-53;
    return sqrt(-2.0 * log(u1)) * cos(6.283185307179586 * u2);
}
inline double normal(Words words, double mean, double deviation) { return fma(deviation, normal(words), mean); }

inline std::uint64_t integer(Words words, std::uint64_t below) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(words.first()) * below >> 64);
}

// Memory for as long as it is in scope.
template <class T>
struct Scratch {
    T* const data;
    explicit Scratch(std::size_t n) : data(new T[n]()) {}
    ~Scratch() { delete[] data; }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

// 0 .. n-1 sorted by (first(index), index), into out; n < 2^32.
//
// The keys are uniform, so their high bits split them into buckets of about four, and each bucket is sorted by insertion.
// An entry holds the 32 key bits below the bucket's bits and the index; where two agree in those, the whole keys decide.
template <class Index>
inline void permutation(std::uint64_t seed, Stream stream, std::uint64_t step, std::size_t n, Index* out) {
    int depth = 1;
    while (depth < 24 && (std::size_t{8} << depth) <= n) ++depth;
    const std::size_t buckets = std::size_t{1} << depth;
    const Scratch<std::uint64_t> keys(n), entries(n);
    const Scratch<std::uint32_t> ends(buckets + 1);
    for_random(seed, stream, step, n, [&](std::size_t i, Words words) {
        keys.data[i] = words.first();
        ++ends.data[(words.first() >> (64 - depth)) + 1];
    });
    for (std::size_t b = 0; b < buckets; ++b) ends.data[b + 1] += ends.data[b];
    // ends[b] is where bucket b begins; filling moves it to the bucket's end.
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t below = keys.data[i] << depth >> 32;
        entries.data[ends.data[keys.data[i] >> (64 - depth)]++] = below << 32 | i;
    }
    const auto before = [&](std::uint64_t a, std::uint64_t b) {
        if ((a ^ b) >> 32 != 0) return a < b;
        const std::uint64_t ka = keys.data[a & 0xffffffffu], kb = keys.data[b & 0xffffffffu];
        return ka != kb ? ka < kb : a < b;
    };
    std::size_t begin = 0;
    for (std::size_t b = 0; b < buckets; ++b) {
        const std::size_t end = ends.data[b];
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint64_t entry = entries.data[i];
            std::size_t at = i;
            for (; at > begin && before(entry, entries.data[at - 1]); --at) entries.data[at] = entries.data[at - 1];
            entries.data[at] = entry;
        }
        for (std::size_t i = begin; i < end; ++i) out[i] = static_cast<Index>(entries.data[i] & 0xffffffffu);
        begin = end;
    }
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

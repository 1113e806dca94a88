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

// Entries sorted by `passes` digits of `width` bits below the highest bit, the lowest digit first. `counts` holds how many
// entries have each digit, pass by pass. Returns where the sorted entries are: a or b.
template <int passes>
ENGINEROOM_INLINE std::uint64_t* sort_by_digits(std::uint64_t* a, std::uint64_t* b, std::size_t n, int width, std::uint32_t* counts) {
    const std::size_t digits = std::size_t{1} << width;
    for (int pass = 0; pass < passes; ++pass, counts += digits) {
        std::uint32_t place = 0;
        for (std::size_t d = 0; d < digits; ++d) {
            const std::uint32_t count = counts[d];
            counts[d] = place;
            place += count;
        }
        const int shift = 64 - (passes - pass) * width;
        for (std::size_t i = 0; i < n; ++i) b[counts[a[i] >> shift & (digits - 1)]++] = a[i];
        std::uint64_t* const sorted = b;
        b = a;
        a = sorted;
    }
    return a;
}

// 0 .. n-1 sorted by (first(index), index), into out; n at most 2^32; scratch has room for 2 n.
//
// An entry holds the high 32 bits of the key and the index. Entries are sorted by a few more than log2(n) leading bits, by
// counting. The keys are uniform, so few are left to be moved by the insertion sort behind it.
template <class Index>
inline void permutation(std::uint64_t seed, Stream stream, std::uint64_t step, std::size_t n, Index* out, std::uint64_t* scratch) {
    constexpr int spare_bits = 5;
    int log = 1;
    while (log < 27 && (n >> log) != 0) ++log;
    const int passes = log <= 18 ? 2 : 3;
    const int width = (log + spare_bits + passes - 1) / passes;
    const std::size_t digits = std::size_t{1} << width;

    const Scratch<std::uint32_t> counts(3 * digits);
    std::uint32_t *const lowest = counts.data, *const next = lowest + digits, *const highest = next + digits;
    for_random(seed, stream, step, n, [&](std::size_t i, Words words) {
        const std::uint64_t entry = static_cast<std::uint64_t>(words.w[1]) << 32 | i;
        scratch[i] = entry;
        ++lowest[entry >> (64 - passes * width) & (digits - 1)];
        ++next[entry >> (64 - (passes - 1) * width) & (digits - 1)];
        if (passes == 3) ++highest[entry >> (64 - width)];
    });
    std::uint64_t* const from = passes == 2 ? sort_by_digits<2>(scratch, scratch + n, n, width, counts.data)
                                            : sort_by_digits<3>(scratch, scratch + n, n, width, counts.data);

    const auto before = [&](std::uint64_t a, std::uint64_t b) {
        if ((a ^ b) >> 32 != 0) [[likely]] return a < b;
        const std::uint64_t i = a & 0xffffffffu, j = b & 0xffffffffu;
        const std::uint64_t key_i = random_words(seed, stream, step, i).first();
        const std::uint64_t key_j = random_words(seed, stream, step, j).first();
        return key_i != key_j ? key_i < key_j : i < j;
    };
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t entry = from[i];
        std::size_t at = i;
        for (; at > 0 && before(entry, from[at - 1]); --at) from[at] = from[at - 1];
        from[at] = entry;
    }
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Index>(from[i] & 0xffffffffu);
}

template <class Index>
inline void permutation(std::uint64_t seed, Stream stream, std::uint64_t step, std::size_t n, Index* out) {
    const Scratch<std::uint64_t> scratch(2 * n);
    permutation(seed, stream, step, n, out, scratch.data);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

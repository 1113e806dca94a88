// AVX2 with FMA: 8 floats or 4 doubles; a mask is a vector of all-ones and all-zeros lanes.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "machine_scalar.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

template <>
struct Machine<float, 8> {
    using Raw = __m256;
    using RawMask = __m256;
    static ENGINEROOM_INLINE __m256i first(int count) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
    static ENGINEROOM_INLINE Raw broadcast(float x) { return _mm256_set1_ps(x); }
    static ENGINEROOM_INLINE Raw load_first(const float* from, int count) {
        return _mm256_maskload_ps(from, first(count));
    }
    static ENGINEROOM_INLINE void store_first(float* to, Raw a, int count) { _mm256_maskstore_ps(to, first(count), a); }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return _mm256_fmadd_ps(a, b, c); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) { return _mm256_sqrt_ps(a); }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return _mm256_cmp_ps(a, b, _CMP_EQ_OQ); }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return _mm256_blendv_ps(b, a, m); }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return inverse(_mm256_castsi256_ps(_mm256_cmpeq_epi32((__m256i)a, _mm256_setzero_si256())));
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return _mm256_and_ps(a, b); }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return _mm256_or_ps(a, b); }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) {
        return _mm256_xor_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(-1)));
    }
    static ENGINEROOM_INLINE bool any(RawMask a) { return _mm256_movemask_ps(a) != 0; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return _mm256_movemask_ps(a) == 0xff; }
};

template <>
struct Machine<double, 4> {
    using Raw = __m256d;
    using RawMask = __m256d;
    static ENGINEROOM_INLINE __m256i first(int count) {
        return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    }
    static ENGINEROOM_INLINE Raw broadcast(double x) { return _mm256_set1_pd(x); }
    static ENGINEROOM_INLINE Raw load_first(const double* from, int count) {
        return _mm256_maskload_pd(from, first(count));
    }
    static ENGINEROOM_INLINE void store_first(double* to, Raw a, int count) { _mm256_maskstore_pd(to, first(count), a); }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return _mm256_fmadd_pd(a, b, c); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) { return _mm256_sqrt_pd(a); }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return _mm256_cmp_pd(a, b, _CMP_LT_OQ); }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return _mm256_cmp_pd(a, b, _CMP_LE_OQ); }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return _mm256_cmp_pd(a, b, _CMP_EQ_OQ); }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return _mm256_blendv_pd(b, a, m); }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return inverse(_mm256_castsi256_pd(_mm256_cmpeq_epi64((__m256i)a, _mm256_setzero_si256())));
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return _mm256_and_pd(a, b); }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return _mm256_or_pd(a, b); }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) {
        return _mm256_xor_pd(a, _mm256_castsi256_pd(_mm256_set1_epi32(-1)));
    }
    static ENGINEROOM_INLINE bool any(RawMask a) { return _mm256_movemask_pd(a) != 0; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return _mm256_movemask_pd(a) == 0xf; }
};

template <>
struct Machine<std::uint32_t, 8> {
    typedef std::uint32_t Raw __attribute__((vector_size(32)));
    static ENGINEROOM_INLINE Raw broadcast(std::uint32_t x) { return (Raw)_mm256_set1_epi32(static_cast<int>(x)); }
};

template <>
struct Machine<std::uint64_t, 4> {
    typedef std::uint64_t Raw __attribute__((vector_size(32)));
    static ENGINEROOM_INLINE Raw broadcast(std::uint64_t x) { return (Raw)_mm256_set1_epi64x(static_cast<long long>(x)); }
};

ENGINEROOM_INLINE __m256d widen_first(__m256 a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a)); }
ENGINEROOM_INLINE __m256d widen_second(__m256 a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1)); }
ENGINEROOM_INLINE __m256 narrow(__m256d first, __m256d second) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(first)), _mm256_cvtpd_ps(second), 1);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

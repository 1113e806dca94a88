// AVX-512: 16 floats or 8 doubles; comparisons go to mask registers.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "machine_scalar.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

template <>
struct Machine<float, 16> {
    using Raw = __m512;
    using RawMask = __mmask16;
    static ENGINEROOM_INLINE __mmask16 first(int count) { return static_cast<__mmask16>((1u << count) - 1u); }
    static ENGINEROOM_INLINE Raw broadcast(float x) { return _mm512_set1_ps(x); }
    static ENGINEROOM_INLINE Raw load_first(const float* from, int count) {
        return _mm512_maskz_loadu_ps(first(count), from);
    }
    static ENGINEROOM_INLINE void store_first(float* to, Raw a, int count) {
        _mm512_mask_storeu_ps(to, first(count), a);
    }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return _mm512_fmadd_ps(a, b, c); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) { return _mm512_maskz_sqrt_ps(0xffff, a); }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return _mm512_mask_blend_ps(m, b, a); }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return _mm512_test_epi32_mask((__m512i)a, (__m512i)a);
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return _kand_mask16(a, b); }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return _kor_mask16(a, b); }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) { return _knot_mask16(a); }
    static ENGINEROOM_INLINE bool any(RawMask a) { return a != 0; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return a == 0xffff; }
};

template <>
struct Machine<double, 8> {
    using Raw = __m512d;
    using RawMask = __mmask8;
    static ENGINEROOM_INLINE __mmask8 first(int count) { return static_cast<__mmask8>((1u << count) - 1u); }
    static ENGINEROOM_INLINE Raw broadcast(double x) { return _mm512_set1_pd(x); }
    static ENGINEROOM_INLINE Raw load_first(const double* from, int count) {
        return _mm512_maskz_loadu_pd(first(count), from);
    }
    static ENGINEROOM_INLINE void store_first(double* to, Raw a, int count) {
        _mm512_mask_storeu_pd(to, first(count), a);
    }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return _mm512_fmadd_pd(a, b, c); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) { return _mm512_maskz_sqrt_pd(0xff, a); }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ); }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return _mm512_mask_blend_pd(m, b, a); }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return _mm512_test_epi64_mask((__m512i)a, (__m512i)a);
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return _kand_mask8(a, b); }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return _kor_mask8(a, b); }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) { return _knot_mask8(a); }
    static ENGINEROOM_INLINE bool any(RawMask a) { return a != 0; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return a == 0xff; }
};

template <>
struct Machine<std::uint32_t, 16> {
    typedef std::uint32_t Raw __attribute__((vector_size(64)));
    static ENGINEROOM_INLINE Raw broadcast(std::uint32_t x) { return (Raw)_mm512_set1_epi32(static_cast<int>(x)); }
};

template <>
struct Machine<std::uint64_t, 8> {
    typedef std::uint64_t Raw __attribute__((vector_size(64)));
    static ENGINEROOM_INLINE Raw broadcast(std::uint64_t x) { return (Raw)_mm512_set1_epi64(static_cast<long long>(x)); }
};

// The zero-masked forms with a full mask are the plain instructions; GCC 12 warns of uninitialized values in its own
// header for the unmasked spellings.
ENGINEROOM_INLINE __m512d widen(__m256 a) { return _mm512_maskz_cvtps_pd(0xff, a); }
ENGINEROOM_INLINE __m512d widen_first(__m512 a) { return widen(_mm512_maskz_extractf32x8_ps(0xff, a, 0)); }
ENGINEROOM_INLINE __m512d widen_second(__m512 a) { return widen(_mm512_maskz_extractf32x8_ps(0xff, a, 1)); }
ENGINEROOM_INLINE __m512 narrow(__m512d first, __m512d second) {
    const __m512 low = _mm512_castps256_ps512(_mm512_maskz_cvtpd_ps(0xff, first));
    return _mm512_maskz_insertf32x8(0xffff, low, _mm512_maskz_cvtpd_ps(0xff, second), 1);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

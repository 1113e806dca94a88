// NEON on aarch64: 4 floats or 2 doubles; a mask is a vector of all-ones and all-zeros lanes.
#pragma once

#include <arm_neon.h>

#include <cstdint>

#include "machine_scalar.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

template <>
struct Machine<float, 4> {
    using Raw = float32x4_t;
    using RawMask = uint32x4_t;
    static ENGINEROOM_INLINE Raw broadcast(float x) { return vdupq_n_f32(x); }
    static ENGINEROOM_INLINE Raw load_first(const float* from, int count) {
        float buffer[4] = {0, 0, 0, 0};
        for (int i = 0; i < count; ++i) buffer[i] = from[i];
        return vld1q_f32(buffer);
    }
    static ENGINEROOM_INLINE void store_first(float* to, Raw a, int count) {
        float buffer[4];
        vst1q_f32(buffer, a);
        for (int i = 0; i < count; ++i) to[i] = buffer[i];
    }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return vfmaq_f32(c, a, b); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) { return vsqrtq_f32(a); }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return vcltq_f32(a, b); }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return vcleq_f32(a, b); }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return vceqq_f32(a, b); }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return vbslq_f32(m, a, b); }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return vtstq_u32((uint32x4_t)a, (uint32x4_t)a);
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return vandq_u32(a, b); }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return vorrq_u32(a, b); }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) { return vmvnq_u32(a); }
    static ENGINEROOM_INLINE bool any(RawMask a) { return vmaxvq_u32(a) != 0; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return vminvq_u32(a) != 0; }
};

template <>
struct Machine<double, 2> {
    using Raw = float64x2_t;
    using RawMask = uint64x2_t;
    static ENGINEROOM_INLINE Raw broadcast(double x) { return vdupq_n_f64(x); }
    static ENGINEROOM_INLINE Raw load_first(const double* from, int count) {
        double buffer[2] = {0, 0};
        for (int i = 0; i < count; ++i) buffer[i] = from[i];
        return vld1q_f64(buffer);
    }
    static ENGINEROOM_INLINE void store_first(double* to, Raw a, int count) {
        double buffer[2];
        vst1q_f64(buffer, a);
        for (int i = 0; i < count; ++i) to[i] = buffer[i];
    }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return vfmaq_f64(c, a, b); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) { return vsqrtq_f64(a); }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return vcltq_f64(a, b); }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return vcleq_f64(a, b); }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return vceqq_f64(a, b); }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return vbslq_f64(m, a, b); }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return vtstq_u64((uint64x2_t)a, (uint64x2_t)a);
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return vandq_u64(a, b); }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return vorrq_u64(a, b); }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) {
        return vreinterpretq_u64_u32(vmvnq_u32(vreinterpretq_u32_u64(a)));
    }
    static ENGINEROOM_INLINE bool any(RawMask a) { return vmaxvq_u32(vreinterpretq_u32_u64(a)) != 0; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return vminvq_u32(vreinterpretq_u32_u64(a)) != 0; }
};

template <>
struct Machine<std::uint32_t, 4> {
    typedef std::uint32_t Raw __attribute__((vector_size(16)));
    static ENGINEROOM_INLINE Raw broadcast(std::uint32_t x) { return (Raw)vdupq_n_u32(x); }
};

template <>
struct Machine<std::uint64_t, 2> {
    typedef std::uint64_t Raw __attribute__((vector_size(16)));
    static ENGINEROOM_INLINE Raw broadcast(std::uint64_t x) { return (Raw)vdupq_n_u64(x); }
};

ENGINEROOM_INLINE float64x2_t widen_first(float32x4_t a) { return vcvt_f64_f32(vget_low_f32(a)); }
ENGINEROOM_INLINE float64x2_t widen_second(float32x4_t a) { return vcvt_high_f64_f32(a); }
ENGINEROOM_INLINE float32x4_t narrow(float64x2_t first, float64x2_t second) {
    return vcvt_high_f32_f64(vcvt_f32_f64(first), second);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

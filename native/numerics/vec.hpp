// Vec<T>: as many elements of T as one register of this instruction set holds; Vec<T, 1> is one element everywhere.
//
// The operations are exactly those of the numerics contract: + - * / sqrt and fma, each correctly rounded, and bit
// operations, comparisons and selection, which do not round. Code written for Vec<T, N> gives the same bits for every N.
//
//     for (; i + Vec<float>::size <= n; i += Vec<float>::size) fma(load(x + i), w, load(z + i)).store(z + i);
//     if (i < n) fma(load_first(x + i, n - i), w, load_first(z + i, n - i)).store_first(z + i, n - i);
#pragma once

#include <cstdint>

#include "machine_scalar.hpp"
#if defined(ENGINEROOM_ISA_AVX512)
#include "machine_avx512.hpp"
#elif defined(ENGINEROOM_ISA_AVX2)
#include "machine_avx2.hpp"
#elif defined(ENGINEROOM_ISA_NEON)
#include "machine_neon.hpp"
#endif

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

#if defined(ENGINEROOM_ISA_AVX512)
inline constexpr int vector_bytes = 64;
#elif defined(ENGINEROOM_ISA_AVX2)
inline constexpr int vector_bytes = 32;
#elif defined(ENGINEROOM_ISA_NEON)
inline constexpr int vector_bytes = 16;
#else
inline constexpr int vector_bytes = 0;
#endif

template <class T>
inline constexpr int lanes = vector_bytes == 0 ? 1 : vector_bytes / static_cast<int>(sizeof(T));

template <class T>
struct UnsignedOf;
template <>
struct UnsignedOf<float> {
    using type = std::uint32_t;
};
template <>
struct UnsignedOf<double> {
    using type = std::uint64_t;
};

// One truth value a lane, from a comparison of Vec<T, N>.
template <class T, int N = lanes<T>>
struct Mask {
    using M = Machine<T, N>;
    typename M::RawMask raw;

    friend ENGINEROOM_INLINE Mask operator&(Mask a, Mask b) { return {M::both(a.raw, b.raw)}; }
    friend ENGINEROOM_INLINE Mask operator|(Mask a, Mask b) { return {M::either(a.raw, b.raw)}; }
    friend ENGINEROOM_INLINE Mask operator!(Mask a) { return {M::inverse(a.raw)}; }
    friend ENGINEROOM_INLINE bool any(Mask a) { return M::any(a.raw); }
    friend ENGINEROOM_INLINE bool all(Mask a) { return M::all(a.raw); }
};

// Bits<T, N>: the bit patterns of Vec<T, N> as unsigned integers of the same width: sums wrap, >> fills with zeros.
template <class T, int N = lanes<T>>
struct Bits {
    using Integer = typename UnsignedOf<T>::type;
    using M = Machine<Integer, N>;
    using Raw = typename M::Raw;
    Raw raw;

    Bits() = default;
    ENGINEROOM_INLINE Bits(Integer x) : raw(M::broadcast(x)) {}  // implicit: constants stand for themselves in formulas
    static ENGINEROOM_INLINE Bits of(Raw raw) {
        Bits b;
        b.raw = raw;
        return b;
    }
    friend ENGINEROOM_INLINE Bits operator+(Bits a, Bits b) { return of(a.raw + b.raw); }
    friend ENGINEROOM_INLINE Bits operator-(Bits a, Bits b) { return of(a.raw - b.raw); }
    friend ENGINEROOM_INLINE Bits operator&(Bits a, Bits b) { return of(a.raw & b.raw); }
    friend ENGINEROOM_INLINE Bits operator|(Bits a, Bits b) { return of(a.raw | b.raw); }
    friend ENGINEROOM_INLINE Bits operator^(Bits a, Bits b) { return of(a.raw ^ b.raw); }
    friend ENGINEROOM_INLINE Bits operator<<(Bits a, int count) { return of(a.raw << count); }
    friend ENGINEROOM_INLINE Bits operator>>(Bits a, int count) { return of(a.raw >> count); }
    friend ENGINEROOM_INLINE Mask<T, N> nonzero(Bits a) { return {Machine<T, N>::nonzero(a.raw)}; }
};

template <class T, int N = lanes<T>>
struct Vec {
    using M = Machine<T, N>;
    using Raw = typename M::Raw;
    using Element = T;
    static constexpr int size = N;
    Raw raw;

    Vec() = default;  // uninitialized, like a plain float
    ENGINEROOM_INLINE Vec(T x) : raw(M::broadcast(x)) {}  // implicit: constants stand for themselves in formulas
    static ENGINEROOM_INLINE Vec of(Raw raw) {
        Vec v;
        v.raw = raw;
        return v;
    }

    // Addresses need no alignment. The `first` forms touch only the first `count` elements (0 <= count <= N), zero the rest.
    static ENGINEROOM_INLINE Vec load(const T* from) {
        Vec v;
        __builtin_memcpy(&v.raw, from, sizeof v.raw);
        return v;
    }
    static ENGINEROOM_INLINE Vec load_first(const T* from, int count) { return of(M::load_first(from, count)); }
    ENGINEROOM_INLINE void store(T* to) const { __builtin_memcpy(to, &raw, sizeof raw); }
    ENGINEROOM_INLINE void store_first(T* to, int count) const { M::store_first(to, raw, count); }

    friend ENGINEROOM_INLINE Vec operator+(Vec a, Vec b) { return of(a.raw + b.raw); }
    friend ENGINEROOM_INLINE Vec operator-(Vec a, Vec b) { return of(a.raw - b.raw); }
    friend ENGINEROOM_INLINE Vec operator*(Vec a, Vec b) { return of(a.raw * b.raw); }
    friend ENGINEROOM_INLINE Vec operator/(Vec a, Vec b) { return of(a.raw / b.raw); }
    friend ENGINEROOM_INLINE Vec operator-(Vec a) { return of(-a.raw); }
    friend ENGINEROOM_INLINE Vec fma(Vec a, Vec b, Vec c) { return of(M::fma(a.raw, b.raw, c.raw)); }
    friend ENGINEROOM_INLINE Vec sqrt(Vec a) { return of(M::sqrt(a.raw)); }

    friend ENGINEROOM_INLINE Bits<T, N> bits(Vec a) {
        return Bits<T, N>::of(__builtin_bit_cast(typename Bits<T, N>::Raw, a.raw));
    }
    friend ENGINEROOM_INLINE Vec abs(Vec a) { return from_bits(bits(a) & ~sign_bit); }
    // The magnitude of a with the sign of b.
    friend ENGINEROOM_INLINE Vec copy_sign(Vec a, Vec b) {
        return from_bits((bits(a) & ~sign_bit) | (bits(b) & sign_bit));
    }

    // Comparisons with NaN are false.
    friend ENGINEROOM_INLINE Mask<T, N> operator<(Vec a, Vec b) { return {M::less(a.raw, b.raw)}; }
    friend ENGINEROOM_INLINE Mask<T, N> operator>(Vec a, Vec b) { return {M::less(b.raw, a.raw)}; }
    friend ENGINEROOM_INLINE Mask<T, N> operator<=(Vec a, Vec b) { return {M::less_equal(a.raw, b.raw)}; }
    friend ENGINEROOM_INLINE Mask<T, N> operator>=(Vec a, Vec b) { return {M::less_equal(b.raw, a.raw)}; }
    friend ENGINEROOM_INLINE Mask<T, N> operator==(Vec a, Vec b) { return {M::equal(a.raw, b.raw)}; }
    friend ENGINEROOM_INLINE Mask<T, N> is_nan(Vec a) { return !(a == a); }
    // a where the mask holds, b elsewhere.
    friend ENGINEROOM_INLINE Vec select(Mask<T, N> m, Vec a, Vec b) { return of(M::select(m.raw, a.raw, b.raw)); }

    static ENGINEROOM_INLINE Vec from_bits(Bits<T, N> b) { return of(__builtin_bit_cast(Raw, b.raw)); }

  private:
    static constexpr typename UnsignedOf<T>::type sign_bit =
        typename UnsignedOf<T>::type{1} << (sizeof(T) * 8 - 1);
};

// f applied to the elements of x in double, the results rounded to float: f takes and returns Vec<double, M>.
template <int N, class F>
ENGINEROOM_INLINE Vec<float, N> in_double(Vec<float, N> x, F f) {
    if constexpr (N == 1) {
        return narrow(f(Vec<double, 1>(widen_first(x.raw))).raw);
    } else {
        using Half = Vec<double, N / 2>;
        return Vec<float, N>::of(narrow(f(Half::of(widen_first(x.raw))).raw, f(Half::of(widen_second(x.raw))).raw));
    }
}

// The same for two arguments.
template <int N, class F>
ENGINEROOM_INLINE Vec<float, N> in_double(Vec<float, N> x, Vec<float, N> y, F f) {
    if constexpr (N == 1) {
        return narrow(f(Vec<double, 1>(widen_first(x.raw)), Vec<double, 1>(widen_first(y.raw))).raw);
    } else {
        using Half = Vec<double, N / 2>;
        return Vec<float, N>::of(narrow(f(Half::of(widen_first(x.raw)), Half::of(widen_first(y.raw))).raw,
                                        f(Half::of(widen_second(x.raw)), Half::of(widen_second(y.raw))).raw));
    }
}

// Widening loads and narrowing stores, for sums of T in double (reduce.hpp): lanes<double> elements at a time.
ENGINEROOM_INLINE Vec<double> load_double(const double* from) { return Vec<double>::load(from); }
ENGINEROOM_INLINE Vec<double> load_double(const float* from) {
#if defined(ENGINEROOM_ISA_AVX512)
    return Vec<double>::of(widen(_mm256_loadu_ps(from)));
#elif defined(ENGINEROOM_ISA_AVX2)
    return Vec<double>::of(_mm256_cvtps_pd(_mm_loadu_ps(from)));
#elif defined(ENGINEROOM_ISA_NEON)
    return Vec<double>::of(vcvt_f64_f32(vld1_f32(from)));
#else
    return Vec<double>(static_cast<double>(*from));
#endif
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

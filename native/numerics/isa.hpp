// The instruction set this translation unit is compiled for, and the inline namespace that keeps its code apart.
//
// Everything in native/ that may be compiled more than once lives in `inline namespace ENGINEROOM_ISA`, so that the linker
// can never pick a function compiled for AVX-512 and run it on a processor without it. For the same reason these headers
// use no function templates of the standard library: those would be weak symbols under one name.
//
//   ENGINEROOM_ISA_AVX512   -march=x86-64-v4 (AVX-512 F, BW, CD, DQ, VL; FMA)   64-byte vectors
//   ENGINEROOM_ISA_AVX2     -march=x86-64-v3 (AVX2, FMA)                        32-byte vectors
//   ENGINEROOM_ISA_NEON     aarch64                                             16-byte vectors
//   none of them            any processor                                       one element
#pragma once

#if defined(ENGINEROOM_ISA_AVX512)
#if !defined(__AVX512F__) || !defined(__AVX512DQ__) || !defined(__AVX512VL__) || !defined(__FMA__)
#error "ENGINEROOM_ISA_AVX512 needs -march=x86-64-v4"
#endif
#define ENGINEROOM_ISA isa_avx512
#define ENGINEROOM_ISA_NAME "avx512"
#elif defined(ENGINEROOM_ISA_AVX2)
#if !defined(__AVX2__) || !defined(__FMA__)
#error "ENGINEROOM_ISA_AVX2 needs -march=x86-64-v3"
#endif
#define ENGINEROOM_ISA isa_avx2
#define ENGINEROOM_ISA_NAME "avx2"
#elif defined(ENGINEROOM_ISA_NEON)
#if !defined(__aarch64__)
#error "ENGINEROOM_ISA_NEON needs aarch64"
#endif
#define ENGINEROOM_ISA isa_neon
#define ENGINEROOM_ISA_NAME "neon"
#else
#define ENGINEROOM_ISA isa_scalar
#define ENGINEROOM_ISA_NAME "scalar"
#endif

#if defined(__FAST_MATH__)
#error "engineroom's numbers are exact: compile without -ffast-math"
#endif

#define ENGINEROOM_INLINE inline __attribute__((always_inline))

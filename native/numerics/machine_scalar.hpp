// One element: the whole vector of the scalar engine, and the scalars of every other one.
#pragma once

#include <cstdint>

#include "fma.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

// What a processor offers for N elements of type T; vec.hpp builds Vec and Mask on it. Specialized per instruction set.
template <class T, int N>
struct Machine;

template <class T>
struct Machine<T, 1> {
    using Raw = T;
    using RawMask = bool;
    static ENGINEROOM_INLINE Raw broadcast(T x) { return x; }
    static ENGINEROOM_INLINE Raw load_first(const T* from, int count) { return count > 0 ? *from : T{0}; }
    static ENGINEROOM_INLINE void store_first(T* to, Raw a, int count) {
        if (count > 0) *to = a;
    }
    static ENGINEROOM_INLINE Raw fma(Raw a, Raw b, Raw c) { return numerics::fma(a, b, c); }
    static ENGINEROOM_INLINE Raw sqrt(Raw a) {
        if constexpr (sizeof(T) == 4) {
            return __builtin_sqrtf(a);
        } else {
            return __builtin_sqrt(a);
        }
    }
    static ENGINEROOM_INLINE RawMask less(Raw a, Raw b) { return a < b; }
    static ENGINEROOM_INLINE RawMask less_equal(Raw a, Raw b) { return a <= b; }
    static ENGINEROOM_INLINE RawMask equal(Raw a, Raw b) { return a == b; }
    static ENGINEROOM_INLINE Raw select(RawMask m, Raw a, Raw b) { return m ? a : b; }
    template <class Integer>
    static ENGINEROOM_INLINE RawMask nonzero(Integer a) {
        return a != 0;
    }
    static ENGINEROOM_INLINE RawMask both(RawMask a, RawMask b) { return a && b; }
    static ENGINEROOM_INLINE RawMask either(RawMask a, RawMask b) { return a || b; }
    static ENGINEROOM_INLINE RawMask inverse(RawMask a) { return !a; }
    static ENGINEROOM_INLINE bool any(RawMask a) { return a; }
    static ENGINEROOM_INLINE bool all(RawMask a) { return a; }
};

ENGINEROOM_INLINE double widen_first(float a) { return static_cast<double>(a); }
ENGINEROOM_INLINE float narrow(double a) { return static_cast<float>(a); }

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

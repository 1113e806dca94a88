// The floating-point state the contract asks for, on this thread, for as long as the guard lives.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "isa.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {

// Round to nearest even, subnormals kept, no traps; what was set before comes back at the end. Libraries compiled with
// -ffast-math leave flush-to-zero on in the threads that load them, so every thread that computes opens one of these.
class Environment {
  public:
    Environment() : before(read()) {
        if (before != wanted) write(wanted);
    }
    ~Environment() {
        if (before != wanted) write(before);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
#if defined(__x86_64__)
    using Register = std::uint32_t;
    static constexpr Register wanted = 0x1f80;  // all exceptions masked, flags clear, nearest, no FTZ, no DAZ
    static Register read() { return _mm_getcsr() & ~Register{0x3f}; }  // the low bits are sticky flags, not settings
    static void write(Register value) { _mm_setcsr(value); }
#elif defined(__aarch64__)
    using Register = std::uint64_t;
    static constexpr Register wanted = 0;  // nearest, no flushing, no default NaN, no traps
    static Register read() {
        Register value;
        asm volatile("mrs %0, fpcr" : "=r"(value));
        return value;
    }
    static void write(Register value) { asm volatile("msr fpcr, %0" : : "r"(value)); }
#else
#error "say here how this processor's rounding and flushing are set"
#endif
    const Register before;
};

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics

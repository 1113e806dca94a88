// The one function that the library of an instruction set exports.
#include "core.hpp"

#include "engine/plan.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// trainer_float32.cpp and trainer_float64.cpp
Engine* make_float32(const std::string& plan, std::uint64_t seed, int threads);
Engine* make_float64(const std::string& plan, std::uint64_t seed, int threads);

static Engine* make(const std::string& plan, std::uint64_t seed, int threads) {
    return (PlanReader(plan).read().float64 ? make_float64 : make_float32)(plan, seed, threads);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

#define ENGINEROOM_JOIN_(a, b) a##b
#define ENGINEROOM_JOIN(a, b) ENGINEROOM_JOIN_(a, b)

// engineroom_core_isa_avx512 and the like
extern "C" __attribute__((visibility("default"))) const engineroom::Core* ENGINEROOM_JOIN(engineroom_core_,
                                                                                          ENGINEROOM_ISA)() {
    static constexpr engineroom::Core core{ENGINEROOM_ISA_NAME, engineroom::engine::make};
    return &core;
}

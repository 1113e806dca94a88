// The engine for float64; a unit of its own so that both types compile side by side.
#include "engine/trainer.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

Engine* make_float64(const std::string& plan, std::uint64_t seed, int threads);
Engine* make_float64(const std::string& plan, std::uint64_t seed, int threads) {
    return new Trainer<double>(plan, seed, threads);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

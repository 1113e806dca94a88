// The engine for float32; a unit of its own so that both types compile side by side.
#include "engine/trainer.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

Engine* make_float32(const std::string& plan, std::uint64_t seed, int threads);
Engine* make_float32(const std::string& plan, std::uint64_t seed, int threads) {
    return new Trainer<float>(plan, seed, threads);
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

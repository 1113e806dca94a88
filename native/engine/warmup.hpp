// The linear warm-up that every schedule may begin with: lr * (t / W) for t <= W.
#pragma once

#include "operation.hpp"

namespace engineroom::schedules {
inline namespace ENGINEROOM_ISA {

// c[0] is lr, c[1] the steps of warm-up.
inline engine::Schedule warmed(const engine::Attributes& attributes) {
    engine::Schedule made;
    made.c[0] = engine::rate_attribute(attributes, "lr");
    made.c[1] = engine::rate_attribute(attributes, "warmup");
    return made;
}
ENGINEROOM_INLINE bool warming(const double* c, std::int64_t t) { return static_cast<double>(t) <= c[1]; }
ENGINEROOM_INLINE double warm(const double* c, std::int64_t t) { return c[0] * (static_cast<double>(t) / c[1]); }

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::schedules

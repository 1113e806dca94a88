// constant: lr, after a linear warm-up.
#pragma once

#include "../engine/warmup.hpp"

namespace engineroom::schedules {
inline namespace ENGINEROOM_ISA {

inline void constant_schedules(engine::Rates& rates) {
    rates.add("constant", [](const engine::Attributes& attributes) {
        engine::Schedule made = warmed(attributes);
        made.rate = [](const double* c, std::int64_t t) { return warming(c, t) ? warm(c, t) : c[0]; };
        return made;
    });
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::schedules

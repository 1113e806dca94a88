// cosine: half a cosine from lr down to `final` over `steps` steps, after a linear warm-up (Loshchilov and Hutter 2017).
#pragma once

#include "../numerics/elementary.hpp"
#include "../engine/warmup.hpp"

namespace engineroom::schedules {
inline namespace ENGINEROOM_ISA {

inline double cosine_rate(const double* c, std::int64_t t) {
    constexpr double pi = 3.141592653589793;
    if (warming(c, t)) return warm(c, t);
    const double lr = c[0], warmup = c[1], steps = c[2], last = c[3], now = static_cast<double>(t);
    if (now > steps) return last;
    const double wave = 1 + numerics::cos(pi * ((now - 1 - warmup) / (steps - warmup)));
    return numerics::fma(0.5 * (lr - last), wave, last);
}

inline void cosine_schedules(engine::Rates& rates) {
    rates.add("cosine", [](const engine::Attributes& attributes) {
        engine::Schedule made = warmed(attributes);
        made.c[2] = engine::rate_attribute(attributes, "steps");
        made.c[3] = engine::rate_attribute(attributes, "final");
        made.rate = cosine_rate;
        return made;
    });
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::schedules

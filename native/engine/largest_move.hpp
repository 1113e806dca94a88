// Which element of some parameters a step moved most.
#pragma once

#include <vector>

#include "program.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

struct LargestMove {
    std::int64_t element = 0;
    double change = 0, size = -1;
};

// A parameter whose moves are looked for, and how it was before the step.
template <class T>
class Watched {
  public:
    // Its elements are counted from `first` on.
    Watched(const Buffer<T>& parameter, std::int64_t first)
        : buffer(&parameter), offset(first), before(static_cast<std::size_t>(parameter.columns)) {}

    void remember() { __builtin_memcpy(before.data(), buffer->data, before.size() * sizeof(T)); }

    // Takes the largest move since `remember` into `largest`, unless that is larger.
    void find(LargestMove& largest) const {
        using V = numerics::Vec<T>;
        const T* now = buffer->data;
        const auto size = static_cast<Index>(before.size());
        Index i = 0;
        for (; i + V::size <= size; i += V::size) {
            // A difference in T is off by half a last place at most, so the larger one is among those that pass.
            const T least = static_cast<T>(largest.size) * (T(1) - 4 * epsilon);
            if (any(!(abs(V::load(now + i) - V::load(before.data() + i)) < V(least)))) weigh(i, i + V::size, largest);
        }
        weigh(i, size, largest);
    }

  private:
    static constexpr T epsilon = sizeof(T) == 8 ? T(0x1p-52) : T(0x1p-23);

    void weigh(Index from, Index to, LargestMove& largest) const {
        for (Index i = from; i < to; ++i) {
            const double change = static_cast<double>(buffer->data[i]) - static_cast<double>(before[static_cast<std::size_t>(i)]);
            const double size = __builtin_isfinite(change) ? __builtin_fabs(change) : __builtin_inf();
            if (size > largest.size) largest = {offset + i, change, size};
        }
    }

    const Buffer<T>* buffer;
    std::int64_t offset;
    std::vector<T> before;
};

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

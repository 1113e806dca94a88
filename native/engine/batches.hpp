// The order in which the rows of the data are taken: docs/numerics.md, section 9.
#pragma once

#include <algorithm>
#include <vector>

#include "../numerics/random.hpp"
#include "operation.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// The training data, and which of its rows make the batch of a step.
template <class T>
class Batches {
  public:
    Index rows() const { return count; }
    bool ordered() const { return !shuffled; }

    void bind(const Rows& data, const Buffer<T>& input, const Buffer<T>& target, Index batch, bool shuffle,
              std::uint64_t run_seed) {
        count = data.rows;
        size = batch;
        seed = run_seed;
        shuffled = shuffle && batch < count;
        steps = (count + size - 1) / size;
        const T* from = static_cast<const T*>(data.x);
        x.assign(from, from + count * input.columns);
        x.resize(x.size() + static_cast<std::size_t>(Buffer<T>::slack) / sizeof(T));
        if (target.line->role == Role::classes) {
            const auto* y = static_cast<const std::int32_t*>(data.y);
            classes.assign(y, y + count);
        } else {
            const T* y = static_cast<const T*>(data.y);
            targets.assign(y, y + count * target.columns);
        }
        order.clear();
        seek(0);
    }

    // Goes to the batch of step t + 1.
    void seek(std::int64_t t) {
        epoch = t / steps;
        position = t % steps;
    }

    // Puts the next step's rows into the input and target buffers, and returns how many they are.
    Index next(Buffer<T>& input, Buffer<T>& target) {
        const Index begin = static_cast<Index>(position) * size;
        const Index taken = count - begin < size ? count - begin : size;
        if (shuffled) {
            shuffle_epoch();
            gather(order.data() + begin, taken, input, target);
        } else {
            input.data = x.data() + begin * input.columns;
            if (target.line->role == Role::classes) {
                target.classes = classes.data() + begin;
            } else {
                target.data = targets.data() + begin * target.columns;
            }
        }
        last_begin = begin;
        last_taken = taken;
        if (++position == steps) {
            position = 0;
            epoch += 1;
        }
        return taken;
    }

    // The row numbers of the batch that `next` made last.
    std::vector<std::int64_t> taken() const {
        std::vector<std::int64_t> made;
        for (Index i = last_begin; i < last_begin + last_taken; ++i) {
            made.push_back(shuffled ? static_cast<std::int64_t>(order[static_cast<std::size_t>(i)]) : i);
        }
        return made;
    }

  private:
    Index count = 0, size = 1;
    std::int64_t steps = 1, epoch = 0, position = 0, ordered_epoch = -1;
    std::uint64_t seed = 0;
    bool shuffled = false;
    Index last_begin = 0, last_taken = 0;
    std::vector<T> x, targets;
    std::vector<std::int32_t> classes;
    std::vector<std::uint32_t> order;

    void shuffle_epoch() {
        if (!order.empty() && ordered_epoch == epoch) return;
        order.resize(static_cast<std::size_t>(count));
        numerics::permutation(seed, numerics::Stream::order, static_cast<std::uint64_t>(epoch),
                              static_cast<std::size_t>(count), order.data());
        ordered_epoch = epoch;
    }

    void gather(const std::uint32_t* rows, Index taken, Buffer<T>& input, Buffer<T>& target) const {
        gather_rows(rows, taken, input.columns, x.data(), input.data);
        if (target.line->role == Role::classes) {
            for (Index i = 0; i < taken; ++i) target.classes[i] = classes[rows[i]];
        } else {
            gather_rows(rows, taken, target.columns, targets.data(), target.data);
        }
    }

    static void gather_rows(const std::uint32_t* rows, Index taken, Index columns, const T* from, T* to) {
        constexpr Index line = 64 / static_cast<Index>(sizeof(T));
        for (Index i = 0; i < taken; ++i) {
            // The rows lie anywhere, so the memory is told early which comes next.
            if (i + 1 < taken) {
                const T* next = from + static_cast<Index>(rows[i + 1]) * columns;
                for (Index j = 0; j < columns && j < 64 * line; j += line) __builtin_prefetch(next + j);
            }
            map(columns, from + static_cast<Index>(rows[i]) * columns, to + i * columns, [](numerics::Vec<T> v) { return v; });
        }
    }
};

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

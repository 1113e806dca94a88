// What optimizers share: the loop over the elements of a parameter and its slots, and the powers of a decay.
#pragma once

#include "../numerics/elementary.hpp"
#include "operation.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// powi(b, t) of docs/numerics.md, section 6: the squares b^(2^j) are kept, the products are the same.
class Powers {
  public:
    Powers() = default;
    explicit Powers(double b) {
        for (double& square : squares) {
            square = b;
            b = b * b;
        }
    }
    double operator()(std::int64_t t) const {
        double r = 1;
        for (int j = 0; t != 0; t >>= 1, ++j) {
            if ((t & 1) != 0) r = r * squares[j];
        }
        return r;
    }

  private:
    double squares[63] = {};
};

// Numbers of an update law that are the same for all its parameters in one step, computed once a step.
template <class T>
struct Moment {
    std::int64_t t = 0;
    T c[2] = {};
    Powers first, second;
};

template <class T>
void prepare_update(Operation<T>& op) {
    for (int i = 0; i < 6; ++i) {
        if (op.in[i] == nullptr) continue;
        op.require(op.in[i]->columns == op.in[0]->columns && !op.in[i]->line->batched,
                   "an update needs buffers of the parameter's shape");
    }
    op.require(op.out[0] == op.in[0], "an update writes the parameter that it reads");
    for (int i = 1; i < 5; ++i) op.require(op.out[i] == op.in[i + 1], "an update writes the slots that it reads");
}

// f(w, g, slots...) changes Vecs of the parameter and of the slots in the operands `Slot`, for all elements. Sees on the
// way whether all of them are finite: a zero times anything else is not a zero.
template <class T, int... Slot, class F>
ENGINEROOM_INLINE void update_elements(const Operation<T>& op, Step<T>& step, double cost, const F& f) {
    using V = numerics::Vec<T>;
    constexpr int slots = sizeof...(Slot);
    const Index size = op.in[0]->columns;
    split(step.pool, size, 256, static_cast<double>(size) * cost, [&](Index begin, Index end) __attribute__((always_inline)) {
        T* w = op.in[0]->data;
        const T* g = op.in[1]->data;
        T* s[slots + 1] = {op.in[Slot]->data...};
        const V zero(T(0));
        V check = zero;
        const auto at = [&](Index i, auto load, auto store) __attribute__((always_inline)) {
            V weight = load(w + i);
            V slot[slots + 1];
            for (int k = 0; k < slots; ++k) slot[k] = load(s[k] + i);
            f(weight, load(g + i), slot);
            store(w + i, weight);
            check = check + weight * zero;
            for (int k = 0; k < slots; ++k) {
                store(s[k] + i, slot[k]);
                check = check + slot[k] * zero;
            }
        };
        Index i = begin;
        for (; i + V::size <= end; i += V::size) {
            at(i, [](const T* from) { return V::load(from); }, [](T* to, V v) { v.store(to); });
        }
        if (i < end) {
            const int rest = static_cast<int>(end - i);
            at(i, [=](const T* from) { return V::load_first(from, rest); }, [=](T* to, V v) { v.store_first(to, rest); });
        }
        if (!all(check == zero)) __atomic_store_n(&step.finite, false, __ATOMIC_RELAXED);
    });
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

// A buffer, an operation on buffers, and the table in which the laws register themselves.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "../numerics/vec.hpp"
#include "plan.hpp"
#include "threads.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

// An array of `rows` rows of `columns` elements, or of classes. `slack` bytes behind it may be read, never written, so that
// kernels can load whole vectors; what they find there never reaches a result.
template <class T>
struct Buffer {
    static constexpr Index slack = 64;
    T* data = nullptr;
    std::int32_t* classes = nullptr;
    Index capacity = 0;  // rows there is room for
    Index columns = 1;   // elements of one row of a batched buffer; of all of any other
    Index class_limit = 0;  // classes are below it; set by the loss that reads them
    const BufferLine* line = nullptr;
};

// What an operation may know of the step it runs in.
template <class T>
struct Step {
    std::int64_t t = 0;  // counts from 1
    Index rows = 0;      // of the batch
    double lr = 0;
    bool finite = true;  // cleared by an update that leaves a parameter or slot that is not finite
    Pool* pool = nullptr;
    T* scratch = nullptr;  // the larger of what the operations asked for, per thread
    Index scratch_stride = 0;  // from one thread's scratch to the next
};

template <class T>
struct Moment;  // update.hpp

template <class T>
struct Operation {
    void (*run)(const Operation&, Step<T>&) = nullptr;
    Buffer<T>* in[6] = {};
    Buffer<T>* out[6] = {};
    T c[6] = {};  // constants of the law
    double decay = 0;  // an optimizer's weight decay in float64
    bool decays = false, nesterov = false;
    Moment<T>* moment = nullptr;
    Index scratch = 0;        // elements of scratch wanted, per thread
    const OperationLine* line = nullptr;

    [[noreturn]] void fail(const std::string& what) const {
        throw std::invalid_argument("the plan does not fit together at " + line->where + ": " + what);
    }
    void require(bool holds, const char* what) const {
        if (!holds) fail(what);
    }
    double attribute(const char* name) const {
        const auto found = line->attributes.find(name);
        if (found == line->attributes.end()) fail(std::string("the law needs the number `") + name + "`");
        return found->second;
    }
    double attribute_or(const char* name, double fallback) const {
        const auto found = line->attributes.find(name);
        return found == line->attributes.end() ? fallback : found->second;
    }
};

// How a law is run: how many operands it has, `prepare` checks them and computes constants, `run` does the work.
// Operands past the first `needed` may be absent (`-`).
template <class T>
struct Law {
    const char* name;
    int reads, reads_needed, writes, writes_needed;
    void (*prepare)(Operation<T>&);
    void (*run)(const Operation<T>&, Step<T>&);
};

template <class T>
struct Laws {
    std::vector<Law<T>> all;
    void add(const Law<T>& law) { all.push_back(law); }
    const Law<T>* find(const std::string& name) const {
        for (const Law<T>& law : all) {
            if (name == law.name) return &law;
        }
        return nullptr;
    }
};

// A learning-rate schedule: the rate of step t, from numbers that `prepare` drew from the plan.
struct Schedule {
    double c[6] = {};
    double (*rate)(const double* c, std::int64_t t) = nullptr;
};

struct Rates {
    struct Entry {
        std::string name;
        Schedule (*make)(const Attributes&);
    };
    std::vector<Entry> all;
    void add(const char* name, Schedule (*make)(const Attributes&)) { all.push_back({name, make}); }
};

inline double rate_attribute(const Attributes& attributes, const char* name) {
    const auto found = attributes.find(name);
    if (found == attributes.end()) {
        throw std::invalid_argument(std::string("the plan's schedule needs the number `") + name +
                                    "`; pass the text of a Plan unchanged");
    }
    return found->second;
}

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine

// The door of the core: what bind.cpp and driver.cpp see of an engine compiled for one instruction set.
//
// Each instruction set is a shared library of its own with one exported function, `engineroom_core_<isa>`, which returns a
// table of this door's constructors. Faults of the caller are thrown as std::invalid_argument, calls out of order as
// std::logic_error; both carry one sentence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace engineroom {

using Index = std::ptrdiff_t;

enum class Phase { forward, loss, backward, update };
enum class Reason { completed, stopped, nonfinite };
enum class Element { float32, float64, int32 };

// One element of a buffer to be read after each step; `index` counts in the row-major array.
struct Tap {
    std::string buffer;
    Index index;
};

struct Outcome {
    std::int64_t done;
    Reason reason;
};

// A buffer as it lies in the engine: row-major, valid until the engine is used again.
struct View {
    const void* data;
    Element element;
    std::vector<Index> shape;
};

// Rows of data: x is (rows, I) of the plan's type; y is (rows, O) of the plan's type, or (rows,) int32 classes.
struct Rows {
    Index rows;
    const void* x;
    const void* y;
};

// What the plan asks of the data; classes is the number of classes, or 0 where the target is numbers.
struct Facts {
    bool float64;
    Index inputs, outputs, targets, classes, state_size;
};

// A plan and a seed, bound to training data, holding one state. Only `stop` may be called while another call is running.
class Engine {
  public:
    virtual ~Engine() = default;
    virtual Facts facts() const = 0;
    virtual int threads() const = 0;
    // Copies the training data. Everything but facts, initial and threads needs it.
    virtual void bind(const Rows& data) = 0;
    virtual void initial(void* values) const = 0;
    virtual void load(const void* values, std::int64_t step) = 0;
    virtual std::int64_t snapshot(void* values) const = 0;
    // losses has room for n values; sampled for n * taps.size() elements of the plan's type.
    virtual Outcome run(std::int64_t n, const std::vector<Tap>& taps, double* losses, void* sampled) = 0;
    // Runs as `run` does. For each step, elements has the place in the state of the element, among the parameters `names`,
    // that moved most, the first of equal ones, and changes has new minus old in double; what is not finite moved most.
    virtual Outcome moves(std::int64_t n, const std::vector<std::string>& names, double* losses, std::int64_t* elements,
                          double* changes) = 0;
    virtual void phase(Phase phase) = 0;
    virtual View read(const std::string& buffer) const = 0;
    virtual std::vector<std::int64_t> rows() const = 0;
    // outputs has room for (rows, outputs), examples for (rows); returns the loss.
    virtual double evaluate(const Rows& data, void* outputs, void* examples) = 0;
    virtual void predict(const void* x, Index rows, void* outputs) = 0;
    virtual void stop() = 0;
};

// threads: 0 lets the engine choose by the cost of a step.
struct Core {
    const char* isa;
    Engine* (*make)(const std::string& plan, std::uint64_t seed, int threads);
};

using CoreEntry = const Core* (*)();

}  // namespace engineroom

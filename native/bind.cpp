// The door to Python: converts and checks, computes nothing.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <new>
#include <optional>

#include "library.hpp"

namespace nb = nanobind;

namespace engineroom {
namespace {

using Array = nb::ndarray<nb::device::cpu, nb::c_contig>;
using In = nb::ndarray<nb::ro, nb::device::cpu, nb::c_contig>;

// Memory that cannot be had is the plan's fault; other extensions may have taken over what Python makes of bad_alloc.
template <class F>
auto with_memory(const F& f) {
    try {
        return f();
    } catch (const std::bad_alloc&) {
        throw std::invalid_argument("the plan needs more memory than this machine gives; use fewer units or a smaller batch");
    }
}

class Bound {
  public:
    Bound(const std::string& plan, std::uint64_t seed, const std::string& isa, int threads)
        : core_isa(core(isa).isa), engine(with_memory([&] { return core(isa).make(plan, seed, threads); })), facts(engine->facts()) {}

    std::string isa() const { return core_isa; }
    int threads() const { return engine->threads(); }
    nb::dict plan_facts() const {
        nb::dict made;
        made["inputs"] = facts.inputs;
        made["outputs"] = facts.outputs;
        made["targets"] = facts.targets;
        made["classes"] = facts.classes;
        made["state_size"] = facts.state_size;
        return made;
    }

    void bind(const In& x, const In& y) {
        const Rows data = rows_of(x, y);
        const nb::gil_scoped_release released;
        with_memory([&] { engine->bind(data); });
    }
    void initial(const Array& values) {
        check_state(values);
        engine->initial(values.data());
    }
    void load(const In& values, std::int64_t step) {
        check_state(values);
        engine->load(values.data(), step);
    }
    std::int64_t snapshot(const Array& values) {
        check_state(values);
        return engine->snapshot(values.data());
    }
    nb::tuple run(std::int64_t n, const std::vector<std::string>& buffers, const std::vector<Index>& indices,
                  const Array& losses, const Array& sampled) {
        if (n < 0) throw std::invalid_argument("a run makes 0 or more steps, got " + std::to_string(n));
        if (buffers.size() != indices.size()) throw std::invalid_argument("each tap has a buffer and an index");
        check(losses, true, n, "losses");
        check(sampled, facts.float64, n * static_cast<Index>(buffers.size()), "taps");
        std::vector<Tap> taps;
        for (std::size_t i = 0; i < buffers.size(); ++i) taps.push_back({buffers[i], indices[i]});
        Outcome outcome;
        {
            const nb::gil_scoped_release released;
            outcome = engine->run(n, taps, static_cast<double*>(losses.data()), sampled.data());
        }
        return told(outcome);
    }
    nb::tuple moves(std::int64_t n, const std::vector<std::string>& names, const Array& losses, const Array& elements,
                    const Array& changes) {
        if (n < 0) throw std::invalid_argument("a run makes 0 or more steps, got " + std::to_string(n));
        if (elements.dtype() != nb::dtype<std::int64_t>() || static_cast<std::int64_t>(elements.size()) != n) {
            throw std::invalid_argument("the array for elements needs " + std::to_string(n) + " elements of int64");
        }
        check(losses, true, n, "losses");
        check(changes, true, n, "changes");
        Outcome outcome;
        {
            const nb::gil_scoped_release released;
            outcome = engine->moves(n, names, static_cast<double*>(losses.data()), static_cast<std::int64_t*>(elements.data()),
                                    static_cast<double*>(changes.data()));
        }
        return told(outcome);
    }
    void phase(int which) {
        if (which < 0 || which > 3) throw std::invalid_argument("there are four phases");
        const nb::gil_scoped_release released;
        engine->phase(static_cast<Phase>(which));
    }
    // Lends the buffer; the caller copies it before the engine is used again.
    nb::object read(nb::handle self, const std::string& name) {
        const View view = engine->read(name);
        const std::vector<std::size_t> shape(view.shape.begin(), view.shape.end());
        const auto type = view.element == Element::int32 ? nb::dtype<std::int32_t>()
                          : view.element == Element::float32 ? nb::dtype<float>()
                                                             : nb::dtype<double>();
        return nb::cast(nb::ndarray<nb::numpy>(const_cast<void*>(view.data), shape.size(), shape.data(), self, nullptr, type),
                        nb::rv_policy::reference);
    }
    std::vector<std::int64_t> rows() const { return engine->rows(); }
    double evaluate(const In& x, const In& y, const Array& outputs, const Array& examples) {
        const Rows data = rows_of(x, y);
        check(outputs, facts.float64, data.rows * facts.outputs, "outputs");
        check(examples, facts.float64, data.rows, "examples");
        const nb::gil_scoped_release released;
        return engine->evaluate(data, outputs.data(), examples.data());
    }
    void predict(const In& x, const Array& outputs) {
        const Index rows = rows_of(x);
        check(outputs, facts.float64, rows * facts.outputs, "outputs");
        const nb::gil_scoped_release released;
        engine->predict(x.data(), rows, outputs.data());
    }
    void stop() { engine->stop(); }

  private:
    std::string core_isa;
    std::unique_ptr<Engine> engine;
    Facts facts;

    static nb::tuple told(const Outcome& outcome) {
        static constexpr const char* reasons[] = {"completed", "stopped", "nonfinite"};
        return nb::make_tuple(outcome.done, reasons[static_cast<int>(outcome.reason)]);
    }
    template <class A>
    static void check(const A& array, bool float64, Index size, const char* what) {
        const bool fits = float64 ? array.dtype() == nb::dtype<double>() : array.dtype() == nb::dtype<float>();
        if (!fits || static_cast<Index>(array.size()) != size) {
            throw std::invalid_argument(std::string("the array for ") + what + " needs " + std::to_string(size) + " elements of " +
                                        (float64 ? "float64" : "float32"));
        }
    }
    template <class A>
    void check_state(const A& values) const {
        check(values, facts.float64, facts.state_size, "the state");
    }
    Index rows_of(const In& x) const {
        const Index rows = x.ndim() == 2 ? static_cast<Index>(x.shape(0)) : 0;
        check(x, facts.float64, rows * facts.inputs, "x");
        return rows;
    }
    Rows rows_of(const In& x, const In& y) const {
        const Index rows = rows_of(x);
        if (facts.classes > 0) {
            if (y.dtype() != nb::dtype<std::int32_t>() || static_cast<Index>(y.size()) != rows) {
                throw std::invalid_argument("the array for y needs one int32 class a row of x");
            }
        } else {
            check(y, facts.float64, rows * facts.targets, "y");
        }
        return {rows, x.data(), y.data()};
    }
};

}  // namespace
}  // namespace engineroom

NB_MODULE(_core, m) {
    using engineroom::Bound;
    m.def("instruction_sets", &engineroom::instruction_sets);
    nb::class_<Bound>(m, "Core")
        .def(nb::init<const std::string&, std::uint64_t, const std::string&, int>(), nb::arg("plan"), nb::arg("seed"),
             nb::arg("isa"), nb::arg("threads"))
        .def_prop_ro("isa", &Bound::isa)
        .def_prop_ro("threads", &Bound::threads)
        .def_prop_ro("facts", &Bound::plan_facts)
        .def("bind", &Bound::bind, nb::arg("x"), nb::arg("y"))
        .def("initial", &Bound::initial, nb::arg("values"))
        .def("load", &Bound::load, nb::arg("values"), nb::arg("step"))
        .def("snapshot", &Bound::snapshot, nb::arg("values"))
        .def("run", &Bound::run, nb::arg("n"), nb::arg("buffers"), nb::arg("indices"), nb::arg("losses"), nb::arg("taps"))
        .def("moves", &Bound::moves, nb::arg("n"), nb::arg("parameters"), nb::arg("losses"), nb::arg("elements"),
             nb::arg("changes"))
        .def("phase", &Bound::phase, nb::arg("phase"))
        .def("read", [](nb::handle self, const std::string& name) { return nb::cast<Bound&>(self).read(self, name); },
             nb::arg("buffer"))
        .def("rows", &Bound::rows)
        .def("evaluate", &Bound::evaluate, nb::arg("x"), nb::arg("y"), nb::arg("outputs"), nb::arg("examples"))
        .def("predict", &Bound::predict, nb::arg("x"), nb::arg("outputs"))
        .def("stop", &Bound::stop);
}

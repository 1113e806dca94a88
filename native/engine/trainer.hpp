// The engine behind the door: runs the steps of a plan on its data.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../numerics/reduce.hpp"
#include "batches.hpp"
#include "largest_move.hpp"
#include "program.hpp"

namespace engineroom::engine {
inline namespace ENGINEROOM_ISA {

template <class T>
class Trainer final : public Engine {
  public:
    Trainer(const std::string& text, std::uint64_t run_seed, int wanted_threads)
        : plan(PlanReader(text).read()), program(plan, plan.batch, false), seed(run_seed) {
        Rates rates;
        register_schedules(rates);
        for (const Rates::Entry& entry : rates.all) {
            if (plan.schedule == entry.name) schedule = entry.make(plan.rates);
        }
        if (schedule.rate == nullptr) throw std::invalid_argument("no schedule is called " + plan.schedule);
        const int count = wanted_threads > 0 ? wanted_threads : threads_worth(step_cost());
        if (count > 1) pool = std::make_unique<Pool>(count);
        program.step.pool = pool.get();
    }

    Facts facts() const override {
        const bool classes = program.target->line->role == Role::classes;
        Index size = 0;
        for_state([&](const Buffer<T>& buffer) { size += buffer.columns; });
        return {sizeof(T) == 8, program.input->columns, program.output->columns, program.target->columns,
                classes ? program.target->class_limit : 0, size};
    }

    int threads() const override { return pool == nullptr ? 1 : pool->threads(); }

    void bind(const Rows& data) override {
        const Busy busy(*this);
        if (data.rows < 1) throw std::invalid_argument("training needs at least one row of data, got none");
        check_classes(data);
        const bool shuffled = plan.shuffled && plan.batch < data.rows;
        program.allocate(plan.batch < data.rows ? plan.batch : data.rows, shuffled, threads(), nullptr);
        batches.bind(data, *program.input, *program.target, plan.batch, plan.shuffled, seed);
        bound = true;
        viewer.reset();
        std::vector<T> values(static_cast<std::size_t>(facts().state_size));
        initial(values.data());
        take(values.data(), 0);
    }

    void initial(void* to) const override {
        T* values = static_cast<T*>(to);
        std::uint64_t ordinal = 0;
        for_state([&](const Buffer<T>& buffer) {
            const auto size = static_cast<std::size_t>(buffer.columns);
            const Init& init = buffer.line->init;
            if (buffer.line->role == Role::slot) {
                for (std::size_t i = 0; i < size; ++i) values[i] = T(0);
            } else if (init.kind == "constant") {
                for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<T>(init.first);
            } else {
                const bool uniform = init.kind == "uniform";
                numerics::for_random(seed, numerics::Stream::initial, ordinal, size, [&](std::size_t i, numerics::Words words) {
                    values[i] = static_cast<T>(uniform ? numerics::uniform(words, init.first, init.second)
                                                       : numerics::normal(words, init.first, init.second));
                });
            }
            if (buffer.line->role == Role::parameter) ordinal += 1;
            values += size;
        });
    }

    void load(const void* from, std::int64_t step) override {
        const Busy busy(*this);
        require_data();
        if (step < 0) throw std::invalid_argument("a state's step is 0 or more, got " + std::to_string(step));
        take(static_cast<const T*>(from), step);
    }

    std::int64_t snapshot(void* to) const override {
        const Busy busy(*this);
        require_data();
        if (next != Phase::forward) throw std::logic_error("a step is under way; run its remaining phases before a snapshot");
        T* values = static_cast<T*>(to);
        for_state([&](const Buffer<T>& buffer) {
            __builtin_memcpy(values, buffer.data, static_cast<std::size_t>(buffer.columns) * sizeof(T));
            values += buffer.columns;
        });
        return t;
    }

    Outcome run(std::int64_t n, const std::vector<Tap>& taps, double* losses, void* to) override {
        const Busy busy(*this);
        require_data();
        if (next != Phase::forward) throw std::logic_error("a step is under way; run its remaining phases before more steps");
        const std::vector<Place> places = resolve(taps);
        T* sampled = static_cast<T*>(to);
        const numerics::Environment environment;
        for (std::int64_t done = 0; done < n; ++done) {
            if (stopping.load(std::memory_order_relaxed)) {
                stopping.store(false, std::memory_order_relaxed);
                return {done, Reason::stopped};
            }
            losses[done] = advance();
            for (const Place& place : places) *sampled++ = sample(place);
            if (!finite(losses[done])) return {done + 1, Reason::nonfinite};
        }
        return {n, Reason::completed};
    }

    Outcome moves(std::int64_t n, const std::vector<std::string>& names, double* losses, std::int64_t* elements,
                  double* changes) override {
        const Busy busy(*this);
        require_data();
        if (next != Phase::forward) throw std::logic_error("a step is under way; run its remaining phases before more steps");
        std::vector<Watched<T>> watched = watch(names);
        const numerics::Environment environment;
        for (std::int64_t done = 0; done < n; ++done) {
            if (stopping.load(std::memory_order_relaxed)) {
                stopping.store(false, std::memory_order_relaxed);
                return {done, Reason::stopped};
            }
            for (Watched<T>& it : watched) it.remember();
            losses[done] = advance();
            LargestMove largest;
            for (const Watched<T>& it : watched) it.find(largest);
            elements[done] = largest.element;
            changes[done] = largest.change;
            if (!finite(losses[done])) return {done + 1, Reason::nonfinite};
        }
        return {n, Reason::completed};
    }

    void phase(Phase wanted) override {
        const Busy busy(*this);
        require_data();
        if (wanted != next) {
            static constexpr const char* names[] = {"forward", "loss", "backward", "update"};
            throw std::logic_error(std::string("the next phase is ") + names[static_cast<int>(next)] + ", got " +
                                   names[static_cast<int>(wanted)] + "; run the phases in order");
        }
        const numerics::Environment environment;
        if (wanted == Phase::forward) begin();
        program.run(wanted);
        if (wanted == Phase::update) t += 1;
        next = wanted == Phase::update ? Phase::forward : static_cast<Phase>(static_cast<int>(wanted) + 1);
    }

    View read(const std::string& name) const override {
        const Busy busy(*this);
        require_data();
        const Buffer<T>* buffer = program.find(name);
        if (buffer == nullptr) throw std::invalid_argument("no buffer of the plan is called " + name);
        const Role role = buffer->line->role;
        if (role != Role::parameter && role != Role::slot) require_step("buffer " + name);
        View view{buffer->data, sizeof(T) == 8 ? Element::float64 : Element::float32, {}};
        if (role == Role::classes) {
            view.data = buffer->classes;
            view.element = Element::int32;
        }
        if (buffer->line->batched) view.shape.push_back(program.step.rows);
        view.shape.insert(view.shape.end(), buffer->line->shape.begin(), buffer->line->shape.end());
        return view;
    }

    std::vector<std::int64_t> rows() const override {
        const Busy busy(*this);
        require_data();
        require_step("batch");
        return batches.taken();
    }

    double evaluate(const Rows& data, void* outputs, void* examples) override {
        check_classes(data);
        view(data, static_cast<T*>(outputs), static_cast<T*>(examples));
        return loss_of(static_cast<const T*>(examples), data.rows);
    }

    void predict(const void* x, Index count, void* outputs) override { view({count, x, nullptr}, static_cast<T*>(outputs), nullptr); }

    void stop() override { stopping.store(true, std::memory_order_relaxed); }

  private:
    static constexpr Index view_rows = 256;  // rows that evaluate and predict take at a time

    const PlanText plan;
    Program<T> program;
    std::optional<Program<T>> viewer;
    Batches<T> batches;
    Schedule schedule;
    std::unique_ptr<Pool> pool;
    const std::uint64_t seed;
    std::int64_t t = 0;
    Phase next = Phase::forward;
    bool bound = false, stepped = false;
    std::atomic<bool> stopping{false};
    mutable std::atomic<bool> in_use{false};

    // Two calls at a time would mix two steps.
    struct Busy {
        explicit Busy(const Trainer& of) : trainer(of) {
            if (trainer.in_use.exchange(true)) {
                throw std::logic_error("the engine is at work in another thread; wait for it, or make a second engine");
            }
        }
        ~Busy() { trainer.in_use.store(false); }
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;
        const Trainer& trainer;
    };

    // Where a tap lies: parameters and the like stay, the rows of a batch may be fewer in the last one of an epoch.
    struct Place {
        const Buffer<T>* buffer;
        Index index;
    };

    template <class F>
    void for_state(const F& f) const {
        for (const Role role : {Role::parameter, Role::slot}) {
            for (const Buffer<T>& buffer : program.buffers) {
                if (buffer.line->role == role) f(buffer);
            }
        }
    }

    void require_data() const {
        if (!bound) throw std::logic_error("the engine has no training data yet; bind some first");
    }
    void require_step(const std::string& what) const {
        if (!stepped) throw std::logic_error("there is no " + what + " before a step; run one, or its phases, after a load");
    }

    void check_classes(const Rows& data) const {
        if (program.target->line->role != Role::classes) return;
        const auto* classes = static_cast<const std::int32_t*>(data.y);
        const Index limit = program.target->class_limit;
        for (Index i = 0; i < data.rows; ++i) {
            if (classes[i] < 0 || classes[i] >= limit) {
                throw std::invalid_argument("the network tells " + std::to_string(limit) + " classes apart, from 0 on; row " +
                                            std::to_string(i) + " has class " + std::to_string(classes[i]));
            }
        }
    }

    void take(const T* values, std::int64_t step) {
        for_state([&](const Buffer<T>& buffer) {
            __builtin_memcpy(buffer.data, values, static_cast<std::size_t>(buffer.columns) * sizeof(T));
            values += buffer.columns;
        });
        t = step;
        next = Phase::forward;
        stepped = false;
        batches.seek(t);
    }

    void begin() {
        Step<T>& step = program.step;
        step.rows = batches.next(*program.input, *program.target);
        step.t = t + 1;
        step.lr = schedule.rate(schedule.c, step.t);
        step.finite = true;
        stepped = true;
    }

    // Makes the next step and returns its loss.
    double advance() {
        begin();
        program.run();
        t += 1;
        return loss_of(program.examples->data, program.step.rows);
    }
    bool finite(double loss) const { return program.step.finite && __builtin_isfinite(loss); }

    std::vector<Watched<T>> watch(const std::vector<std::string>& names) const {
        std::vector<Watched<T>> watched;
        std::int64_t offset = 0;
        for_state([&](const Buffer<T>& buffer) {
            for (const std::string& name : names) {
                if (buffer.line->name == name) watched.emplace_back(buffer, offset);
            }
            offset += buffer.columns;
        });
        return watched;
    }

    static double loss_of(const T* examples, Index count) {
        return numerics::reduce(examples, static_cast<std::size_t>(count)) / static_cast<double>(count);
    }

    std::vector<Place> resolve(const std::vector<Tap>& taps) {
        std::vector<Place> places;
        for (const Tap& tap : taps) {
            const Buffer<T>* buffer = program.find(tap.buffer);
            if (buffer == nullptr) throw std::invalid_argument("no buffer of the plan is called " + tap.buffer);
            const Index size = buffer->columns * buffer->capacity;
            if (tap.index < 0 || tap.index >= size) {
                throw std::invalid_argument("the buffer " + tap.buffer + " has " + std::to_string(size) +
                                            " elements; there is no element " + std::to_string(tap.index));
            }
            places.push_back({buffer, tap.index});
        }
        return places;
    }

    // A row that the batch did not have reads as NaN.
    T sample(const Place& place) const {
        const Buffer<T>& buffer = *place.buffer;
        if (buffer.line->batched && place.index >= program.step.rows * buffer.columns) return static_cast<T>(__builtin_nan(""));
        if (buffer.classes != nullptr) return static_cast<T>(buffer.classes[place.index]);
        return buffer.data[place.index];
    }

    // Forward, and loss where examples are asked for, on rows of any number.
    void view(const Rows& data, T* outputs, T* examples) {
        const Busy busy(*this);
        require_data();
        if (!viewer) {
            viewer.emplace(plan, view_rows, true);
            viewer->allocate(view_rows, false, threads(), &program);
            viewer->step.pool = pool.get();
        }
        Program<T>& v = *viewer;
        const numerics::Environment environment;
        for (Index i = 0; i < data.rows; i += view_rows) {
            const Index count = data.rows - i < view_rows ? data.rows - i : view_rows;
            v.step.rows = count;
            // The kernels only read inputs and targets.
            v.input->data = const_cast<T*>(static_cast<const T*>(data.x)) + i * v.input->columns;
            v.run(Phase::forward);
            __builtin_memcpy(outputs + i * v.output->columns, v.output->data,
                             static_cast<std::size_t>(count * v.output->columns) * sizeof(T));
            if (examples == nullptr) continue;
            if (v.target->line->role == Role::classes) {
                v.target->classes = const_cast<std::int32_t*>(static_cast<const std::int32_t*>(data.y)) + i;
            } else {
                v.target->data = const_cast<T*>(static_cast<const T*>(data.y)) + i * v.target->columns;
            }
            v.run(Phase::loss);
            __builtin_memcpy(examples + i, v.examples->data, static_cast<std::size_t>(count) * sizeof(T));
        }
    }

    // Multiply-adds of a step, about: each parameter meets each row three times.
    double step_cost() const {
        double size = 0;
        for_state([&](const Buffer<T>& buffer) {
            if (buffer.line->role == Role::parameter) size += static_cast<double>(buffer.columns);
        });
        return 3 * size * static_cast<double>(plan.batch);
    }

    static int threads_worth(double cost) {
        const auto cores = static_cast<int>(std::thread::hardware_concurrency());
        const double worth = cost / 2e6;  // some 20 microseconds of products for each thread
        if (worth < 2 || cores < 2) return 1;
        return worth < cores ? static_cast<int>(worth) : cores;
    }
};

}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::engine
